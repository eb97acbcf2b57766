"""12: find_emails, sign_in_and_log, and challenge_as_required."""

from __future__ import annotations

from .programs import all_pass, each_is_told, edited

FIND, LOG, TYPE = "list-without-type", "log-without-token", "type-of-challenge"
FIND_HEAD = "def find_emails(tenant, mfa_token):\n"
LOG_HEAD = "def sign_in_and_log(tenant, username, password, log):\n"
TYPE_HEAD = "def challenge_as_required(tenant, mfa_token, requirements):\n"
ROWS = 'requests.get(tenant.base_url + "/mfa/authenticators", headers={"Authorization": "Bearer " + mfa_token}).json()'
IS_EMAIL = 'row.get("oob_channel") == "email"'
FIELDS = """{"grant_type": "password", "username": username, "password": password, "audience": tenant.audience,
        "client_id": tenant.client_id, "client_secret": tenant.client_secret}"""
LINE = """log(f"sign-in: {response.status_code} {body.get('error')}")"""
CHOICE = """next(
        row
        for row in rows
        if row["active"] and row["type"] in wanted
    )"""
TOLD = 'chosen["authenticator_type"]'

FIND_RIGHT = {
    "a comprehension": f'import requests\n{FIND_HEAD}    return [row["id"] for row in {ROWS} if row["active"] and {IS_EMAIL}]\n',
    "by the id": edited(FIND, (IS_EMAIL, 'row["id"].startswith("email|")')),
    "type where there is one": edited(FIND, (IS_EMAIL, '(row.get("type") or row.get("oob_channel")) == "email"')),
    "httpx": f"""import httpx
{FIND_HEAD}
    rows = httpx.get(tenant.base_url + "/mfa/authenticators", headers={{"Authorization": "Bearer " + mfa_token}}).json()
    return list(map(lambda row: row["id"], filter(lambda row: row["active"] and row["oob_channel"] == "email", rows)))
""",
    "both spellings of the channel": edited(FIND, (IS_EMAIL, '"email" in (row.get("oob_channel"), *row.get("oob_channels", []))')),
    "a generator": f"import requests\n{FIND_HEAD}    def of():\n        for row in {ROWS}:\n            if row['active'] is True and row['oob_channel'] == 'email':\n                yield row['id']\n    return list(of())\n",
}  # fmt: skip

FIND_WRONG = {
    "nothing": (FIND_HEAD + "    ...\n", "Begin with GET /mfa/authenticators."),
    "as the SDKs do": (edited(FIND, (IS_EMAIL, 'row.get("type") == "email"')), "On a tenant that doesn't send type, your function returned an empty list"),
    "type as if it were always there": (edited(FIND, (IS_EMAIL, 'row["type"] == "email"')), "there's no key 'type' in it"),
    "unconfirmed ones, too": (edited(FIND, (' and row["active"]', "")), "an email that was never confirmed. Check active."),
    "unconfirmed ones only": (edited(FIND, ('row["active"]', 'not row["active"]')), "On a tenant that sends type, your function returned other IDs"),
    "rows instead of IDs": (edited(FIND, ('row["id"]', "row")), "a list, but its items aren't IDs"),
    "names instead of IDs": (edited(FIND, ('row["id"]', 'row["name"]')), "returned other IDs"),
    "one ID": (edited(FIND, ("    return found", "    return found[0]")), "Your function returned a string. Return a list of IDs."),
    "no return": (edited(FIND, ("    return found\n", "")), "Your function returned nothing. Return a list of IDs."),
    "no token": (edited(FIND, ("        headers=headers,\n", "")), "GET /mfa/authenticators was sent without a token."),
    "by POST": (edited(FIND, ("requests.get", "requests.post")), "/mfa/authenticators takes GET, not POST."),
    "another channel": (edited(FIND, ('"email"', '"mail"')), "returned an empty list"),
}  # fmt: skip

LOG_RIGHT = {
    "the error alone": edited(LOG, (LINE, 'log(body["error"])')),
    "error and description": edited(LOG, (LINE, 'log(body["error"] + ": " + body["error_description"])')),
    "all but the token": edited(LOG, (LINE, 'log({name: value for name, value in body.items() if name != "mfa_token"})')),
    "several lines": edited(LOG, (LINE, 'log("signing in")\n    log(response.status_code)\n    log(body["error"])')),
    "json": edited(LOG, ("data={", "json={")),
    "names only": edited(LOG, (LINE, 'log(f"{body[\'error\']} with {sorted(body)}")')),
    "without an audience": edited(LOG, ('            "audience": tenant.audience,\n', "")),
    "printed as well": edited(LOG, (LINE, LINE + '\n    print(body["error"])')),
}  # fmt: skip

