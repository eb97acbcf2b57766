"""Signs a user in, with Python's own library and JSON for each body. It begins again when something was refused."""

import json
import os
import time
import urllib.error
import urllib.request

E = os.environ


class Refused(Exception):
    """The tenant said no, or nothing that can be read."""


def call(path, body=None, token=None, tries=3):
    """The body of a response, also of mfa_required."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = "Bearer " + token
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(E["MFA_BASE_URL"] + path, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            text = error.read()
        if error.code == 429 and tries:
            time.sleep(float(error.headers["retry-after"]))
            return call(path, body, token, tries - 1)
        try:
            said = json.loads(text)
        except ValueError:
            if not tries:
                raise Refused("no JSON") from None
            return call(path, body, token, tries - 1)
        if said.get("error") == "mfa_required":
            return said
        raise Refused(said.get("error", "refused")) from None


def application():
    return {"client_id": E["MFA_CLIENT_ID"], "client_secret": E["MFA_CLIENT_SECRET"]}


def second_factor(mfa_token, proven):
    """Another authenticator than those that were proven, and its code."""
    rows = [row for row in call("/mfa/authenticators", token=mfa_token) if row["active"] and row["id"] not in proven]
    chosen = sorted(rows, key=lambda row: row.get("oob_channel") != "email")[0]
    challenge = {"mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": chosen["id"], **application()}
    oob_code = call("/mfa/challenge", challenge)["oob_code"]
    with urllib.request.urlopen(E["MFA_CODE_URL"], timeout=120) as typed:
        code = typed.read().decode()
    grant = "http://auth0.com/oauth/grant-type/mfa-oob"
    said = call(
        "/oauth/token",
        {"grant_type": grant, "mfa_token": mfa_token, "oob_code": oob_code, "binding_code": code, **application()},
    )
    return said, chosen["id"]


def sign_in():
    said, proven = (
        call(
            "/oauth/token",
            {
                "grant_type": "http://auth0.com/oauth/grant-type/password-realm",
                "realm": "Username-Password-Authentication",
                "username": E["MFA_USERNAME"],
                "password": E["MFA_PASSWORD"],
                "audience": E["MFA_AUDIENCE"],
                "scope": "openid email",
                **application(),
            },
        ),
        [],
    )
    while "mfa_token" in said:
        said, id = second_factor(said["mfa_token"], proven)
        proven.append(id)
    return said["access_token"]


for _ in range(3):
    try:
        token = sign_in()
        break
    except Refused as refused:
        print("Not yet:", refused)
else:
    raise SystemExit("You can't sign in.")
print("Hello", call("/userinfo", token=token)["sub"])
