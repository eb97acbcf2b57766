"""What a run costs while it's looked at, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest

from mfa_helpers.lessons.exercises import trial as trials
from mfa_helpers.lessons.exercises.trial import PracticeTenant
from mfa_helpers.lessons.judge.faults import LOGIN
from mfa_helpers.lessons.judge.judge import Performance
from mfa_helpers.lessons.judge.program import Ended

from ...support.transport import needs_a_socket

pytestmark = needs_a_socket


@pytest.fixture
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
