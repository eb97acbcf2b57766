"""Each erratum of the page: as printed it fails in exactly the way that its record says, corrected it works."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.errata import COMPARED, ERRATA, JSON, OTHERS, PREDICTED, Errata, table
from mfa_helpers.lessons.errata.erratum import Erratum
from mfa_helpers.lessons.errata.outcome import gives
from mfa_helpers.lessons.errata.tenant import ErrataTenant, plain
from mfa_helpers.lessons.errata.ways import challenge_the_second, filled
from mfa_helpers.lessons.predictions import PREDICTIONS

from ..support.errata import number_of
from ..support.systems import file_modes

#: The right prediction for each, by number, and the line of what came that shows it.
SHOWN = {
    "400, a parameter is missing": "400 invalid_request: Missing required parameter: authenticator_types",
    "the client secret and the MFA token": "what is printed contains client_secret, mfa_token, oob_code, binding_code",
    "it refuses to connect": "refused before a byte was sent: SSLCertVerificationError",
    "neither of them": "403 access_denied: User is already enrolled.",
    "401 access_denied": "401 access_denied: Unauthorized",
    "one day": "expires_in: 86400, where the page shows 600",
    "400, the mfa_token is missing": "400 invalid_request: Missing required parameter: mfa_token",
    "the first": "the code went to ada@example.com",
}
EACH = pytest.mark.parametrize("erratum", ERRATA, ids=lambda erratum: erratum.title)
IN_ORDER = range(1, len(PREDICTED) + 1)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ErrataTenant]:
    practice = ErrataTenant(tmp_path_factory.mktemp("errata"))
    yield practice
    practice.close()


@pytest.fixture
def errata(practice: ErrataTenant, learner: Lab, monkeypatch: pytest.MonkeyPatch) -> Errata:
    monkeypatch.setattr("mfa_helpers.lessons.errata.shared_errata_tenant", lambda: practice)
    learner.hands_free = True
    return Errata(learner)


@EACH
def test_as_printed_it_fails_in_exactly_this_way(erratum: Erratum, practice: ErrataTenant) -> None:
    assert gives(erratum.as_printed(practice)) == erratum.gives


@EACH
def test_corrected_it_works(erratum: Erratum, practice: ErrataTenant) -> None:
    assert gives(erratum.as_corrected(practice)) == erratum.corrected_gives


def test_each_erratum_is_sent_both_ways_or_is_only_words_and_the_predicted_are_sent() -> None:
    assert all(one.gives for one in PREDICTED)
    assert [one for one in ERRATA if bool(one.gives) != bool(one.corrected_gives)] == []
    assert len({one.title for one in ERRATA}) == len(ERRATA)


@pytest.mark.parametrize("errata", [PREDICTED, OTHERS], ids=["predicted", "others"])
def test_they_are_in_the_order_of_the_page(errata: tuple[Erratum, ...]) -> None:
    lines = [min(one.lines) for one in errata]
    assert lines == sorted(lines)


def test_each_of_the_predicted_has_a_question_whose_right_answer_is_what_comes() -> None:
    questions = [PREDICTIONS[f"error {number}"] for number in IN_ORDER]
    assert [one.right for one in questions] == list(SHOWN) and all(one.because.endswith(".") for one in questions)
    assert [name for name in PREDICTIONS if name.startswith("error ")] == [one.id for one in questions]
    for erratum, line in zip(PREDICTED, SHOWN.values(), strict=True):
        assert line in (erratum.gives + "\n" + erratum.corrected_gives).splitlines()


def test_what_was_really_sent_is_what_the_page_prints(practice: ErrataTenant) -> None:
    """The exchange, not the words about it."""
    sent = {
        one.title: [came.exchange for came in one.as_printed(practice) if came.exchange is not None] for one in ERRATA
    }
    assert sent["Wrong parameter name"][0].request_body == {
        "authentication_types": ["oob"],
        "oob_channels": ["email"],
    }
    assert sent["Host in the path"][0].url == f"{practice.tenant.base_url}/{practice.host}/mfa/associate"
    assert "content-type" not in sent["Form without a content type"][0].request_headers
    assert sent["Form without a content type"][1].request_headers["content-type"] == "text/plain; charset=UTF-8"
    labeled = sent["JSON labeled as a form"][0]
    assert labeled.request_headers["content-type"] == "application/x-www-form-urlencoded"
    misspelled = sent["Misspelled token path"] + sent["Misspelled list path"]
    assert [one.path for one in misspelled] == ["/oath/token", "/mfa/authenticator"]
    assert "authenticator_id" not in sent["Wrong parameter for a challenge"][0].request_body


def test_what_was_sent_is_compared_in_html_that_needs_no_script(errata: Errata) -> None:
    told = errata.send(number_of("JSON labeled as a form")).html()
    assert "&quot;client_id&quot;" in told and "<script" not in told
    order = [
        "The page, line 507",
        "→ 400 invalid_request: Missing required parameter: mfa_token",
        "Write this instead",
        "→ 200 with an oob_code",
        "Why it matters",
    ]
    assert [told.index(part) for part in order] == sorted(told.index(part) for part in order)


def test_the_table_says_of_each_other_erratum_what_is_printed_and_right_and_what_both_give() -> None:
    shown = table()
    text, html = repr(shown), unescape(shown.html())
    for one in OTHERS:
        said = [one.title, one.where, one.printed, one.corrected, one.why]
        assert [words for words in said + one.gives.splitlines() if words not in text or words not in html] == []
    assert not any(one.title in text for one in PREDICTED)
    assert html.count("<tr>") == len(OTHERS) + 1 and "<script" not in html


def test_a_table_of_errors_that_auth0_has_fixed_says_when_and_is_the_same_otherwise() -> None:
    fixed = [replace(one, gone=COMPARED) for one in OTHERS]
    shown, before = table(fixed), table()
    said = f"Auth0 fixed this on {COMPARED:%B} {COMPARED.day}, {COMPARED.year}."
    for text, whole in ((repr(shown), repr(before)), (shown.html(), before.html())):
        assert text.count(said) == len(OTHERS)
        assert text.replace(f"<br>{said}", "").replace(f"{said}\n", "") == whole
    assert said not in repr(before)


def test_a_body_that_its_label_belies_is_drawn_as_it_was_sent(errata: Errata) -> None:
    number = number_of("JSON labeled as a form")
    errata.send(number)
    drawn = repr(errata.session.last_exchange(f"error {number} as printed"))
    assert "urlencoded" in drawn and '"challenge_type": "oob"' in drawn


def test_the_placeholders_are_filled_as_the_page_fills_them(practice: ErrataTenant) -> None:
    fields = practice.enrolling()
    text = filled("mfa_token=%7BmfaToken%7D&client_id={yourClientId}", fields)
    assert text == f"mfa_token=%7BmfaToken%7D&client_id={practice.tenant.client_id}"


def test_nothing_that_is_kept_or_printed_holds_a_secret(errata: Errata, capsys: pytest.CaptureFixture[str]) -> None:
    told = [errata.send(number) for number in IN_ORDER]
    steps = {step for step, _ in errata.session.history}
    said = "".join(repr(one) + one.html() for one in told) + repr(errata.session.history) + capsys.readouterr().out
    said += "".join(
        repr(errata.session.last_exchange(step)) + errata.session.last_exchange(step).html() for step in steps
    )
    said += "".join(gives(way(errata.practice)) for one in OTHERS for way in (one.as_printed, one.as_corrected))
    assert said.count("The page, line") == len(PREDICTED) and len(steps) >= 2 * len(PREDICTED) - 1
    assert not re.search(r"Fe26\.2\*\w|eyJ\w{8}", said)
    for hidden in (errata.practice.tenant.password, errata.practice.tenant.client_secret):
        assert hidden is not None and plain(hidden) not in said
    for mail in errata.practice.mails():
        assert not re.search(rf"\b{plain(mail.code or '')}\b", said)


def test_the_learners_own_tenant_sees_none_of_it(errata: Errata) -> None:
    assert errata.session.tenant.management is not None
    before = errata.session.tenant.management.newest_event()
    errata.send(number_of("Second authenticator"))
    since = [event["type"] for event in errata.session.tenant.management.events_since(before)]
    assert [type for type in since if type.startswith(("gd_", "seoob", "mfar"))] == []
    assert errata.session.mails() == []


def test_sending_one_keeps_both_exchanges_to_be_looked_at(errata: Errata) -> None:
    assert not errata.was_sent(1)
    errata.send(1)
    assert errata.was_sent(1) and not errata.was_sent(2)
    assert [(step, exchange.status) for step, exchange in errata.session.history] == [
        ("error 1 as printed", 400),
        ("error 1 corrected", 200),
    ]


def test_before_anything_is_sent_no_practice_tenant_runs(learner: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mfa_helpers.lessons.errata.shared_errata_tenant", pytest.fail)
    assert not Errata(learner).was_sent(1)
    assert "Still missing: error 1," in repr(learner.checkpoint("errata"))
    table()


@pytest.mark.parametrize(
    ("chosen", "kind", "said"),
    [
        (("/request/mfa/challenge", JSON, "mfa_token", "authenticator_id"), errors.Refused, "nothing at this path"),
        (("/mfa/challenge", None, "mfa_token", "authenticator_id"), errors.RequestIncomplete, "parameter: mfa_token"),
        (("/mfa/challenge", JSON, "access token", "authenticator_id"), errors.MfaTokenRefused, "Malformed mfa_token"),
        (("/mfa/challenge", JSON, "mfa_token", "authenticator_type"), errors.Refused, "code went to ada@example.com"),
    ],
)
def test_a_call_with_one_error_left_in_it_is_no_corrected_call(
    chosen: tuple[str, str | None, str, str], kind: type[errors.Refused], said: str, errata: Errata
) -> None:
    with pytest.raises(kind, match=said):
        errata.challenge(*chosen)
    assert "your call" not in errata.session.exchanges


def test_the_corrected_call_reaches_the_second_mailbox(errata: Errata) -> None:
    assert errata.challenge("/mfa/challenge", JSON, "mfa_token", "authenticator_id") == "ada+work@example.com"
    assert errata.session.exchanges["your call"].status == 200


@file_modes
def test_the_throw_away_tenant_lies_beside_the_hand_over_and_only_its_owner_can_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    practice = ErrataTenant()
    try:
        assert challenge_the_second(practice, "/mfa/challenge", JSON, "mfa_token", "authenticator_id")[1]
        folder = tmp_path / "runtime" / "mfa-errata"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
        assert Path(practice.tenant.ca_file or "").exists()
    finally:
        practice.close()
    assert not Path(practice.tenant.ca_file or "").exists()
