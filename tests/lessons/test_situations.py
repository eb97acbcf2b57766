"""The twelve situations, and which of them were decided."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mfa_helpers.lab import Lab
from mfa_helpers.lessons.situations import MFA_API, MY_ACCOUNT, SITUATIONS, UNIVERSAL_LOGIN, Situations
from mfa_helpers.outline import BY_TOPIC

WAYS = (UNIVERSAL_LOGIN, MFA_API, MY_ACCOUNT)
RIGHT = {one.id: one.right for one in SITUATIONS}


@pytest.mark.parametrize("one", SITUATIONS, ids=[one.id for one in SITUATIONS])
def test_each_situation_has_one_right_way_a_reason_and_a_sentence_about_each_other_way(one: Any) -> None:
    assert tuple(answer for answer, _ in one.answers) == WAYS and one.text.endswith("?")
    assert [wrong for _, wrong in one.answers].count("") == 1
    sentences = [one.because, *(wrong for _, wrong in one.answers if wrong)]
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)
    assert one.verdict(one.right) == ("✔", f"That's right. {one.because}")


@pytest.mark.parametrize("one", SITUATIONS, ids=[one.id for one in SITUATIONS])
def test_each_has_public_sources_with_titles_that_say_whose_they_are(one: Any) -> None:
    assert one.sources
    for source in one.sources:
        assert re.match(r"https://(auth0\.com/docs/|github\.com/auth0/|community\.auth0\.com/t/)[\w./-]+$", source.url)
        assert re.match(r"(Auth0(:| Community thread \d+$)|auth0/[\w.-]+ (issue|pull request) \d+$)", source.title)
        if "github.com" in source.url:
            project, kind, number = re.fullmatch(r"(\S+) (issue|pull request) (\d+)", source.title).groups()  # type: ignore[union-attr]
            assert source.url == f"https://github.com/{project}/{ {'issue': 'issues'}.get(kind, 'pull') }/{number}"


def test_no_way_can_be_guessed() -> None:
    assert len({one.id for one in SITUATIONS}) == len(SITUATIONS)
    assert all(list(RIGHT.values()).count(way) >= 3 for way in WAYS)
    in_order = list(RIGHT.values())
    assert all(len(set(in_order[at : at + 3])) > 1 for at in range(len(in_order) - 2))  # not the same three times


def test_all_right_passes_and_a_later_mistake_takes_nothing_away(learner: Lab) -> None:
    situations = Situations(learner)
    for id, right in RIGHT.items():
        assert not situations.passed
        situations.decide(id, right)
    assert situations.passed
    situations.decide("look", MY_ACCOUNT)
    assert situations.passed


def test_a_wrong_decision_does_not_count(learner: Lab) -> None:
    situations = Situations(learner)
    for id, right in RIGHT.items():
        situations.decide(id, next(way for way in WAYS if way != right))
    assert situations.right == set()
    with pytest.raises(KeyError):
        situations.decide("another situation", MFA_API)


def test_what_was_decided_is_there_for_the_next_kernel(learner: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", f"notebooks/{BY_TOPIC['which-api'].file}")
    Situations(Lab()).decide("look", UNIVERSAL_LOGIN)
    assert Situations(Lab()).right == {"look"}
