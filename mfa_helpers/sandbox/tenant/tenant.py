"""What every handler needs of the tenant, in one value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from ..crypto.signing import Signer
from ..store import Store
from .clock import Clock
from .own_errors import OwnErrors
from .presence import Presence

if TYPE_CHECKING:
    from email.message import EmailMessage


#: Hands a finished message to the post: over SMTP when the sandbox runs as a server, to
#: the tenant's own mail server (host, port) if it has one. Raises `OSError`.
Deliver = Callable[["EmailMessage", "tuple[str, int] | None"], Awaitable[None]]


async def _without_a_post() -> bool:
    """In one process with the client, mail needs no SMTP."""
    return True


@dataclass
class Tenant:
    """`issuer` is its address with a slash at the end, `deliver` takes its mail to the post, `presence` counts the kernels that need it.

    `post_answers` says whether its own post office does. `errors` are those of its own.
    """

    store: Store
    issuer: str
    deliver: Deliver
    presence: Presence = field(default_factory=Presence)
    post_answers: Callable[[], Awaitable[bool]] = _without_a_post
    errors: OwnErrors = field(default_factory=OwnErrors)

    @cached_property
    def clock(self) -> Clock:
        """Its time."""
        return Clock(self.store)

    @cached_property
    def signer(self) -> Signer:
        """Its key; made with the first use."""
        return Signer(*self.store.signing_key())

    @cached_property
    def mfa_audience(self) -> str:
        """Ends in a slash, as documented."""
        return self.issuer + "mfa/"

    @cached_property
    def management_audience(self) -> str:
        """The audience of its Management API; ends in a slash, as documented."""
        return self.issuer + "api/v2/"

    @cached_property
    def my_account_audience(self) -> str:
        """The audience of its My Account API; ends in a slash, as documented."""
        return self.issuer + "me/"

    def is_mfa_audience(self, audience: str | None) -> bool:
        """With or without the final slash: reports use both spellings (assumed to be the same)."""
        return audience is not None and audience.rstrip("/") + "/" == self.mfa_audience

    def audience_of(self, text: str) -> str:
        """The audience that is meant: the Management API's may lack its final slash (assumed), any other is as it is."""
        return self.management_audience if text.rstrip("/") + "/" == self.management_audience else text

    def claims_for(self, token: str, ending: str) -> dict[str, Any] | None:
        """What a token says that this tenant has signed for the own API whose path ends so; `None` if it is anything else.

        The beginning doesn't count: another kernel or another start may have issued it under another address.
        """
        claims = self.signer.read(token) if token.count(".") == 2 else None
        if claims is None:
            return None
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        return claims if any(one.rstrip("/").endswith(ending) for one in audiences) else None


#: How the audiences of the tenant's own APIs end: MFA, My Account, Management.
MFA, MY_ACCOUNT, MANAGEMENT = "/mfa", "/me", "/api/v2"


def ends_like_the_tenants_own(audience: str) -> bool:
    """Whether a token for it would be taken for one of the tenant's own APIs, so that nobody else's may be called so."""
    return audience.rstrip("/").endswith((MFA, MY_ACCOUNT, MANAGEMENT))


def tenant_of(request: Request) -> Tenant:
    """The tenant that a request is for."""
    tenant: Tenant = request.scope["app"].state.tenant
    return tenant
