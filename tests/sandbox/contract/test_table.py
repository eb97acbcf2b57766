"""The fidelity table is whole, and so are the contract tests."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import requests

from mfa_helpers.sandbox import fidelity, refusals

from .rows import SCENARIOS, compared, load_all
from .target import ABILITIES

IDS = [row.id for row in fidelity.ROWS]

load_all()


def test_each_row_has_a_name_of_its_own() -> None:
    assert len(IDS) == len(set(IDS)) > 100


def test_each_row_has_one_scenario_and_each_scenario_a_row() -> None:
    assert {id: len(tests) for id, tests in SCENARIOS.items()} == dict.fromkeys(IDS, 1)


def test_a_scenario_is_called_like_its_row_and_needs_what_is_known() -> None:
    for id, tests in SCENARIOS.items():
        for scenario in tests:
            assert scenario.__name__ == "test_" + id.replace("-", "_")
            assert scenario.needs <= set(ABILITIES), id  # type: ignore[attr-defined]


def test_the_page_is_the_print_of_the_table() -> None:
    page = Path(fidelity.__file__).with_name("FIDELITY.md").read_text("utf-8")
    assert page == fidelity.as_markdown()


def test_each_refusal_is_in_the_table() -> None:
    named = {value for value in vars(refusals).values() if isinstance(value, refusals.RefusalText)}
    listed = {row.answer for row in fidelity.ROWS if isinstance(row.answer, refusals.RefusalText)}
    assert named - listed == {
        refusals.BROKEN,
        refusals.BUSY,
        refusals.CANNOT_WRITE,
    }  # the machine's troubles, no answers of a tenant
    # The same words under another condition may be less sure, by another source. Some go back to the application, too.
    words = {(row.status, row.error, row.text) for row in named} | {(302, row.error, row.text) for row in named}
    assert {(row.status, row.error, row.text) for row in listed} <= words


def test_each_row_says_how_sure_it_is_and_whence() -> None:
    assert {row.answer.mark for row in fidelity.ROWS} <= set(fidelity.MARKS)
    assert [row.id for row in fidelity.ROWS if not row.answer.source.strip()] == []


def test_each_row_says_when_its_source_was_looked_at() -> None:
    assert min(date.fromisoformat(row.looked) for row in fidelity.ROWS) >= date(2026, 11, 25)


def test_few_rows_are_merely_assumed() -> None:
    assert len([row.id for row in fidelity.ROWS if row.answer.mark == "assumed"]) <= 10


def answer(status: int, body: object, kind: str = "application/json") -> requests.Response:
    made = requests.Response()
    made.status_code, made.url = status, "https://tenant.example/oauth/token"
    made.request = requests.Request("POST", made.url).prepare()
    made._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    made.headers["content-type"] = kind
    return made


YES = fidelity.Yes(200, "access_token, expires_in", "recorded", "somewhere")
NO = {"error": "invalid_request", "error_description": "Missing required parameter: realm"}


@pytest.mark.parametrize(
    ("expected", "got", "wrong", "on_live"),
    [
        (YES, answer(200, {"access_token": "x", "expires_in": 1}), "", ""),
        (YES, answer(200, {"expires_in": 1, "access_token": "x"}), "another order", "note"),
        (YES, answer(200, {"access_token": "x", "expires_in": 1, "id_token": "x"}), "more keys: id_token", "note"),
        (YES, answer(200, {"access_token": "x", "expires_in": 1}, "application/json; charset=utf-8"), "content-type", "note"),
        (YES, answer(200, {"access_token": "x"}), "got 200 access_token", "wrong"),
        (YES, answer(201, {"access_token": "x", "expires_in": 1}), "got 201 access_token, expires_in", "wrong"),
        (fidelity.Yes(401, "text", "reported", "somewhere"), answer(401, "Unauthorized", "text/plain"), "content-type text/plain", "note"),
        (YES, answer(503, "<html>", "text/html"), "got 503 6 bytes of text/html", "wrong"),
        (YES, answer(200, []), "got 200 []", "wrong"),
        (YES, answer(403, NO), "got 403 invalid_request", "wrong"),
        (fidelity.Yes(200, "[]", "recorded", "somewhere"), answer(200, {}), "got 200 empty", "wrong"),
        (fidelity.Yes(200, "", "recorded", "somewhere"), answer(200, {"more": 1}), "got 200 more", "wrong"),
        (refusals.MISSING, answer(400, NO), "", ""),
        (refusals.MISSING, answer(400, {**NO, "hint": "x"}), "more keys: hint", "note"),
        (refusals.MISSING, answer(401, NO), 'expected 400 invalid_request "Missing', "wrong"),
        (refusals.MISSING, answer(400, {**NO, "error": "x"}), 'got 400 x "Missing', "wrong"),
        (refusals.MISSING, answer(400, {**NO, "error_description": "x"}), 'got 400 invalid_request "x"', "wrong"),
        (refusals.MFA_REQUIRED, answer(403, {"error": "mfa_required", "error_description": refusals.MFA_REQUIRED.text}),
         "expected 403", "wrong"),
    ],
)  # fmt: skip
def test_a_difference_is_seen_and_a_lesser_one_is_only_noted_on_a_real_tenant(expected, got, wrong, on_live) -> None:
    found, notes = compared(expected, got, {"name": "realm"}, lenient=False)
    assert notes == [] and (wrong in found[0] if wrong else found == [])
    found, notes = compared(expected, got, {"name": "realm"}, lenient=True)
    assert (bool(found), bool(notes)) == (on_live == "wrong", on_live == "note")
