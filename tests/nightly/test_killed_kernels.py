"""A kernel is killed in the middle of each step of 00 to 05; a new one goes on, and no secret lies around."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient, KernelManager

from ..support import ipc_kernels
from ..support.notebook_files import PATHS, cells
from ..support.run_notebooks import DEADLINE
from ..support.run_report import count
from ..support.secrets_search import codes_of, leaks

# The worst moments: the tenant has done it and nobody has kept the answer; and while it is being kept.
KILL = "import os, signal\nkill = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
AFTER_THE_ANSWER = KILL + "lab.client.session.hooks['response'].append(kill)"
WHILE_KEEPING = KILL + "os.replace = kill"

#: Each notebook's main form, and when its kernel dies.
DEATHS = {
    "00": ("form-tenant", WHILE_KEEPING),
    "01": ("form-sign-in", AFTER_THE_ANSWER),
    "02": ("form-associate", WHILE_KEEPING),
    "03": ("form-confirm", AFTER_THE_ANSWER),
    "04": ("form-authenticators", WHILE_KEEPING),
    "05": ("form-complete", AFTER_THE_ANSWER),
}

Execute = Callable[[str], str]


@contextmanager
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager = KernelManager(kernel_name="python3", **ipc_kernels.settings())
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=DEADLINE)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, source: str) -> str:
    """What the cell prints and shows. Raises `AssertionError` if it fails."""
    said: list[str] = []

    def keep(message: dict[str, Any]) -> None:
        content = message["content"]
        said.append(content.get("text") or content.get("data", {}).get("text/plain", ""))

    reply = client.execute_interactive(source, timeout=DEADLINE, output_hook=keep)
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(said)


def test_a_kernel_that_is_killed_in_any_step_loses_the_step_and_nothing_else(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    for path in PATHS[:6]:
        form, death = DEATHS[path.name[:2]]
        code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
        at = next(place for place, cell in enumerate(code) if cell["id"] == form)
        with kernel() as (manager, client):
            for cell in code[:at]:
                run(client, cell["source"])
            run(client, death)
            client.execute(code[at]["source"])
            assert manager.provisioner is not None
            process = manager.provisioner.process  # type: ignore[attr-defined]
            assert process.wait(DEADLINE) == -9
            count("faults injected")
        parts = list((surroundings / "runtime").glob("mfa-course.json.*.part"))  # what a killed kernel was writing
        assert len(parts) == (death == WHILE_KEEPING)
        for part in parts:
            assert stat.S_IMODE(part.stat().st_mode) == 0o600
        assert leaks(surroundings, codes_of(surroundings), spared=parts) == []
        for part in parts:
            os.utime(part, (0, 0))  # a while later
        with kernel() as (manager, client):
            said = "".join(run(client, cell["source"]) for cell in code)
        assert "✔ Checkpoint reached" in said
    assert leaks(surroundings, codes_of(surroundings)) == []
