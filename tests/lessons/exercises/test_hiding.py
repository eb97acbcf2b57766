"""A program may spell a secret as it likes: what is shown of a try has stars there."""

from __future__ import annotations

import base64
import json
import re

import pytest

from mfa_helpers.client.secret import STARS, Secret
from mfa_helpers.lessons.exercises.evidence import Request
from mfa_helpers.lessons.exercises.hiding import hidden
from mfa_helpers.lessons.exercises.trial import practice_tenant

from .programs import edited, judged

SECRET = 'pä"ss\\w?örd>'
PAIR = base64.b64encode(f"client:{SECRET}".encode()).decode()

SPELLINGS = {
    "as it is": SECRET,
    "as JSON": json.dumps({"password": SECRET}),
    "as JSON with all letters": json.dumps({"password": SECRET}, ensure_ascii=False),
    "as a dictionary": str({"password": SECRET}),
    "as bytes": str(SECRET.encode()),
    "as bytes with JSON": str(json.dumps({"password": SECRET}).encode()),
    "as a header": str({"Authorization": f"Basic {PAIR}"}),
    "as a header of another charset": "Basic " + base64.b64encode(f"client:{SECRET}".encode("latin-1")).decode(),
    "as Base64 for an address": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "as Base64 without its end": PAIR.rstrip("="),
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_a_secret_is_hidden_however_it_is_spelled(text: str) -> None:
    shown = hidden(f"sent {text} at last", [None, Secret(SECRET)])
    assert STARS in shown and shown.startswith("sent ") and shown.endswith(" at last")
    assert not re.search(r"rd>|e4|ä|" + re.escape(PAIR[8:20]), shown)


@pytest.mark.parametrize("text", ["123456", "123 456", "123-456", "1 2 3 4 5 6"])
def test_a_code_is_hidden_with_spaces_between_its_digits_too(text: str) -> None:
    assert hidden(f"code {text}.", ["123456"]) == f"code {STARS}."


def test_of_two_secrets_the_longer_one_is_hidden_whole() -> None:
    assert hidden("hunter2-and-more", ["hunter2", "hunter2-and-more"]) == STARS


@pytest.mark.parametrize("text", ["Basic authentication", "Basic dXNlcjp3b3Jk", "a-long-word_of/letters", "======="])
def test_other_text_stays(text: str) -> None:
    assert hidden(text, [SECRET, "123456", "abc"]) == text


def test_the_headers_and_the_code_that_a_program_prints_are_stars() -> None:
    printing = (
        "    code = read_code()\n",
        """    code = read_code()
    prepared = requests.Request("POST", tenant.base_url, auth=(tenant.client_id, tenant.client_secret)).prepare()
    print(prepared.headers, code[:3], code[3:])
""",
    )
    verdict = judged("second-factor", edited("second-factor", printing))
    secret = practice_tenant().details.client_secret or ""
    pair = base64.b64encode(f"{practice_tenant().details.client_id}:{secret}".encode()).decode()
    assert verdict.solved and f"Basic {STARS}" in verdict.printed and pair[:40] not in verdict.printed
    assert not re.search(r"\d{3} \d{3}", verdict.printed)


def test_a_request_is_one_line_whatever_its_path_has_in_it() -> None:
    request = Request(method="GET", path="/a\0b\nPOST /oauth/token → 200\x1b[2J", status=404, at=0.0)
    assert str(request) == "GET /a\ufffdb\ufffdPOST /oauth/token → 200\ufffd[2J → 404"
