"""03: confirm_email."""

from __future__ import annotations

from .programs import all_pass, each_is_told, edited

ID = "confirm-by-hand"
HEAD = "def confirm_email(tenant, mfa_token, oob_code, code):\n"
FIELDS = """{
        "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob", "client_id": tenant.client_id, "mfa_token": mfa_token,
        "client_secret": tenant.client_secret, "oob_code": oob_code, "binding_code": code}"""
URL = 'tenant.base_url + "/oauth/token"'
DATA = "data={"

RIGHT = {
    "httpx": f"import httpx\n{HEAD}    return httpx.post({URL}, data={FIELDS}).json()\n",
    "JSON": edited(ID, (DATA, "json={")),
    "urllib": f"""import json, urllib.parse, urllib.request
{HEAD}
    with urllib.request.urlopen({URL}, urllib.parse.urlencode({FIELDS}).encode()) as response:
        return json.loads(response.read())
""",
    "a list of pairs": f"import requests\n{HEAD}    return dict(requests.post({URL}, data=list({FIELDS}.items())).json())\n",
    "with the address asked for first": edited(
        ID,
        ("    response =", '    found = requests.get(f"{tenant.base_url}/.well-known/openid-configuration").json()\n    assert found["token_endpoint"]\n    response ='),
    ),
    "only the access token in a dictionary": edited(ID, ("return response.json()", 'return {"access_token": response.json()["access_token"]}')),
    "a label of its own": f"""import requests
from urllib.parse import urlencode
{HEAD}
    return requests.post({URL}, urlencode({FIELDS}), headers={{"Content-Type": "application/x-www-form-urlencoded"}}).json()
""",
}  # fmt: skip

WRONG = {
    "nothing": (HEAD + "    ...\n", "Begin with POST /oauth/token."),
    "no oob_code": (edited(ID, ('        "oob_code": oob_code,\n', "")), "was sent without oob_code. Add it to the body."),
    "no code": (edited(ID, ('        "binding_code": code,\n', "")), "was sent without binding_code. Add it to the body."),
    "no MFA token": (edited(ID, ('        "mfa_token": mfa_token,\n', "")), "was sent without mfa_token."),
    "a guess": (edited(ID, ('"binding_code": code', '"binding_code": "000000"')), "a binding_code that isn't the code that your function was called with"),
    "a number in JSON": (edited(ID, (DATA, "json={"), ('"binding_code": code', '"binding_code": int(code)')), "binding_code must be a string, but you sent a number."),
    "a number": (edited(ID, ('"binding_code": code', '"binding_code": int(code)')), "You sent the code as a number, so the zero at its beginning is missing."),
    "the two exchanged": (edited(ID, ('"oob_code": oob_code', '"oob_code": code'), ('"binding_code": code', '"binding_code": oob_code')), "You sent the six digits as oob_code."),
    "the field of an app": (edited(ID, ("binding_code", "otp")), "You sent the otp field, which is for an authenticator app."),
    "the grant of an app": (edited(ID, ("mfa-oob", "mfa-otp")), "which is for the code of an authenticator app. For the code of an email, send the one that ends in mfa-oob."),
    "a short grant": (edited(ID, ("http://auth0.com/oauth/grant-type/mfa-oob", "mfa-oob")), "doesn't know the grant_type that you sent"),
    "a password grant": (edited(ID, ("http://auth0.com/oauth/grant-type/mfa-oob", "password")), "You sent the grant_type password, which is for a user name and a password."),
    "twice": (edited(ID, ("    response.raise", f"    requests.post({URL}, data={FIELDS})\n    response.raise")), "Your function sent 2 requests to /oauth/token."),
    "an oob_code that is cut off": (edited(ID, ('"oob_code": oob_code', '"oob_code": oob_code[:-5]')), "The value that you sent as oob_code isn't an oob_code."),
    "the other token": (edited(ID, ('"mfa_token": mfa_token', '"mfa_token": oob_code')), "The tenant didn't accept the MFA token."),
    "a wrong secret": (edited(ID, ('"client_secret": tenant.client_secret', '"client_secret": "wrong"')), "The client ID or the client secret is wrong."),
    "the challenge's address": (edited(ID, ("/oauth/token", "/mfa/challenge")), "You sent a challenge. To confirm a new email, send POST /oauth/token."),
    "params=": (edited(ID, (DATA, "params={")), "in the URL (params=)"),
    "returns the access token": (edited(ID, ("return response.json()", 'return response.json()["access_token"]')), "returned only the access token. Return the body of the last response"),
    "returns the response": (edited(ID, ("return response.json()", "return response")), "returned the whole response."),
    "returns nothing": (edited(ID, ("return response.json()", "print(response.json())")), "Your function returned nothing. Return the body"),
    "returns something else": (edited(ID, ("return response.json()", "return proof")), "returned a dictionary without the tokens."),
}  # fmt: skip


def test_unusual_programs_pass() -> None:
    all_pass(ID, RIGHT)


def test_each_mistake_gets_its_own_sentence() -> None:
    each_is_told(ID, WRONG)
