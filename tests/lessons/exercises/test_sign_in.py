"""01: get_mfa_token."""

from __future__ import annotations

from .programs import all_pass, each_is_told, edited, judged

ID = "two-answers"
HEAD = "def get_mfa_token(tenant, username, password):\n"
FIELDS = """{
        "grant_type": "password", "username": username, "password": password, "audience": tenant.audience,
        "client_id": tenant.client_id, "client_secret": tenant.client_secret}"""
CHECK = 'if body["error"] == "mfa_required":'

RIGHT = {
    "httpx": f"""import httpx
{HEAD}
    body = httpx.post(tenant.base_url + "/oauth/token", data={FIELDS}).json()
    return body.get("mfa_token")
""",
    "urllib and JSON": f"""import json, urllib.error, urllib.request
{HEAD}
    request = urllib.request.Request(tenant.base_url + "/oauth/token", json.dumps({FIELDS}).encode(),
                                     headers={{"Content-Type": "application/json"}})
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        with error:
            body = json.load(error)
        return body["mfa_token"] if body["error"] == "mfa_required" else None
""",
    "a class and a session": f"""import requests
class Login:
    def __init__(self, tenant):
        self.tenant, self.session = tenant, requests.Session()
    def run(self, tenant, username, password):
        with self.session as session:
            return session.post(tenant.base_url + "/oauth/token", json={FIELDS}).json()
{HEAD}
    return Login(tenant).run(tenant, username, password).get("mfa_token")
""",
    "the realm grant": edited(
        ID,
        ('"grant_type": "password",', '"grant_type": "http://auth0.com/oauth/grant-type/password-realm",'),
        ('"username": username,', '"username": username, "realm": "Username-Password-Authentication",'),
    ),
    "up to three tries": f"""import requests
{HEAD}
    for _ in range(3):
        response = requests.post(tenant.base_url + "/oauth/token", data={FIELDS})
        if "mfa_token" in response.json():
            return response.json()["mfa_token"]
""",
    "the other way round": edited(ID, (CHECK, 'if body["error"] != "invalid_grant":')),
    "a scope as an array": edited(ID, ("data=", "json="), ('"openid profile email"', '["openid", "email"]')),
}

WRONG = {
    "nothing": (HEAD + "    ...\n", "Your function sent nothing and returned nothing."),
    "only a text": (HEAD + "    return 'token'\n", "Your function sent nothing to the tenant. Begin with POST /oauth/token."),
    "params=": (edited(ID, ("data=", "params=")), "in the URL (params=). Send them in the body."),
    "a wrong path": (edited(ID, ("/oauth/token", "/oauth/tokens")), "The tenant has no path /oauth/tokens. The closest path is /oauth/token."),
    "GET": (edited(ID, ("requests.post", "requests.get")), "/oauth/token takes POST, not GET."),
    "another host": (edited(ID, ("{tenant.base_url}", "http://127.0.0.1:9")), "nothing responds at that address. Begin it with tenant.base_url."),
    "no host": (edited(ID, ("{tenant.base_url}", "")), "that isn't a complete URL."),
    "JSON without a label": (
        edited(ID, ("import requests", "import json, requests"), ("data={", "data=json.dumps({"), ("        },\n", "        }),\n")),
        "The body of POST /oauth/token has no Content-Type",
    ),
    "the MFA audience": (edited(ID, ("tenant.audience", 'tenant.issuer + "mfa/"')), "issued tokens for the password alone"),
    "an unknown audience": (edited(ID, ("tenant.audience", '"https://no.example/"')), "no API with the audience that you sent"),
    "by the status": (edited(ID, (CHECK, "if response.status_code == 403:")), "With a wrong password, the response has no mfa_token."),
    "raise_for_status": (edited(ID, ("    body =", "    response.raise_for_status()\n    body =")), "Read the body instead of raising an error. Line 18 (response.raise_for_status())"),
    "its own password": (edited(ID, ('"password": password', '"password": "correct horse"')), "your function sent another one"),
    "its own user": (edited(ID, ('"username": username', '"username": "bob@example.com"')), "sent a different user name from the one that it was called with"),
    "always None": (edited(ID, ('return body["mfa_token"]', 'print(body["mfa_token"])')), "With the correct password, your function returned nothing."),
    "the whole body": (edited(ID, ('return body["mfa_token"]', "return body")), "returned a whole dictionary. Return only the mfa_token."),
    "the whole response": (HEAD + f"    import requests\n    return requests.post(tenant.base_url + '/oauth/token', data={FIELDS})\n", "With a wrong password, your function must return None, but it returned something else."),
    "the description instead of the error": (edited(ID, ('body["error"]', 'body["error_description"]')), 'Return the mfa_token if the error field of the response is "mfa_required".'),
    "yes or no": (edited(ID, ('return body["mfa_token"]', "return True")), "Your function returned True."),
    "the error": (edited(ID, ('return body["mfa_token"]', 'return body["error"]')), "returned a string, but it isn't the mfa_token."),
    "no secret": (edited(ID, ('"client_secret": tenant.client_secret,', "")), "The client ID or the client secret is wrong."),
    "a misspelled field": (edited(ID, ('"password": password', '"pasword": password')), "was sent without password. It has pasword, which the tenant doesn't know."),
    "a number": (edited(ID, ("data=", "json="), ('"client_id": tenant.client_id', '"client_id": 7')), "client_id must be a string, but you sent a number."),
    "another grant": (edited(ID, ('"grant_type": "password"', '"grant_type": "client_credentials"')), "The application isn't allowed to use the grant_type that you sent."),
    "an unknown grant": (edited(ID, ('"grant_type": "password"', '"grant_type": "pasword"')), "doesn't know the grant_type that you sent"),
    "a missing name": (edited(ID, ("import requests\n", "")), "the name requests isn't defined. Add import requests at the top of the cell."),
    "reveal()": (edited(ID, ('"password": password', '"password": password.reveal()')), "the arguments are plain strings. Leave out .reveal()."),
    "fewer arguments": (edited(ID, ("(tenant, username, password)", "(tenant, password)")), "The form calls your function with (tenant, username, password), but it takes (tenant, password)."),
}  # fmt: skip


def test_unusual_programs_pass() -> None:
    all_pass(ID, RIGHT)


def test_the_praise_claims_only_what_the_tenant_saw() -> None:
    by_the_token = edited(ID, (CHECK, 'if "mfa_token" in body:'))
    assert "your function tells" not in judged(ID, by_the_token).sentence


def test_each_mistake_gets_its_own_sentence() -> None:
    each_is_told(ID, WRONG)
