"""A whole workshop: thirty learners who begin 00 to 05 at once on a real JupyterHub."""

from __future__ import annotations

import pytest

from ..outside.hub import hub, room
from ..outside.sdk.environments import or_skip
from ..support.run_report import tell

LEARNERS = 30


def test_thirty_learners_complete_00_to_05_at_once_and_need_little_more_memory_than_bare_kernels(
    pytestconfig: pytest.Config,
) -> None:
    with hub.running(or_skip(hub.proxy, "MFA_HUB", "JupyterHub's proxy")) as running:
        outcome = room.hold(running, LEARNERS)
    tell(pytestconfig, "hub", str(outcome))
    assert outcome.faults == []
    assert outcome.completed == LEARNERS and len(outcome.notebooks) == 6 * LEARNERS
    assert (
        outcome.ratio(notebooks=6) <= 1.6
    )  # 1.5 was measured: each kernel that has judged an exercise has a tenant in it
