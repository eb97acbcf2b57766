"""07: add_and_remove."""

from __future__ import annotations

from .programs import all_pass, each_is_told, edited

ID = "add-and-remove"
HEAD = "def add_and_remove(tenant, username, password, email):\n"
LOGIN = """{
        "grant_type": "password", "username": username, "password": password, "audience": tenant.issuer + "mfa/",
        "client_id": tenant.client_id, "client_secret": tenant.client_secret}"""
BODY = '{"authenticator_types": ["oob"], "oob_channels": ["email"], "email": email}'
ADD = """    requests.post(
        f"{tenant.base_url}/mfa/associate",
        headers=headers,
        json=body,
        timeout=10,
    )
"""
PICK = """next(row["id"] for row in rows if not row["active"])"""
REMOVE = """    requests.delete(
        f"{tenant.base_url}/mfa/authenticators/{quote(added, safe='')}",
        headers=headers,
        timeout=10,
    )
"""

RIGHT = {
    "httpx": f"""import httpx
from urllib.parse import quote
{HEAD}
    token = httpx.post(tenant.base_url + "/oauth/token", data={LOGIN}).json()["access_token"]
    with httpx.Client(base_url=tenant.base_url + "/mfa", headers={{"Authorization": "Bearer " + token}}) as mfa:
        mfa.post("/associate", json={BODY})
        id = mfa.get("/authenticators").json()[-1]["id"]
        mfa.delete("/authenticators/" + quote(id))
        return id
""",
    "urllib": f"""import json, urllib.request
from urllib.parse import quote, urlencode
{HEAD}
    def send(method, path, body=None, kind="application/json"):
        request = urllib.request.Request(tenant.base_url + path, body, headers, method=method)
        request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or "null")
    headers = {{}}
    form = urlencode({LOGIN}).encode()
    headers["Authorization"] = "Bearer " + send("POST", "/oauth/token", form, "application/x-www-form-urlencoded")["access_token"]
    before = {{row["id"] for row in send("GET", "/mfa/authenticators")}}
    send("POST", "/mfa/associate", json.dumps({BODY}).encode())
    (new,) = {{row["id"] for row in send("GET", "/mfa/authenticators")}} - before
    send("DELETE", "/mfa/authenticators/" + quote(new, safe=""))
    return new
""",
    "all scopes": edited(ID, ('            "scope": "enroll read:authenticators remove:authenticators",\n', "")),
    "an id that isn't escaped": edited(ID, ("quote(added, safe='')", "added")),
    "a session": f"""import requests
{HEAD}
    with requests.Session() as session:
        token = session.post(tenant.base_url + "/oauth/token", json={LOGIN}).json()["access_token"]
        session.headers["Authorization"] = f"Bearer {{token}}"
        session.post(tenant.base_url + "/mfa/associate", json={BODY})
        for row in session.get(tenant.base_url + "/mfa/authenticators").json():
            if row["active"] is False:
                assert session.delete(tenant.base_url + "/mfa/authenticators/" + row["id"]).status_code == 204
                return row["id"]
""",
    "an audience without its slash": edited(ID, ('{tenant.issuer}mfa/', '{tenant.issuer}mfa')),
}  # fmt: skip

WRONG = {
    "nothing": (HEAD + "    ...\n", "Begin with POST /oauth/token."),
    "the API's audience": (edited(ID, ('f"{tenant.issuer}mfa/"', "tenant.audience")), "requires a second factor for the audience that you sent"),
    "the address for the issuer": (edited(ID, ("{tenant.issuer}", "{tenant.base_url}/")), "The tenant has no API with the audience that you sent."),
    "a wrong password": (edited(ID, ('"password": password', '"password": "no"')), "The user name or the password is wrong."),
    "no scope to enroll": (edited(ID, ('"enroll read', '"read')), "The access token doesn't have the scope enroll."),
    "no scope to remove": (edited(ID, (" remove:authenticators", "")), "doesn't have the scope remove:authenticators"),
    "only enrolled": (edited(ID, (REMOVE, "")), "Your function didn't send DELETE /mfa/authenticators."),
    "the profile's address": (edited(ID, ('        "email": email,\n', "")), "The address that your function enrolled is ada@example.com."),
    "the confirmed one": (edited(ID, ("not row", "row")), "Your function removed ada@example.com, the user's confirmed email."),
    "all of them": (edited(ID, (f"    added = {PICK}\n{REMOVE}", "    for row in rows:\n        added = row['id']\n" + REMOVE.replace("    requests", "        requests"))), "the user's confirmed email. Remove only the address that it added."),
    "removed before it was added": (edited(ID, (ADD, ""), ("    rows =", "    rows ="), (f"    added = {PICK}\n{REMOVE}", f"    added = 'email|dev_0'\n{REMOVE}{ADD}")), "removed an authenticator before it enrolled the address"),
    "added twice": (edited(ID, (ADD, ADD * 2)), "Your function enrolled 2 addresses."),
    "a form": (edited(ID, ("json=body", "data=body")), "You sent a form (data=) to /mfa/associate."),
    "text, not an array": (edited(ID, ('["email"]', '"email"')), 'oob_channels as a string. It\'s an array'),
    "POST to remove": (edited(ID, ("requests.delete", "requests.post")), "/mfa/authenticators/{id} takes DELETE, not POST."),
    "DELETE without an id": (edited(ID, ("/{quote(added, safe='')}", "")), "DELETE needs the authenticator's id at the end of the address"),
    "the name for an id": (edited(ID, ('row["id"]', 'row["name"]')), "The user has no authenticator with the id that you sent."),
    "the ID token": (edited(ID, ("remove:authenticators", "remove:authenticators openid"), ('"access_token"', '"id_token"')), "The tenant didn't accept"),
    "no Bearer": (edited(ID, ('"Bearer " + ', "")), "must start with the word Bearer"),
    "returns nothing": (edited(ID, ("return added", "print(added)")), "Your function returned nothing. Return the id that was removed."),
    "returns the token": (edited(ID, ("return added", "return headers")), "returned a whole dictionary. Return only the id that was removed."),
}  # fmt: skip


def test_unusual_programs_pass() -> None:
    all_pass(ID, RIGHT)


def test_each_mistake_gets_its_own_sentence() -> None:
    each_is_told(ID, WRONG)
