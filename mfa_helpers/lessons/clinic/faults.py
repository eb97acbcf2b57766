"""Notebook 09's faults: each is broken on a tenant that really runs, met over the wire, and cured.

Each time one is broken there is a new patient: a throw-away user whom the clinic
makes, so that the learner's user is never locked or changed. Settings of the
tenant are put back, and its clock, too.

A new fault is one record here; a row in `tests/lessons/test_clinic.py` says how it is met, and a cell
of notebook 09 shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...client.grants import PASSWORD
from ...client.lifetimes import CODE_LIFETIME, MFA_TOKEN_LIFETIME, minutes
from ..diagnosis.case import NOTHING
from ..diagnosis.causes import CAUSES
from .patient import Patient

Act = Callable[[Patient], Any]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault, from the patient who is well to the cure.

    `healthy` are the acts that lead to a state in which `call` works, `broken` those that break it, `cured` those
    that put it right. `named` are the choices of what it might be, the first being right: (what is said, what is
    said to who picks it). `advice` says in words what helps.

    `ahead` is how far the tenant's clock runs ahead while the call fails, in seconds. `waits` tells that the cure
    is to wait as long as the answer said.
    """

    id: str
    title: str
    story: str
    call: Callable[[Patient], str]
    healthy: tuple[Act, ...] = ()
    broken: tuple[Act, ...] = ()
    named: tuple[tuple[str, str], ...]
    cured: tuple[Act, ...] = ()
    advice: str
    ahead: int = 0
    waits: bool = False


def _setting(name: str) -> Act:
    """The cure of a setting: the cause of that name knows how to mend it."""
    (mend,) = (cause.mend for cause in CAUSES if cause.name == name)
    assert mend is not None
    return lambda patient: mend(patient.session, NOTHING)


