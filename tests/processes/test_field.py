"""The report from the field that needs kernels: server-life."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ..field.conftest import _counted
from ..support.sandbox_processes import DEADLINE, environment

__all__ = ["_counted"]

KERNEL = "import sys; from mfa_helpers.sandbox import start; one = start(sys.argv[1]); print(one.base_url, one.smtp, flush=True); sys.stdin.read()"


@pytest.mark.skipif(os.name != "posix", reason="signals and process groups")
def test_n_16_a_killed_kernel_leaves_nothing_and_two_have_ports_of_their_own(tmp_path: Path) -> None:
    def kernel(state: str) -> tuple[subprocess.Popen[str], list[str]]:
        running = subprocess.Popen(
            [sys.executable, "-c", KERNEL, str(tmp_path / state)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(tmp_path),
            start_new_session=True,
            text=True,
        )
        assert running.stdout is not None
        return running, running.stdout.readline().split()

    def killed(running: subprocess.Popen[str]) -> None:
        running.send_signal(signal.SIGKILL)
        _, complaints = running.communicate(timeout=DEADLINE)
        assert "Address already in use" not in complaints
        with pytest.raises(ProcessLookupError):
            os.killpg(running.pid, 0)

    other, its_own = kernel("other.sqlite3")
    for _ in range(5):
        running, addresses = kernel("one.sqlite3")
        assert len(addresses) == 2 and not set(addresses) & set(its_own)
        killed(running)
    killed(other)
