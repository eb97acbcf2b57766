"""The capstone: a whole login, from the password to the tokens."""

from __future__ import annotations

from collections.abc import Iterator

from .challenge import of_the_challenge, of_the_codes
from .evidence import Seen
from .exercise import Exercise
from .meanings import faults, wrong_grant, wrong_tokens
from .trial import Trial

ADDRESS, OLD, LOST = "ada@example.com", "ada@old.example", "ada@lost.example"
#: The grants that a login begins with.
PASSWORD = ("password", "password-realm")

_SOLUTION = """\
import requests


def login_with_email_mfa(tenant, username, password, read_code):
    application = {
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
    }
    login = requests.post(
        f"{tenant.base_url}/oauth/token",
        data={
            "grant_type": "password",
            "username": username,
            "password": password,
            "audience": tenant.audience,
            "scope": "openid profile email",
            **application,
        },
        timeout=10,
    )
    mfa_token = login.json()["«mfa_token»"]
    headers = {"Authorization": f"«Bearer» {mfa_token}"}
    rows = requests.get(
        f"{tenant.base_url}«/mfa/authenticators»",
        headers=headers,
        timeout=10,
    ).json()
    email = next(
        row
        for row in rows
        if row["«active»"] and row["oob_channel"] == "email"
    )
    challenge = requests.post(
        f"{tenant.base_url}/mfa/challenge",
        json={
            "challenge_type": "oob",
            "«authenticator_id»": email["id"],
            "mfa_token": mfa_token,
            **application,
        },
        timeout=10,
    )
    challenge.raise_for_status()
    code = read_code()
    response = requests.post(
        f"{tenant.base_url}/oauth/token",
        data={
            "grant_type": "http://auth0.com/oauth/grant-type/«mfa-oob»",
            "mfa_token": mfa_token,
            "oob_code": challenge.json()["«oob_code»"],
            "binding_code": code,
            **application,
        },
        timeout=10,
    )
    response.raise_for_status()
    return response.json()
"""


def _mistakes(trial: Trial) -> Iterator[str]:
    trial.begin(codes_begin_with_zero=True)
    trial.enroll(OLD, confirm=False)
    trial.enroll(ADDRESS)
    email = trial.rows()[-1]
    trial.enroll(LOST, confirm=False)  # the last row is no more right than the first
    seen = trial.call(trial.tenant, trial.username, trial.password, trial.read_code())
    yield from of_the_login(seen, trial.tenant.client_id, email.id)
    yield from wrong_tokens(seen, "mfa-oob")


def of_the_login(seen: Seen, client_id: str, email_id: str) -> Iterator[str]:
    """What is wrong with a login by that application, which should have challenged the authenticator with that id."""
    tokens = seen.to("/oauth/token")
    logins = [one for one in tokens if one.grant in PASSWORD]
    if any(one.status == 200 for one in logins):
        yield "The tenant issued tokens for the password alone, because the MFA API's audience doesn't require a second factor while email is the user's only one. Send tenant.audience."
    for one in tokens:
        if one.fields.get("client_id") not in (None, client_id):
            yield "A request came from another application. Send tenant.client_id in each call."
    if seen.to("/mfa/associate"):
        yield "Your function enrolls an email during a login. The user already has one, so list the authenticators and challenge it."
    if seen.exception == "HTTPError" and any(one.error == "mfa_required" for one in seen.requests[-1:]):
        yield f"The first response has status 403, as it should, and its body has the mfa_token. {seen.trouble}"
    if len(logins) > 1:
        yield f"Your function signed in {len(logins)} times. One login is enough: keep its mfa_token."
    tried = seen.to("/mfa/challenge")
    if any(one.error == "invalid_authenticator" for one in tried):
        yield "You challenged an email that was never confirmed, or sent an id that isn't in the list. Send the id of a row with active: true."
    yield from of_the_challenge(seen, email_id)
    yield from of_the_codes(seen)
    if not logins:
        yield from wrong_grant(tokens[:1], "To sign the user in, send the grant_type password.")
    yield from wrong_grant(one for one in tokens if one not in logins)
    yield from faults(seen, "POST /oauth/token", "GET /mfa/authenticators", "POST /mfa/challenge", "POST /oauth/token")
    if len(tokens) == len(logins):
        yield "The email was sent, but its code didn't come back to /oauth/token, so there are no tokens. Call read_code(), and send what it returns."


EXERCISES = (
    Exercise(
        id="capstone",
        topic="capstone",
        task=(
            "Write login_with_email_mfa(tenant, username, password, read_code). It signs in, completes the second factor by email, and "
            "returns the body of the last response, with its tokens. read_code() returns the six digits of the email."
        ),
        hints=(
            "Four calls: the password to `/oauth/token`, `GET /mfa/authenticators`, `POST /mfa/challenge`, the code to `/oauth/token`.",
            "The first response has status 403, as it should, and its body has the `mfa_token`. Don't call `raise_for_status()` on it.",
            "In the list, take a row that is active and whose `oob_channel` is `email`. Its `id` is the `authenticator_id` of the challenge.",
            "The challenge's response has the `oob_code`. Call `read_code()` after the challenge, because it reads the newest email.",
        ),
        solution=_SOLUTION,
        mistakes=_mistakes,
        praise="the tenant saw one login, one challenge, one email, and one code, in this order and from the correct application, and it issued tokens.",
    ),
)
