"""02: enroll_email."""

from __future__ import annotations

from .programs import all_pass, each_is_told, edited

ID = "another-address"
HEAD = "def enroll_email(tenant, mfa_token, email):\n"
BODY = '{"authenticator_types": ["oob"], "oob_channels": ["email"], "email": email}'
URL = 'tenant.base_url + "/mfa/associate"'
RETURN = 'return response.json()["oob_code"]'

RIGHT = {
    "httpx": f"""import httpx
{HEAD}
    with httpx.Client(base_url=tenant.base_url, headers={{"authorization": "bearer " + mfa_token}}) as client:
        return client.post("/mfa/associate", json={BODY}).json()["oob_code"]
""",
    "urllib": f"""import json, urllib.request
{HEAD}
    request = urllib.request.Request({URL}, json.dumps({BODY}).encode(), method="POST")
    request.add_header("Authorization", f"Bearer {{mfa_token}}")
    request.add_header("Content-Type", "application/json; charset=utf-8")
    with urllib.request.urlopen(request) as response:
        return json.load(response)["oob_code"]
""",
    "bytes with a label": f"""import json, requests
{HEAD}
    headers = {{"Authorization": "Bearer " + mfa_token, "Content-Type": "application/json"}}
    return requests.post({URL}, data=json.dumps({BODY}).encode(), headers=headers).json()["oob_code"]
""",
    "an auth object": f"""import requests
class Bearer(requests.auth.AuthBase):
    def __init__(self, token):
        self.token = token
    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {{self.token}}"
        return request
{HEAD}
    return requests.request("POST", {URL}, auth=Bearer(mfa_token), json={BODY}).json().get("oob_code")
""",
    "with the application's own credentials": edited(
        ID, ('        "email": email,', '        "email": email, "client_id": tenant.client_id, "client_secret": tenant.client_secret,')
    ),
    "tuples for arrays": edited(ID, ('["oob"]', '("oob",)'), ('["email"]', 'tuple(["email"])')),
    "a list first": edited(ID, ("    body =", '    requests.get(f"{tenant.base_url}/mfa/authenticators", headers=headers)\n    body =')),
}  # fmt: skip

WRONG = {
    "nothing": (HEAD + "    ...\n", "Your function sent nothing and returned nothing. Begin with POST /mfa/associate."),
    "only a list": (f"import requests\n{HEAD}    requests.get(tenant.base_url + '/mfa/authenticators', headers={{'Authorization': 'Bearer ' + mfa_token}})\n", "Your function didn't send POST /mfa/associate."),
    "no email": (edited(ID, ('        "email": email,\n', "")), "because your request has no email field. Send the argument email."),
    "its own address": (edited(ID, ('"email": email', '"email": "ada@home.example"')), "The email went to ada@home.example, and not to ada@work.example."),
    "no address": (edited(ID, ('"email": email', '"email": "nonsense"')), "What you sent as email isn't an email address."),
    "a form": (edited(ID, ("json=body", "data=body")), "You sent a form (data=) to /mfa/associate. It takes JSON"),
    "text, not an array": (edited(ID, ('["oob"]', '"oob"')), 'authenticator_types as a string. It\'s an array, even for a single value: write ["oob"], not "oob".'),
    "another text, not an array": (edited(ID, ('["email"]', '"email"')), 'oob_channels as a string. It\'s an array, even for a single value: write ["email"], not "email".'),
    "a misspelled field": (edited(ID, ("authenticator_types", "authentication_types")), "was sent without authenticator_types. It has authentication_types, which the tenant doesn't know."),
    "no channels": (edited(ID, ('        "oob_channels": ["email"],\n', "")), "was sent without oob_channels."),
    "an app": (edited(ID, ('["oob"]', '["otp"]')), "The otp factor is not enabled for this tenant."),
    "a misspelled channel": (edited(ID, ('["email"]', '["mail"]')), "Unsupported oob channel: mail."),
    "no token": (edited(ID, ("        headers=headers,\n", "")), "was sent without a token. It belongs in the Authorization header."),
    "a token without its scheme": (edited(ID, ("Bearer {mfa_token}", "{mfa_token}")), "must start with the word Bearer and a space."),
    "a token in the body": (edited(ID, ("        headers=headers,\n", ""), ('"email": email', '"email": email, "mfa_token": mfa_token')), "You sent the token in the wrong place."),
    "a missing f": (edited(ID, ('f"Bearer {mfa_token}"', '"Bearer {mfa_token}"')), "doesn't contain the text of a token"),
    "a token that is cut off": (edited(ID, ("Bearer {mfa_token}", "Bearer {mfa_token[:-9]}")), "The tenant didn't accept the MFA token."),
    "twice": (edited(ID, ("    response.raise", f"    requests.post({URL}, headers=headers, json=body)\n    response.raise")), "associated 2 authenticators, and 2 emails were sent"),
    "a wrong path": (edited(ID, ("/mfa/associate", "/mfa/enroll")), "The tenant has no path /mfa/enroll."),
    "returns nothing": (edited(ID, (RETURN, "response.json()")), "Your function returned nothing. Return the oob_code."),
    "returns the body": (edited(ID, (RETURN, "return response.json()")), "returned a whole dictionary. Return only the oob_code."),
    "returns the status": (edited(ID, (RETURN, "return response.status_code")), "Your function returned a number. Return the oob_code."),
    "a key that isn't there": (edited(ID, ('["oob_code"]', '["code"]')), "there's no key 'code' in it."),
    "a challenge": (edited(ID, ("/mfa/associate", "/mfa/challenge")), "POST /mfa/challenge was sent without mfa_token."),
}  # fmt: skip


def test_unusual_programs_pass() -> None:
    all_pass(ID, RIGHT)


def test_each_mistake_gets_its_own_sentence() -> None:
    each_is_told(ID, WRONG)
