"""The room check of the day before: `python -m mfa_helpers.doctor`.

It does what a learner will do, on this machine: it starts a sandbox and logs
in there, starts JupyterLab and runs a cell, and looks for what else a lesson
needs. One line each, and the exit code 1 if there is trouble. What it starts
is gone soon afterwards, and nobody's tenant or progress is touched.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import MfaError

if TYPE_CHECKING:
    from .lab import Lab
    from .preflight import Finding

PACKAGE = "mfa-helpers"
PATIENCE = 60  # seconds for JupyterLab to start, and for a kernel to answer
MEGABYTE = 1_000_000
ROOM_ON_DISK = 200 * MEGABYTE
NOTEBOOKS_OPEN = 6  # a kernel each: nobody closes those of the way behind
CLOCK_OFF = 60  # seconds; tokens name the second in which they begin

#: Browsers that show JupyterLab, by the names of their programs. Other systems bring one along.
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "firefox",
    "brave-browser",
)

#: What a learner's kernel does first. It prints 2.
CELL = "from mfa_helpers import Lab, forms\nforms.SignInForm(Lab()).submit_as_sandbox_user()\nprint(1 + 1)"


def packages() -> Iterator[Finding]:
    """What the course needs, against what is installed. The list is the course's own."""
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        about = metadata.metadata(PACKAGE)
    except metadata.PackageNotFoundError:
        yield False, "The course is not installed for this Python. Run the README's first command."
        return
    python = ".".join(map(str, sys.version_info[:3]))
    if not SpecifierSet(about["Requires-Python"]).contains(python):
        yield (
            False,
            f"Python is {python}, and the course needs {about['Requires-Python']}. Install another and make the environment again.",
        )
    fine = {"Python": python}
    for text in metadata.requires(PACKAGE) or []:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        cure = f'Run: python -m pip install "{wanted.name}{wanted.specifier}"'
        try:
            found = Version(metadata.version(wanted.name) or "")
            if wanted.specifier.contains(found, prereleases=True):
                fine[wanted.name] = str(found)
            else:
                yield False, f"{wanted.name} is {found}, and the course needs {wanted.specifier}. {cure}"
        except metadata.PackageNotFoundError:
            yield False, f"{wanted.name} is missing. {cure}"
        except (InvalidVersion, KeyError, TypeError):
            yield False, f"{wanted.name} is damaged: it does not tell its version. {cure} --force-reinstall"
    named = ("Python", "jupyterlab", "ipykernel", "ipywidgets")
    told = ", ".join(f"{name} {fine[name]}" for name in named if name in fine)
    yield True, f"{told}, and {len(fine.keys() - set(named))} more packages that fit."


