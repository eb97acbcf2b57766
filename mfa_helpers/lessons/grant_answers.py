"""What `POST /oauth/token` answers to each grant while the MFA policy is Always, predicted and then sent to a practice tenant.

Sources: documentation, authenticate-using-ropg-flow-with-mfa, use-refresh-tokens, and client-credentials-flow. That a code
which Universal Login has returned gets tokens is in the recordings of real logins that the sandbox is built from.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ..client.errors import MfaRequired, Refused
from ..client.grants import REFRESH_TOKEN
from ..client.secret import Secret
from ..learner.session import LearnerSession
from ..tenants.tenant import DEFAULT_SCOPE
from . import login_page
from .exercises.trial import PracticeTenant, practice_tenant
from .question import Question

TOKENS, ASKED = "200 with tokens", "403 mfa_required"

_REALM = "Username-Password-Authentication"
_CALLBACK = "https://shop.example/callback"
_OFFLINE = f"{DEFAULT_SCOPE} offline_access"
_CODE, _OWN = "authorization_code", "client_credentials"


@dataclass(frozen=True, kw_only=True)
class GrantRequest:
    """A request to predict and send. `grant` is its `grant_type`, or the end of it."""

    grant: str
    question: Question
    send: Callable[[PracticeTenant], object]


def _begin(tenant: PracticeTenant, **settings: Any) -> None:
    """The tenant's first day, with one confirmed email, the policy Always, and `settings`."""
    user = {"email": tenant.username, "factors": [{"type": "email", "email": tenant.username}]}
    tenant.controls.reset({"settings": settings, "users": [user]})


def _log_in(tenant: PracticeTenant, *, realm: str | None = None, scope: str = DEFAULT_SCOPE) -> object:
    return tenant.client.login(
        tenant.username, tenant.password, audience=tenant.details.audience, scope=scope, realm=realm
    )


def _password(tenant: PracticeTenant, realm: str | None = None) -> object:
    _begin(tenant)
    return _log_in(tenant, realm=realm)


def _refresh(tenant: PracticeTenant, **settings: Any) -> object:
    """Complete a login with both factors, and send its refresh token."""
    _begin(tenant, **settings)
    client = tenant.client
    try:
        _log_in(tenant, scope=_OFFLINE)
    except MfaRequired as required:
        token = required.mfa_token
    (email,) = client.list_authenticators(token)
    oob_code = client.challenge_authenticator(mfa_token=token, authenticator_id=email.id).oob_code or ""
    tokens = client.verify(mfa_token=token, oob_code=oob_code, binding_code=_newest_code(tenant))
    return client.refresh(tokens.refresh_token or "")


def _newest_code(tenant: PracticeTenant) -> Secret:
    return tenant.controls.mails()[0].code or Secret("")


def _code(tenant: PracticeTenant) -> object:
    """Sign in at the login page, as the user's browser does, and exchange the code that it brings back."""
    _begin(tenant, callbacks=[_CALLBACK])
    asked = {
        "client_id": tenant.client.client_id,
        "redirect_uri": _CALLBACK,
        "response_type": "code",
        "scope": DEFAULT_SCOPE,
        "state": secrets.token_urlsafe(16),
    }
    back = login_page.visit(
        f"{tenant.details.base_url}/authorize?{urlencode(asked)}",
        base_url=tenant.details.base_url,
        username=tenant.username,
        password=tenant.password,
        read_code=lambda: _newest_code(tenant),
        ca_file=tenant.ca_file,
    )
    return _exchange(tenant, grant_type=_CODE, code=Secret(login_page.query(back)["code"]), redirect_uri=_CALLBACK)


def _own_token(tenant: PracticeTenant) -> object:
    """The application's own token, for an API that it was granted."""
    _begin(tenant, grant_types=[_OWN])
    client_id, audience = tenant.client.client_id, tenant.details.audience
    tenant.management.change("POST", "/client-grants", {"client_id": client_id, "audience": audience, "scope": []})
    return _exchange(tenant, grant_type=_OWN, audience=audience)


def _exchange(tenant: PracticeTenant, **fields: str | Secret) -> object:
    client = tenant.client
    identity = {"client_id": client.client_id, "client_secret": client.client_secret}
    return client.transport.send("POST", "/oauth/token", form={**fields, **identity})


def _request(
    grant: str,
    send: Callable[[PracticeTenant], object],
    text: str,
    *,
    variant: str = "",
    tokens: str = "",
    asked: str = "",
    because: str,
) -> GrantRequest:
    """`tokens` or `asked` says why that answer is wrong."""
    question = Question(
        id=f"{grant} {variant}".rstrip(),
        text=f"{text} What does the tenant return?",
        answers=((TOKENS, tokens), (ASKED, asked)),
        because=because,
    )
    return GrantRequest(grant=grant, question=question, send=send)


#: By the id of the question, in the order of the form.
REQUESTS: dict[str, GrantRequest] = {
    one.question.id: one
    for one in (
        _request(
            "password",
            _password,
            "Your program sends the user's correct password.",
            tokens="The password is one factor, and the policy requires two.",
            because="The MFA token in the response continues the login.",
        ),
        _request(
            "password-realm",
            lambda tenant: _password(tenant, _REALM),
            "Your program sends the same password and names a realm.",
            tokens="A realm only says which collection of users to search. The policy is the same.",
            because="A realm only says which collection of users to search.",
        ),
        _request(
            REFRESH_TOKEN,
            _refresh,
            "A user has completed a login with both factors. Your program sends the refresh token of that login.",
            tokens="The policy requires a second factor for each refresh, too, even though the login had both factors.",
            because="The policy requires a second factor for each refresh, too. A program that refreshes in the background can't provide it.",
        ),
        _request(
            REFRESH_TOKEN,
            lambda tenant: _refresh(tenant, mfa_at_refresh=False),
            "Now an Action skips MFA when the protocol is oauth2-refresh-token, and your program sends the refresh token again.",
            variant="bypassed",
            asked="The Action runs at each refresh, and it returns before anything asks for a factor.",
            because="This Action is in Auth0's documentation. It also lets someone with a stolen refresh token in.",
        ),
        _request(
            _CODE,
            _code,
            "A user has signed in at the tenant's own login page, and your program sends the code that it returned.",
            asked="The login page asked for the second factor before it returned the code, so nothing is missing.",
            because="The login page asked for the second factor before it returned the code.",
        ),
        _request(
            _OWN,
            _own_token,
            "A nightly job sends its client ID and client secret, without any user.",
            asked="There's no user here, so there's no factor to verify.",
            because="There's no user here. The client secret is all that protects this token.",
        ),
    )
}


class GrantAnswers:
    """Sends the requests of `REQUESTS` for one learner. The session's `history` keeps them as `grant password`, and so on."""

    def __init__(self, session: LearnerSession) -> None:
        self._session = session

    def send(self, id: str) -> str:
        """Send a request, and return what came back in a few words. Raises a subclass of `NotReached`."""
        tenant = practice_tenant()
        try:
            REQUESTS[id].send(tenant)
            said = TOKENS
        except Refused as refused:
            said = f"{refused.status} {refused.error}"
        self._session.record(f"grant {id}", tenant.client.last_exchange, in_flow=False)
        return said
