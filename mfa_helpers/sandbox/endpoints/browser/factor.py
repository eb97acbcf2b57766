"""The second page of a login: a code that was sent, one of an authenticator app, or a recovery code."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ... import defaults, refusals
from ...crypto.opaque_strings import fingerprint
from ...http.call import Call
from ...refusals import Refusal
from ...tenant import authenticators, messages
from ...tenant.authenticators import Authenticator
from .. import enrollment, second_factor
from ..second_factor import Login
from . import answers, pages
from .login import BrowserLogin, finished, forward, log_failure, opened

#: What a page asks for, by the kind of authenticator; the kinds' names in its address are those of a real tenant's prompts.
_LABELS = {"recovery-code": "Recovery code"}
_SCREEN = {"totp": "otp"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """The login of which a factor is missing, its user, and the authenticators that the user may prove it with."""

    login: BrowserLogin
    user: sqlite3.Row
    usable: list[Authenticator]

    @property
    def chosen(self) -> Authenticator | None:
        """The one that the page asks for now."""
        return next((row for row in self.usable if row.id == self.login.row["authenticator_id"]), None)


async def begin(request: Request) -> Response:
    """`GET /u/mfa`: choose a factor, send its code, and go on to its page."""
    call = Call(request, dict(request.query_params))
    return await _on_page(call, lambda step: _choose(call, step, step.chosen or step.usable[0]))


async def show(request: Request) -> Response:
    """`GET /u/mfa-…-challenge`: where the code is entered."""
    call = Call(request, dict(request.query_params))

    async def page(step: Step) -> Response:
        if step.chosen is None:
            return forward("/u/mfa", step.login.state)
        return _page(step, step.chosen)

    return await _on_page(call, page)


async def prove(request: Request) -> Response:
    """`POST /u/mfa-…-challenge`: the code, or another one, or another method. `POST /u/mfa`, if none could be sent at once."""
    try:
        call = await Call.of(request)
    except Refusal as refusal:
        return pages.failure(refusal)

    async def work(step: Step) -> Response:
        named = call.optional("authenticator")
        other = next((row for row in step.usable if row.id == named), None)
        if other is not None:
            return await _choose(call, step, other)
        chosen = step.chosen
        if step.login.row["proven"]:  # the new recovery code has been shown
            with call.tenant.store.change():
                return finished(call, step.login, step.user, proven=True)
        if chosen is None:
            return forward("/u/mfa", step.login.state)
        if call.optional("action") == "resend-code":
            return await _choose(call, step, chosen)
        with call.tenant.store.change():
            return _checked(call, step, chosen)

    return await _on_page(call, work)


async def _on_page(call: Call, work: Callable[[Step], Awaitable[Response]]) -> Response:
    """What `work` makes of the login that the page is of. What stands against it is said on a page, or to the application."""
    try:
        login = opened(call)
        if not login.row["user_id"]:  # the password is missing
            raise Refusal(refusals.LOGIN_OVER)
        step = _step(call, login)
    except Refusal as refusal:
        return pages.failure(refusal)
    store = call.tenant.store
    try:
        if step.user["blocked"]:  # since the password was right
            raise Refusal(refusals.USER_BLOCKED)
        if not step.usable:
            raise Refusal(refusals.NO_FACTOR)
    except Refusal as refusal:
        log_failure(call, refusal)
        store.remove_browser_login(login.hash)
        return answers.refused(login.to, refusal)
    return await work(step)


def _step(call: Call, login: BrowserLogin) -> Step:
    store = call.tenant.store
    try:
        user = store.user(login.row["user_id"])
    except KeyError:  # removed since
        raise Refusal(refusals.LOGIN_OVER) from None
    settings = store.settings()
    rows = [
        row
        for row in authenticators.of_user(store, user, settings)
        if authenticators.FACTOR[row.kind] in settings.factors and row.kind != "push"  # its phone has codes, too
    ]
    active = [row for row in rows if row.active]
    if not authenticators.is_enrolled(active):
        # The profile's address becomes one with the code that is sent there (assumed).
        begun = [row for row in rows if row.enrolled_by == login.hash]
        active = begun[:1] or _newly_begun(call, login, user, settings) or active
    # A recovery code is for those who have nothing else at hand.
    return Step(login=login, user=user, usable=sorted(active, key=lambda row: row.kind == "recovery-code"))


def _newly_begun(
    call: Call, login: BrowserLogin, user: sqlite3.Row, settings: defaults.Settings
) -> list[Authenticator]:
    store = call.tenant.store
    if "email" not in settings.factors or len(store.authenticators(user["user_id"])) >= defaults.LIMITS.authenticators:
        return []
    if authenticators.is_enrolled(authenticators.of_user(store, user, settings)):  # with a factor that is off now
        return []
    new = Authenticator(id=authenticators.new_id("email"), kind="email", address=user["email"], active=False)
    with store.change():
        store.add_authenticator(
            new.id, user_id=user["user_id"], kind=new.kind, now=call.now, address=new.address, enrolled_by=login.hash
        )
        call.log("gd_start_enroll", new.kind)
    return [new]


async def _choose(call: Call, step: Step, chosen: Authenticator) -> Response:
    """Ask for that one from now on; if a code has to be sent, send it."""
    store, login = call.tenant.store, step.login
    message = ""
    if chosen.kind in messages.CHANNELS:
        message = secrets.token_urlsafe(16)
        try:
            await enrollment.send_code(call, _login(step), chosen, _oob_code(login, message))
        except Refusal as refusal:
            with store.change():
                kept = login.row["message"] if chosen == step.chosen else ""  # an older code is still good
                store.change_browser_login(login.hash, authenticator_id=chosen.id, message=kept)
            return _page(step, chosen, refusal)
    with store.change():
        store.change_browser_login(login.hash, authenticator_id=chosen.id, message=message)
        if chosen.active:
            call.log("gd_start_auth", chosen.kind)
    return forward(f"/u/mfa-{_SCREEN.get(chosen.kind, chosen.kind)}-challenge", login.state)


def _checked(call: Call, step: Step, chosen: Authenticator) -> Response:
    """On, if the code is right. Wrong ones are counted together with those that come through the MFA API."""
    login, store = _login(step), call.tenant.store
    try:
        if chosen.kind == "recovery-code":
            fresh = second_factor.prove_recovery_code(call, login, call.text("code").strip())
            store.change_browser_login(step.login.hash, proven=1)
            return pages.new_recovery_code(step.login.state, fresh)
        if chosen.kind == "totp":
            second_factor.complete(call, login, second_factor.prove_otp(call, login, _digits(call)))
        else:
            oob_code = _oob_code(step.login, step.login.row["message"])
            found = store.oob_code(fingerprint(oob_code))
            is_ours = found is not None and found["authenticator_id"] == chosen.id
            if found is None or not is_ours or found["used"]:
                raise Refusal(refusals.OOB_EXPIRED)
            call.fields["code"] = _digits(call)
            second_factor.prove_oob(call, login, found, oob_code, "code")
            second_factor.complete(call, login, found["authenticator_id"])
    except Refusal as refusal:
        return _page(step, chosen, refusal)
    return finished(call, step.login, step.user, proven=True)


def _digits(call: Call) -> str:
    """The code, without the blanks that people type or copy."""
    return "".join(call.text("code").split())


def _login(step: Step) -> Login:
    """The login as the MFA API knows one. Its token is the page's state, which nobody can use there."""
    return Login(
        user=step.user,
        client_id=step.login.to.client_id,
        audience=step.login.asked.audience,
        scope=step.login.asked.scope,
        token_hash=step.login.hash,
        is_access_token=False,
    )


