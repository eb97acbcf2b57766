"""11: login_with_email_mfa."""

from __future__ import annotations

from .programs import all_pass, each_is_told, edited

ID = "capstone"
HEAD = "def login_with_email_mfa(tenant, username, password, read_code):\n"
GRANT = "http://auth0.com/oauth/grant-type/mfa-oob"
IDENTITY = '"client_id": tenant.client_id, "client_secret": tenant.client_secret'
REALM = '"grant_type": "http://auth0.com/oauth/grant-type/password-realm", "realm": "Username-Password-Authentication"'
CHOICE = """next(
        row
        for row in rows
        if row["active"] and row["oob_channel"] == "email"
    )"""
CODE = "    code = read_code()\n"
RETURN = "return response.json()"
FLOW = """
    identity = {%s}
    token = post("/oauth/token", {**identity, "grant_type": "password", "username": username, "password": password,
                                  "audience": tenant.audience, "scope": "openid"})["mfa_token"]
    rows = get("/mfa/authenticators", token)
    id = [row["id"] for row in rows if row["active"]][0]
    oob = post("/mfa/challenge", {**identity, "mfa_token": token, "challenge_type": "oob", "authenticator_id": id})["oob_code"]
    return post("/oauth/token", {**identity, "grant_type": "%s", "mfa_token": token, "oob_code": oob, "binding_code": read_code()})
""" % (IDENTITY, GRANT)

RIGHT = {
    "httpx": f"""import httpx
{HEAD}
    client = httpx.Client(base_url=tenant.base_url)
    def post(path, fields):
        return client.post(path, json=fields).json()
    def get(path, token):
        return client.get(path, headers={{"Authorization": f"Bearer {{token}}"}}).json()
    with client:{FLOW.replace(chr(10) + "    ", chr(10) + "        ")}""",
    "urllib": f"""import json, urllib.error, urllib.request
{HEAD}
    def send(path, fields=None, **headers):
        body = None if fields is None else json.dumps(fields).encode()
        request = urllib.request.Request(tenant.base_url + path, body, {{**headers, "Content-Type": "application/json"}})
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error)
    post, get = send, lambda path, token: send(path, Authorization="Bearer " + token)
{FLOW}""",
    "requests and JSON": f"""import requests
{HEAD}
    def post(path, fields):
        return requests.post(tenant.base_url + path, json=fields).json()
    def get(path, token):
        return requests.get(tenant.base_url + path, headers={{"Authorization": f"Bearer {{token}}"}}).json()
{FLOW}""",
    "the discovery document first": edited(ID, ("    login =", '    found = requests.get(f"{tenant.base_url}/.well-known/openid-configuration").json()\n    login =')),
    "the realm grant": edited(
        ID,
        ('"grant_type": "password"', REALM),
    ),
    "the code read twice and sent once": edited(ID, (CODE, CODE * 2)),
}  # fmt: skip

