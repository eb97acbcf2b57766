"""Associating: another address than the profile's."""

from __future__ import annotations

from ...learner.email_steps import EmailSteps
from .evidence import Seen
from .exercise import Exercise
from .meanings import explained, nothing_arrived
from .putting_back import Found, remove_address
from .verdict import Verdict, mistake, solved

ADDRESS = "ada+exercise@example.com"
_SHOWN = "ada+********@exam*******"  # as the list masks it

_SOLUTION = f"""\
import requests

answer = requests.post(
    f"{{lab.tenant.base_url}}/mfa/associate",
    json={{
        "authenticator_types": ["oob"],
        "oob_channels": ["email"],
        "email": "{ADDRESS}",
    }},
    headers={{"Authorization": f"Bearer {{lab.mfa_token.reveal()}}"}},
    timeout=(5, 10),
)
print(answer.status_code, sorted(answer.json()))
"""


def _grade(seen: Seen) -> Verdict:
    if not seen.has("gd_start_enroll"):
        return explained(seen.mine) or nothing_arrived(seen, "an associate request")
    went_to = {mail.to for mail in seen.mails}
    if ADDRESS in went_to or seen.is_live:
        removed = "" if seen.is_live else "; now it is removed again"
        return solved(
            f"the mail went to {ADDRESS}. Its row had active: false, because nobody has typed the code{removed}."
        )
    shown = ", ".join(sorted(went_to)) or "nobody"
    return mistake(
        f"An address was associated, but the mail went to {shown}. Without a field email the tenant takes the profile's own "
        f"address; with one it takes that. Send email with {ADDRESS}."
    )


def _settle(session: EmailSteps, found: Found) -> None:
    """The learner's user has no other address than before."""
    remove_address(session, _SHOWN)


EXERCISES = (
    Exercise(
        id="another-address",
        topic="associate",
        task=f"Associate {ADDRESS} with a request of your own. The mail must go there, and not to the address of the profile.",
        hints=(
            "It is the call above with one more field. Its name is email.",
            'The fields go into json=. The token goes into the header: {"Authorization": f"Bearer {lab.mfa_token.reveal()}"}.',
            "Print answer.status_code and answer.text: a refused token leaves no line in the tenant's log, only an answer.",
        ),
        solution=_SOLUTION,
        grade=_grade,
        settle=_settle,
    ),
)
