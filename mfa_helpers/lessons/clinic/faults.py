"""Notebook 09's faults: each is broken on a tenant that really runs, met over the wire, and cured.

Each time one is broken there is a new patient: a throwaway user whom the clinic
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
            title="A sign-in is rejected",
            story="The password is correct, but someone has changed a setting.",
            broken=(lambda patient: patient.disallow(PASSWORD),),
            call=Patient.login,
            named=(
                ("The application isn't allowed to use the password grant.", "The error unauthorized_client is about the application and its grants."),
                ("The password is wrong.", "Then the error would be invalid_grant. Here, no password was checked."),
                ("The client secret is wrong.", "Then the response would be 401 access_denied. The tenant knows this application."),
            ),
            cured=(_setting("grant-type"),),
            advice="Select the Password grant again: PATCH /api/v2/clients/{id} with grant_types.",
        ),
        Fault(
            id="never",
            title="Sign-in succeeds when it shouldn't",
            story="The password gets tokens at once. Look at what's in the response.",
            broken=(lambda patient: patient.management.change("PUT", "/guardian/policies", []),),
            call=Patient.login,
            named=(
                ("The tenant's policy isn't Always.", "A login without mfa_required means that the tenant doesn't require a second factor."),
                ("The user has no authenticator.", "That wouldn't matter, because mfa_required comes before anything is enrolled."),
                ("The email factor is turned off.", "Then the response would still be mfa_required, but associating would fail."),
            ),
            cured=(_setting("policy"),),
            advice='Set the policy to Always: PUT /api/v2/guardian/policies with ["all-applications"].',
        ),
        Fault(
            id="wrong-audience",
            title="The API isn't found",
            story="The sign-in names an API, but one character is missing.",
            broken=(lambda patient: patient.use(audience=(patient.audience or "").rstrip("/")),),
            call=Patient.login,
            named=(
                ("The audience differs from the API's identifier.", "“Service not enabled within domain” means that no API has this identifier."),
                ("The tenant's domain is wrong.", "Then no tenant would have responded. The word “domain” is misleading here."),
                ("The scope isn't allowed.", "The tenant ignores unknown scopes without an error."),
            ),
            cured=(lambda patient: patient.use(audience=patient.session.tenant.audience),),
            advice="Send the audience exactly as the API's settings show it, with the slash at the end.",
        ),
        Fault(
            id="factor-off",
            title="An address is rejected",
            story="The user signs in and wants to enroll an email.",
            healthy=(Patient.login,),
            broken=(lambda patient: patient.management.change("PUT", "/guardian/factors/email", {"enabled": False}),),
            call=Patient.associate,
            named=(
                ("The email factor is turned off.", "The description says that the factor isn't enabled. The tenant didn't check the address."),
                ("The address is misspelled.", "Then the description would be about the address."),
                ("The MFA token has expired.", "Then the error would be expired_token."),
            ),
            cured=(_setting("factor"),),
            advice="Turn the factor on: PUT /api/v2/guardian/factors/email.",
        ),
        Fault(
            id="origin",
            title="A web page is rejected",
            story="The user signs in on a web page, which uses the public application. Its script sees only a network error, so this form shows what the browser hides.",
            broken=(Patient.open_page,),
            call=Patient.login,
            named=(
                ("The page's origin isn't listed.", "The browser adds an Origin header, and the log has fco, the event for a rejected origin. Other programs don't send that header."),
                ("The client ID is wrong.", "The response would be the same, but this request has an Origin header. “Find the cause” shows the log's fco, the event for a rejected origin."),
                ("The password is wrong.", "Then the error would be invalid_grant. Here, no password was checked."),
            ),
            cured=(Patient.list_page,),
            advice="List the page's origin in the application's settings: PATCH /api/v2/clients/{id} with web_origins.",
        ),
        Fault(
            id="already-enrolled",
            title="An enrollment is rejected",
            story="The user has already confirmed an email and wants to enroll another one.",
            healthy=(Patient.login,),
            broken=(Patient.enroll,),
            call=Patient.associate,
            named=(
                ("The user has a confirmed authenticator.", "An MFA token enrolls only the first authenticator. To add another one, use an access token for the MFA audience."),
                ("The address is already in use.", "An address can be associated more than once."),
                ("Unconfirmed authenticators block the enrollment.", "A user can have up to 50 authenticators, confirmed or not."),
            ),
            cured=(Patient.login_for_the_mfa_audience,),
            advice="Sign in for the MFA audience. That access token can enroll at any moment, but an MFA token can enroll only the first authenticator.",
        ),
        Fault(
            id="wrong-code",
            title="A code is rejected",
            story="The user's code is rejected, but the login continues.",
            healthy=(Patient.enroll, Patient.challenge, Patient.read_mail),
            broken=(Patient.mistype,),
            call=Patient.verify,
            named=(
                ("The code doesn't belong to this oob_code.", "“Invalid binding_code” is about the six digits. The login and the oob_code are still valid."),
                ("The mfa_token was already used.", "Then the description would be “Malformed mfa_token”."),
                ("The code is too old.", "Then the error would be expired_token."),
            ),
            cured=(Patient.read_mail,),
            advice="Send the code from the newest email.",
        ),
        Fault(
            id="too-many-codes",
            title="Even the correct code is rejected",
            story="Someone has guessed codes. Then the user sends the correct one.",
            healthy=(Patient.enroll, Patient.challenge, Patient.read_mail),
            broken=(Patient.mistype, lambda patient: patient.fail(patient.verify, times=10), Patient.read_mail),
            call=Patient.verify,
            named=(
                ("Ten wrong codes were sent.", "The tenant allows ten in a row, then one more every 6 minutes. Your program must tell the user how long to wait."),
                ("The code is wrong.", "The user sent the correct one, but it's rejected without being checked."),
                ("Too many emails were sent.", "Then the description would be about emails."),
            ),
            cured=(Patient.challenge, Patient.read_mail),
            advice="Wait as long as Retry-After says. Here, the form moves the tenant's clock instead. By then, the code has expired, so request a new one.",
            waits=True,
        ),
        Fault(
            id="blocked-user",
            title="The correct password is rejected",
            story="Someone has tried ten passwords. Then the user sends the correct one.",
            broken=(lambda patient: patient.fail(lambda: patient.client.login(patient.email, "not the password"), times=10),),
            call=Patient.login,
            named=(
                ("The user is blocked after too many wrong passwords.", "At sign-in, too_many_attempts means brute-force protection, which doesn't end within seconds."),
                ("The application sends too many requests.", "Then the error would be too_many_requests."),
                ("The password is wrong.", "The user sent the correct one, but it's rejected without being checked."),
            ),
            cured=(lambda patient: patient.management.change("DELETE", f"/user-blocks/{patient.user_id}"),),
            advice="Unblock the user: DELETE /api/v2/user-blocks/{id}. On a real tenant, the link in the email that the user gets also ends the block.",
        ),
        Fault(
            id="expired-code",
            title="A correct code comes too late",
            story=f"The correct code is sent {minutes(CODE_LIFETIME + 60)} after the email. To simulate this, the form moves the tenant's clock forward.",
            healthy=(Patient.enroll, Patient.challenge, Patient.read_mail),
            call=Patient.verify,
            named=(
                (f"The code is older than {minutes(CODE_LIFETIME)}.", f"“oob_code is expired” isn't about the login, because an MFA token is valid for {minutes(MFA_TOKEN_LIFETIME)}."),
                (f"The login is older than {minutes(MFA_TOKEN_LIFETIME)}.", "Then the description would be “mfa_token is expired”."),
                ("The code is wrong.", "Then the error would be invalid_grant. The tenant checks expiry first."),
            ),
            cured=(Patient.challenge, Patient.read_mail),
            advice="Request a new code with the same login: POST /mfa/challenge.",
            ahead=CODE_LIFETIME + 60,
        ),
        Fault(
            id="expired-token",
            title="A login is left waiting",
            story="The user comes back after lunch, and the program requests the list. To simulate this, the form moves the tenant's clock forward.",
            healthy=(Patient.enroll,),
            call=Patient.list,
            named=(
                (f"The MFA token is older than {minutes(MFA_TOKEN_LIFETIME)}.", "After “mfa_token is expired”, only a new login helps."),
                (f"The code is older than {minutes(CODE_LIFETIME)}.", "No code was sent, because this is the list."),
                ("The token was meant for another request.", "Within one login, the same MFA token works for the list, the challenge, and the code."),
            ),
            cured=(Patient.login,),
            advice="Sign in again, because a new login has a new MFA token.",
            ahead=3600,
        ),
        Fault(
            id="rate-limit",
            title="Too many requests",
            story="The program requests the list after too many other requests.",
            healthy=(Patient.login,),
            broken=(lambda patient: patient.controls.go_wrong("/mfa/authenticators", "rate_limit", 30),),
            call=Patient.list,
            named=(
                ("Too many requests were sent in a short time.", "The response is 429 with Retry-After. Until that time is over, the tenant can reject more requests."),
                ("The user is blocked.", "A block affects the sign-in, not the list."),
                ("The tenant is down.", "Then the tenant itself wouldn't respond. This response is JSON and says how long to wait."),
            ),
            advice="Wait as long as Retry-After says, and then send the same request once.",
            waits=True,
        ),
        Fault(
            id="proxy-page",
            title="A response that isn't JSON",
            story="The program sends a challenge, and a page comes back.",
            healthy=(Patient.enroll,),
            broken=(lambda patient: patient.controls.go_wrong("/mfa/challenge", "unavailable"),),
            call=Patient.challenge,
            named=(
                ("Something between you and the tenant responded.", "The MFA API always responds in JSON. A program that doesn't check for this fails here."),
                ("The tenant rejects the challenge.", "A rejection would be JSON with an error."),
                ("The MFA token is malformed.", "Then the description would say so, in JSON."),
            ),
            advice="Try again. Here, the page comes only once.",
        ),
        Fault(
            id="time-out",
            title="No response",
            story="The program requests the list, and the client gives up.",
            healthy=(Patient.login,),
            broken=(Patient.be_impatient, lambda patient: patient.controls.go_wrong("/mfa/authenticators", "slow", 1)),
            call=Patient.list,
            named=(
                ("The response came too late for the client.", "There's no status, so you can't know whether the tenant carried out the request. For a list, that doesn't matter."),
                ("The tenant's address is wrong.", "Then the connection itself would fail at once."),
                ("The tenant rejected it.", "A rejection is a response. Here, there's none."),
            ),
            advice="Try again, because requesting a list twice does no harm.",
        ),
        Fault(
            id="access-token",
            title="The wrong token",
            story="The program sends a challenge. It has two tokens and has mixed them up.",
            healthy=(Patient.enroll, Patient.challenge, Patient.read_mail, Patient.verify, Patient.login),
            broken=(lambda patient: patient.use(mfa_token=patient.proven_token),),
            call=Patient.challenge,
            named=(
                ("An access token was sent as mfa_token.", "The request contains a signed JWT. An MFA token is sealed and begins with Fe26."),
                ("The MFA token has expired.", "Then the error would be expired_token."),
                ("The authenticator isn't active.", "Then the error would be invalid_authenticator."),
            ),
            cured=(Patient.login,),
            advice="Send the mfa_token from the mfa_required response.",
        ),
    )
}  # fmt: skip
