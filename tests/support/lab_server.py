"""A real JupyterLab, or Notebook, on a learner's copy of the notebooks, for a browser."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from mfa_helpers.course.working_copy import update

from .end_sandbox import end_sandbox
from .places import NOTEBOOKS, ROOT

WAIT = 120  # seconds for anything it has to do, on a machine that is busy with something else


@dataclass(frozen=True)
class LabServer:
    url: str
    token: str
    folder: Path
    kernel: str = "Python 3 (ipykernel)"

    def notebook(self, name: str) -> str:
        """The address that opens one notebook, alone in a workspace of its own."""
        return f"{self.url}/lab/workspaces/{name[:2]}/tree/notebooks/{name}.ipynb?reset&token={self.token}"

    def prefer(self, plugin: str, **settings: object) -> None:
        """Keep settings of JupyterLab for its next page, as a person does in its settings editor."""
        file = self.folder / f"config/lab/user-settings/{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))

    def reset(self) -> None:
        """End the kernels and the tenant, and clear away what a learner has left. The server goes on; no page may be open."""
        with requests.Session() as http:
            http.headers["Authorization"] = f"token {self.token}"
            for kind in ("sessions", "kernels"):
                for one in http.get(f"{self.url}/api/{kind}", timeout=WAIT).json():
                    gone = http.delete(f"{self.url}/api/{kind}/{one['id']}", timeout=WAIT)
                    assert gone.status_code == 204, gone.text
        end_sandbox(self.folder / "sandbox.sqlite3")
        for left in ("sandbox.sqlite3*", "*/mfa-*", "config/lab", "notebooks"):
            for path in self.folder.glob(left):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        update(self.folder / "notebooks", print, NOTEBOOKS)


def installed(folder: Path) -> Path:
    """What a wheel of this checkout puts beside JupyterLab, laid out in `folder`. Gives the folder that Jupyter looks into."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    for source, target in wheel["shared-data"].items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, folder / target)
    return folder / "share" / "jupyter"


@contextmanager
def lab_server(
    folder: Path, python: str | Path = sys.executable, app: str = "jupyterlab", **environment: str
) -> Iterator[LabServer]:
    """Start JupyterLab, or another `app` of the interpreter `python`, with everything it writes inside `folder`, and stop it with its kernels.

    It has the extension and the settings of this checkout, whatever is installed.
    """
    share = installed(folder / "installed")
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
        "JUPYTER_PATH": share,
        "JUPYTER_TOKEN": token,
    }
    (folder / "home").mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_", "AUTH0_"))}
    with open(folder / "lab.log", "w") as log:
        process = subprocess.Popen(
            [
                python,
                "-m",
                app,
                "--no-browser",
                "--allow-root",
                f"--port={port}",
                "--ip=127.0.0.1",
                f"--ServerApp.root_dir={folder}",
                f"--LabApp.app_settings_dir={share / 'lab' / 'settings'}",
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
                process.wait(WAIT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            opener.open(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not come up:\n{log.read_text()[-3000:]}")
