"""What forms say aloud goes to one live region of the kernel. How the page announces it: tests/browser/test_accessibility.py."""

from __future__ import annotations

import pytest

from mfa_helpers import forms
from mfa_helpers.forms.page import live_region
from mfa_helpers.lab import Lab


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent to the page."""
    live_region.live_region.cache_clear()
    sent: list[str] = []
    monkeypatch.setattr(live_region.LiveRegion, "send", lambda _, message: sent.append(message["said"]))
    return sent


def test_the_region_is_there_with_the_first_form_and_serves_all_and_says_nothing_unasked(
    lab: Lab, said: list[str]
) -> None:
    forms.SignInForm(lab)
    assert live_region.live_region.cache_info().currsize == 1
    region = live_region.live_region()
    forms.AssociateForm(lab)
    assert live_region.live_region() is region and said == []


def test_each_change_of_the_status_is_said_and_none_of_it_stays_in_the_widget(lab: Lab, said: list[str]) -> None:
    form = forms.AssociateForm(lab)
    form.submit()
    assert said == ["Working …", form.status] and form.status.startswith("Problem: This step needs ")
    assert form.status not in str(live_region.live_region().get_state())
    form.submit()
    assert said == ["Working …", form.status] * 2  # the same words again are said again
    assert repr(live_region.live_region()) == "<LiveRegion>"


def test_a_verdict_is_said_once_and_as_it_is(lab: Lab, said: list[str]) -> None:
    form = forms.ExerciseForm(lab, "two-answers")
    form.submit()
    assert said == ["Working …", form.status] and form.status.startswith("Not solved yet: ")


def test_hands_free_there_is_no_region(lab: Lab, said: list[str]) -> None:
    lab.hands_free = True
    forms.SignInForm(lab)
    assert live_region.live_region.cache_info().currsize == 0 and said == []
