"""Signs a user in with a password and a code by email, with requests."""

import os
import sys
import time

import requests

BASE = os.environ["MFA_BASE_URL"]
APPLICATION = {"client_id": os.environ["MFA_CLIENT_ID"], "client_secret": os.environ["MFA_CLIENT_SECRET"]}
OOB = "http://auth0.com/oauth/grant-type/mfa-oob"


def send(method, path, **more):
    """The status and the body of a response. Waits if the tenant says so, and tries again after a page of HTML."""
    for _ in range(4):
        response = requests.request(method, BASE + path, timeout=30, **more)
        if response.status_code == 429:
            time.sleep(int(response.headers["Retry-After"]))
            continue
        if response.headers["Content-Type"].startswith("application/json"):
            return response.status_code, response.json()
        time.sleep(0.1)
    sys.exit("The tenant doesn't respond as it should. Try again later.")


def type_code():
    response = requests.get(os.environ["MFA_CODE_URL"], timeout=120)
    if response.status_code != 200:
        sys.exit(response.text)
    return response.text


def challenge(mfa_token):
    _, rows = send("GET", "/mfa/authenticators", headers={"Authorization": f"Bearer {mfa_token}"})
    email = next(row for row in rows if row["active"] and row["oob_channel"] == "email")
    fields = {"mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": email["id"]}
    _, body = send("POST", "/mfa/challenge", json={**fields, **APPLICATION})
    return body["oob_code"]


def prove(mfa_token):
    """The response to the right code."""
    oob_code = challenge(mfa_token)
    for _ in range(4):
        fields = {"grant_type": OOB, "mfa_token": mfa_token, "oob_code": oob_code, "binding_code": type_code()}
        status, body = send("POST", "/oauth/token", data={**fields, **APPLICATION})
        if status == 200 or body["error"] == "mfa_required":
            return body
        print("That code was refused:", body["error_description"])
        if body["error"] == "expired_token":
            oob_code = challenge(mfa_token)
        elif body["error"] != "invalid_grant":
            break
    sys.exit("You can't sign in just now.")


fields = {
    "grant_type": "password",
    "username": os.environ["MFA_USERNAME"],
    "password": os.environ["MFA_PASSWORD"],
    "audience": os.environ["MFA_AUDIENCE"],
    "scope": "openid profile email",
}
_, body = send("POST", "/oauth/token", data={**fields, **APPLICATION})
while body.get("error") == "mfa_required":
    body = prove(body["mfa_token"])
if "access_token" not in body:
    sys.exit(f"You can't sign in: {body['error_description']}")
_, user = send("GET", "/userinfo", headers={"Authorization": f"Bearer {body['access_token']}"})
print("Signed in as", user["email"])
