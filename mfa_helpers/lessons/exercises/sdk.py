"""The traps of the SDKs: a list that is filtered by a field that not every tenant sends, an error that holds a token, and two fields that look alike."""

from __future__ import annotations

from collections.abc import Iterator

from ...client.secret import STARS
from . import results
from .challenge import of_the_challenge
from .exercise import Exercise
from .meanings import faults, wrong_text
from .trial import Trial

ADDRESS, UNCONFIRMED = "ada@example.com", "ada.second@example.com"

_FIND = """\
import requests


def find_emails(tenant, mfa_token):
    headers = {"Authorization": f"Bearer {mfa_token}"}
    response = requests.get(
        f"{tenant.base_url}/mfa/authenticators",
        headers=headers,
        timeout=10,
    )
    found = []
    for row in response.json():
        is_email = row.get("«oob_channel»") == "«email»"
        if is_email and row["«active»"]:
            found.append(row["«id»"])
    return found
"""


def _found(trial: Trial, *, typed: bool) -> Iterator[str]:
    trial.begin(customize_mfa_in_postlogin_action=typed)
    trial.enroll(UNCONFIRMED, confirm=False)
    trial.enroll(ADDRESS)
    (wanted,) = (row.id for row in trial.rows() if row.active)
    mfa_token = trial.mfa_token()
    seen = trial.call(trial.tenant, mfa_token, secrets=(mfa_token,))
    yield from faults(seen, "GET /mfa/authenticators")
    where = "sends type" if typed else "doesn't send type"
    returned = seen.returned
    if returned is None:
        yield "Your function returned nothing. Return a list of IDs."
    if not isinstance(returned, list):
        yield f"Your function returned {_kind(returned)}. Return a list of IDs."
    if any(not isinstance(one, str) for one in returned):
        yield "Your function returned a list, but its items aren't IDs. Append the id of each row that you want."
    if wanted not in returned:
        yield (
            f"On a tenant that {where}, your function returned {'other IDs' if returned else 'an empty list'}, although the user "
            "has a confirmed email. Every tenant sends oob_channel, so compare that with email."
        )
    if len(returned) > 1:
        yield f"On a tenant that {where}, your function returned an email that was never confirmed. Check active."


def _kind(returned: str | dict[str, str | None] | results.Other) -> str:
    if isinstance(returned, results.Other):
        return returned.words
    return "a string" if isinstance(returned, str) else "a dictionary"


def _find_mistakes(trial: Trial) -> Iterator[str]:
    yield from _found(trial, typed=True)
    yield from _found(trial, typed=False)


_LOG = """\
import requests


def sign_in_and_log(tenant, username, password, log):
    response = requests.post(
        f"{tenant.base_url}/oauth/token",
        data={
            "grant_type": "«password»",
            "username": username,
            "password": password,
            "audience": tenant.audience,
            "client_id": tenant.client_id,
            "client_secret": tenant.client_secret,
        },
        timeout=10,
    )
    body = response.json()
    log(f"sign-in: {response.status_code} {body.get('«error»')}")
    return body.get("«mfa_token»")
"""


def _log_mistakes(trial: Trial) -> Iterator[str]:
    trial.begin(ADDRESS)
    lines: list[str] = []
    seen = trial.call(trial.tenant, trial.username, trial.password, lambda line="": lines.append(str(line)))
    yield from faults(seen, "POST /oauth/token")
    answer = seen.to("/oauth/token")[-1].response or {}
    if "mfa_token" not in answer:
        yield "The response has no MFA token, because you didn't sign in for this tenant's API. Send tenant.audience."
    said = "\n".join(lines)
    held = {
        "the MFA token": answer["mfa_token"],
        "the password": trial.password,
        "the client secret": trial.tenant.client_secret or "",
    }
    for what, secret in held.items():
        if secret and secret in said:
            yield f"Your log contains {what}. Log only the status and the error code, and never the whole request, response, or error."
    if STARS in seen.printed or "<sealed text" in seen.printed:  # what was printed is masked already
        yield "Your function printed a secret. What's printed ends up in a log, too, so print the error code only."
    if not lines:
        yield "Your function logged nothing. Call log with a line of text."
    if "mfa_required" not in "\n".join(lines):
        yield "Your log doesn't say what the response was. Log the error field of the body."
    yield from wrong_text(seen, answer["mfa_token"], "the mfa_token")


