"""The second token: add an authenticator and take it off again, with one token."""

from __future__ import annotations

from .evidence import Seen
from .exercise import Exercise
from .meanings import explained, nothing_arrived
from .verdict import Verdict, mistake, not_yet, solved

_SOLUTION = """\
import requests

tenant = lab.tenant
secret = tenant.client_secret  # a public application has none
answer = requests.post(
    f"{tenant.base_url}/oauth/token",
    data={
        "grant_type": "password",
        "username": tenant.username,
        "password": tenant.password.reveal(),
        "audience": lab.client.discovery()["issuer"] + "mfa/",
        "scope": "enroll read:authenticators remove:authenticators",
        "client_id": tenant.client_id,
        "client_secret": secret.reveal() if secret else None,
    },
    timeout=(5, 10),
)
bearer = {"Authorization": "Bearer " + answer.json()["access_token"]}
requests.post(
    f"{tenant.base_url}/mfa/associate",
    headers=bearer,
    json={"authenticator_types": ["oob"], "oob_channels": ["email"], "email": "ada.third@example.com"},
    timeout=(5, 10),
)
rows = requests.get(f"{tenant.base_url}/mfa/authenticators", headers=bearer, timeout=(5, 10)).json()
newest = [row for row in rows if not row["active"]][-1]
gone = requests.delete(
    f"{tenant.base_url}/mfa/authenticators/" + requests.utils.quote(newest["id"], safe=""),
    headers=bearer,
    timeout=(5, 10),
)
print(gone.status_code)
"""


def _grade(seen: Seen) -> Verdict:
    signs = [
        event
        for event in seen.mine
        if event.type in ("sepft", "mfar", "fp", "fepft", "gd_start_enroll", "gd_start_enroll_failed", "gd_unenroll")
    ]
    if not signs:
        return nothing_arrived(seen, "a sign-in")
    types = [event.type for event in signs]
    if "gd_start_enroll" in types and "gd_unenroll" in types[types.index("gd_start_enroll") :]:
        return solved(
            "one token has added an authenticator and removed it. No login was in progress, and to remove took no code."
        )
    if "gd_unenroll" in types:
        return not_yet(
            "Something was removed before anything was added. Associate an address first, then remove that one."
        )
    if "gd_start_enroll" in types:
        return not_yet(
            "An address has been associated. Now list the authenticators and remove the unconfirmed one with DELETE."
        )
    if types[-1] == "mfar":
        return mistake(
            "The tenant answered mfa_required: that audience is not the MFA API's. It is the issuer with mfa/ at its end."
        )
    if types[-1] != "sepft":
        return explained(signs) or mistake("The tenant refused the request. Print the answer's text.")
    return not_yet("You have signed in and got tokens. Send the access_token as the bearer of POST /mfa/associate.")


EXERCISES = (
    Exercise(
        id="add-and-remove",
        topic="second-token",
        task=(
            "Get an access token for the MFA API with requests of your own. "
            "With it, associate ada.third@example.com, then remove it again."
        ),
        hints=(
            "Four requests: POST /oauth/token, POST /mfa/associate, GET /mfa/authenticators, and DELETE of one of these.",
            'The audience is lab.client.discovery()["issuer"] + "mfa/". Ask for the three scopes, or for none and get all.',
            'An id has a | in it, and an address must not: write requests.utils.quote(id, safe="").',
        ),
        solution=_SOLUTION,
        grade=_grade,
    ),
)
