"""Each slip of the page: as printed it fails in exactly this way, mended it works."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.errata import JSON, SLIPS, Errata
from mfa_helpers.lessons.errata.outcome import Outcome
from mfa_helpers.lessons.errata.throwaway_tenant import ThrowawayTenant, plain
from mfa_helpers.lessons.errata.ways import challenge_the_second, filled

from ..support.systems import file_modes

ENROLLMENT = "200 with authenticator_type, binding_method, oob_channel, oob_code"
CHALLENGE = "200 with binding_method, challenge_type, oob_code"
TOKENS = "200 with access_token, expires_in, id_token, scope, token_type"
WRONG = "403 invalid_grant: Invalid binding_code."
SECRETS = "client_secret, mfa_token, oob_code, binding_code"

#: number: (answers as printed, answers mended); where something follows from an answer, both.
EXPECTED: dict[int, tuple[list[object], list[object]]] = {
    1: (["400 invalid_request: Missing required parameter: authenticator_types"], [ENROLLMENT]),
    2: (["SyntaxError at character 15"], [ENROLLMENT]),
    3: (["no connection: gaierror"], [ENROLLMENT]),
    4: (["404 Not Found"], [ENROLLMENT]),
    5: (
        ["Ruby would send your tokens to any server in between, and notice nothing"],
        ["refused before a byte was sent: SSLCertVerificationError", ENROLLMENT],
    ),
    6: (
        [(WRONG, "the program continues with None as its access token")],
        [(WRONG, f"the program stops: {errors.WrongCode.what} {errors.WrongCode.next_step}")],
    ),
    7: (
        [(WRONG, f"what is printed holds {SECRETS}")],
        [(WRONG, f"what is printed holds none of {SECRETS}")],
    ),
    8: (
        [
            CHALLENGE,
            TOKENS,
            "403 access_denied: User is already enrolled.",
            "401 invalid_grant: The mfa_token provided is invalid. Try getting a new token.",
        ],
        [ENROLLMENT],
    ),
    9: (
        [(ENROLLMENT, "recovery_codes: KeyError: 'recovery_codes'")],
        [(ENROLLMENT + ", recovery_codes", "recovery_codes: 1 recovery code")],
    ),
    10: (["404 Not Found"], [TOKENS]),
    11: (["401 access_denied: Unauthorized", "403 invalid_grant: Malformed mfa_token"], [TOKENS]),
    12: (["400 invalid_request: Missing required parameter: grant_type"] * 2, [TOKENS]),
    13: (
        [
            (TOKENS, "expires_in: 86400, where the page shows 600"),
            "200 with email, email_verified, name, nickname, picture, sub, updated_at",
        ],
        [(TOKENS, "valid for 86400 seconds"), "200 with 1 row", "401 expired_token: mfa_token is expired"],
    ),
    14: (["403 invalid_grant: Malformed mfa_token"], [CHALLENGE]),
    15: (["400 invalid_request: Missing required parameter: mfa_token"], [CHALLENGE]),
    16: (
        ["JSONDecodeError on the page's line 967: Expecting ',' delimiter"] * 2,
        [("403 mfa_required: Multifactor authentication required", "mfa_requirements.challenge: ['email']")],
    ),
    17: (["404 Not Found"], ["200 with 1 row"]),
    18: (
        [(CHALLENGE, "the code went to ada@example.com")],
        [(CHALLENGE, "the code went to ada+work@example.com")],
    ),
}
EACH = pytest.mark.parametrize("number", sorted(EXPECTED))


@pytest.fixture(scope="module")
def throwaway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThrowawayTenant]:
    throwaway = ThrowawayTenant(tmp_path_factory.mktemp("throwaway"))
    yield throwaway
    throwaway.close()


@pytest.fixture
def errata(throwaway: ThrowawayTenant, learner: Lab, monkeypatch: pytest.MonkeyPatch) -> Errata:
    monkeypatch.setattr("mfa_helpers.lessons.errata.shared_throwaway_tenant", lambda: throwaway)
    learner.hands_free = True
    return Errata(learner)


def found(outcomes: Iterator[Outcome]) -> list[object]:
    return [(one.answer, one.and_so) if one.and_so else one.answer for one in outcomes]


@EACH
def test_as_printed_it_fails_in_exactly_this_way(number: int, throwaway: ThrowawayTenant) -> None:
    assert found(SLIPS[number - 1].as_printed(throwaway)) == EXPECTED[number][0]


@EACH
def test_mended_it_works(number: int, throwaway: ThrowawayTenant) -> None:
    assert found(SLIPS[number - 1].mended(throwaway)) == EXPECTED[number][1]


def test_the_slips_are_numbered_in_the_order_of_the_page_and_each_is_expected() -> None:
    assert [slip.number for slip in SLIPS] == sorted(EXPECTED) == list(range(1, 19))


def test_what_was_really_sent_is_what_the_page_prints(throwaway: ThrowawayTenant) -> None:
    """The exchange, not the words about it."""
    sent = {
        slip.number: [one.exchange for one in slip.as_printed(throwaway) if one.exchange is not None] for slip in SLIPS
    }
    assert sent[1][0].request_body == {"authentication_types": ["oob"], "oob_channels": ["email"]}
    assert sent[4][0].url == f"{throwaway.tenant.base_url}/{throwaway.host}/mfa/associate"
    assert "content-type" not in sent[12][0].request_headers
    assert sent[12][1].request_headers["content-type"] == "text/plain; charset=UTF-8"
    assert sent[15][0].request_headers["content-type"] == "application/x-www-form-urlencoded"
    assert [one.path for one in sent[10] + sent[17]] == ["/oath/token", "/mfa/authenticator"]
    assert "authenticator_id" not in sent[18][0].request_body


def test_a_slip_is_told_as_text_and_as_html_with_what_was_sent_and_what_came(errata: Errata) -> None:
    told = errata.show(2)._repr_mimebundle_()
    assert set(told) == {"text/plain", "text/html"}
    assert "&quot;authenticator_types&quot;" in told["text/html"] and "<script" not in told["text/html"]
    for text in told.values():
        order = ["line 278", "SyntaxError at character 15", "Write this instead", ENROLLMENT, "Why it matters"]
        assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


def test_a_body_that_its_label_belies_is_drawn_as_it_was_sent(errata: Errata) -> None:
    errata.show(12)
    errata.show(15)
    drawn = {step: repr(errata.session.last_exchange(step)) for step, _ in errata.session.history}
    assert "text/plain" in drawn["slip 12 as printed"] and "\n&mfa_token=<sealed" in drawn["slip 12 as printed"]
    assert "urlencoded" in drawn["slip 15 as printed"] and '"challenge_type": "oob"' in drawn["slip 15 as printed"]


def test_the_placeholders_are_filled_as_the_page_fills_them(throwaway: ThrowawayTenant) -> None:
    fields = throwaway.enrolling()
    text = filled("mfa_token=%7BmfaToken%7D&client_id={yourClientId}", fields)
    assert text == f"mfa_token=%7BmfaToken%7D&client_id={throwaway.tenant.client_id}"


def test_nothing_that_is_kept_or_printed_holds_a_secret(errata: Errata, capsys: pytest.CaptureFixture[str]) -> None:
    told = [errata.show(slip.number) for slip in SLIPS]
    steps = {step for step, _ in errata.session.history}
    said = "".join(repr(one) + one.html() for one in told) + repr(errata.session.history) + capsys.readouterr().out
    said += "".join(
        repr(errata.session.last_exchange(step)) + errata.session.last_exchange(step).html() for step in steps
    )
    assert said.count("The page, line") == 2 * len(SLIPS) and len(steps) > 2 * len(SLIPS) - 5
    assert not re.search(r"Fe26\.2\*\w|eyJ\w{8}", said)
    for hidden in (errata.throwaway.tenant.password, errata.throwaway.tenant.client_secret):
        assert hidden is not None and plain(hidden) not in said
    for mail in errata.throwaway.mails():
        assert not re.search(rf"\b{plain(mail.code or '')}\b", said)


def test_the_learners_own_tenant_sees_none_of_it(errata: Errata) -> None:
    assert errata.session.tenant.management is not None
    before = errata.session.tenant.management.newest_event()
    errata.show(8)
    since = [event["type"] for event in errata.session.tenant.management.events_since(before)]
    assert [type for type in since if type.startswith(("gd_", "seoob", "mfar"))] == []
    assert errata.session.mails() == []


def test_telling_a_slip_keeps_both_exchanges_to_be_looked_at(errata: Errata) -> None:
    errata.show(10)
    assert [(step, exchange.status) for step, exchange in errata.session.history] == [
        ("slip 10 as printed", 404),
        ("slip 10 mended", 200),
    ]


@pytest.mark.parametrize(
    ("chosen", "kind", "said"),
    [
        (("/request/mfa/challenge", JSON, "mfa_token", "authenticator_id"), errors.Refused, "nothing at this path"),
        (("/mfa/challenge", None, "mfa_token", "authenticator_id"), errors.RequestIncomplete, "parameter: mfa_token"),
        (("/mfa/challenge", JSON, "access token", "authenticator_id"), errors.MfaTokenRefused, "Malformed mfa_token"),
        (("/mfa/challenge", JSON, "mfa_token", "authenticator_type"), errors.Refused, "code went to ada@example.com"),
    ],
)
def test_a_call_with_one_slip_left_in_it_is_no_mended_call(
    chosen: tuple[str, str | None, str, str], kind: type[errors.Refused], said: str, errata: Errata
) -> None:
    with pytest.raises(kind, match=said):
        errata.challenge(*chosen)
    assert "your call" not in errata.session.exchanges


def test_the_mended_call_reaches_the_second_mailbox(errata: Errata) -> None:
    assert errata.challenge("/mfa/challenge", JSON, "mfa_token", "authenticator_id") == "ada+work@example.com"
    assert errata.session.exchanges["your call"].status == 200


@file_modes
def test_the_throw_away_tenant_lies_beside_the_hand_over_and_only_its_owner_can_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    throwaway = ThrowawayTenant()
    try:
        assert challenge_the_second(throwaway, "/mfa/challenge", JSON, "mfa_token", "authenticator_id")[1]
        folder = tmp_path / "runtime" / "mfa-errata"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
        assert Path(throwaway.tenant.ca_file or "").exists()
    finally:
        throwaway.close()
    assert not Path(throwaway.tenant.ca_file or "").exists()
