"""Signing in: a no, and a no that means yes."""

from __future__ import annotations

from .evidence import Seen
from .exercise import Exercise
from .meanings import explained, nothing_arrived
from .verdict import Verdict, mistake, not_yet, solved

_SOLUTION = """\
import requests


secret = lab.tenant.client_secret  # a public application has none


def try_password(password):
    return requests.post(
        f"{lab.tenant.base_url}/oauth/token",
        data={
            "grant_type": "password",
            "username": lab.tenant.username,
            "password": password,
            "audience": lab.tenant.audience,
            "scope": "openid profile email",
            "client_id": lab.tenant.client_id,
            "client_secret": secret.reveal() if secret else None,
        },
        timeout=(5, 10),
    )


for password in ("not the password", lab.tenant.password.reveal()):
    answer = try_password(password)
    print(answer.status_code, answer.json()["error"])
"""


def _grade(seen: Seen) -> Verdict:
    signs = [event for event in seen.mine if event.type in ("mfar", "sepft", "fp", "fu", "fepft")]
    if not signs:
        return nothing_arrived(seen, "a sign-in")
    types = [event.type for event in signs]
    if "sepft" in types:
        return mistake(
            "The tenant gave tokens at once: it wanted no second factor. Send lab.tenant.audience, not the MFA audience."
        )
    if "fp" in types and "mfar" in types[types.index("fp") :]:
        return solved(
            "the tenant saw a wrong password and then the right one. Both answers were 403: only the field error tells "
            "invalid_grant from mfa_required, so your program must branch on it."
        )
    if types[-1] == "fu":
        return mistake("The tenant knows no such user, so no password was looked at. Send lab.tenant.username.")
    if types[-1] == "fepft":
        return explained(signs) or mistake("The tenant refused the sign-in before it looked at the password.")
    if types[-1] == "fp":
        return not_yet("The wrong password has arrived. Now sign in with the right one: lab.tenant.password.")
    return not_yet(
        "The right password has arrived, but no wrong one before it. Send a wrong one, then the right one again."
    )


EXERCISES = (
    Exercise(
        id="two-answers",
        topic="sign-in",
        task="Sign in twice with requests of your own: first with a wrong password, then with the right one. Look at status and error of both.",
        hints=(
            "It is the call above. Only the password differs between your two requests.",
            'The address is f"{lab.tenant.base_url}/oauth/token". The fields go into data=, not into json= or the address.',
            "The right password is lab.tenant.password.reveal(). Without .reveal() it is no text, and an f-string shows stars.",
        ),
        solution=_SOLUTION,
        grade=_grade,
    ),
)
