"""A tenant: its kinds, and what can be done with each."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..client.management import Management
from ..client.sandbox_controls import SandboxControls
from ..client.secret import Secret

SANDBOX, CLASS, LIVE = "sandbox", "class", "live"
DEFAULT_SCOPE = "openid profile email"


@dataclass(frozen=True)
class Tenant:
    """Where the tenant is, and the application and user to use there.

    `password` is known for a sandbox's throw-away user only. `inbox` is the
    sandbox's; your own tenant's mail goes to your own mailbox. `management` can
    read and change the set-up, where its credentials are known: not in a class,
    whose set-up is everybody's. `ca_file` is the one to trust, where the system's
    own do not do.
    """

    kind: str
    base_url: str
    client_id: str
    client_secret: Secret | None = None
    audience: str | None = None
    username: str | None = None
    realm: str | None = None
    password: Secret | None = None
    inbox: SandboxControls | None = field(default=None, repr=False)
    management: Management | None = field(default=None, repr=False)
    ca_file: str | None = None

    @property
    def is_sandbox(self) -> bool:
        """Whether it is one of ours, the class's too: its user and password are known, its mail comes to an inbox here."""
        return self.kind != LIVE

    @property
    def log(self) -> Management | SandboxControls | None:
        """Where the tenant's log is read: all of it in your own sandbox, one's own part in a class, nowhere on a live tenant."""
        return self.inbox if self.kind == CLASS else self.management

    @property
    def key(self) -> str:
        """Names the tenant and application, or user, in the hand-over; the port of your own sandbox is no part of it."""
        if self.kind == SANDBOX:
            return SANDBOX
        return f"{self.base_url} {self.username if self.kind == CLASS else self.client_id}"
