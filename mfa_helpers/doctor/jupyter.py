"""Whether JupyterLab starts and runs a cell, and how much memory a room needs for that."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .container import memory_left
from .machine import MEGABYTE, PATIENCE, Check, throwaway_folder

NOTEBOOKS_OPEN = 6  # a kernel each: nobody closes those of the way behind

#: What a learner's kernel does first. It prints 2.
CELL = "from mfa_helpers import Lab, forms\nforms.SignInForm(Lab()).submit_as_sandbox_user()\nprint(1 + 1)"


def jupyterlab(learners: int) -> Iterator[Check]:
    """Whether JupyterLab starts, a kernel runs a cell through its websocket, and memory is enough for `learners`."""
    import psutil

    began = time.monotonic()
    token = secrets.token_hex(16)
    with throwaway_folder() as folder, _lab_server(folder, token) as server:
        port = _port_of(server, folder)
        if port is None:
            words = (folder / "log").read_text("utf-8", "replace").replace(token, "…").strip().splitlines()
            yield (
                False,
                f"JupyterLab doesn't start. The last line of its log: {words[-1] if words else 'none'}. To see more, run: jupyter lab",
            )
            return
        try:
            said = asyncio.run(asyncio.wait_for(_run_cell(port, token), PATIENCE))
        except TimeoutError:
            yield (
                False,
                f"JupyterLab starts, but no kernel responds within {PATIENCE} s. Close other programs, and try again.",
            )
            return
        if said != "2":
            yield (
                False,
                f"A kernel responds, but the course doesn't load in it: {said}. Install the course with the kernel's own Python.",
            )
            return
        yield (
            True,
            f"JupyterLab starts, and a kernel ran 1 + 1 over a websocket, after {time.monotonic() - began:.0f} s.",
        )
        process = psutil.Process(server.pid)
        lab, kernel = process.memory_info().rss, max(one.memory_info().rss for one in process.children(recursive=True))
    need = learners * (lab + NOTEBOOKS_OPEN * kernel)
    yield memory(psutil.virtual_memory().available, memory_left(), need, learners)


def memory(free: int, left: int | None, need: int, learners: int) -> Check:
    """Whether the `free` bytes of the machine, and those that a container has `left`, are enough for `need`."""
    if left is not None and left < free:
        told = f"{_needed(need, learners)} This container's memory limit leaves {max(left, 0) // MEGABYTE:,} MB."
        cure = "Raise the limit, or let fewer learners share this container."
    else:
        left = free
        told = f"{_needed(need, learners)} Free: {free // MEGABYTE:,} MB."
        cure = "Close other programs, or let fewer learners share this machine."
    return (True, told) if left > need else (False, f"{told} {cure}")


def _needed(need: int, learners: int) -> str:
    people = "A learner" if learners == 1 else f"{learners} learners"
    return f"{people} with {NOTEBOOKS_OPEN} notebooks open: {need // MEGABYTE:,} MB, plus the browser."


@contextmanager
def _lab_server(folder: Path, token: str) -> Iterator[subprocess.Popen[bytes]]:
    """JupyterLab as a learner has it, with its port and token in `folder`; no argument of it is a secret."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    own = {
        "JUPYTER_RUNTIME_DIR": str(folder),
        "JUPYTER_TOKEN": token,
        "MFA_SANDBOX_STATE": str(folder / "sandbox.sqlite3"),
        "MFA_PROGRESS": str(folder / "progress.json"),
    }
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(command, cwd=folder, env={**os.environ, **own}, stdout=log, stderr=log)
    try:
        yield server
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _port_of(server: subprocess.Popen[bytes], folder: Path) -> int | None:
    """The port on which it listens, once it does; `None` if it ended or took too long."""
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        for told in folder.glob("jpserver-*.json"):
            with suppress(ValueError):  # half written
                return int(json.loads(told.read_text("utf-8"))["port"])
        time.sleep(0.1)
    return None


async def _run_cell(port: int, token: str) -> str:
    """What `CELL` prints in a new kernel, or the last line of what it raises."""
    from tornado.httpclient import AsyncHTTPClient, HTTPRequest
    from tornado.websocket import websocket_connect

    address, sign = f"127.0.0.1:{port}/api/kernels", {"Authorization": f"token {token}"}
    made = await AsyncHTTPClient().fetch(
        HTTPRequest(f"http://{address}", "POST", sign, body="{}", request_timeout=PATIENCE)
    )
    kernel = json.loads(made.body)["id"]
    channel = await websocket_connect(HTTPRequest(f"ws://{address}/{kernel}/channels", headers=sign))
    ask: dict[str, Any] = {
        "header": {
            "msg_id": "ask",
            "msg_type": "execute_request",
            "version": "5.3",
            "session": "doctor",
            "username": "",
        },
        "parent_header": {},
        "metadata": {},
        "content": {"code": CELL, "silent": False, "store_history": False, "allow_stdin": False},
        "channel": "shell",
    }
    await channel.write_message(json.dumps(ask))
    said = ""
    while text := await channel.read_message():
        message: Mapping[str, Any] = json.loads(text)
        content = message["content"]
        if message["parent_header"].get("msg_id") != "ask":
            continue
        if message["msg_type"] == "stream":
            said += content["text"]
        elif message["msg_type"] == "error":
            said += f"{content['ename']}: {content['evalue']}"
        elif content.get("execution_state") == "idle":
            break
    channel.close()
    return said.strip()
