"""Signs a user in over one connection, with http.client and forms. The application's secret goes in the header."""

import base64
import http.client
import json
import os
import sys
import time
from urllib.parse import urlencode, urlsplit

place = urlsplit(os.environ["MFA_BASE_URL"])
connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
secret = f"{os.environ['MFA_CLIENT_ID']}:{os.environ['MFA_CLIENT_SECRET']}"
BASIC = {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def ask(method, path, fields=None, headers=None):
    body = urlencode(fields) if fields else None
    for pause in (0.1, 0.2, 0.4, None):
        connection.request(method, path, body, {**(FORM if fields else {}), **(headers or {})})
        response = connection.getresponse()
        text = response.read()
        if response.status == 429:
            pause = int(response.getheader("Retry-After", "1")) if pause else None
        elif "json" in response.getheader("Content-Type", ""):
            return json.loads(text)
        if pause is None:
            break
        time.sleep(pause)
    return sys.exit("Try again later.")


def code():
    where = urlsplit(os.environ["MFA_CODE_URL"])
    keyboard = http.client.HTTPConnection(where.hostname, where.port, timeout=120)
    keyboard.request("GET", where.path)
    response = keyboard.getresponse()
    if response.status != 200:
        sys.exit("No code")
    return response.read().decode("ascii").strip()


answer = ask(
    "POST",
    "/oauth/token",
    {
        "grant_type": "password",
        "username": os.environ["MFA_USERNAME"],
        "password": os.environ["MFA_PASSWORD"],
        "audience": os.environ["MFA_AUDIENCE"],
        "scope": "openid",
    },
    BASIC,
)
oob_code, attempts = None, 0
while "access_token" not in answer and attempts < 6:
    attempts += 1
    error = answer.get("error")
    if error == "mfa_required":
        mfa_token, oob_code = answer["mfa_token"], None
    elif error == "expired_token":
        oob_code = None
    elif error != "invalid_grant" or oob_code is None:
        break
    if oob_code is None:
        listed = ask("GET", "/mfa/authenticators", headers={"Authorization": "Bearer " + mfa_token})
        (chosen,) = [row for row in listed if row["active"] and row["oob_channel"] == "email"]
        challenge = {"challenge_type": "oob", "mfa_token": mfa_token, "authenticator_id": chosen["id"]}
        oob_code = ask("POST", "/mfa/challenge", challenge, BASIC)["oob_code"]
    answer = ask(
        "POST",
        "/oauth/token",
        {
            "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
            "mfa_token": mfa_token,
            "oob_code": oob_code,
            "binding_code": code(),
        },
        BASIC,
    )
if "access_token" not in answer:
    sys.exit(f"You can't sign in: {answer.get('error')}")
ask("GET", "/userinfo", headers={"Authorization": "Bearer " + answer["access_token"]})