def _oob_code(login: BrowserLogin, message: str) -> str:
    """What a message's code is bound to. It can't be told from what the tenant keeps: the state is in the browser only."""
    return f"{login.state}.{message}"


def _page(step: Step, chosen: Authenticator, refusal: Refusal | None = None) -> Response:
    return pages.challenge(
        step.login.state,
        told=_TOLD[chosen.kind].format(_name(chosen)),
        label=_LABELS.get(chosen.kind, "Code"),
        others=[(row.id, _WORDS[row.kind].format(_name(row))) for row in step.usable if row.id != chosen.id],
        sends=chosen.kind in messages.CHANNELS,
        digits=chosen.kind != "recovery-code",
        refusal=refusal,
    )


def _name(row: Authenticator) -> str:
    """An address or a number as the list of the MFA API shows it."""
    if row.kind == "email":
        return authenticators.masked_address(row.address)
    return authenticators.masked_number(row.address)


_TOLD = {
    "email": "Enter the code that was sent to {}.",
    "sms": "Enter the code that was sent to {}.",
    "voice": "Enter the code from the call to {}.",
    "totp": "Enter the code that your authenticator app shows.",
    "recovery-code": "Enter the recovery code that you wrote down.",
}
_WORDS = {
    "email": "Email to {}",
    "sms": "SMS to {}",
    "voice": "Call to {}",
    "totp": "Authenticator app",
    "recovery-code": "Recovery code",
}
