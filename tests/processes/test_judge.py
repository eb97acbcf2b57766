"""Programs in Python that sign a user in, judged by what a tenant saw: right ones, and ones with a defect.

Those in other languages are in `tests/outside/judge`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mfa_helpers.lessons.judge import example
from mfa_helpers.lessons.judge.judge import judge

from ..support.deadline import DEADLINE
from ..support.judging import Defect, assert_found, assert_right, defect, written

JUDGED = Path(__file__).parent / "judged"
REQUESTS, URLLIB, CONNECTION, CLIENT = "with_requests.py", "with_urllib.py", "with_http_client.py", "with_the_client.py"
SLEEP = '            time.sleep(int(response.headers["Retry-After"]))\n'
EXPIRED = '        if body["error"] == "expired_token":\n            oob_code = challenge(mfa_token)\n        elif body'
LAST = 'print("Signed in as", user["email"])'
WRONG = 'elif body["error"] != "invalid_grant":'
TYPED = '"binding_code": type_code()'
LOOP = "    oob_code = challenge(mfa_token)\n    for _"
KEPT = '    oob_code = challenge(mfa_token)\n    open("kept", "w").write(%s)\n    for _'

DEFECTS = [
    defect(REQUESTS, "login", "has no authenticator_id", (', "authenticator_id": email["id"]', "")),
    defect(REQUESTS, "login", "was never confirmed", ('row["active"] and ', "")),
    defect(REQUESTS, "login", "Authorization header", ('headers={"Authorization": f"Bearer {mfa_token}"}', 'params={"mfa_token": mfa_token}')),
    defect(REQUESTS, "login", "It printed an access token.", (LAST, "print(body)")),
    defect(REQUESTS, "login", "It ended with exit code 3, although it had signed in", (LAST, "sys.exit(3)")),
    defect(REQUESTS, "login", "rejected GET /userinfo", ("{body['access_token']}", "{body['id_token']}")),
    defect(REQUESTS, "login", "Send MFA_AUDIENCE.", ('os.environ["MFA_AUDIENCE"]', '"https://api.example/"')),
    defect(REQUESTS, "login", "signed in 2 times", ("while body", 'send("POST", "/oauth/token", data={**fields, **APPLICATION})\nwhile body')),
    defect(REQUESTS, "login", "still running after 3 seconds", (LAST, "time.sleep(3600)"), limit=3),
    defect(REQUESTS, "login", "sent nothing", ("fields = {\n", 'input("Code: ")\nfields = {\n')),
    defect(REQUESTS, "wrong-code", "It sent the wrong code 4 times.", (LOOP, LOOP.replace("for _", "code = type_code()\n    for _")), (TYPED, '"binding_code": code')),
    defect(REQUESTS, "wrong-code", "without asking the user again", (WRONG, "else:")),
    defect(REQUESTS, "wrong-code", "It printed an MFA token.", ('body["error_description"])', "fields)")),
    defect(REQUESTS, "expired-code", "without requesting a new code, so the same one came back", (EXPIRED, '        if body["error"] == "expired_token":\n            continue\n        elif body')),
    defect(REQUESTS, "rate-limit", "seconds after a 429 whose Retry-After said 2", (SLEEP, SLEEP.replace('"]))', '"]) / 1000)'))),
    defect(REQUESTS, "rate-limit", "without sending POST /mfa/challenge again", (SLEEP, '            sys.exit("Too many requests.")\n')),
    defect(REQUESTS, "page", "exit code 1 and a traceback", ('if response.headers["Content-Type"].startswith("application/json"):', "if True:")),
    defect(REQUESTS, "another-factor", "without using it", ("while body.get", "if body.get")),
    defect(REQUESTS, "another-factor", "it continued with the old one", ("while body", "first = body\nwhile body"), ('prove(body["mfa_token"])', 'prove(first["mfa_token"])')),
    defect(REQUESTS, "two-tabs", "in each other's way", (LOOP, KEPT % "oob_code"), ('"oob_code": oob_code, ' + TYPED, TYPED + ', "oob_code": open("kept").read()')),
    defect(URLLIB, "wrong-code", "without asking the user again", ("for _ in range(3):", "for _ in range(1):")),
    defect(URLLIB, "rate-limit", "seconds after a 429", ('time.sleep(float(error.headers["retry-after"]))', "time.sleep(0.2)")),
    defect(CONNECTION, "login", "The tenant doesn't know the grant_type", ("grant-type/mfa-oob", "grant-type/mfa-oob-code")),
    defect(CONNECTION, "expired-code", "without requesting a new code", ('    elif error == "expired_token":\n        oob_code = None\n', "")),
    defect(CLIENT, "wrong-code", "without asking the user again", ('            print("That code is wrong.")', "            raise")),
]  # fmt: skip


@pytest.mark.parametrize("name", [REQUESTS, URLLIB, CONNECTION, CLIENT, example.__file__])
def test_a_right_program_is_not_rejected(name: str, tmp_path: Path) -> None:
    assert_right([sys.executable, str(JUDGED / name)], tmp_path)


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_a_defect_is_found_in_the_run_in_which_it_shows(defect: Defect, tmp_path: Path) -> None:
    place = written(JUDGED / defect.program, tmp_path, *defect.edits)
    assert_found(defect, [sys.executable, place.name], tmp_path)


@pytest.mark.parametrize("name", [REQUESTS, CLIENT])
def test_with_tls_a_program_trusts_the_authority_that_its_environment_names(name: str, tmp_path: Path) -> None:
    report = judge([sys.executable, str(JUDGED / name)], tmp_path, DEADLINE, tls=True, faults=())
    assert report.held and report.summary() == "The login works."
