"""Notebook 09's faults: each is broken on a tenant that really runs, met over the wire, and cured.

Each time it is broken there is a new patient: a throw-away user whom the clinic
makes, so that the learner's user is never locked or changed. Settings of the
tenant are put back, and its clock, too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...client.errors import MfaError, WrongCode
from ..diagnosis import case, causes
from .patient import SHORT_TIMEOUT, Patient

Act = Callable[[Patient], Any]


@dataclass(frozen=True)
class Fault:
    """`breaks` brings the patient there, `call` is what then fails, `cures` puts right what was wrong.

    `ahead` is how far the tenant's clock runs ahead while the call fails, in
    seconds. `waits` tells that the cure is to wait as long as the answer said.
    `choices` are what it might be, the first being right: (what is said, what is said to who picks it).
    """

    id: str
    title: str
    story: str
    breaks: Act
    call: Act
    cures: Act
    cure: str
    choices: tuple[tuple[str, str], ...]
    ahead: float = 0
    waits: bool = False


def _nothing(patient: Patient) -> None:
    """Nothing to do: what went wrong has passed."""


def _mended(name: str) -> Act:
    cause = next(cause for cause in causes.CAUSES if cause.name == name)

    def mend(patient: Patient) -> None:
        assert cause.mend is not None
        cause.mend(patient.lab, case.NOTHING)

    return mend


def _without_password_grant(patient: Patient) -> None:
    path = "/clients/" + quote(patient.client.client_id, safe="")
    allowed = patient.management.get(path)["grant_types"]
    patient.management.change("PATCH", path, {"grant_types": [name for name in allowed if name != "password"]})


def _factor_off(patient: Patient) -> None:
    patient.login()
    patient.management.change("PUT", "/guardian/factors/email", {"enabled": False})


def _never(patient: Patient) -> None:
    patient.management.change("PUT", "/guardian/policies", [])


def _misspelt_audience(patient: Patient) -> None:
    patient.audience = (patient.lab.tenant.audience or "").rstrip("/")


def _right_audience(patient: Patient) -> None:
    patient.audience = patient.lab.tenant.audience


def _wrong_code(patient: Patient) -> None:
    patient.challenged()
    patient.wrong_code()


def _new_code(patient: Patient) -> None:
    patient.challenge()
    patient.mail()


def _ten_wrong_codes(patient: Patient) -> None:
    patient.challenged()
    patient.wrong_code()
    for _ in range(10):
        with suppress(WrongCode):
            patient.prove()
    patient.mail()


def _ten_wrong_passwords(patient: Patient) -> None:
    for _ in range(10):
        with suppress(MfaError):
            patient.client.login(patient.email, "not the password")


def _unblocked(patient: Patient) -> None:
    patient.management.change("DELETE", f"/user-blocks/{patient.user_id}")


def _busy(patient: Patient) -> None:
    patient.login()
    patient.controls.go_wrong("/mfa/authenticators", "rate_limit", 30)


def _proxy(patient: Patient) -> None:
    patient.enrol()
    patient.controls.go_wrong("/mfa/challenge", "unavailable")


def _slow(patient: Patient) -> None:
    patient.login()
    patient.client.transport.timeout = SHORT_TIMEOUT
    patient.controls.go_wrong("/mfa/authenticators", "slow", 1)


def _access_token(patient: Patient) -> None:
    patient.challenged()
    patient.prove()
    patient.mfa_token = patient.mixed_up


#: In the order of the notebook.
FAULTS: dict[str, Fault] = {
    fault.id: fault
    for fault in (
        Fault(
            "grant-off", "A sign-in is refused", "The password is right. Somebody has changed a setting.",
            _without_password_grant, Patient.login, _mended("grant-type"),
            "Tick the Password grant again: PATCH /api/v2/clients/{id} with grant_types.",
            (
                ("The application may not use the password grant.", "The code unauthorized_client speaks of the application and its grants."),
                ("The password is wrong.", "Then the error would be invalid_grant. Here no password was looked at."),
                ("The client secret is wrong.", "Then the answer would be 401 access_denied. The tenant knows this application."),
            ),
        ),
        Fault(
            "never", "No second factor is asked for", "The sign-in goes well, too well: look at what is in the answer.",
            _never, Patient.login, _mended("policy"),
            "Set the policy to Always: PUT /api/v2/guardian/policies with [\"all-applications\"].",
            (
                ("The tenant's policy is not Always.", "A login without mfa_required means that nobody asks for a second factor."),
                ("The user has no authenticator.", "That would not matter: mfa_required comes before anything is enrolled."),
                ("The e-mail factor is off.", "Then mfa_required would still come. Associating would fail."),
            ),
        ),
        Fault(
            "wrong-audience", "An API that is not there", "The sign-in names an API. One character is missing.",
            _misspelt_audience, Patient.login, _right_audience,
            "Send the audience as it is written at the API, with the slash at its end.",
            (
                ("The audience differs from the API's identifier.", "The words “Service not enabled within domain” mean that no API has this name."),
                ("The tenant's domain is wrong.", "Then no tenant would have answered. The word domain misleads here."),
                ("The scope is not allowed.", "Scopes that are not known are left out, and no error comes."),
            ),
        ),
        Fault(
            "factor-off", "An address is refused", "The user signs in and wants to associate an e-mail.",
            _factor_off, Patient.associate, _mended("factor"),
            "Switch the factor on: PUT /api/v2/guardian/factors/email.",
            (
                ("The e-mail factor is off.", "The tenant says that the factor is not enabled. The address was not looked at."),
                ("The address is misspelt.", "Then the words would speak of the address."),
                ("The MFA token has expired.", "Then the error would be expired_token."),
            ),
        ),
        Fault(
            "already-enrolled", "An enrolment is refused", "The user has confirmed an e-mail before, and wants to associate another one.",
            lambda patient: patient.enrol(), Patient.associate, lambda patient: patient.mfa_audience(),
            "Sign in for the MFA audience. That access token may enrol at any moment; an MFA token enrols the first one only.",
            (
                ("The user has a confirmed authenticator.", "An MFA token enrols the first one only: knowing the password alone must not suffice to add a second."),
                ("The address is in use already.", "An address may be associated as often as one likes."),
                ("Unconfirmed rows are in the way.", "Up to 50 rows do not matter, confirmed or not."),
            ),
        ),
        Fault(
            "wrong-code", "A code is refused", "A code is sent, and the tenant says no. The login is kept.",
            _wrong_code, Patient.prove, lambda patient: patient.mail(),
            "Send the code that is in the newest mail.",
            (
                ("The code is not the one of this oob_code.", "“Invalid binding_code” means the six digits. The login and the oob_code are still good."),
                ("The mfa_token is spent.", "Then the words would be “Malformed mfa_token”."),
                ("The code is too old.", "Then the error would be expired_token."),
            ),
        ),
        Fault(
            "expired-code", "A code that was right", "The right code is sent, six minutes after the mail. The tenant's clock is moved for that.",
            lambda patient: patient.challenged(), Patient.prove, _new_code,
            "Ask for a new code with the same login: POST /mfa/challenge.",
            (
                ("The code is older than 5 minutes.", "“oob_code is expired”: the mfa_token lives 10 minutes, so the login is still good."),
                ("The login is older than 10 minutes.", "Then the words would be “mfa_token is expired”."),
                ("The code is wrong.", "Then the error would be invalid_grant. Expiry is looked at first."),
            ),
            ahead=360,
        ),
        Fault(
            "expired-token", "A login that was left lying", "The user comes back from lunch and wants the list. The tenant's clock is moved for that.",
            lambda patient: patient.enrol(), Patient.list, Patient.login,
            "Sign in again: a new login brings a new MFA token.",
            (
                ("The MFA token is older than 10 minutes.", "“mfa_token is expired”: nothing but a new login helps."),
                ("The code is older than 5 minutes.", "No code was sent: this is the list."),
                ("The token was meant for another call.", "One MFA token serves all calls of the MFA API."),
            ),
            ahead=3600,
        ),
        Fault(
            "too-many-codes", "Even the right code is refused", "Somebody has guessed. Then the right code comes.",
            _ten_wrong_codes, Patient.prove, _new_code,
            "Wait as long as Retry-After says; here the tenant's clock is moved for that. By then the code has expired, so ask for a new one.",
            (
                ("Ten wrong codes are used up.", "Ten at once, then one more every 6 minutes. Your program must tell the user how long."),
                ("The code is wrong.", "It is the right one: it is refused unread."),
                ("Too many mails were sent.", "Then the words would speak of e-mails."),
            ),
            waits=True,
        ),
        Fault(
            "blocked-user", "The right password is refused", "Somebody has tried ten passwords. Then the user comes with the right one.",
            _ten_wrong_passwords, Patient.login, _unblocked,
            "Unblock the user: DELETE /api/v2/user-blocks/{id}. On a real tenant the mail to the user does it, too.",
            (
                ("The user is blocked after wrong passwords.", "too_many_attempts at a sign-in is the brute-force protection: it does not end within seconds."),
                ("The application sends too much.", "Then the error would be too_many_requests."),
                ("The password is wrong.", "It is the right one: it is refused unread."),
            ),
        ),
        Fault(
            "rate-limit", "Too fast", "The list is asked for while the tenant has had enough.",
            _busy, Patient.list, _nothing,
            "Wait as long as Retry-After says, then send the same request once.",
            (
                ("Too many requests in a short time.", "429 with Retry-After: whoever repeats at once makes it worse."),
                ("The user is blocked.", "A block comes at the sign-in, not at the list."),
                ("The tenant is down.", "Then there would be no answer of its own. This one is JSON, and tells the wait."),
            ),
            waits=True,
        ),
        Fault(
            "proxy-page", "An answer that is no JSON", "A challenge is asked for, and a page comes back.",
            _proxy, Patient.challenge, _nothing,
            "Try again. Here the page comes once.",
            (
                ("Something between you and the tenant answered.", "The MFA API speaks JSON alone. A program that parses blindly breaks here."),
                ("The tenant refuses the challenge.", "A refusal would be JSON with an error."),
                ("The MFA token is malformed.", "Then the words would say so, in JSON."),
            ),
        ),
        Fault(
            "time-out", "No answer", "The list is asked for, and the client gives up.",
            _slow, Patient.list, _nothing,
            "Try again: asking for a list twice does no harm.",
            (
                ("The answer came too late for the client.", "There is no status: you cannot know whether the tenant has done it. For a list that does not matter."),
                ("The tenant's address is wrong.", "Then the connection itself would fail, at once."),
                ("The tenant has refused.", "A refusal is an answer. Here there is none."),
            ),
        ),
        Fault(
            "access-token", "The wrong token", "A challenge is asked for. The program has two tokens and has mixed them up.",
            _access_token, Patient.challenge, Patient.login,
            "Send the mfa_token of the answer mfa_required.",
            (
                ("An access token was sent as mfa_token.", "Look at the request: a signed JWT. An MFA token is sealed, and begins with Fe26."),
                ("The MFA token has expired.", "Then the error would be expired_token."),
                ("The authenticator is not active.", "Then the error would be invalid_authenticator."),
            ),
        ),
    )
}  # fmt: skip