def kernel_spec() -> Iterator[Finding]:
    """Whether Jupyter knows the kernel that the notebooks name, and its program is there."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    cure = "Run: python -m ipykernel install --sys-prefix"
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        yield False, f"Jupyter has no kernel called python3. {cure}"
        return
    if shutil.which(program):
        yield True, "Jupyter has the kernel python3."
    else:
        yield False, f"The kernel python3 starts {program}, which is not there. {cure}"


def proxy() -> Iterator[Finding]:
    """Whether a proxy would get what is meant for this machine."""
    named = urllib.request.getproxies()
    if not {"http", "all"} & named.keys():
        yield True, "No proxy stands between programs and this machine."
    elif urllib.request.proxy_bypass("127.0.0.1") and urllib.request.proxy_bypass("localhost"):
        yield True, "A proxy is set, and this machine is exempt from it."
    else:
        yield (
            False,
            (
                "A proxy is set, and it would get calls to this machine, too. The course goes past it, other programs may not. "
                "Set NO_PROXY=127.0.0.1,localhost and no_proxy to the same."
            ),
        )


def ports(numbers: Iterable[int]) -> Iterator[Finding]:
    """Whether these ports of this machine can be bound; 0 is any."""
    for number in numbers:
        which = f"Port {number}" if number else "A free port"
        try:
            with socket.socket() as one:
                one.bind(("127.0.0.1", number))
        except OSError as fault:
            yield (
                False,
                f"{which} cannot be bound ({fault.strerror}). Stop the program that has it, or take another port.",
            )
        else:
            yield True, f"{which} can be bound."


def sandbox() -> Iterator[Finding]:
    """Whether a sandbox starts and answers, and a whole login works there, with its mail."""
    from .handover import Handover
    from .lab import Lab
    from .preflight import of_tenant

    with _throw_away() as folder, _environment(MFA_SANDBOX_STATE=str(folder / "sandbox.sqlite3")):
        lab = Lab(handover=Handover(folder / "handover.json"))
        yield from (finding for finding in of_tenant(lab) if not finding[0])
        lab.catch_up("challenge")
        lab.complete(lab.newest_code())
        yield True, "A sandbox answers. A login went through it: password, mail, six digits, tokens."


def jupyter(learners: int) -> Iterator[Finding]:
    """Whether JupyterLab starts, a kernel runs a cell through its websocket, and memory is enough for `learners`."""
    import psutil

    began = time.monotonic()
    token = secrets.token_hex(16)
    with _throw_away() as folder, _lab_server(folder, token) as server:
        port = _port_of(server, folder)
        if port is None:
            words = (folder / "log").read_text("utf-8", "replace").replace(token, "…").strip().splitlines()
            yield (
                False,
                f"JupyterLab does not start. Its last words: {words[-1] if words else 'none'}. Run: jupyter lab",
            )
            return
        try:
            said = asyncio.run(asyncio.wait_for(_run_cell(port, token), PATIENCE))
        except TimeoutError:
            yield (
                False,
                f"JupyterLab starts, and no kernel answers within {PATIENCE} s. Close other programs and try again.",
            )
            return
        if said != "2":
            yield (
                False,
                f"A kernel answers, and the course does not load in it: {said}. Install the course with the kernel's own Python.",
            )
            return
        yield (
            True,
            f"JupyterLab starts, and a kernel ran 1 + 1 through a websocket, after {time.monotonic() - began:.0f} s.",
        )
        process = psutil.Process(server.pid)
        lab, kernel = process.memory_info().rss, max(one.memory_info().rss for one in process.children(recursive=True))
    need = learners * (lab + NOTEBOOKS_OPEN * kernel)
    yield memory(psutil.virtual_memory().available, need, learners)


def memory(free: int, need: int, learners: int) -> Finding:
    """Whether `free` bytes are enough for `need`."""
    people = "A learner" if learners == 1 else f"{learners} learners"
    told = f"{people} with {NOTEBOOKS_OPEN} notebooks open: {need // MEGABYTE:,} MB, and the browser. Free: {free // MEGABYTE:,} MB."
    return (True, told) if free > need else (False, f"{told} Close other programs, or share fewer learners a machine.")


def disk() -> Iterator[Finding]:
    """Whether what a lesson keeps can be written, and there is room."""
    from . import handover, progress

    places = {"here": Path(), "hand-over": handover.default_path().parent, "progress": progress.default_path().parent}
    fine = True
    for name, folder in places.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x")
        except OSError as fault:
            fine = False
            yield (
                False,
                f"Nothing can be written to {folder} ({name}: {fault.strerror}). Ask for the right to, or start elsewhere.",
            )
            continue
        free = shutil.disk_usage(folder).free
        if free < ROOM_ON_DISK:
            fine = False
            yield (
                False,
                f"The disk of {folder} has {free // MEGABYTE} MB left ({name}). Make room: {ROOM_ON_DISK // MEGABYTE} MB.",
            )
    if fine:
        yield True, "The disk can be written, and has room."


def clock(now: float) -> Iterator[Finding]:
    """Whether `now` (seconds since 1970) is possible: not before the course was put here."""
    if now < Path(__file__).stat().st_mtime:
        yield (
            False,
            f"The clock says {time.strftime('%d %B %Y', time.gmtime(now))}, before the course was put here. Set it.",
        )
    else:
        yield True, "The clock is not behind the course's own files."


def browser() -> Iterator[Finding]:
    """Whether a browser is here, and which."""
    if sys.platform in ("win32", "darwin"):
        yield True, "This system brings a browser along."
        return
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        yield True, f"A browser is here: {found}."
    else:
        yield (
            False,
            "No browser is here. Install Firefox or Chromium, or open the address of this JupyterLab from a machine that has one.",
        )


def live() -> Iterator[Finding]:
    """Whether your own tenant can be reached, if its domain is set, and its clock agrees."""
    from .handover import Handover
    from .lab import Lab
    from .preflight import of_tenant
    from .tenant import read_settings

    if "AUTH0_DOMAIN" not in read_settings():
        yield True, "No tenant of your own is set (AUTH0_DOMAIN): the sandbox is all you need."
        return
    with _throw_away() as folder:
        lab = Lab("live", handover=Handover(folder / "handover.json"))
        dates: list[str | None] = []
        lab.client.session.hooks["response"].append(lambda answer, **_: dates.append(answer.headers.get("date")))
        for fine, sentence in of_tenant(lab):
            yield fine, f"{lab.tenant.base_url}: {sentence}"
        yield from _apart(lab, dates)


def _apart(lab: Lab, dates: list[str | None]) -> Iterator[Finding]:
    with suppress(IndexError, TypeError, ValueError):  # not told, or not as HTTP has it
        off = time.time() - parsedate_to_datetime(dates[-1]).timestamp()  # type: ignore[arg-type]
        if abs(off) > CLOCK_OFF:
            yield False, f"This clock and the tenant's are {abs(off):.0f} seconds apart. Set this one by the network."
        else:
            yield True, f"{lab.tenant.base_url}: its clock and this one agree."


@contextmanager
def _throw_away() -> Iterator[Path]:
    # What is still being written there when a server ends is no trouble.
    with tempfile.TemporaryDirectory(prefix="mfa-doctor-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


@contextmanager
def _lab_server(folder: Path, token: str) -> Iterator[subprocess.Popen[bytes]]:
    """JupyterLab as a learner has it, with its port and token in `folder`; no argument of it is a secret."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0"]
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


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m mfa_helpers.doctor", description="Check this machine for a lesson."
    )
    parser.add_argument("--learners", type=int, default=1, help="how many learners share this machine (default: 1)")
    parser.add_argument(
        "--port", type=int, nargs="+", default=[0], help="ports that must be free, such as the class tenant's"
    )
    given = parser.parse_args()
    if given.learners < 1:
        parser.error("--learners: one or more")
    if not all(0 <= number <= 65_535 for number in given.port):
        parser.error("--port: numbers from 0 to 65535")
    checks: list[Callable[[], Iterator[Finding]]] = [
        packages,
        kernel_spec,
        proxy,
        lambda: ports(given.port),
        sandbox,
        lambda: jupyter(given.learners),
        disk,
        lambda: clock(time.time()),
        browser,
        live,
    ]
    well = True
    for check in checks:
        for fine, sentence in _told(check):
            well = well and fine
            print(f"{'ok      ' if fine else 'TROUBLE '} {sentence}", flush=True)
    print("All is well." if well else "There is trouble: each line above says what to do.")
    return 0 if well else 1


def _told(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What `check` finds; what it meets and cannot name is trouble, too, and no traceback."""
    try:
        yield from check()
    except MfaError as error:
        yield False, f"{error.what} {error.next_step}"
    except Exception as fault:  # a room is checked to the end
        yield (
            False,
            f"This check itself broke ({type(fault).__name__}: {fault}). Run both commands of the README by hand.",
        )


if __name__ == "__main__":
    sys.exit(main())