_CHALLENGE = """\
import requests


def challenge_as_required(tenant, mfa_token, requirements):
    headers = {"Authorization": f"Bearer {mfa_token}"}
    rows = requests.get(
        f"{tenant.base_url}/mfa/authenticators",
        headers=headers,
        timeout=10,
    ).json()
    wanted = [one["«type»"] for one in requirements["«challenge»"]]
    chosen = next(
        row
        for row in rows
        if row["active"] and row["type"] in wanted
    )
    response = requests.post(
        f"{tenant.base_url}/mfa/challenge",
        json={
            "mfa_token": mfa_token,
            "challenge_type": chosen["«authenticator_type»"],
            "authenticator_id": chosen["id"],
            "client_id": tenant.client_id,
            "client_secret": tenant.client_secret,
        },
        timeout=10,
    )
    return response.json()["«oob_code»"]
"""


def _challenge_mistakes(trial: Trial) -> Iterator[str]:
    trial.begin(customize_mfa_in_postlogin_action=True)
    trial.enroll(UNCONFIRMED, confirm=False)
    trial.enroll(ADDRESS)
    (wanted,) = (row.id for row in trial.rows() if row.active)
    mfa_token = trial.mfa_token()
    requirements = {"challenge": [{"type": "email"}]}
    seen = trial.call(trial.tenant, mfa_token, requirements, secrets=(mfa_token,))
    tried = seen.to("/mfa/challenge")
    if tried and tried[0].fields.get("challenge_type") == "email":
        yield (
            "Your function sent the type of the factor, email, as challenge_type. That field has its own values: oob for codes "
            "and notifications that the tenant sends, and otp for an app. The row has it as authenticator_type."
        )
    yield from of_the_challenge(seen, wanted)
    yield from faults(seen, "GET /mfa/authenticators", "POST /mfa/challenge")
    yield from wrong_text(seen, tried[0].response["oob_code"], "the oob_code")


EXERCISES = (
    Exercise(
        id="list-without-type",
        topic="sdk",
        task=(
            "Write find_emails(tenant, mfa_token). It lists the user's authenticators, and returns the IDs of the confirmed emails "
            "in a list. The form runs it on a tenant that sends type, and on one that doesn't."
        ),
        hints=(
            "GET /mfa/authenticators takes the MFA token in the Authorization header.",
            "Only some tenants send type. An email has the oob_channel email on every tenant.",
            "Return only rows with active: true.",
        ),
        solution=_FIND,
        mistakes=_find_mistakes,
        praise="your function found the email on both tenants. If it had filtered by type, the second list would have been empty.",
    ),
    Exercise(
        id="log-without-token",
        topic="sdk",
        task=(
            "Write sign_in_and_log(tenant, username, password, log). It signs in with the password grant, calls log with one line "
            "that contains the response's error code but no secret, and returns the mfa_token."
        ),
        hints=(
            "Send the password grant to /oauth/token, with the audience, as in notebook 01.",
            "The body has error, error_description, and mfa_token. Only the first two can be logged.",
        ),
        solution=_LOG,
        mistakes=_log_mistakes,
        praise="your log says mfa_required, and it contains neither the MFA token nor the password.",
    ),
    Exercise(
        id="type-of-challenge",
        topic="sdk",
        task=(
            "Write challenge_as_required(tenant, mfa_token, requirements). The argument requirements is the mfa_requirements of "
            "the response, here {'challenge': [{'type': 'email'}]}. Your function challenges the confirmed authenticator of a "
            "required type, and returns the oob_code."
        ),
        hints=(
            "List the authenticators. With Customizable MFA, each row has a type.",
            "The challenge_type isn't the type. For an email it's oob, which the row has as authenticator_type.",
            "Send the row's id as authenticator_id.",
        ),
        solution=_CHALLENGE,
        mistakes=_challenge_mistakes,
        praise="the tenant required the email factor, your function sent the challenge_type oob, and one email went out.",
    ),
)
