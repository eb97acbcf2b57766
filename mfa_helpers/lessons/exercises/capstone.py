"""The capstone: a whole login, from the password to the tokens."""

from __future__ import annotations

from .evidence import Event, Seen
from .exercise import Exercise
from .meanings import explained, nothing_arrived
from .verdict import Verdict, mistake, not_yet, solved

_SOLUTION = """\
import requests


def login_with_email_mfa(username, password, read_code):
    base_url = lab.tenant.base_url
    secret = lab.tenant.client_secret  # a public application has none
    identity = {
        "client_id": lab.tenant.client_id,
        "client_secret": secret.reveal() if secret else None,
    }

    # 1. The password. 403 mfa_required is the answer that is wanted.
    answer = requests.post(
        f"{base_url}/oauth/token",
        data={
            **identity,
            "grant_type": "password",
            "username": username,
            "password": password,
            "audience": lab.tenant.audience,
            "scope": "openid profile email",
        },
        timeout=(5, 10),
    )
    body = answer.json()
    if body.get("error") != "mfa_required":
        raise RuntimeError(f"no second factor was asked for: {answer.status_code}")
    mfa_token = body["mfa_token"]

    # 2. Which authenticators are there? Only an active e-mail will do.
    rows = requests.get(
        f"{base_url}/mfa/authenticators",
        headers={"Authorization": f"Bearer {mfa_token}"},
        timeout=(5, 10),
    ).json()
    emails = [row for row in rows if row["active"] and row.get("oob_channel") == "email"]

    # 3. Challenge it: a mail goes out.
    answer = requests.post(
        f"{base_url}/mfa/challenge",
        json={
            **identity,
            "challenge_type": "oob",
            "authenticator_id": emails[0]["id"],
            "mfa_token": mfa_token,
        },
        timeout=(5, 10),
    )
    answer.raise_for_status()

    # 4. The code of the mail, once.
    answer = requests.post(
        f"{base_url}/oauth/token",
        data={
            **identity,
            "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
            "mfa_token": mfa_token,
            "oob_code": answer.json()["oob_code"],
            "binding_code": read_code(),
        },
        timeout=(5, 10),
    )
    answer.raise_for_status()
    return answer.json()


def read_code():
    return lab.newest_code().reveal()


tokens = login_with_email_mfa(lab.tenant.username, lab.tenant.password.reveal(), read_code)
print(sorted(tokens))
"""

#: What a login with an e-mail as second factor leaves in the log, in this order.
_ORDER = ("mfar", "gd_send_email", "gd_start_auth", "gd_auth_succeed", "seoobft")


def _grade(seen: Seen) -> Verdict:
    mine = seen.mine
    if not mine:
        return nothing_arrived(seen, "a login")
    strangers = {event.client_id for event in mine if event.client_id and event.client_id != seen.client_id}
    if strangers:
        return mistake("A request came from another application. Send the client_id of lab.tenant in each call.")
    if seen.has("sepft"):
        return mistake(
            "The tenant gave tokens for the password alone. Send lab.tenant.audience: the MFA audience asks for no e-mail."
        )
    if not seen.has("mfar"):
        return explained(mine) or nothing_arrived(seen, "a login")
    login = seen.since_last("mfar")
    return _of_one_login(login, [event.type for event in login.mine])


def _of_one_login(login: Seen, types: list[str]) -> Verdict:
    if any(not event.mine and event.type in _ORDER for event in login.events):
        return mistake(
            "A part of the login was done by the course: by a form, or a method of lab. Send every call with requests."
        )
    if "gd_start_enroll" in types:
        return mistake("Your function enrols an e-mail at a login. The user has one: list, and challenge it.")
    wrong = [event for event in login.mine if event.type == "gd_auth_failed"]
    if "seoobft" in types and wrong:
        return mistake(
            f"{_how_often(login.mine)} codes were sent for one login. A code by mail needs no polling and no guessing: wait for the person, then send it once."
        )
    if len(wrong) > 1:
        return mistake(
            f"{len(wrong)} wrong codes were sent for one login. Do not guess and do not poll: send what read_code() gives, once."
        )
    refused = explained(login.mine)
    if refused is not None:
        return refused
    if types.count("gd_start_auth") > 1:
        return mistake(
            f"{types.count('gd_start_auth')} mails were sent for one login. Challenge once, and wait for the person."
        )
    if "gd_start_auth" not in types:
        return not_yet(
            "Your function has signed in and got mfa_required. No challenge of yours was accepted after it: 403 is no failure here. "
            "Take mfa_token from its body, list, pick, challenge. A refused challenge leaves no line in the log: print its answer."
        )
    if "seoobft" not in types:
        return not_yet(
            "The mail was sent, but its code has not come back to /oauth/token, so no tokens came. Call read_code() and send what it gives."
        )
    found = [event for event in types if event in _ORDER]
    if found != list(_ORDER) and not login.is_live:
        return mistake(f"The tenant saw the steps in another order: {', '.join(found)}.")
    return solved(
        "the tenant saw one login, one challenge, one mail, its code, and gave tokens: in this order, from the right application."
    )


def _how_often(events: list[Event]) -> int:
    return sum(event.type in ("gd_auth_failed", "gd_auth_succeed") for event in events)


EXERCISES = (
    Exercise(
        id="capstone",
        topic="capstone",
        task=(
            "Write login_with_email_mfa(username, password, read_code): it returns the tokens. read_code is a function that gives the "
            "six digits: here it returns lab.newest_code().reveal(). Then call your function once, with lab.tenant.username and lab.tenant.password.reveal()."
        ),
        hints=(
            "Four calls: the password to /oauth/token, GET /mfa/authenticators, POST /mfa/challenge, the code to /oauth/token.",
            "The first answer is 403, and that is right: its body holds mfa_token. Do not call raise_for_status() on it.",
            "Of the list take a row that is active and whose oob_channel is email. Its id is the authenticator_id of the challenge.",
            "The challenge's answer holds the oob_code. Call read_code() after the challenge, not before: the mail must be there.",
        ),
        solution=_SOLUTION,
        grade=_grade,
    ),
)
