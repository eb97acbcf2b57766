"""One run of a program: what it costs while it's looked at, and which secrets are found in what it printed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest

from mfa_helpers.lessons.exercises import trial as trials
from mfa_helpers.lessons.exercises.evidence import Request, Seen
from mfa_helpers.lessons.exercises.trial import PracticeTenant
from mfa_helpers.lessons.judge.faults import FAULTS, LOGIN
from mfa_helpers.lessons.judge.judge import Finding, Performance
from mfa_helpers.lessons.judge.program import Ended, Unusable

from ...support.transport import needs_a_socket

pytestmark = needs_a_socket


@pytest.fixture(scope="module")
def tenant() -> Iterator[PracticeTenant]:
    with closing(PracticeTenant(is_own_issuer=True)) as made:
        yield made


def looked_at(variables: Mapping[str, str], look: Callable[[], None]) -> Ended:
    """A program that sends nothing, while somebody looks three times."""
    for _ in range(3):
        look()
    return Ended(0, "")


@pytest.mark.parametrize("is_told", [False, True])
def test_only_who_is_told_looks(tenant: PracticeTenant, monkeypatch: pytest.MonkeyPatch, is_told: bool) -> None:
    told: list[str] = []
    asked, requests = [], tenant.controls.requests

    def counted() -> list[dict[str, Any]]:
        asked.append(1)
        return requests()

    monkeypatch.setattr(tenant.controls, "requests", counted)
    Performance(tenant, LOGIN, looked_at).finding(5, (lambda title, sent: told.append(title)) if is_told else None)
    assert (len(asked), len(told)) == ((5, 4) if is_told else (1, 0))


def test_all_lines_are_masked_at_once(tenant: PracticeTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    performance = Performance(tenant, LOGIN, looked_at)
    texts, hidden = [], trials.hidden

    def counted(text: str, secrets: Any) -> str:
        texts.append(text)
        return hidden(text, secrets)

    monkeypatch.setattr(trials, "hidden", counted)
    masked = performance.trial.masked_lines([f"GET /{tenant.password}", "POST /oauth/token → 200"])
    assert masked == ["GET /*****MASKED*****", "POST /oauth/token → 200"] and len(texts) == 1


ISSUED = {
    "access_token": "It printed an access token.",
    "id_token": "It printed an ID token.",
    "refresh_token": "It printed a refresh token.",
    "mfa_token": "It printed an MFA token.",
    "oob_code": "It printed an oob_code.",
}


def finding(tenant: PracticeTenant, printed: str, seen: Seen) -> Finding:
    """What is said of a program that printed this."""
    performance = Performance(tenant, LOGIN, looked_at)
    performance.tabs = [Ended(0, printed)]
    return performance.judged(seen, [], 5)


@pytest.mark.parametrize("field", ISSUED)
@pytest.mark.parametrize("more", ["", "\n" * 100_000, "x" * 100_000])
def test_a_secret_that_the_tenant_issued_is_found_wherever_it_was_printed(
    tenant: PracticeTenant, field: str, more: str
) -> None:
    response = Request(method="POST", path="/oauth/token", status=200, response={field: "what-it-issued"})
    assert finding(tenant, f"what-it-issued{more}", Seen(requests=[response])).sentence.startswith(ISSUED[field])


def test_the_client_secret_is_found_in_a_header(tenant: PracticeTenant) -> None:
    pair = f"{tenant.details.client_id}:{tenant.details.client_secret}"
    printed = "Authorization: Basic " + base64.b64encode(pair.encode()).decode()
    assert finding(tenant, printed, Seen(requests=[])).sentence.startswith("It printed the client secret, encoded as")


def test_nothing_is_shown_of_what_may_hold_secrets_that_nobody_knows(tenant: PracticeTenant) -> None:
    seen = [Seen(requests=[], printed="secret", is_whole=is_whole) for is_whole in (True, False)]
    assert [finding(tenant, "secret", one).printed for one in seen] == ["secret", ""]


def test_a_second_tab_that_cannot_be_started_is_a_tab_that_failed(tenant: PracticeTenant) -> None:
    def gone(variables: Mapping[str, str], look: Callable[[], None]) -> Ended:
        raise Unusable("There's no command named login.")

    performance = Performance(tenant, FAULTS["two-tabs"], gone)
    performance._second_tab()
    assert performance.tabs == [Ended(127, "There's no command named login.")]
