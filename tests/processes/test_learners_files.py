"""The learner's files while several kernels write them, and while one is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mfa_helpers.storage import atomic_file
from mfa_helpers.storage.entries import Enrolled, Note
from mfa_helpers.storage.handover import Handover
from mfa_helpers.storage.progress import Progress

from ..support.deadline import DEADLINE

PUTS = 200
ROUNDS = 3  # `tests/nightly/test_kills.py` has more
TENANT = "sandbox"


def _hand_over(path: Path, who: str, start: int = 0) -> Callable[[int], None]:
    handover = Handover(path)
    return lambda turn: handover.put(TENANT, Note(turn), key=f"{who} {turn}")


def _progress(path: Path, who: str, start: int = 0) -> Callable[[int], None]:
    return lambda turn: Progress(path).solved("clinic", f"{who}-{turn}")


def _kept_in_hand_over(path: Path) -> set[str]:
    handover = Handover(path)
    kept = {name.removeprefix("note ").replace(" ", "-") for name in json.loads(path.read_text())["tenants"][TENANT]}
    assert handover.trouble is None and handover.get(TENANT, Enrolled) is None
    return kept


def _kept_in_progress(path: Path) -> set[str]:
    standings, trouble = Progress(path).all()
    assert trouble is None
    return set(standings["clinic"].exercises)


BOTH = pytest.mark.parametrize(
    ("putter", "kept"),
    [(_hand_over, _kept_in_hand_over), (_progress, _kept_in_progress)],
    ids=["handover", "progress"],
)
WANTED = {f"{who}-{turn}" for who in ("a", "b") for turn in range(PUTS)}


def _kernel(putter: Callable[..., object], path: Path, who: str, puts: str) -> subprocess.Popen[str]:
    """A process that puts as soon as it hears so, and says after each put that it is done."""
    code = f"""
import sys
from itertools import count
from pathlib import Path
from tests.processes.test_learners_files import {putter.__name__} as putter
put = putter(Path({str(path)!r}), {who!r})
print("ready", flush=True)
sys.stdin.readline()
for turn in {puts}:
    put(turn)
    print(turn, flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", code], text=True, stdin=-1, stdout=-1)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


@BOTH
def test_two_processes_that_write_at_once_lose_nothing(
    putter: Callable[..., object], kept: Callable[[Path], set[str]], tmp_path: Path
) -> None:
    path = tmp_path / "file.json"
    kernels = [_kernel(putter, path, who, f"range({PUTS})") for who in ("a", "b")]
    for kernel in kernels:
        assert kernel.stdin is not None
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    threads = [threading.Thread(target=kernel.communicate) for kernel in kernels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert [kernel.returncode for kernel in kernels] == [0, 0]
    assert kept(path) == WANTED


@BOTH
def test_two_threads_that_write_at_once_lose_nothing(
    putter: Callable[..., Callable[[int], None]], kept: Callable[[Path], set[str]], tmp_path: Path
) -> None:
    path = tmp_path / "file.json"

    def put_all(who: str) -> None:
        put = putter(path, who)
        for turn in range(PUTS):
            put(turn)

    threads = [threading.Thread(target=put_all, args=[who]) for who in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert kept(path) == WANTED


def test_two_threads_with_one_hand_over_lose_nothing(tmp_path: Path) -> None:
    handover = Handover(tmp_path / "file.json")

    def put_all(who: str) -> None:
        for turn in range(PUTS):
            handover.put(TENANT, Note(turn), key=f"{who} {turn}")

    threads = [threading.Thread(target=put_all, args=[who]) for who in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert _kept_in_hand_over(handover.path) == WANTED


@BOTH
def test_who_is_killed_while_writing_leaves_a_whole_file_and_no_lock(
    putter: Callable[..., Callable[[int], None]], kept: Callable[[Path], set[str]], tmp_path: Path
) -> None:
    """At moments that chance picks. All that was said to be done is there, and the next one writes at once."""
    path, chance, told = tmp_path / "file.json", random.Random(15), set()
    for round in range(ROUNDS):
        who = f"r{round}"
        kernel = _kernel(putter, path, who, "count()")
        assert kernel.stdin is not None and kernel.stdout is not None
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
        kernel.stdout.readline()
        time.sleep(chance.uniform(0, 0.02))  # the moment itself
        os.kill(kernel.pid, signal.SIGKILL)
        # Not by `communicate`, which knows nothing of what `readline` has read ahead.
        told |= {f"{who}-0", *(f"{who}-{turn}" for turn in kernel.stdout.read().split("\n")[:-1])}
        kernel.communicate()
        assert told <= kept(path)
        with atomic_file.lock(path, wait=0) as trouble:
            assert trouble is None  # nobody holds it any more
        putter(path, "after")(round)
        told.add(f"after-{round}")
        assert told <= kept(path)


@BOTH
def test_who_is_stopped_while_it_holds_the_lock_keeps_nobody_waiting_for_ever(
    putter: Callable[..., Callable[[int], None]], kept: Callable[[Path], set[str]], tmp_path: Path
) -> None:
    """And when it goes on, nothing was lost of either."""
    path = tmp_path / "file.json"
    putter(path, "before")(0)
    holder = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import os, signal; from pathlib import Path; from mfa_helpers.storage import atomic_file\n"
            f"with atomic_file.lock(Path({str(path)!r})): print('held', flush=True); os.kill(os.getpid(), signal.SIGSTOP)",
        ],
        text=True,
        stdout=-1,
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        put, before = putter(path, "waiting"), path.read_bytes()
        put(1)  # gives up waiting after a while
        assert path.read_bytes() == before
    finally:
        os.kill(holder.pid, signal.SIGCONT)
        holder.communicate(timeout=120)
    put(2)
    assert kept(path) >= {"before-0", "waiting-2"}
    if putter is _hand_over:
        assert "waiting-1" in kept(path)
