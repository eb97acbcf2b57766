"""The flow: what is kept of each step, and the diagram that is drawn of it."""

from __future__ import annotations

from typing import Any

import pytest

from mfa_helpers.client.models import Exchange
from mfa_helpers.outline import Outcome
from mfa_helpers.show import sequence


def call(path: str = "/oauth/token", status: int | None = 200, body: Any = None, method: str = "POST") -> Exchange:
    return Exchange(method=method, url="https://t.example" + path, path=path, status=status, response_body=body)


REQUIRED = call(status=403, body={"error": "mfa_required"})
WAY = [
    ("login", REQUIRED),
    ("associate", call("/mfa/associate", body={})),
    ("confirm", call(body={})),
    ("login", REQUIRED),
    ("list", call("/mfa/authenticators", body=[], method="GET")),
    ("challenge", call("/mfa/challenge", body={})),
    ("complete", call(body={})),
]


def walked(*way: tuple[str, Exchange]) -> dict[str, Any]:
    done: dict[str, Any] = {}
    for step, exchange in way:
        place = sequence.place_of(done, step)
        done = sequence.with_outcome(done, place, sequence.outcome(place, exchange))
    return done


def drawn(*way: tuple[str, Exchange]) -> str:
    done = walked(*way[:-1])
    step, exchange = way[-1]
    return "\n".join(row.text for row in sequence.diagram(done, sequence.place_of(done, step), exchange))


# What is kept


@pytest.mark.parametrize(
    ("step", "exchange", "words"),
    [
        ("login", REQUIRED, "✔ 403 mfa_required: as expected"),
        ("login", call(status=403, body={"error": "invalid_grant"}), "✘ 403 invalid_grant"),
        ("login", call(status=200, body={"access_token": "<signed JWT, 786 characters>"}), "✘ 200: not as expected"),
        ("confirm", call(body={}), "✔ 200 with tokens"),
        ("confirm", call(status=403, body={"error": "mfa_required"}), "✘ 403 mfa_required"),
        ("list", call(status=429, body={"statusCode": 429, "error": "Too Many", "errorCode": "slow"}), "✘ 429 slow"),
        ("list", call(status=200, body="a page of a proxy"), "✘ 200: not as expected"),
        ("delete", call(status=204), "✔ 204"),
        ("challenge", call(status=None), "✘ no response"),
    ],
)
def test_an_outcome_is_told_with_a_mark_and_in_words(step: str, exchange: Exchange, words: str) -> None:
    assert sequence.told(sequence.outcome(step, exchange), step) == words


def test_an_error_code_that_is_no_code_is_cut_and_kept_in_one_line() -> None:
    kept = sequence.outcome("list", call(status=400, body={"error": "a\nlong " + "x" * 100}))
    assert len(kept.error) == 40 and kept.error.startswith("a long x")


def test_nothing_of_the_bodies_is_kept_but_the_error_code() -> None:
    kept = sequence.outcome("complete", call(body={"access_token": "canary"}))
    assert kept == Outcome("POST", "/oauth/token", 200, "", True)


def test_the_login_after_a_confirmed_email_is_the_second_one() -> None:
    assert list(walked(*WAY[:3])) == ["login", "associate", "confirm"]
    assert list(walked(*WAY[:4])) == ["login", "associate", "confirm", "login again"]
    failed = [*WAY[:2], ("confirm", call(status=403, body={"error": "invalid_grant"}))]
    assert list(walked(*failed, ("login", REQUIRED))) == ["login", "associate", "confirm"]


def test_the_login_of_a_user_with_a_confirmed_email_is_the_second_one_whoever_confirmed_it() -> None:
    assert sequence.place_of({}, "login", True) == "login again" and sequence.place_of({}, "list", True) == "list"