#: In the order of the notebook.
FAULTS: dict[str, Fault] = {
    fault.id: fault
    for fault in (
        Fault(
            id="grant-off",
            title="A sign-in is refused",
            story="The password is right. Somebody has changed a setting.",
            broken=(lambda patient: patient.disallow(PASSWORD),),
            call=Patient.login,
            named=(
                ("The application may not use the password grant.", "The code unauthorized_client speaks of the application and its grants."),
                ("The password is wrong.", "Then the error would be invalid_grant. Here no password was looked at."),
                ("The client secret is wrong.", "Then the answer would be 401 access_denied. The tenant knows this application."),
            ),
            cured=(_setting("grant-type"),),
            advice="Tick the Password grant again: PATCH /api/v2/clients/{id} with grant_types.",
        ),
        Fault(
            id="never",
            title="No second factor is asked for",
            story="The sign-in goes well, too well: look at what is in the answer.",
            broken=(lambda patient: patient.management.change("PUT", "/guardian/policies", []),),
            call=Patient.login,
            named=(
                ("The tenant's policy is not Always.", "A login without mfa_required means that nobody asks for a second factor."),
                ("The user has no authenticator.", "That would not matter: mfa_required comes before anything is enrolled."),
                ("The email factor is off.", "Then mfa_required would still come. Associating would fail."),
            ),
            cured=(_setting("policy"),),
            advice='Set the policy to Always: PUT /api/v2/guardian/policies with ["all-applications"].',
        ),
        Fault(
            id="wrong-audience",
            title="An API that is not there",
            story="The sign-in names an API. One character is missing.",
            broken=(lambda patient: patient.use(audience=(patient.audience or "").rstrip("/")),),
            call=Patient.login,
            named=(
                ("The audience differs from the API's identifier.", "The words “Service not enabled within domain” mean that no API has this name."),
                ("The tenant's domain is wrong.", "Then no tenant would have answered. The word domain misleads here."),
                ("The scope is not allowed.", "Scopes that are not known are left out, and no error comes."),
            ),
            cured=(lambda patient: patient.use(audience=patient.session.tenant.audience),),
            advice="Send the audience as it is written at the API, with the slash at its end.",
        ),
        Fault(
            id="factor-off",
            title="An address is refused",
            story="The user signs in and wants to associate an email.",
            healthy=(Patient.login,),
            broken=(lambda patient: patient.management.change("PUT", "/guardian/factors/email", {"enabled": False}),),
            call=Patient.associate,
            named=(
                ("The email factor is off.", "The tenant says that the factor is not enabled. The address was not looked at."),
                ("The address is misspelt.", "Then the words would speak of the address."),
                ("The MFA token has expired.", "Then the error would be expired_token."),
            ),
            cured=(_setting("factor"),),
            advice="Switch the factor on: PUT /api/v2/guardian/factors/email.",
        ),
        Fault(
            id="origin",
            title="A web page is refused",
            story="The user signs in on a web page, which uses the public application. Its script sees only a network error, so this is what the browser hides.",
            broken=(Patient.open_page,),
            call=Patient.login,
            named=(
                ("The page's origin isn't listed.", "A browser adds the header Origin to the request, and the log has the event fco, a refused origin. Other programs don't send it."),
                ("The client ID is wrong.", "The response would be the same, so look at the request: it has an Origin. “Find the cause” shows the log's event fco, a refused origin."),
                ("The password is wrong.", "Then the error would be invalid_grant. Here no password was looked at."),
            ),
            cured=(Patient.list_page,),
            advice="List the page's origin at the application: PATCH /api/v2/clients/{id} with web_origins.",
        ),
        Fault(
            id="already-enrolled",
            title="An enrolment is refused",
            story="The user has confirmed an email before, and wants to associate another one.",
            healthy=(Patient.login,),
            broken=(Patient.enroll,),
            call=Patient.associate,
            named=(
                ("The user has a confirmed authenticator.", "An MFA token enrols the first one only: knowing the password alone must not suffice to add a second."),
                ("The address is in use already.", "An address may be associated as often as one likes."),
                ("Unconfirmed rows are in the way.", "Up to 50 rows do not matter, confirmed or not."),
            ),
            cured=(Patient.login_for_the_mfa_audience,),
            advice="Sign in for the MFA audience. That access token may enrol at any moment; an MFA token enrols the first one only.",
        ),
        Fault(
            id="wrong-code",
            title="A code is refused",
            story="A code is sent, and the tenant says no. The login is kept.",
            healthy=(Patient.enroll, Patient.challenge, Patient.read_mail),
            broken=(Patient.mistype,),
            call=Patient.prove,
            named=(
                ("The code is not the one of this oob_code.", "“Invalid binding_code” means the six digits. The login and the oob_code are still good."),
                ("The mfa_token is spent.", "Then the words would be “Malformed mfa_token”."),
                ("The code is too old.", "Then the error would be expired_token."),
            ),
            cured=(Patient.read_mail,),
            advice="Send the code that is in the newest mail.",
        ),
        Fault(
            id="too-many-codes",
            title="Even the right code is refused",
            story="Somebody has guessed. Then the right code comes.",
            healthy=(Patient.enroll, Patient.challenge, Patient.read_mail),
            broken=(Patient.mistype, lambda patient: patient.fail(patient.prove, times=10), Patient.read_mail),
            call=Patient.prove,
            named=(
                ("Ten wrong codes are used up.", "Ten at once, then one more every 6 minutes. Your program must tell the user how long."),
                ("The code is wrong.", "It is the right one: it is refused unread."),
                ("Too many mails were sent.", "Then the words would speak of emails."),
            ),
            cured=(Patient.challenge, Patient.read_mail),
            advice="Wait as long as Retry-After says; here the tenant's clock is moved for that. By then the code has expired, so ask for a new one.",
            waits=True,
        ),
        Fault(
            id="blocked-user",
            title="The right password is refused",
            story="Somebody has tried ten passwords. Then the user comes with the right one.",
            broken=(lambda patient: patient.fail(lambda: patient.client.login(patient.email, "not the password"), times=10),),
            call=Patient.login,
            named=(
                ("The user is blocked after wrong passwords.", "too_many_attempts at a sign-in is the brute-force protection: it does not end within seconds."),
                ("The application sends too much.", "Then the error would be too_many_requests."),
                ("The password is wrong.", "It is the right one: it is refused unread."),
            ),
            cured=(lambda patient: patient.management.change("DELETE", f"/user-blocks/{patient.user_id}"),),
            advice="Unblock the user: DELETE /api/v2/user-blocks/{id}. On a real tenant the mail to the user does it, too.",
        ),
        Fault(
            id="expired-code",
            title="A code that was right",
            story=f"The right code is sent, {minutes(CODE_LIFETIME + 60)} after the mail. The tenant's clock is moved for that.",
            healthy=(Patient.enroll, Patient.challenge, Patient.read_mail),
            call=Patient.prove,
            named=(
                (f"The code is older than {minutes(CODE_LIFETIME)}.", f"“oob_code is expired”: the mfa_token lives {minutes(MFA_TOKEN_LIFETIME)}, so the login is still good."),
                (f"The login is older than {minutes(MFA_TOKEN_LIFETIME)}.", "Then the words would be “mfa_token is expired”."),
                ("The code is wrong.", "Then the error would be invalid_grant. Expiry is looked at first."),
            ),
            cured=(Patient.challenge, Patient.read_mail),
            advice="Ask for a new code with the same login: POST /mfa/challenge.",
            ahead=CODE_LIFETIME + 60,
        ),
        Fault(
            id="expired-token",
            title="A login that was left lying",
            story="The user comes back from lunch and wants the list. The tenant's clock is moved for that.",
            healthy=(Patient.enroll,),
            call=Patient.list,
            named=(
                (f"The MFA token is older than {minutes(MFA_TOKEN_LIFETIME)}.", "“mfa_token is expired”: nothing but a new login helps."),
                (f"The code is older than {minutes(CODE_LIFETIME)}.", "No code was sent: this is the list."),
                ("The token was meant for another call.", "One MFA token serves all calls of the MFA API."),
            ),
            cured=(Patient.login,),
            advice="Sign in again: a new login brings a new MFA token.",
            ahead=3600,
        ),
        Fault(
            id="rate-limit",
            title="Too fast",
            story="The list is asked for while the tenant has had enough.",
            healthy=(Patient.login,),
            broken=(lambda patient: patient.controls.go_wrong("/mfa/authenticators", "rate_limit", 30),),
            call=Patient.list,
            named=(
                ("Too many requests in a short time.", "429 with Retry-After: whoever repeats at once makes it worse."),
                ("The user is blocked.", "A block comes at the sign-in, not at the list."),
                ("The tenant is down.", "Then there would be no answer of its own. This one is JSON, and tells the wait."),
            ),
            advice="Wait as long as Retry-After says, then send the same request once.",
            waits=True,
        ),
        Fault(
            id="proxy-page",
            title="An answer that is no JSON",
            story="A challenge is asked for, and a page comes back.",
            healthy=(Patient.enroll,),
            broken=(lambda patient: patient.controls.go_wrong("/mfa/challenge", "unavailable"),),
            call=Patient.challenge,
            named=(
                ("Something between you and the tenant answered.", "The MFA API speaks JSON alone. A program that parses blindly breaks here."),
                ("The tenant refuses the challenge.", "A refusal would be JSON with an error."),
                ("The MFA token is malformed.", "Then the words would say so, in JSON."),
            ),
            advice="Try again. Here the page comes once.",
        ),
        Fault(
            id="time-out",
            title="No answer",
            story="The list is asked for, and the client gives up.",
            healthy=(Patient.login,),
            broken=(Patient.be_impatient, lambda patient: patient.controls.go_wrong("/mfa/authenticators", "slow", 1)),
            call=Patient.list,
            named=(
                ("The answer came too late for the client.", "There is no status: you cannot know whether the tenant has done it. For a list that does not matter."),
                ("The tenant's address is wrong.", "Then the connection itself would fail, at once."),
                ("The tenant has refused.", "A refusal is an answer. Here there is none."),
            ),
            advice="Try again: asking for a list twice does no harm.",
        ),
        Fault(
            id="access-token",
            title="The wrong token",
            story="A challenge is asked for. The program has two tokens and has mixed them up.",
            healthy=(Patient.enroll, Patient.challenge, Patient.read_mail, Patient.prove, Patient.login),
            broken=(lambda patient: patient.use(mfa_token=patient.proven_token),),
            call=Patient.challenge,
            named=(
                ("An access token was sent as mfa_token.", "Look at the request: a signed JWT. An MFA token is sealed, and begins with Fe26."),
                ("The MFA token has expired.", "Then the error would be expired_token."),
                ("The authenticator is not active.", "Then the error would be invalid_authenticator."),
            ),
            cured=(Patient.login,),
            advice="Send the mfa_token of the answer mfa_required.",
        ),
    )
}  # fmt: skip