WRONG = {
    "nothing": (HEAD + "    ...\n", "Begin with POST /oauth/token."),
    "a wrong password": (edited(ID, ('"password": password', '"password": "wrong"')), "The user name or the password is wrong."),
    "the application's own grant": (edited(ID, ('"grant_type": "password"', '"grant_type": "client_credentials"')), "You sent the grant_type client_credentials, which is for an application on its own. To sign the user in, send the grant_type password."),
    "an unknown audience": (edited(ID, ("tenant.audience", '"https://no.example/"')), "The tenant has no API with the audience that you sent."),
    "the MFA audience": (edited(ID, ("tenant.audience", 'tenant.issuer + "mfa/"')), "issued tokens for the password alone"),
    "another application": (edited(ID, ("tenant.client_id,", '"SandboxPublicApp0123456789abcdef",'), ('        "client_secret": tenant.client_secret,\n', "")), "A request came from another application."),
    "raise_for_status at once": (edited(ID, ("    mfa_token =", "    login.raise_for_status()\n    mfa_token =")), "The first response has status 403, as it should, and its body has the mfa_token. The line"),
    "signed in twice": (edited(ID, ("    mfa_token =", '    login = requests.post(login.url, data=dict(grant_type="password", username=username, password=password, audience=tenant.audience, **application))\n    mfa_token =')), "Your function signed in 2 times."),
    "an error of its own and nothing sent": (edited(ID, ("    application =", "    raise requests.HTTPError\n    application =")), "stopped the function"),
    "signed in again by realm": (edited(ID, ('"grant_type": "password"', REALM), (CODE, "    login = requests.post(login.url, data={" + REALM + ', "username": username, "password": password, "audience": tenant.audience, **application})\n    return login.json()\n')), "Your function signed in 2 times."),
    "only a login": (HEAD + f"    import requests\n    requests.post(tenant.base_url + '/oauth/token', data={{{IDENTITY}, 'grant_type': 'password', 'username': username, 'password': password, 'audience': tenant.audience}})\n", "Your function didn't send GET /mfa/authenticators."),
    "no authenticator_id": (edited(ID, ('            "authenticator_id": email["id"],\n', "")), "Your challenge has no authenticator_id"),
    "an unconfirmed email": (edited(ID, ('row["active"] and ', "")), "You challenged an email that was never confirmed"),
    "the last row": (edited(ID, (CHOICE, "rows[-1]")), "You challenged an email that was never confirmed"),
    "the last that fits, without active": (edited(ID, (CHOICE, '[row for row in rows if row["oob_channel"] == "email"][-1]')), "You challenged an email that was never confirmed"),
    "enrolling": (edited(ID, ("    challenge =", '    requests.post(f"{tenant.base_url}/mfa/associate", headers=headers, json={})\n    challenge =')), "enrolls an email during a login"),
    "the code before its email": (edited(ID, (CODE, ""), ("    application =", CODE + "    application =")), "read_code() found no email"),
    "two challenges": (edited(ID, (CODE, '    challenge = requests.post(f"{tenant.base_url}/mfa/challenge", json={"authenticator_id": email["id"], "mfa_token": mfa_token, **application})\n' + CODE)), "sent 2 challenges, so 2 emails went out"),
    "no code": (edited(ID, (CODE, '    return {"access_token": "made up"}\n')), "The email was sent, but its code didn't come back to /oauth/token"),
    "a wrong code": (edited(ID, ('"binding_code": code', '"binding_code": "1234567"')), "Invalid binding_code"),
    "the grant of an app": (edited(ID, ("mfa-oob", "mfa-otp")), "which is for the code of an authenticator app. For the code of an email, send the one that ends in mfa-oob."),
    "the code as a number": (edited(ID, ('"binding_code": code', '"binding_code": int(code)')), "You sent the code as a number, so the zero at its beginning is missing."),
    "guessing": (edited(ID, ("    response.raise", '    for guess in range(3):\n        response = requests.post(response.url, data={"grant_type": "' + GRANT + '", "mfa_token": mfa_token, "oob_code": "x", "binding_code": str(guess), **application})\n    response.raise')), "Your function sent 4 codes for one login."),
    "no binding_code": (edited(ID, ('            "binding_code": code,\n', "")), "POST /oauth/token was sent without binding_code. Add it to the body."),
    "a list without a token": (edited(ID, ("        headers=headers,\n", "")), "GET /mfa/authenticators was sent without a token."),
    "the mfa_token of the wrong place": (edited(ID, ('login.json()["mfa_token"]', 'login.json()["error"]')), "The tenant didn't accept the MFA token."),
    "returns the access token": (edited(ID, (RETURN, 'return response.json()["access_token"]')), "returned only the access token"),
    "returns a made-up token": (edited(ID, (RETURN, 'return {"access_token": "made up"}')), "returned a dictionary without the tokens"),
    "returns nothing": (edited(ID, (RETURN, "print(sorted(response.json()))")), "Your function returned nothing."),
}  # fmt: skip


def test_unusual_programs_pass() -> None:
    all_pass(ID, RIGHT)


def test_each_mistake_gets_its_own_sentence() -> None:
    each_is_told(ID, WRONG)