def test_a_failed_repetition_does_not_undo_what_went_well_before() -> None:
    refused = ("associate", call("/mfa/associate", 403, {"error": "access_denied"}))
    assert drawn(*WAY[:4], refused, WAY[4]) == drawn(*WAY[:5])
    assert drawn(WAY[0], refused, WAY[1], WAY[2]) == drawn(*WAY[:3])
    assert drawn(*WAY[:2], refused).endswith("✘ 403 access_denied")  # itself, it is shown as it went


def test_what_became_of_later_steps_is_not_drawn() -> None:
    assert drawn(*WAY, WAY[1]) == drawn(*WAY[:2])


def test_a_step_that_was_not_seen_is_left_out() -> None:
    assert drawn(WAY[0], WAY[4]).count("►") == 2 and "02 " not in drawn(WAY[0], WAY[4])


def test_only_steps_of_the_way_belong_to_the_flow() -> None:
    assert sequence.is_stage("login again") and sequence.is_stage("list")
    assert not sequence.is_stage("discovery") and not sequence.is_stage("delete")


# The diagram


def test_the_first_calls_are_drawn_as_arrows_between_three_lines() -> None:
    assert drawn(*WAY[:3]) == (
        "You/App                    Tenant   Inbox\n"
        "   │                          │        │\n"
        "01 │─── POST /oauth/token ───►│        │\n"
        "   │◄─────────────────────────│        │\n"
        "   │ ✔ 403 mfa_required: as expected\n"
        "02 │── POST /mfa/associate ──►│        │\n"
        "   │                          │─ mail ►│\n"
        "   │◄─────────────────────────│        │\n"
        "   │ ✔ 200 with an oob_code\n"
        "03 │◄─────── six digits ──────┼────────│\n"
        "   │─── POST /oauth/token ───►│        │\n"
        "   │◄─────────────────────────│        │\n"
        "   │ ✔ 200 with tokens"
    )


def test_each_call_adds_an_arrow_and_leaves_those_before_it_as_they_were() -> None:
    for length in range(2, len(WAY) + 1):
        shorter, longer = drawn(*WAY[: length - 1]), drawn(*WAY[:length])
        assert longer.startswith(shorter + "\n") and longer.count("►") > shorter.count("►")
    assert drawn(*WAY).count("\n04 ") == drawn(*WAY).count("\n05 ") == 1


def test_a_call_that_failed_sends_no_mail_and_one_without_an_answer_does_not_arrive() -> None:
    refused = drawn(WAY[0], ("associate", call("/mfa/associate", 403, {"error": "access_denied"})))
    assert "mail" not in refused and refused.endswith("✘ 403 access_denied")
    lost = drawn(("login", call(status=None)))
    assert "01 │─── POST /oauth/token ──× │" in lost and "◄" not in lost and "►" not in lost


def test_a_call_outside_the_flow_is_drawn_alone_and_its_long_path_is_cut() -> None:
    shown = drawn(*WAY, ("discovery", call("/.well-known/openid-configuration", method="GET")))
    assert shown.count("►") == 1 and "│ GET /.well-known/openi… ►│" in shown


@pytest.mark.parametrize("length", range(1, len(WAY) + 1))
def test_it_fits_beside_the_exchange_and_into_a_narrow_page(length: int) -> None:
    for line in drawn(*WAY[:length]).split("\n"):
        assert len(line) <= 41


def test_each_line_of_the_diagram_keeps_the_three_lines_upright() -> None:
    for line in drawn(*WAY).split("\n")[1:]:
        if "✔" not in line:
            assert {line[3], line[30], line[39]} <= {"│", "┼"}, line


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("login", "Still to come: 02 associate; 03 confirm; 04 sign in again, list; 05 challenge, complete."),
        ("list", "Still to come: 05 challenge, complete."),
        ("complete", "This is the last step of the flow."),
        ("discovery", "This request isn't a step of the flow, so it's drawn on its own."),
    ],
)
def test_what_is_still_to_come_is_said_in_one_line(place: str, said: str) -> None:
    assert sequence.to_come(place) == said
