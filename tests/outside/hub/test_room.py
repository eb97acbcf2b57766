"""Learners who work through 00 to 05 at once on a real JupyterHub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ...support.run_report import tell
from ..sdk.environments import or_skip
from . import hub, room

LEARNERS = 2  # a whole workshop: tests/nightly/test_workshop.py


@pytest.fixture(scope="module")
def running() -> Iterator[hub.Hub]:
    with hub.running(or_skip(hub.proxy, "MFA_HUB", "JupyterHub's proxy")) as one:
        yield one


@pytest.fixture(scope="module")
def outcome(running: hub.Hub, request: pytest.FixtureRequest) -> room.Outcome:
    outcome = room.hold(running, LEARNERS)
    tell(request.config, "hub", str(outcome))
    return outcome


def test_all_learners_complete_00_to_05(outcome: room.Outcome) -> None:
    assert outcome.faults == []
    assert outcome.completed == LEARNERS
    assert len(outcome.notebooks) == 6 * LEARNERS


def test_each_learner_has_a_tenant_of_their_own(outcome: room.Outcome) -> None:
    """The sandbox's file lies in the home of each, and its user has exactly the mail of one learner."""
    for learner in outcome.learners:
        tenants = list(learner.home.rglob("sandbox.sqlite3"))
        assert [file.relative_to(learner.home).parts[0] for file in tenants] == [".local"]
        code = "print(len(lab.tenant.mails()))"
        assert learner.kernel.run(code) == "2\n"  # of 02 and of 05; an exercise leaves none


def test_no_learner_reaches_the_server_of_another(outcome: room.Outcome) -> None:
    one, other = outcome.learners[:2]
    intruder = hub.Api(other.server.url, one.server.token)
    with pytest.raises(hub.Refused, match="GET /contents: 403"):
        intruder.call("GET", "/contents")
    assert other.server.call("GET", "/contents")["type"] == "directory"


def test_an_unreached_checkpoint_is_a_fault_of_that_learner_alone(running: hub.Hub, outcome: room.Outcome) -> None:
    """The control: without its form, notebook 01 must not pass."""
    learner = outcome.learners[0]
    cut = learner.home / "01_cut.ipynb"
    cut.write_text(hub.FIRST_SIX[1].read_text("utf-8").replace("forms.SignInForm(lab)", "pass"), "utf-8")
    _, kernel = learner.open(hub.FIRST_SIX[1])
    with pytest.raises(hub.CellFailed, match="learner0, 01_cut, cell 17: CheckpointNotReached"):
        learner.work_through(cut, kernel)