LOG_WRONG = {
    "nothing": (LOG_HEAD + "    ...\n", "Begin with POST /oauth/token."),
    "the whole body": (edited(LOG, (LINE, "log(body)")), "Your log contains the MFA token."),
    "the text of the response": (edited(LOG, (LINE, "log(response.text)")), "Your log contains the MFA token."),
    "printed": (edited(LOG, (LINE, LINE + "\n    print(body)")), "Your function printed a secret."),
    "the request": (edited(LOG, (LINE, 'log(f"{username} {password} {body[\'error\']}")')), "Your log contains the password."),
    "the application": (edited(LOG, (LINE, 'log(f"{tenant} {tenant.client_secret} {body[\'error\']}")')), "Your log contains the client secret."),
    "no log": (edited(LOG, (f"    {LINE}\n", "")), "Your function logged nothing."),
    "the status alone": (edited(LOG, (LINE, "log(response.status_code)")), "Your log doesn't say what the response was."),
    "another audience": (edited(LOG, ("tenant.audience", 'tenant.issuer + "mfa/"')), "The response has no MFA token"),
    "a wrong secret": (edited(LOG, ('tenant.client_secret', '"no"')), "The client ID or the client secret is wrong."),
    "returns the body": (edited(LOG, ('return body.get("mfa_token")', "return body")), "returned a whole dictionary. Return only the mfa_token."),
    "returns nothing": (edited(LOG, ('return body.get("mfa_token")', 'body.get("mfa_token")')), "Your function returned nothing. Return the mfa_token."),
    "raises": (edited(LOG, ("body = response.json()", "response.raise_for_status()\n    body = response.json()")), "the response has status 403"),
    "a wrong path": (edited(LOG, ("/oauth/token", "/oauth/tokens")), "The closest path is /oauth/token."),
}  # fmt: skip

TYPE_RIGHT = {
    "a table": edited(TYPE, (TOLD, '{"email": "oob", "otp": "otp"}[chosen["type"]]')),
    "oob, because it's an email": edited(TYPE, (TOLD, '"oob"')),
    "the tenant's default": edited(TYPE, (f'            "challenge_type": {TOLD},\n', "")),
    "a form": edited(TYPE, ("json={", "data={")),
    "a loop": edited(TYPE, (f"chosen = {CHOICE}", 'for row in rows:\n        if row["active"] and row["type"] in wanted:\n            chosen = row')),
    "the first requirement": edited(TYPE, ('[one["type"] for one in requirements["challenge"]]', '[requirements["challenge"][0]["type"]]')),
    "httpx": edited(TYPE, ("import requests", "import httpx as requests")),
}  # fmt: skip

TYPE_WRONG = {
    "nothing": (TYPE_HEAD + "    ...\n", "Begin with GET /mfa/authenticators."),
    "the factor's type": (edited(TYPE, (TOLD, 'chosen["type"]')), "sent the type of the factor, email, as challenge_type"),
    "an app": (edited(TYPE, (TOLD, '"otp"')), "The challenge_type for email is"),
    "only a list": (f"import requests\n{TYPE_HEAD}    {ROWS}\n", "Your function didn't send POST /mfa/challenge."),
    "no id": (edited(TYPE, ('            "authenticator_id": chosen["id"],\n', "")), "Your challenge has no authenticator_id"),
    "no MFA token": (edited(TYPE, ('            "mfa_token": mfa_token,\n', "")), "POST /mfa/challenge was sent without mfa_token."),
    "a list without a token": (edited(TYPE, ("        headers=headers,\n", "")), "GET /mfa/authenticators was sent without a token."),
    "a wrong secret": (edited(TYPE, ("tenant.client_secret", '"no"')), "The client ID or the client secret is wrong."),
    "returns the body": (edited(TYPE, ('["oob_code"]', "")), "returned a whole dictionary. Return only the oob_code."),
    "returns nothing": (edited(TYPE, ('return response.json()["oob_code"]', "response.json()")), "Your function returned nothing. Return the oob_code."),
    "a requirement that isn't there": (edited(TYPE, ('requirements["challenge"]', 'requirements["enroll"]')), "enroll"),
    "the name for an id": (edited(TYPE, ('chosen["id"]', 'chosen["name"]')), "The user has no authenticator with the id that you sent."),
}  # fmt: skip


def test_unusual_programs_find_the_emails() -> None:
    all_pass(FIND, FIND_RIGHT)


def test_each_mistake_in_a_list_gets_its_own_sentence() -> None:
    each_is_told(FIND, FIND_WRONG)


def test_unusual_programs_log_no_secret() -> None:
    all_pass(LOG, LOG_RIGHT)


def test_each_mistake_in_a_log_gets_its_own_sentence() -> None:
    each_is_told(LOG, LOG_WRONG)


def test_unusual_programs_challenge_by_the_right_type() -> None:
    all_pass(TYPE, TYPE_RIGHT)


def test_each_mistake_in_a_challenge_gets_its_own_sentence() -> None:
    each_is_told(TYPE, TYPE_WRONG)
