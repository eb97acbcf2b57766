"""08: enroll_app."""

from __future__ import annotations

from .programs import all_pass, each_is_told, edited

ID = "own-app"
HEAD = "def enroll_app(tenant, mfa_token):\n"
GRANT = "http://auth0.com/oauth/grant-type/mfa-otp"
FIELDS = f"""{{
        "grant_type": "{GRANT}", "mfa_token": mfa_token, "otp": code, "client_id": tenant.client_id,
        "client_secret": tenant.client_secret}}"""
CODE = 'pyotp.TOTP(enrollment["secret"]).now()'
RETURN = "return response.json()"

RIGHT = {
    "httpx and the URI": f"""import httpx, pyotp
{HEAD}
    with httpx.Client(base_url=tenant.base_url) as client:
        uri = client.post("/mfa/associate", headers={{"Authorization": "Bearer " + mfa_token}}, json={{"authenticator_types": ["otp"]}}).json()["barcode_uri"]
        code = pyotp.parse_uri(uri).now()
        return client.post("/oauth/token", data={FIELDS}).json()
""",
    "without pyotp": f"""import base64, hashlib, hmac, struct, time
import requests
def six_digits(secret):
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{{(int.from_bytes(digest[at:at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}}"
{HEAD}
    secret = requests.post(tenant.base_url + "/mfa/associate", headers={{"Authorization": "Bearer " + mfa_token}}, json={{"authenticator_types": ["otp"]}}).json()["secret"]
    code = six_digits(secret)
    return requests.post(tenant.base_url + "/oauth/token", json={FIELDS}).json()
""",
    "the code of the last half minute": edited(ID, (CODE, 'pyotp.TOTP(enrollment["secret"]).at(int(__import__("time").time()) - 30)')),
    "urllib": f"""import json, pyotp, urllib.request
{HEAD}
    def post(path, fields):
        request = urllib.request.Request(tenant.base_url + path, json.dumps(fields).encode(), {{"Authorization": "Bearer " + mfa_token, "Content-Type": "application/json"}})
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    code = pyotp.TOTP(post("/mfa/associate", {{"authenticator_types": ["otp"]}})["secret"]).now()
    return post("/oauth/token", {FIELDS})
""",
    "a list first": edited(ID, ("    enrollment =", '    requests.get(f"{tenant.base_url}/mfa/authenticators", headers=headers)\n    enrollment =')),
}  # fmt: skip

WRONG = {
    "nothing": (HEAD + "    ...\n", "Begin with POST /mfa/associate."),
    "an email": (edited(ID, ('{"authenticator_types": ["otp"]}', '{"authenticator_types": ["oob"], "oob_channels": ["email"]}')), "Your function enrolled another factor."),
    "a text message": (edited(ID, ('{"authenticator_types": ["otp"]}', '{"authenticator_types": ["oob"], "oob_channels": ["sms"]}')), "The sms factor is not enabled for this tenant."),
    "text, not an array": (edited(ID, ('["otp"]', '"otp"')), 'write ["otp"], not "otp"'),
    "totp as a type": (edited(ID, ('["otp"]', '["totp"]')), "Unsupported authenticator type: totp."),
    "a form": (edited(ID, ("json=body", "data=body")), "You sent a form (data=) to /mfa/associate."),
    "no token": (edited(ID, ("        headers=headers,\n", "")), "POST /mfa/associate was sent without a token."),
    "only enrolled": (HEAD + "    import requests\n    requests.post(tenant.base_url + '/mfa/associate', headers={'Authorization': 'Bearer ' + mfa_token}, json={'authenticator_types': ['otp']})\n", "Your function didn't send POST /oauth/token."),
    "a guess": (edited(ID, (CODE, '"000000"')), "The app's code is wrong. Compute it from the secret of this enrollment"),
    "an old code": (edited(ID, (CODE, 'pyotp.TOTP(enrollment["secret"]).at(1)')), "The app's code is wrong."),
    "the secret itself": (edited(ID, (CODE, 'enrollment["secret"]')), "You sent the secret itself."),
    "the grant of an email": (edited(ID, ("mfa-otp", "mfa-oob")), "You used the grant that ends in mfa-oob."),
    "the field of an email": (edited(ID, ('"otp": code', '"binding_code": code')), "You sent the digits as binding_code."),
    "a misspelled field": (edited(ID, ('"otp": code', '"totp": code')), "It has totp, which the tenant doesn't know."),
    "a number": (edited(ID, ("data={", "json={"), ('"otp": code', '"otp": int(code)')), "otp must be a string, but you sent a number."),
    "a number in a form": (edited(ID, ('"otp": code', '"otp": int(code)')), "You sent the code as a number, so the zero at its beginning is missing."),
    "twice": (edited(ID, ("    response =", '    code = code or ""\n    requests.post(f"{tenant.base_url}/oauth/token", data={"grant_type": "' + GRANT + '", "otp": "1"})\n    response =')), "Your function sent 2 codes."),
    "two apps": (edited(ID, ("    enrollment =", '    requests.post(f"{tenant.base_url}/mfa/associate", headers=headers, json=body)\n    enrollment =')), "Your function enrolled 2 apps."),
    "a key that isn't there": (edited(ID, ('enrollment["secret"]', 'enrollment["totp_secret"]')), "there's no key 'totp_secret' in it."),
    "no pyotp": (edited(ID, ("import pyotp\n", "")), "the name pyotp isn't defined. Add import pyotp"),
    "returns the secret": (edited(ID, (RETURN, "return enrollment")), "returned a dictionary without the tokens"),
    "returns nothing": (edited(ID, (RETURN, "response.json()")), "Your function returned nothing."),
}  # fmt: skip


def test_unusual_programs_pass() -> None:
    all_pass(ID, RIGHT)


def test_each_mistake_gets_its_own_sentence() -> None:
    each_is_told(ID, WRONG)
