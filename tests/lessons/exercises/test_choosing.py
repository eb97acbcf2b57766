"""06: challenge_by_name."""

from __future__ import annotations

from .programs import all_pass, each_is_told, edited

ID = "the-other-address"
HEAD = "def challenge_by_name(tenant, mfa_token, start):\n"
ROWS = 'requests.get(tenant.base_url + "/mfa/authenticators", headers={"Authorization": "Bearer " + mfa_token}).json()'
ASK = """{
        "client_id": tenant.client_id, "client_secret": tenant.client_secret, "mfa_token": mfa_token, "challenge_type": "oob",
        "authenticator_id": id}"""
CHOICE = """next(
        row
        for row in rows
        if row["active"] and row["name"].startswith(start)
    )"""
RETURN = 'return response.json()["oob_code"]'
POST = f'requests.post(tenant.base_url + "/mfa/challenge", json={ASK})'

RIGHT = {
    "httpx": f"""import httpx
{HEAD}
    (id,) = [row["id"] for row in {ROWS.replace("requests", "httpx")} if row["active"] and row["name"].startswith(start)]
    return httpx.post(tenant.base_url + "/mfa/challenge", json={ASK}).json()["oob_code"]
""",
    "urllib": f"""import json, urllib.request
{HEAD}
    def send(path, body=None, **headers):
        data = json.dumps(body).encode() if body else None
        with urllib.request.urlopen(urllib.request.Request(tenant.base_url + path, data, headers)) as response:
            return json.load(response)
    for row in send("/mfa/authenticators", Authorization="Bearer " + mfa_token):
        if row["active"] and row["name"][: len(start)] == start:
            id = row["id"]
    return send("/mfa/challenge", {ASK}, **{{"Content-Type": "application/json"}})["oob_code"]
""",
    "the last that is active": edited(ID, (CHOICE, '[row for row in rows if row["active"]][-1]')),
    "a regular expression": edited(ID, ("import requests", "import re\n\nimport requests"), (CHOICE, 'next(row for row in rows if row["active"] and re.match(re.escape(start), row["name"]))')),
    "a form": edited(ID, ("json={", "data={")),
    "without challenge_type": edited(ID, ('            "challenge_type": "oob",\n', "")),
    "the list read twice": edited(ID, ("    chosen =", f"    rows = {ROWS}\n    chosen =")),
}  # fmt: skip

WRONG = {
    "nothing": (HEAD + "    ...\n", "Begin with GET /mfa/authenticators."),
    "only a list": (f"import requests\n{HEAD}    {ROWS}\n", "Your function didn't send POST /mfa/challenge."),
    "no id": (edited(ID, ('            "authenticator_id": chosen["id"],\n', "")), "Your challenge has no authenticator_id, so the tenant chose, and its code went to ada@example.com."),
    "the older one": (edited(ID, (CHOICE, 'next(row for row in rows if row["active"])')), "You challenged the wrong authenticator: the code went to ada@example.com."),
    "an unconfirmed one": (edited(ID, ('row["active"] and ', "")), "You challenged an email that was never confirmed"),
    "every row": (f"import requests\n{HEAD}    for row in {ROWS}:\n        id = row['id']\n        response = {POST}\n    {RETURN}\n", "Your function sent 3 challenges. Don't try every row"),
    "the name for an id": (edited(ID, ('chosen["id"]', 'chosen["name"]')), "You challenged an email that was never confirmed, or one that isn't in the list."),
    "enrolling": (edited(ID, ("    response =", '    requests.post(f"{tenant.base_url}/mfa/associate", headers=headers, json={})\n    response =')), "Your function enrolled an address. Both addresses are already enrolled"),
    "a list without a token": (edited(ID, ("        headers=headers,\n", "")), "GET /mfa/authenticators was sent without a token."),
    "a list by POST": (edited(ID, ("requests.get", "requests.post")), "/mfa/authenticators takes GET, not POST."),
    "no MFA token": (edited(ID, ('            "mfa_token": mfa_token,\n', "")), "POST /mfa/challenge was sent without mfa_token."),
    "a misspelled field": (edited(ID, ('"mfa_token": mfa_token', '"mfatoken": mfa_token')), "It has mfatoken, which the tenant doesn't know."),
    "email as a type": (edited(ID, ('"challenge_type": "oob"', '"challenge_type": "email"')), 'The challenge_type for email is "oob".'),
    "a wrong secret": (edited(ID, ('"client_secret": tenant.client_secret', '"client_secret": "no"')), "The client ID or the client secret is wrong."),
    "nothing that fits": (edited(ID, ("startswith(start)", "endswith(start)")), "next() found no match."),
    "returns the body": (edited(ID, (RETURN, "return response.json()")), "returned a whole dictionary. Return only the oob_code."),
    "returns the id": (edited(ID, (RETURN, 'return chosen["id"]')), "returned a string, but it isn't the oob_code"),
    "returns nothing": (edited(ID, (RETURN, "response.json()")), "Your function returned nothing. Return the oob_code."),
}  # fmt: skip


def test_unusual_programs_pass() -> None:
    all_pass(ID, RIGHT)


def test_each_mistake_gets_its_own_sentence() -> None:
    each_is_told(ID, WRONG)
