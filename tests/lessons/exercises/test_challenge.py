"""05: complete_login."""

from __future__ import annotations

from .programs import all_pass, each_is_told, edited

ID = "second-factor"
HEAD = "def complete_login(tenant, mfa_token, authenticator_id, read_code):\n"
IDENTITY = '"client_id": tenant.client_id, "client_secret": tenant.client_secret, "mfa_token": mfa_token'
ASK = f'{{{IDENTITY}, "challenge_type": "oob", "authenticator_id": authenticator_id}}'
GRANT = "http://auth0.com/oauth/grant-type/mfa-oob"
PROVE = f'{{{IDENTITY}, "grant_type": "{GRANT}", "oob_code": oob_code, "binding_code": read_code()}}'
CODE = "    code = read_code()\n"
RETURN = "return response.json()"

RIGHT = {
    "httpx": f"""import httpx
{HEAD}
    with httpx.Client(base_url=tenant.base_url) as client:
        oob_code = client.post("/mfa/challenge", json={ASK}).json()["oob_code"]
        return client.post("/oauth/token", data={PROVE}).json()
""",
    "urllib and JSON": f"""import json, urllib.request
{HEAD}
    def post(path, fields):
        request = urllib.request.Request(tenant.base_url + path, json.dumps(fields).encode(), {{"Content-Type": "application/json"}})
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    oob_code = post("/mfa/challenge", {ASK})["oob_code"]
    return post("/oauth/token", {PROVE})
""",
    "without challenge_type": edited(ID, ('            "challenge_type": "oob",\n', "")),
    "both challenge types": edited(ID, ('"challenge_type": "oob"', '"challenge_type": "oob otp"')),
    "a list first": edited(
        ID, ("    challenge =", '    requests.get(f"{tenant.base_url}/mfa/authenticators", headers={"Authorization": f"Bearer {mfa_token}"})\n    challenge =')
    ),
    "the code read twice and sent once": edited(ID, (CODE, CODE * 2)),
    "a small class": f"""import requests
class Flow:
    def __init__(self, tenant, **more):
        self.base_url, self.more = tenant.base_url, dict(more, client_id=tenant.client_id, client_secret=tenant.client_secret)
    def __call__(self, path, **fields):
        return requests.post(self.base_url + path, json=self.more | fields, timeout=(5, 10)).json()
{HEAD}
    flow = Flow(tenant, mfa_token=mfa_token)
    sent = flow("/mfa/challenge", challenge_type="oob", authenticator_id=authenticator_id)
    return flow("/oauth/token", grant_type="{GRANT}", oob_code=sent["oob_code"], binding_code=read_code())
""",
}  # fmt: skip

WRONG = {
    "nothing": (HEAD + "    ...\n", "Begin with POST /mfa/challenge."),
    "no authenticator_id": (edited(ID, ('            "authenticator_id": authenticator_id,\n', "")), "Your challenge has no authenticator_id, so the tenant chose, and its code went to ada@example.com."),
    "another id": (edited(ID, ('"authenticator_id": authenticator_id', '"authenticator_id": "email|dev_0"')), "The user has no authenticator with the id that you sent."),
    "only a challenge": (HEAD + f"    import requests\n    requests.post(tenant.base_url + '/mfa/challenge', json={ASK})\n", "Your function didn't send POST /oauth/token."),
    "two challenges": (edited(ID, (CODE, f'    challenge = requests.post(f"{{tenant.base_url}}/mfa/challenge", json={ASK})\n' + CODE)), "sent 2 challenges, so 2 emails went out"),
    "the code before its email": (edited(ID, (CODE, ""), ("    application =", CODE + "    application =")), "read_code() found no email, because none has been sent yet."),
    "a guess": (edited(ID, ('"binding_code": code', '"binding_code": "12345"')), "Invalid binding_code"),
    "polling": (edited(ID, (CODE, CODE + "    code, right = '000000', code\n"), ("    return", '    if response.status_code != 200:\n        response = requests.post(response.url, data={"grant_type": "' + GRANT + '", "mfa_token": mfa_token, "oob_code": challenge.json()["oob_code"], "binding_code": right, **application})\n    return')), "Your function sent 2 codes for one login."),
    "the function instead of the code": (edited(ID, ("code = read_code()", "code = read_code")), "You sent read_code itself as the binding_code."),
    "a form that leaves the token out": (edited(ID, ('            "mfa_token": mfa_token,\n            **application', "            **application")), "POST /mfa/challenge was sent without mfa_token."),
    "the token as a header": (edited(ID, ('            "mfa_token": mfa_token,\n            **application', "            **application"), ("json={", 'headers={"Authorization": f"Bearer {mfa_token}"}, json={')), "POST /mfa/challenge was sent without mfa_token."),
    "no application": (edited(ID, ("            **application,\n", "")), "POST /mfa/challenge was sent without client_id. Add it to the body."),
    "email as a type": (edited(ID, ('"challenge_type": "oob"', '"challenge_type": "email"')), 'The challenge_type for email is "oob".'),
    "code as a field": (edited(ID, ('"binding_code": code', '"code": code')), "You sent the six digits as code. The field's name is binding_code."),
    "the grant of an app": (edited(ID, ("mfa-oob", "mfa-otp")), "which is for the code of an authenticator app. For the code of an email, send the one that ends in mfa-oob."),
    "enrolling again": (edited(ID, ("/mfa/challenge", "/mfa/associate")), "You sent the token in the wrong place. It belongs in the Authorization header."),
    "the code as a number": (edited(ID, ("data={", "json={"), ('"binding_code": code', '"binding_code": int(code)')), "binding_code must be a string, but you sent a number."),
    "the code as a number in a form": (edited(ID, ('"binding_code": code', '"binding_code": int(code)')), "You sent the code as a number, so the zero at its beginning is missing."),
    "returns the access token": (edited(ID, (RETURN, 'return response.json()["access_token"]')), "returned only the access token"),
    "returns the challenge": (edited(ID, (RETURN, "return challenge.json()")), "returned a dictionary without the tokens"),
    "returns nothing": (edited(ID, (RETURN, "response.json()")), "Your function returned nothing."),
}  # fmt: skip


def test_unusual_programs_pass() -> None:
    all_pass(ID, RIGHT)


def test_each_mistake_gets_its_own_sentence() -> None:
    each_is_told(ID, WRONG)
