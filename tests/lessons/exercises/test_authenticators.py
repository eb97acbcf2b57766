"""04: find_work_email."""

from __future__ import annotations

from mfa_helpers.lessons.exercises import EXERCISES

from .programs import all_pass, each_is_told, edited

ID = "the-right-one"
HEAD = "def find_work_email(tenant, mfa_token):\n"
ROWS = 'requests.get(tenant.base_url + "/mfa/authenticators", headers={"Authorization": "Bearer " + mfa_token}).json()'
TEST = 'if row["active"] and "work" in row["name"]:'
RETURN = 'return row["id"]'

RIGHT = {
    "httpx and a comprehension": f"""import httpx
{HEAD}
    rows = {ROWS.replace("requests", "httpx")}
    return [row["id"] for row in rows if row["active"] and "@work" in row["name"]][0]
""",
    "urllib": f"""import json, urllib.request
{HEAD}
    request = urllib.request.Request(tenant.base_url + "/mfa/authenticators", headers={{"Authorization": "Bearer " + mfa_token}})
    with urllib.request.urlopen(request) as response:
        rows = json.load(response)
    return next(filter(lambda row: row["active"] and "work" in row["name"], rows))["id"]
""",
    "by its end": f"import requests\n{HEAD}    return max({ROWS}, key=lambda row: (row['active'], 'work' in row['name']))['id']\n",
    "a class for rows": f"""import requests
class Row(dict):
    __getattr__ = dict.get
{HEAD}
    for row in map(Row, {ROWS}):
        match row:
            case {{"active": True, "name": str(name)}} if name.split("@")[1].startswith("work"):
                return row.id
""",
    "two lists": f"import requests\n{HEAD}    {ROWS}\n    rows = [row for row in {ROWS} if row['active']]\n    return next(row['id'] for row in rows if row['name'].startswith('***@work'))\n",
    "a token of its own": edited(ID, ("    headers =", "    mfa_token = f'{mfa_token}'.strip()\n    headers =")),
}  # fmt: skip

WRONG = {
    "nothing": (HEAD + "    ...\n", "Begin with GET /mfa/authenticators."),
    "a made-up id": (HEAD + "    return 'email|dev_1'\n", "Your function sent nothing to the tenant."),
    "the first row": (edited(ID, (TEST, "if row:")), "returned the id of an email that was never confirmed"),
    "without active": (edited(ID, (TEST, 'if "work" in row["name"]:')), "its active is false. Check active as well as name."),
    "without the name": (edited(ID, (TEST, 'if row["active"]:')), "returned the id of the email at home."),
    "the name": (edited(ID, (RETURN, 'return row["name"]')), "Your function returned the name."),
    "the whole row": (edited(ID, (RETURN, "return row")), "returned the whole row. Return only its id."),
    "all ids": (edited(ID, (RETURN, 'return [row["id"]]')), "returned a list. Choose one row"),
    "prints": (edited(ID, (RETURN, 'print(row["id"])')), "Your function returned nothing. Return the id"),
    "POST": (edited(ID, ("requests.get", "requests.post")), "/mfa/authenticators takes GET, not POST."),
    "one letter less": (edited(ID, ("/mfa/authenticators", "/mfa/authenticator")), "The closest path is /mfa/authenticators."),
    "no token": (edited(ID, ("        headers=headers,\n", "")), "was sent without a token."),
    "a token as a parameter": (edited(ID, ("headers=headers", 'params={"mfa_token": mfa_token}')), "You sent the token in the wrong place."),
    "a token without its scheme": (edited(ID, ("Bearer {mfa_token}", "{mfa_token}")), "must start with the word Bearer"),
    "the client secret as a token": (edited(ID, ("Bearer {mfa_token}", "Bearer {tenant.client_secret}")), "The tenant didn't accept the MFA token."),
    "a challenge": (edited(ID, (RETURN, 'requests.post(f"{tenant.base_url}/mfa/challenge", json={})\n            ' + RETURN)), "To pick an authenticator, only list and choose"),
    "a key that isn't there": (edited(ID, ('row["name"]', 'row["email"]')), "there's no key 'email' in it."),
    "the response as a list": (edited(ID, ("response.json()", "response")), "stopped the function"),
    "no row that fits": (edited(ID, ('"work" in', '"office" in')), "Your function returned nothing."),
}  # fmt: skip


def test_unusual_programs_pass() -> None:
    all_pass(ID, RIGHT)


def test_each_mistake_gets_its_own_sentence() -> None:
    each_is_told(ID, WRONG)


def test_it_needs_nothing_that_is_taught_later() -> None:
    exercise = EXERCISES[ID]
    said = " ".join([exercise.task, *exercise.hints, exercise.ladder.solution])
    assert "/mfa/challenge" not in said and "oob_code" not in said
