"""Confirming: by hand."""

from __future__ import annotations

from ...learner.email_steps import EmailSteps
from .evidence import Seen
from .exercise import Exercise
from .meanings import explained, nothing_arrived
from .putting_back import Found
from .verdict import Verdict, mistake, not_yet, solved

_SOLUTION = """\
import requests

lab.unenroll()
lab.login()
enrolment = lab.associate()

secret = lab.tenant.client_secret  # a public application has none
answer = requests.post(
    f"{lab.tenant.base_url}/oauth/token",
    data={
        "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
        "client_id": lab.tenant.client_id,
        "client_secret": secret.reveal() if secret else None,
        "mfa_token": lab.mfa_token.reveal(),
        "oob_code": enrolment.oob_code.reveal(),
        "binding_code": lab.newest_code().reveal(),
    },
    timeout=(5, 10),
)
print(answer.status_code, sorted(answer.json()))
"""


def _grade(seen: Seen) -> Verdict:
    if seen.has("gd_enrollment_complete", "seoobft"):
        return solved(
            "your own request has confirmed the e-mail, and the tenant gave tokens for it. The same call will answer a challenge."
        )
    if seen.has("seoobft"):
        return mistake(
            "The tenant gave tokens, but no enrolment was confirmed: you have answered a challenge. Begin with lab.unenroll()."
        )
    wrong = explained(seen.mine)
    if wrong is not None:
        return wrong
    if any(event.type == "gd_start_enroll" for event in seen.events):
        return not_yet(
            "The mail is on its way, but no code of yours has come to the tenant, so no tokens came either. Send it to /oauth/token, "
            "with the grant_type that ends in mfa-oob. A grant_type that the tenant does not know leaves no line in its log."
        )
    return nothing_arrived(seen, "a confirmation")


def _settle(session: EmailSteps, found: Found) -> None:
    """The hand-over knows again that an e-mail is confirmed, and holds no login that is spent."""
    if not session.tenant.can_sign_in:
        return
    session.login()
    session.list_authenticators()
    found.put_back_choice(session)
    found.put_back_login(session)


EXERCISES = (
    Exercise(
        id="confirm-by-hand",
        topic="confirm",
        task=(
            "Confirm an e-mail with a request of your own. First make room and get a mail: lab.unenroll(), lab.login(), "
            "enrolment = lab.associate(). Then send the code."
        ),
        hints=(
            "It is the call above: a POST to /oauth/token with six fields in data=.",
            "The three proofs are lab.mfa_token, enrolment.oob_code and lab.newest_code(). All three must be of the same login.",
            "A secret is shown as stars, and is no text: write .reveal() behind it where you send it.",
        ),
        solution=_SOLUTION,
        grade=_grade,
        mails=lambda seen: seen.mails[-1:],  # by lab.associate(); its code has been used
        settle=_settle,
    ),
)
