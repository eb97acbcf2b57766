"""The other factors: an authenticator app, enrolled and confirmed by requests of one's own."""

from __future__ import annotations

from ...learner.email_steps import EmailSteps
from ...learner.tenant_setup import TenantSetup
from .evidence import Seen
from .exercise import Exercise
from .meanings import explained, nothing_arrived
from .putting_back import Found
from .verdict import Verdict, mistake, not_yet, solved

_SOLUTION = """\
import pyotp
import requests

tenant = lab.tenant
secret = tenant.client_secret  # a public application has none
lab.login()
mfa_token = lab.mfa_token.reveal()
enrolment = requests.post(
    f"{tenant.base_url}/mfa/associate",
    headers={"Authorization": f"Bearer {mfa_token}"},
    json={"authenticator_types": ["otp"]},
    timeout=(5, 10),
).json()
answer = requests.post(
    f"{tenant.base_url}/oauth/token",
    data={
        "grant_type": "http://auth0.com/oauth/grant-type/mfa-otp",
        "mfa_token": mfa_token,
        "otp": pyotp.TOTP(enrolment["secret"]).at(int(tenant.now())),
        "client_id": tenant.client_id,
        "client_secret": secret.reveal() if secret else None,
    },
    timeout=(5, 10),
)
print(answer.status_code)
"""


def _stage(session: EmailSteps) -> None:
    set_up = session.companion(TenantSetup)
    set_up.switch_on("otp")
    set_up.take_off_all()


def _settle(session: EmailSteps, found: Found) -> None:
    """The exercise's own login is spent; one that was found goes on."""
    found.put_back_login(session)


def _grade(seen: Seen) -> Verdict:
    wanted = ("gd_start_enroll", "gd_start_enroll_failed", "seotpft", "feotpft", "seoobft", "feoobft")
    signs = [event for event in seen.mine if event.type in wanted]
    if not signs:
        return nothing_arrived(seen, "an enrolment request")
    types = [event.type for event in signs]
    enrolled = [event.description for event in signs if event.type == "gd_start_enroll"]
    if "totp" in enrolled and "seotpft" in types[types.index("gd_start_enroll") :]:
        return solved(
            "the tenant has an app of your own making, and your program was the phone. "
            "It needed the secret and the time, and no network."
        )
    if types[-1] == "feotpft" and "otp_code" in signs[-1].description:
        return mistake(
            "The code was wrong. Compute it from the secret of this enrolment, "
            "and for the tenant's time: lab.tenant.now()."
        )
    if enrolled and "totp" not in enrolled:
        return mistake(
            'You have associated another factor. An app has authenticator_types ["otp"] and no oob_channels.'
        )
    if types[-1] in ("feoobft", "seoobft"):
        return mistake(
            "You used the grant mfa-oob. An app's code goes to http://auth0.com/oauth/grant-type/mfa-otp, in the field otp."
        )
    if types[-1] in ("gd_start_enroll_failed", "feotpft"):
        return explained(signs) or mistake("The tenant refused the request. Print the answer's text.")
    return not_yet("The app is associated. Now compute its six digits and send them to /oauth/token.")


EXERCISES = (
    Exercise(
        id="own-app",
        topic="other-factors",
        task=(
            "Be the phone yourself: associate an authenticator app with requests of your own, "
            "compute its code from the secret, and confirm it."
        ),
        hints=(
            "lab.login() gives a login in progress; lab.mfa_token.reveal() is its token.",
            'The body for /mfa/associate is {"authenticator_types": ["otp"]}. Its answer holds the secret.',
            "The code: pyotp.TOTP(secret).at(int(lab.tenant.now())), or six_digits of the cell above.",
        ),
        solution=_SOLUTION,
        grade=_grade,
        stage=_stage,
        settle=_settle,
    ),
)
