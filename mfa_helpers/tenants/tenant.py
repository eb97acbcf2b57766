"""A tenant: its kinds, and what can be done with each."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..client.errors import StepMissing
from ..client.lifetimes import CODE_LIFETIME
from ..client.management import Management
from ..client.sandbox_controls import Mail, SandboxControls
from ..client.secret import Secret
from ..client.transport import Session

SANDBOX, CLASS, LIVE = "sandbox", "class", "live"
DEFAULT_SCOPE = "openid profile email"


class Log(Protocol):
    """A tenant's log, as far as a lesson reads it."""

    def newest_event(self) -> str:
        """The `log_id` of the newest event; empty if there is none."""

    def events_since(self, log_id: str = "") -> list[dict[str, Any]]:
        """What has happened after that event, oldest first."""


class _UnreadLog:
    """Of a tenant whose log cannot be read from here: nothing is ever in it."""

    def newest_event(self) -> str:
        return ""

    def events_since(self, log_id: str = "") -> list[dict[str, Any]]:
        return []


@dataclass(frozen=True)
class Tenant:
    """Where the tenant is, the application and user to use there, and what can be done with it from here.

    `client_secret` is `None` for a public application. `password` is known for a
    sandbox's throwaway user only. `controls` are what a sandbox has beside the
    API: its inbox, phone and clock. `management` can read and change the settings,
    where its credentials are known: not in a class, whose settings are everybody's.
    Ask what `can_` be done rather than for these two. `ca_file` is the one to
    trust, where the system's own do not do. `code_lifetime` is how long a code that is
    sent is valid, in seconds; texts and forms that name it ask here. `told_by` is where its settings were read: a
    file, or the environment; empty if nothing had to be read. `class_id` is a class's fingerprint, the same at each
    address at which the class is.
    """

    kind: str
    base_url: str
    client_id: str
    client_secret: Secret | None = None
    audience: str | None = None
    username: str | None = None
    realm: str | None = None
    password: Secret | None = None
    controls: SandboxControls | None = field(default=None, repr=False)
    management: Management | None = field(default=None, repr=False)
    ca_file: str | None = None
    code_lifetime: int = CODE_LIFETIME
    told_by: str = ""
    class_id: str = ""

    @property
    def is_sandbox(self) -> bool:
        """Whether it is one of ours, the class's too: its user and password are known, and its email comes to an inbox here."""
        return self.kind != LIVE

    @property
    def key(self) -> str:
        """Names the tenant and application, or user, in the handover; where a sandbox or a class is now is no part of it."""
        if self.kind == SANDBOX:
            return SANDBOX
        return f"{self.class_id} {self.username}" if self.kind == CLASS else f"{self.base_url} {self.client_id}"

    @property
    def gets_the_password(self) -> str:
        """Where a typed password is sent, and which setting says so, in a sentence."""
        return f"It's sent to {self.base_url}, as set in {self.told_by}."

    # What can be done with it from here

    @property
    def can_sign_in(self) -> bool:
        """Whether its user's password is known here."""
        return self.password is not None

    @property
    def can_read_mail(self) -> bool:
        """Whether its email comes to an inbox here; your own tenant's goes to your own mailbox."""
        return self.controls is not None

    @property
    def has_phone(self) -> bool:
        """Whether texts, calls and pushes come to a phone here, and not to your own."""
        return self.controls is not None

    @property
    def can_change_settings(self) -> bool:
        """Whether its settings can be read and changed from here."""
        return self.management is not None

    @property
    def can_move_clock(self) -> bool:
        """Whether its clock can be moved, and a call made to go wrong: in a sandbox of your own only."""
        return self.kind == SANDBOX and self.controls is not None

    @property
    def log(self) -> Log:
        """Its log: all of it in your own sandbox, one's own part in a class, and an empty one where it cannot be read."""
        return (self.controls if self.kind == CLASS else self.management) or _UnreadLog()

    def mails(self, to: str | None = None) -> list[Mail]:
        """Emails and texts to one address or number, or all; newest first. None where they go elsewhere.

        Raises a subclass of `NotReached`.
        """
        return self.controls.mails(to) if self.controls is not None else []

    def now(self) -> float:
        """Its time, in seconds since 1970: a lesson may have moved a sandbox's clock; else this machine's."""
        return self.controls.now() if self.controls is not None else time.time()

    def require_controls(self) -> SandboxControls:
        """What only a sandbox has. Raises `StepMissing` on a live tenant."""
        if self.controls is None:
            raise StepMissing("This needs the sandbox.", "Choose the sandbox in notebook 00.")
        return self.controls

    def require_management(self) -> Management:
        """What reads and changes the settings. Raises `StepMissing` where that cannot be done from here."""
        if self.management is None:
            raise StepMissing(
                "This needs the sandbox, because you set up your own tenant in its Dashboard.",
                "Change the setting there under Security > Multi-factor Auth, and restore it afterwards.",
            )
        return self.management

    def use(self, session: Session) -> None:
        """What is asked beside the MFA API goes through `session`, the client's, too."""
        for beside in (self.controls, self.management):
            if beside is not None:
                beside.use(session)
