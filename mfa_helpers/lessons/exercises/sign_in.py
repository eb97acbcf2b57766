"""Signing in: one response means no, the other means that a second factor is required."""

from __future__ import annotations

from collections.abc import Iterator

from .evidence import Seen
from .exercise import Exercise
from .meanings import faults, wrong_text
from .trial import Trial

_WRONG = "not-the-password"

_SOLUTION = """\
import requests


def get_mfa_token(tenant, username, password):
    response = requests.post(
        f"{tenant.base_url}«/oauth/token»",
        data={
            "grant_type": "«password»",
            "username": username,
            "password": password,
            "audience": tenant.audience,
            "scope": "openid profile email",
            "client_id": tenant.client_id,
            "client_secret": tenant.client_secret,
        },
        timeout=10,
    )
    body = response.json()
    if body["«error»"] == "«mfa_required»":
        return body["«mfa_token»"]
    return None
"""


def _mistakes(trial: Trial) -> Iterator[str]:
    trial.begin()
    seen = trial.call(trial.tenant, trial.username, _WRONG)
    yield from _of_the_request(seen, trial, _WRONG)
    if seen.exception == "KeyError":
        yield f"With a wrong password, the response has no mfa_token. Check its error field first. {seen.trouble}"
    if seen.exception == "HTTPError":
        yield f"With a wrong password, your function must return None. Read the body instead of raising an error. {seen.trouble}"
    yield from faults(seen, "POST /oauth/token", allowed=("invalid_grant",))
    if seen.returned is not None:
        yield (
            "With a wrong password, your function must return None, but it returned something else. "
            "Both responses have status 403, so check the error field."
        )
    seen = trial.call(trial.tenant, trial.username, trial.password)
    yield from _of_the_request(seen, trial, trial.password)
    yield from faults(seen, "POST /oauth/token")
    if seen.returned is None:
        yield (
            "With the correct password, your function returned nothing. "
            'Return the mfa_token if the error field of the response is "mfa_required".'
        )
    yield from wrong_text(seen, seen.to("/oauth/token")[-1].response["mfa_token"], "the mfa_token")


def _of_the_request(seen: Seen, trial: Trial, password: str) -> Iterator[str]:
    for request in seen.to("/oauth/token"):
        sent = request.fields
        if request.status == 200:
            yield (
                "The tenant issued tokens for the password alone, because the MFA API's audience doesn't require a second factor from this user. "
                "Send tenant.audience."
            )
        if "password" in sent and sent["password"] != password:
            yield (
                "The form called your function with one password, and your function sent another one. "
                "Send the password argument."
            )
        if sent.get("username", trial.username) != trial.username:
            yield "Your function sent a different user name from the one that it was called with. Send the username argument."


EXERCISES = (
    Exercise(
        id="two-answers",
        topic="sign-in",
        task=(
            "Write get_mfa_token(tenant, username, password). It signs in with the password grant. If the tenant requires a "
            "second factor, it returns the MFA token. If the password is wrong, it returns None. The form calls it twice: "
            "first with a wrong password, and then with the correct one."
        ),
        hints=(
            "It's the call above. The URL is `tenant.base_url` followed by `/oauth/token`, and the fields go into `data=`.",
            "Both responses have status 403. Only the `error` field tells `invalid_grant` from `mfa_required`.",
            'Begin with `body = response.json()`, and return `body["mfa_token"]` only if `body["error"]` is `"mfa_required"`.',
        ),
        solution=_SOLUTION,
        mistakes=_mistakes,
        praise=(
            "the tenant saw a wrong password and then the correct one, and your function returned the MFA token only for the "
            "correct one. Both responses have status 403, and the error field is what tells them apart."
        ),
    ),
)
