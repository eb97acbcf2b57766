"""Choosing: of two e-mails, challenge the one that the tenant would not choose."""

from __future__ import annotations

from ...learner.email_steps import EmailSteps
from ...learner.tenant_setup import TenantSetup
from .evidence import Seen
from .exercise import Exercise
from .meanings import explained, nothing_arrived
from .putting_back import Found
from .verdict import Verdict, mistake, not_yet, solved

SECOND = "ada.second@example.com"

_SOLUTION = """\
import requests

tenant = lab.tenant
secret = tenant.client_secret  # a public application has none
lab.login()
mfa_token = lab.mfa_token.reveal()
rows = requests.get(
    f"{tenant.base_url}/mfa/authenticators",
    headers={"Authorization": f"Bearer {mfa_token}"},
    timeout=(5, 10),
).json()
second = next(row for row in rows if row["name"].startswith("ada."))
answer = requests.post(
    f"{tenant.base_url}/mfa/challenge",
    json={
        "mfa_token": mfa_token,
        "challenge_type": "oob",
        "authenticator_id": second["id"],
        "client_id": tenant.client_id,
        "client_secret": secret.reveal() if secret else None,
    },
    timeout=(5, 10),
)
print(answer.status_code)
"""


def _stage(session: EmailSteps) -> None:
    set_up = session.companion(TenantSetup)
    set_up.customize()
    set_up.take_off_all()
    set_up.give(type="email", email=session.tenant.username or "")
    set_up.give(type="email", email=SECOND)


def _grade(seen: Seen) -> Verdict:
    signs = [event for event in seen.mine if event.type in ("mfar", "fp", "fepft", "gd_start_auth", "gd_start_enroll")]
    if not signs:
        return nothing_arrived(seen, "a challenge")
    addresses = [mail.to for mail in seen.mails]
    if seen.has("gd_start_auth") and SECOND in addresses:
        return solved(f"the mail went to {SECOND}. The tenant alone would have taken the older address.")
    if seen.has("gd_start_auth"):
        return mistake(
            "The mail went to the older address. Send the authenticator_id of the row whose name begins with “ada.”."
        )
    if seen.has("gd_start_enroll"):
        return mistake("You have associated an address. Both are there already: list them, and challenge one.")
    if signs[-1].type != "mfar":
        return explained(signs) or mistake("The tenant refused the sign-in. Print the answer's text.")
    return not_yet("You have signed in. Now list the authenticators, and send one of their ids to /mfa/challenge.")


def _settle(session: EmailSteps, found: Found) -> None:
    """A login that was found goes on."""
    found.put_back_login(session)


EXERCISES = (
    Exercise(
        id="the-other-address",
        topic="choosing",
        task=f"The user has two e-mails. With requests of your own, have the code sent to the newer one, {SECOND}.",
        hints=(
            "lab.login() gives a login in progress; lab.mfa_token.reveal() is its token.",
            "GET /mfa/authenticators lists both. Their names are masked, but the newer one begins with ada and a dot.",
            "Send its id as authenticator_id to /mfa/challenge, in json=, with mfa_token, client_id and client_secret.",
        ),
        solution=_SOLUTION,
        grade=_grade,
        stage=_stage,
        settle=_settle,
    ),
)
