"""What a checkpoint says, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mfa_helpers.client import errors
from mfa_helpers.client.models import Exchange
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.checkpoints import CHECKPOINTS, Checkpoint, CheckpointNotReached, answered, has, logged
from mfa_helpers.lessons.errata import PREDICTED, Errata
from mfa_helpers.lessons.quiz import QUESTIONS, Quiz
from mfa_helpers.lessons.second_token import SecondToken
from mfa_helpers.outline import BY_TOPIC

EXPECTED: list[tuple[str, str, str, Callable[[Lab], object]]] = [
    (
        "tenant",
        "your tenant responds, and its keys are available.",
        "Click “Check the tenant” in the form above.",
        lambda lab: lab.check(),
    ),
    ("login", "you have an MFA token.", "Sign in with the form above.", lambda lab: lab.login()),
    (
        "enrollment",
        "you have an unconfirmed email and its oob_code.",
        "Click “Send me a code” in the form above.",
        lambda lab: lab.catch_up("enrollment"),
    ),
    (
        "enrolled",
        "your email is confirmed.",
        "Type the code into the form above.",
        lambda lab: lab.catch_up("enrolled"),
    ),
    (
        "authenticator",
        "you've picked a confirmed email.",
        "List the authenticators in the form above, and pick a confirmed email.",
        lambda lab: lab.catch_up("authenticator"),
    ),
    (
        "tokens",
        "you have tokens, because both factors are verified.",
        "Send a challenge, and then type the code from its email into the form above.",
        lambda lab: (lab.catch_up("challenge"), lab.complete(lab.newest_code())),
    ),
    (
        "glossary",
        "you know which token and which response belong to each step.",
        "Answer the five questions in the form above.",
        lambda lab: lab.companion(Quiz).grade({one.id: one.right for one in QUESTIONS}),
    ),
]


@pytest.mark.parametrize(("name", "reached", "way", "act"), EXPECTED, ids=[entry[0] for entry in EXPECTED])
def test_a_checkpoint_says_whether_it_is_reached_and_the_way_there(
    name: str, reached: str, way: str, act: Callable[[Lab], object], learner: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    print(learner.checkpoint(name))
    assert capsys.readouterr().out == f"✘ Not there yet. {way}\n"
    act(learner)
    print(learner.checkpoint(name))
    assert capsys.readouterr().out == f"✔ Checkpoint reached: {reached}\n"


@pytest.mark.parametrize(("name", "reached", "way", "act"), EXPECTED, ids=[entry[0] for entry in EXPECTED])
def test_hands_free_a_checkpoint_that_is_not_reached_is_a_failure(
    name: str, reached: str, way: str, act: Callable[[Lab], object], learner: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    learner.hands_free = True
    with pytest.raises(CheckpointNotReached) as caught:
        print(learner.checkpoint(name))
    assert isinstance(caught.value, AssertionError)
    assert str(caught.value) == f"{name}: {way}"
    act(learner)
    print(learner.checkpoint(name))
    assert capsys.readouterr().out == f"✔ Checkpoint reached: {reached}\n"


def test_every_checkpoint_says_what_is_reached_and_what_to_do() -> None:
    for name, point in CHECKPOINTS.items():
        assert point.topic in BY_TOPIC, name
        assert point.reached.endswith(".") and point.way.endswith("."), name
        assert point.reached[0].islower() and point.way[0].isupper(), name


def test_an_exchange_counts_with_its_status_only(learner: Lab) -> None:
    assert not answered("login", 403)(learner)
    learner.login()
    assert answered("login", 403)(learner) and not answered("login", 200)(learner)
    with pytest.raises(errors.WrongCredentials):
        learner.login(password="wrong")
    assert answered("login", 403)(learner)


def test_the_tenants_log_counts_whoever_has_sent_it(learner: Lab) -> None:
    learner.login()
    assert logged("mfar")(learner) and not logged("mfar", "gd_start_enroll")(learner)
    learner.associate()
    assert logged("mfar", "gd_start_enroll")(learner)


def test_a_tenant_whose_log_is_not_read_has_logged_nothing(learner: Lab) -> None:
    learner.login()
    learner.tenant = replace(learner.tenant, management=None)
    assert not logged("mfar")(learner)


def test_a_new_name_needs_one_entry(
    learner: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(
        CHECKPOINTS, "sky", Checkpoint(topic="glossary", reached="the sky is blue.", way="Look up.", holds=has("login"))
    )
    print(learner.checkpoint("sky"))
    learner.login()
    print(learner.checkpoint("sky"))
    said = capsys.readouterr().out
    assert said == "✘ Not there yet. Look up.\n✔ Checkpoint reached: the sky is blue.\n"


def test_the_errata_are_all_sent_and_the_request_is_corrected(learner: Lab) -> None:
    point, errata = CHECKPOINTS["errata"], learner.companion(Errata)
    last = len(PREDICTED)
    everything = ", ".join(f"error {number}" for number in range(1, last + 1))
    assert point.missing(learner).endswith(f"Still missing: {everything}, the corrected request.")
    for number in range(1, last):
        errata.send(number)
    assert point.missing(learner).endswith(f"Still missing: error {last}, the corrected request.")
    errata.challenge("/mfa/challenge", "application/json", "mfa_token", "authenticator_id")
    assert point.missing(learner).endswith(f"Still missing: error {last}.") and not point.holds(learner)
    errata.send(last)
    assert point.holds(learner)
    assert "you predicted the response to each error, and you corrected a request." in repr(
        learner.checkpoint("errata")
    )


def test_a_checkpoint_of_several_parts_says_which_are_missing(learner: Lab) -> None:
    """D15."""
    point = CHECKPOINTS["second-address"]
    assert point.missing(learner).endswith("Still missing: a confirmed second address, the removal of that address.")
    learner.note("answered", [])
    learner.history.append(("second-confirm", Exchange("POST", "http://tenant.example", "/oauth/token", status=200)))
    assert point.missing(learner).endswith("Still missing: the removal of that address.") and not point.holds(learner)
    learner.companion(SecondToken).has_removed_second = True
    assert point.missing(learner) == point.way and point.holds(learner)
