"""A program that the judge finds right, to begin with: `mfa-sandbox judge -- python -m mfa_helpers.lessons.judge.example`."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

_TRIES = 5
_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"


def _setting(name: str) -> str:
    if name not in os.environ:
        sys.exit(f"{name} isn't set. Run this program with: mfa-sandbox judge -- COMMAND")
    return os.environ[name]


def _send(path: str, body: dict[str, str] | None = None, token: str = "") -> tuple[int, Any]:
    """The status and the JSON of a response. Waits as long as Retry-After says, and tries again if there is no JSON."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    identity = {"client_id": _setting("MFA_CLIENT_ID"), "client_secret": _setting("MFA_CLIENT_SECRET")}
    data = None if body is None else json.dumps({**body, **identity}).encode()
    for _ in range(_TRIES):
        request = urllib.request.Request(_setting("MFA_BASE_URL") + path, data, headers)
        try:
            response = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:  # a response, too: 403 mfa_required has the MFA token
            response = error
        with response:
            status, text = response.status, response.read()
        if status == 429:
            time.sleep(int(response.headers.get("Retry-After", "1")))
        elif "json" in response.headers.get("Content-Type", ""):
            return status, json.loads(text)
        else:
            time.sleep(0.5)
    return sys.exit("You can't sign in just now. Try again later.")


def _typed_code() -> str:
    """What the user types. A user takes some time."""
    try:
        with urllib.request.urlopen(_setting("MFA_CODE_URL"), timeout=120) as response:
            return str(response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return sys.exit(error.read().decode())


def _challenge(mfa_token: str) -> str:
    """The `oob_code` of a new code, which is sent to the user's email."""
    _, rows = _send("/mfa/authenticators", token=mfa_token)
    email = next(row for row in rows if row["active"] and row.get("oob_channel") == "email")
    _, body = _send(
        "/mfa/challenge", {"mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": email["id"]}
    )
    return str(body["oob_code"])


def _prove(mfa_token: str) -> Any:
    """The response to a code that is right: tokens, or one more `mfa_required`."""
    oob_code = _challenge(mfa_token)
    for _ in range(_TRIES):
        fields = {"grant_type": _OOB, "mfa_token": mfa_token, "oob_code": oob_code, "binding_code": _typed_code()}
        status, body = _send("/oauth/token", fields)
        if status == 200 or body["error"] == "mfa_required":
            return body
        if body["error"] == "expired_token":
            oob_code = _challenge(mfa_token)
            print("The code has expired. A new one is on its way.")
        elif body["error"] == "invalid_grant":
            print("The code is wrong. Try again.")
        else:
            break
    return sys.exit("You can't sign in just now. Try again later.")


def main() -> None:
    """Sign in, and say who it is."""
    _, body = _send(
        "/oauth/token",
        {
            "grant_type": "password",
            "username": _setting("MFA_USERNAME"),
            "password": _setting("MFA_PASSWORD"),
            "audience": _setting("MFA_AUDIENCE"),
            "scope": "openid profile email",
        },
    )
    while body.get("error") == "mfa_required":
        body = _prove(body["mfa_token"])
    if "access_token" not in body:
        sys.exit("The user name or the password is wrong.")
    _, user = _send("/userinfo", token=body["access_token"])
    print(f"Signed in as {user['email']}.")


if __name__ == "__main__":
    main()
