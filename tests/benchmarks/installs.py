"""Thirty machines of a room that install the course from the folder of wheels that one of them serves, over the loopback.

    python -m tests.benchmarks.installs [MACHINES [AT_ONCE]]

It fetches the wheels for this system and Python, and serves them as `python -m http.server` does. Then it looks at two things:

- What the machines share: as many clients at once fetch each file and compute its digest, as pip does.
- What each of them does: the letter's line installs the course into an environment of its own, with nothing kept from the one
  before. In a room, each laptop has its own processor, so here only some run at once. How long a processor worked for one is
  the same on a machine that does something else, too.

With thirty machines it takes minutes, so it is no part of `python -m tests.benchmarks`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from mfa_helpers.course.workshop.wheels import LIST, fetch_wheels

from ..support.deadline import DEADLINE

SYSTEM = {"linux": "linux", "darwin": "macos", "win32": "windows"}[sys.platform]
PYTHON = ".".join(map(str, sys.version_info[:2]))


class _Quiet(SimpleHTTPRequestHandler):
    """As `python -m http.server`, but it says nothing."""

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def measure(machines: int = 30, at_once: int = 2) -> Iterator[tuple[str, float]]:
    """Seconds: of fetching by all at once, and of the installs, of which `at_once` run side by side. Prints each install."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheels = folder / "wheels"
        fetch_wheels(wheels, [SYSTEM], [PYTHON])
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(wheels)))
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        address = ("127.0.0.1", server.server_port)
        names = [wheel.name for wheel in wheels.glob("*.whl")]
        with ThreadPoolExecutor(machines) as room:
            fetched = list(room.map(lambda _: _seconds(partial(_fetch, address, names)), range(machines)))
        yield f"fetching by {machines} at once, the middle one", statistics.median(fetched)
        yield f"fetching by {machines} at once, the last", max(fetched)

        def install(number: int) -> None:
            place = folder / f"machine{number}"
            _run(sys.executable, "-m", "venv", "--without-pip", str(place))  # this environment's pip installs into it
            seconds = _seconds(partial(_install, place, f"http://127.0.0.1:{server.server_port}/", wheels / LIST))
            _run(str(_python(place)), "-I", "-c", "import mfa_helpers.forms")
            shutil.rmtree(place)  # thirty of them take gigabytes
            done.append(seconds)
            print(
                f"{seconds:.1f} s; so far {len(done)}, each {(_worked() - before) / len(done):.1f} s of a processor",
                flush=True,
            )

        done: list[float] = []
        began, before = time.perf_counter(), _worked()
        with ThreadPoolExecutor(at_once) as room:
            list(room.map(install, range(machines)))
        total, worked = time.perf_counter() - began, _worked() - before
        server.shutdown()
        server.server_close()
    yield f"an install, {at_once} at once, the middle of {machines}", statistics.median(done)
    yield f"an install, {at_once} at once, the slowest of {machines}", max(done)
    yield "an install, time of a processor", worked / machines
    yield f"{machines} installs, {at_once} at once", total


def _python(place: Path) -> Path:
    return place / ("Scripts" if os.name == "nt" else "bin") / "python"


def _install(place: Path, served: str, wanted: Path) -> None:
    """The letter's line."""
    source = (
        "--no-index",
        "--find-links",
        served,
        "--trusted-host",
        "127.0.0.1",
        "--require-hashes",
        "-r",
        str(wanted),
    )
    _run(sys.executable, "-m", "pip", f"--python={_python(place)}", "install", "--quiet", "--no-cache-dir", *source)


def _fetch(address: tuple[str, int], names: list[str]) -> None:
    for name in names:
        with closing(HTTPConnection(*address, timeout=DEADLINE)) as connection:
            connection.request("GET", f"/{name}")
            answer = connection.getresponse()
            assert answer.status == 200
            hashlib.sha256(answer.read())


def _worked() -> float:
    """Seconds that processors have worked for the processes that were started here and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _run(*command: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    subprocess.run(command, check=True, capture_output=True, env=kept)


if __name__ == "__main__":
    for name, figure in measure(*map(int, sys.argv[1:])):
        print(f"{name:50} {figure:.1f} s", flush=True)
