"""The way out of a form catches up to each need, and says so."""

from __future__ import annotations

import pytest

from mfa_helpers.forms import CatchUpForm
from mfa_helpers.lab import Lab
from mfa_helpers.outline import NEEDS


@pytest.mark.parametrize("need", NEEDS)
def test_each_need_can_be_caught_up_with_and_the_form_says_what_is_there(learner: Lab, need: str) -> None:
    said: list[str] = []
    form = CatchUpForm(learner, need, then=lambda: said.append("caught up"))
    form.submit()
    assert form.error is None and form.status.startswith("Done: nothing is missing any more.\n✔ Here: ")
    assert said == ["caught up"] and learner.missing(need) == []
