"""A real JupyterLab on a learner's copy of the notebooks, for a browser."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mfa_helpers.course.working_copy import update

from .places import NOTEBOOKS


@dataclass(frozen=True)
class LabServer:
    url: str
    token: str
    folder: Path
    kernel: str = "Python 3 (ipykernel)"

    def notebook(self, name: str) -> str:
        """The address that opens one notebook, alone in a workspace of its own."""
        return f"{self.url}/lab/workspaces/{name[:2]}/tree/notebooks/{name}.ipynb?reset&token={self.token}"


@contextmanager
def lab_server(folder: Path, **environment: str) -> Iterator[LabServer]:
    """Start JupyterLab with everything it writes inside `folder`, and stop it with its kernels."""
    update(folder / "notebooks", print, NOTEBOOKS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    own = {
        "HOME": folder / "home",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        "MFA_SANDBOX_STATE": folder / "sandbox.sqlite3",
        "JUPYTER_TOKEN": token,
    }
    (folder / "home").mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_", "AUTH0_"))}
    with open(folder / "lab.log", "w") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--allow-root",
                f"--port={port}",
                "--ip=127.0.0.1",
                f"--ServerApp.root_dir={folder}",
                "--ServerApp.port_retries=0",
            ],
            cwd=folder,
            stdout=log,
            stderr=log,
            env={**kept, **{n: str(v) for n, v in own.items()}, **environment},
        )
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/api?token={token}", process, folder / "lab.log")
            yield LabServer(f"http://127.0.0.1:{port}", token, folder)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            opener.open(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not come up:\n{log.read_text()[-3000:]}")
