"""The instructor's board with a class on one shared tenant, beside bare requests for the same pages of the log.

    python -m tests.benchmarks.board [LEARNERS]

The tenant is a process of its own, over TLS; all learners have gone all the way
from joining to tokens, which leaves thirteen events each.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

from mfa_helpers.client.management import PAGE
from mfa_helpers.lessons.instructors_board import STEPS, Board

from ..support.class_of_learners import TOKEN, instructors, play
from ..support.sandbox_processes import command

ROUNDS = 5


def measure(learners: int = 100) -> dict[str, float]:
    """Seconds of the first refresh and of later ones, the best of five; and the first one's ratio to bare requests."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ("--class", "--port=0", "--json", "--state", f"{folder}/class.sqlite3")
        with command(Path(folder), *arguments, MFA_SANDBOX_TOKEN=TOKEN) as running:
            tenant = running.ready()
            tenant.state = Path(tenant.ca_file)
            with ThreadPoolExecutor(8) as room:
                list(room.map(lambda _: play(tenant, len(STEPS) - 1, False, 1), range(learners)))
            first, later, bare = [], [], []
            for _ in range(ROUNDS):
                board = Board(instructors(tenant))
                first.append(_seconds(board.refresh))
                assert len(board.refresh()) == learners
                later.append(_seconds(board.refresh))
                bare.append(_seconds(lambda: _bare(tenant)))
    return {
        "first refresh, seconds": min(first),
        "later refresh, seconds": min(later),
        "first refresh against bare requests": min(first) / min(bare),
    }


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _bare(tenant: Any) -> None:
    """The same pages, read by nobody."""
    with requests.Session() as session:
        session.trust_env, session.verify = False, tenant.ca_file
        grant = {"grant_type": "client_credentials", "audience": tenant.management_audience}
        application = {"client_id": tenant.management_client_id, "client_secret": tenant.management_client_secret}
        answer = session.post(tenant.base_url + "/oauth/token", data={**grant, **application}, timeout=10)
        headers = {"authorization": "Bearer " + answer.json()["access_token"]}
        logs = tenant.base_url + "/api/v2/logs"
        query: dict[str, Any] = {"sort": "date:1", "per_page": 1}
        while True:
            events = session.get(logs, params=query, headers=headers, timeout=10).json()
            if "from" in query and len(events) < PAGE:
                return
            query = {"from": events[-1]["log_id"], "take": PAGE}


if __name__ == "__main__":
    for name, figure in measure(*map(int, sys.argv[1:])).items():
        print(f"{name:40} {figure:.3f}")
