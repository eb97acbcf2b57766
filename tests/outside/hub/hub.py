"""A real JupyterHub while it runs, and what a learner does on it through its REST API and a kernel's websocket."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import requests
import websocket

from ...support.places import NOTEBOOKS
from ..sdk import environments

HERE = Path(__file__).parent
#: Tells the process that serves the tenant of a kernel.
SANDBOX = "from mfa_helpers.sandbox.hosting.ready import default_state, read_note\nprint(read_note(default_state().resolve()).pid)"
FIRST_SIX = sorted(NOTEBOOKS.glob("0[0-5]*.ipynb"))
DEADLINE = 180  # seconds for anything to answer, with thirty at once on two slow cores


class Refused(Exception):
    """The Hub or a server answered with an error."""


class CellFailed(Exception):
    """A cell of a notebook ended with an error."""


class Api:
    """Calls at one address with one token."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"token {token}"

    def call(self, method: str, path: str, **more: Any) -> Any:
        answer = self.http.request(method, self.url + path, timeout=DEADLINE, **more)
        if not answer.ok:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer if more.get("stream") else answer.json() if answer.content else None


class Kernel:
    """A kernel of a learner's server, reached as JupyterLab reaches it."""

    def __init__(self, server: Api, kernel: str) -> None:
        self._session = uuid.uuid4().hex
        self._socket = websocket.create_connection(
            f"{server.url.replace('http', 'ws', 1)}/kernels/{kernel}/channels?session_id={self._session}",
            header={"Authorization": f"token {server.token}"},
            timeout=DEADLINE,
        )

    def run(self, code: str) -> str:
        """What the code printed and displayed. Raises `CellFailed`."""
        asked = uuid.uuid4().hex
        header = {
            "msg_id": asked,
            "msg_type": "execute_request",
            "session": self._session,
            "username": "",
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
        self._socket.send(json.dumps(message))
        printed, waits_for = "", {"execute_reply", "idle"}
        while waits_for:
            got = json.loads(self._socket.recv())
            if got["parent_header"].get("msg_id") != asked:
                continue
            kind, content = got["msg_type"], got["content"]
            if kind == "error":
                raise CellFailed(f"{content['ename']}: {content['evalue']}")
            if kind == "stream":
                printed += content["text"]
            if kind in ("display_data", "execute_result"):
                printed += content["data"].get("text/plain", "")
            waits_for -= {kind, content.get("execution_state")}
        return printed

    def close(self) -> None:
        self._socket.close()


class Learner:
    """A user of the Hub with a home, a server and a token of their own."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.name, self.home = name, hub.folder / name
        self._hub = hub
        shutil.copytree(NOTEBOOKS, self.home / "notebooks")
        hub.api.call("POST", f"/users/{name}")
        token = hub.api.call("POST", f"/users/{name}/tokens", json={"note": "the tests"})["token"]
        self.server = Api(f"{hub.url}/user/{name}/api", token)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self._hub.api.call("POST", f"/users/{self.name}/server")
        with self._hub.api.call("GET", f"/users/{self.name}/server/progress", stream=True) as events:
            for line in events.iter_lines():
                event = json.loads(line.removeprefix(b"data:")) if line.startswith(b"data:") else {}
                if event.get("failed"):
                    raise Refused(f"The server of {self.name} does not start: {event['message']}")
                if event.get("ready"):
                    return
        raise Refused(f"The server of {self.name} did not say that it is ready.")

    def open(self, notebook: Path) -> tuple[str, Kernel]:
        """Open a notebook as JupyterLab does: a session, and a kernel for it."""
        asked = {"path": f"notebooks/{notebook.name}", "name": notebook.name, "type": "notebook"}
        session = self.server.call("POST", "/sessions", json={**asked, "kernel": {"name": "python3"}})
        return session["id"], self._attach(session["kernel"]["id"])

    def work_through(self, notebook: Path, kernel: Kernel) -> None:
        """Run every cell. Raises `CellFailed` for an error or a checkpoint that was not reached."""
        printed = ""
        for number, cell in enumerate(json.loads(notebook.read_text("utf-8"))["cells"]):
            if cell["cell_type"] == "code":
                try:
                    printed += kernel.run("".join(cell["source"]))
                except CellFailed as fault:
                    raise CellFailed(f"{self.name}, {notebook.stem}, cell {number}: {fault}") from None
        if "✔ Checkpoint reached" not in printed:
            raise CellFailed(f"{self.name}, {notebook.stem}: its checkpoint was not reached")

    def learn(self) -> list[float]:
        """Work through 00 to 05, a kernel each; that of 05 stays. Seconds from opening each to its checkpoint."""
        taken = []
        self._six = 0.0  # MB of the six kernels, each at the end of its notebook
        for notebook in FIRST_SIX:
            began = time.monotonic()
            session, self.kernel = self.open(notebook)
            self.work_through(notebook, self.kernel)
            taken.append(time.monotonic() - began)
            self._six += _pss(self.kernel.run("import os; print(os.getpid())").strip())
            if notebook != FIRST_SIX[-1]:
                self.server.call("DELETE", f"/sessions/{session}")
        self._processes = self.kernel.run("import os; print(os.getppid(), os.getpid())").split()
        #: Seconds of processor time: the server since its start, all six kernels, and the sandbox.
        self.cpu = sum(map(_cpu, [*self._processes, self.kernel.run(SANDBOX).strip()]))
        return taken

    def start_bare_kernel(self) -> None:
        """The floor: a kernel of the same server that has ipywidgets and nothing of the course."""
        self.bare = self._attach(self.server.call("POST", "/kernels", json={"name": "python3"})["id"])
        self.bare.run("import ipywidgets")

    def _attach(self, kernel: str) -> Kernel:
        attached = Kernel(self.server, kernel)
        self._hub.closing.callback(attached.close)
        return attached

    def memory(self) -> dict[str, float]:
        """MB (PSS) of the server, the kernel of 05, those of all six, the sandbox that they share, and a bare kernel."""
        server, kernel = self._processes
        bare = self.bare.run("import os; print(os.getpid())").strip()
        sandbox = self.kernel.run(SANDBOX).strip()
        return {
            "server": _pss(server),
            "kernel": _pss(kernel),
            "six": self._six,
            "sandbox": _pss(sandbox),
            "bare": _pss(bare),
        }


def _cpu(process: str) -> float:
    """Of a process and of those children that have ended."""
    with open(f"/proc/{process}/stat") as stat:
        after_name = stat.read().rpartition(")")[2].split()
    return sum(map(int, after_name[11:15])) / os.sysconf("SC_CLK_TCK")


def _pss(process: str) -> float:
    """Proportional set size: memory of its own, and its share of what it has in common with others."""
    with open(f"/proc/{process}/smaps_rollup") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1000


class Hub:
    """Where it is, and the calls of somebody who may start any server."""

    def __init__(self, folder: Path, url: str, token: str, closing: ExitStack) -> None:
        self.folder, self.url, self.closing = folder, url, closing
        self.api = Api(url + "/hub/api", token)


def proxy() -> Path:
    """The program `configurable-http-proxy`, once JupyterHub itself is installed. Raises `Unavailable`."""
    if find_spec("jupyterhub") is None:
        raise environments.Unavailable("pip install -e '.[outside]'")
    return environments.node(HERE) / "node_modules" / ".bin" / "configurable-http-proxy"


@contextmanager
def running(proxy: Path) -> Iterator[Hub]:
    """A JupyterHub on this machine, with its proxy."""
    token, ports = secrets.token_hex(32), _free_ports(3)
    # Sockets of kernels have the whole path as their name, and a name has 107 characters at most.
    # A kernel that outlives its server for a moment may still write while they are cleared away.
    with tempfile.TemporaryDirectory(prefix="hub-", ignore_cleanup_errors=True) as name, ExitStack() as stack:
        folder = Path(name)
        log = stack.enter_context(open(folder / "hub.log", "wb"))
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("MFA_", "AUTH0_", "JUPYTER"))}
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", str(HERE / "jupyterhub_config.py")],
            cwd=folder,
            env={
                **kept,
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "HUB_TOKEN": token,
                "HUB_PROXY": str(proxy),
                "HUB_PORTS": " ".join(map(str, ports)),
            },
            stdout=log,
            stderr=log,
        )
        stack.callback(_end, process)
        hub = Hub(folder, f"http://127.0.0.1:{ports[0]}", token, stack)
        _wait_until_up(hub, process)
        yield hub


def _free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _wait_until_up(hub: Hub, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until and process.poll() is None:
        try:
            hub.api.call("GET", "/")
            return
        except (requests.ConnectionError, Refused):
            time.sleep(0.1)
    raise Refused("The Hub did not come up:\n" + (hub.folder / "hub.log").read_text("utf-8")[-2000:])


def _end(process: subprocess.Popen[bytes]) -> None:
    """A Hub that is told to end takes its proxy and all servers with it."""
    process.terminate()
    process.wait(DEADLINE)
