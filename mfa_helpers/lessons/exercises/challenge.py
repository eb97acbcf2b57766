"""The challenge: the second factor, by hand."""

from __future__ import annotations

from ...learner.email_steps import EmailSteps
from .evidence import Seen
from .exercise import Exercise
from .meanings import explained, nothing_arrived
from .putting_back import Found
from .verdict import Verdict, mistake, not_yet, solved

_SOLUTION = """\
import requests

lab.catch_up("authenticator")
lab.login()
secret = lab.tenant.client_secret  # a public application has none
identity = {"client_id": lab.tenant.client_id, "client_secret": secret.reveal() if secret else None}

challenge = requests.post(
    f"{lab.tenant.base_url}/mfa/challenge",
    json={
        **identity,
        "challenge_type": "oob",
        "authenticator_id": lab.chosen()["id"],
        "mfa_token": lab.mfa_token.reveal(),
    },
    timeout=(5, 10),
).json()

answer = requests.post(
    f"{lab.tenant.base_url}/oauth/token",
    data={
        **identity,
        "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
        "mfa_token": lab.mfa_token.reveal(),
        "oob_code": challenge["oob_code"],
        "binding_code": lab.newest_code().reveal(),
    },
    timeout=(5, 10),
)
print(answer.status_code, sorted(answer.json()))
"""


def _grade(seen: Seen) -> Verdict:
    failed = seen.count("gd_auth_failed")
    if seen.has("seoobft"):
        if not seen.has("gd_start_auth"):
            return mistake(
                "The code was yours, but the challenge was the course's. Send both: /mfa/challenge, then /oauth/token."
            )
        if failed:
            return mistake(
                f"Tokens came, after {failed} wrong code{'s' if failed > 1 else ''}. Read the code from the mail, and send it once."
            )
        return solved("the tenant saw your challenge, sent one code, and gave tokens for it.")
    if failed > 2:
        return mistake(
            f"{failed} wrong codes: that is guessing. After ten of them even the right one is refused. Read it from the mail."
        )
    wrong = explained(seen.mine)
    if wrong is not None:
        return wrong
    if seen.has("gd_start_auth"):
        return not_yet(
            "Your challenge has arrived, and a code was sent. No code has come back to /oauth/token, so no tokens came. "
            "A grant_type that the tenant does not know leaves no line in its log: print the answer."
        )
    return nothing_arrived(seen, "a challenge")


def _settle(session: EmailSteps, found: Found) -> None:
    """The exercise's own login is spent; one that was found goes on."""
    found.put_back_login(session)


EXERCISES = (
    Exercise(
        id="second-factor",
        topic="challenge",
        task=(
            'Do both calls of the second factor yourself: challenge, then the code. Begin with lab.catch_up("authenticator") and '
            "lab.login(): the login above is spent. No wrong code, please."
        ),
        hints=(
            'The challenge is the call above: its authenticator_id is lab.chosen()["id"], its mfa_token lab.mfa_token.reveal().',
            "Keep the oob_code of the challenge's answer. The mail's code is lab.newest_code().reveal().",
            "The second call is the one of notebook 03: POST /oauth/token, the grant_type ends in mfa-oob, the fields go into data=.",
        ),
        solution=_SOLUTION,
        grade=_grade,
        settle=_settle,
    ),
)
