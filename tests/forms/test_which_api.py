"""The forms of notebook 11, used as a person uses them."""

from __future__ import annotations

from html import unescape

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.forms.controls import descendants
from mfa_helpers.forms.page import live_region
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.grant_answers import ASKED, REQUESTS, TOKENS
from mfa_helpers.lessons.situations import SITUATIONS
from mfa_helpers.outline import BY_TOPIC


def test_each_decision_is_judged_at_once_with_links_to_its_sources(lab: Lab) -> None:
    form = forms.SituationsForm(lab)
    assert "You've decided 0 of 12 correctly." in form.status
    for number, (chosen, said, situation) in enumerate(zip(form.answers, form.said, SITUATIONS, strict=True), 1):
        for answer in sorted(dict(situation.answers), key=lambda one: one == situation.right):  # the right one last
            chosen.value = answer
            assert situation.verdict(answer)[1] in unescape(said.value)
            assert ("✔" in said.value) == (answer == situation.right)
            for source in situation.sources:
                assert f'<a href="{source.url}" target="_blank" rel="noopener"' in said.value
        assert form.is_done == (number == len(SITUATIONS))
        assert form.status == f"You've decided {number} of 12 correctly." or form.is_done
    assert form.status == "Done: you've decided all of them correctly." and lab.history == []


def test_the_verdict_is_said_aloud_and_the_links_are_not(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(live_region.LiveRegion, "send", lambda _, message: said.append(message["said"]))
    forms.SituationsForm(lab).answers[0].value = SITUATIONS[0].right
    assert said == [SITUATIONS[0].verdict(SITUATIONS[0].right)[1]]


def rows(form: forms.GrantAnswersForm, id: str) -> tuple[str, dict[str, widgets.Button], str]:
    """What a request's row says, its predictions, and what is said of the one that was made."""
    prediction = form.predictions[id]
    buttons = {one.description: one for one in descendants(prediction) if isinstance(one, widgets.Button)}
    return unescape(form.rows[id].value), buttons, unescape(prediction._outcome.value)


@pytest.mark.parametrize("answer", [TOKENS, ASKED])
def test_a_prediction_sends_its_request_and_the_row_shows_the_response(answer: str, lab: Lab) -> None:
    form = forms.GrantAnswersForm(lab)
    for id, request in REQUESTS.items():
        row, buttons, said = rows(form, id)
        assert "→" not in row and said == "" and not form.is_done
        buttons[answer].click()
        row, _, said = rows(form, id)
        assert (
            form.error is None
            and form.status == f"Done: for the grant {request.grant}, the tenant returned {request.question.right}."
        )
        assert request.question.text in row and f"→ <strong>{request.question.right}</strong>" in row
        assert f"You predicted “{answer}”. {request.question.verdict(answer)[1]}" in said
        assert lab.history[-1][0] == f"grant {id}"
    assert form.is_done and len(lab.history) == len(REQUESTS)


def test_what_was_sent_is_shown_in_the_next_kernel_and_not_asked_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", f"notebooks/{BY_TOPIC['which-api'].file}")
    rows(forms.GrantAnswersForm(Lab()), "refresh_token")[1][ASKED].click()
    again = forms.GrantAnswersForm(Lab())
    assert f"→ <strong>{ASKED}</strong>" in rows(again, "refresh_token")[0]
    assert again.predictions["refresh_token"]._answers.layout.display == "none"
    assert again.predictions["password"]._answers.layout.display != "none" and not again.is_done


def test_the_checkpoint_needs_both_forms_and_says_which_is_missing(lab: Lab) -> None:
    assert "Still missing: a correct decision for each situation, a refresh token that gets 403." in repr(
        lab.checkpoint("which-api")
    )
    forms.SituationsForm(lab).hands_free()
    assert repr(lab.checkpoint("which-api")).endswith("Still missing: a refresh token that gets 403.")
    forms.GrantAnswersForm(lab).submit()
    assert repr(lab.checkpoint("which-api")).startswith("✔ Checkpoint reached:")


@pytest.mark.parametrize("name", ["SituationsForm", "GrantAnswersForm"])
def test_hands_free_the_form_does_itself(name: str, lab: Lab) -> None:
    lab.hands_free = True
    form = getattr(forms, name)(lab)
    assert form.error is None and form.is_done and form.status.startswith("Done: ")
