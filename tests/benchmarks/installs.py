"""What thirty machines of a room have to share when they install the course at once: the folder of wheels that one of them serves.

    python -m tests.benchmarks.installs [MACHINES]

It fetches the wheels for this system and Python, serves them on the loopback as `python -m http.server` does, and has as
many clients at once fetch each file and compute its digest, as pip does. What follows on each laptop is its own work: for
that, the letter's line runs once in a fresh environment.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
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


def measure(machines: int = 30) -> dict[str, float]:
    """Seconds: of one install alone, and of fetching by all at once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheels = folder / "wheels"
        fetch_wheels(wheels, [SYSTEM], [PYTHON])
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(wheels)))
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        source = (
            "--no-index",
            "--find-links",
            f"http://127.0.0.1:{server.server_port}/",
            "--trusted-host",
            "127.0.0.1",
        )
        common = ("--quiet", "--no-cache-dir", "--require-hashes", *source, "-r", str(wheels / LIST))

        alone = _seconds(partial(_install, folder / "machine", common))
        address = ("127.0.0.1", server.server_port)
        names = [wheel.name for wheel in wheels.glob("*.whl")]
        with ThreadPoolExecutor(machines) as room:
            times = list(room.map(lambda _: _seconds(partial(_fetch, address, names)), range(machines)))
        server.shutdown()
        return {
            "one install alone": alone,
            f"fetching by {machines} at once, the middle one": statistics.median(times),
            f"fetching by {machines} at once, the last": max(times),
        }


def _install(place: Path, common: tuple[str, ...]) -> None:
    _run(sys.executable, "-m", "venv", str(place))
    _run(str(place / ("Scripts" if os.name == "nt" else "bin") / "python"), "-m", "pip", "install", *common)


def _fetch(address: tuple[str, int], names: list[str]) -> None:
    for name in names:
        with closing(HTTPConnection(*address, timeout=DEADLINE)) as connection:
            connection.request("GET", f"/{name}")
            answer = connection.getresponse()
            assert answer.status == 200
            hashlib.sha256(answer.read())


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _run(*command: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    subprocess.run(command, check=True, capture_output=True, env=kept)


if __name__ == "__main__":
    for name, figure in measure(*map(int, sys.argv[1:])).items():
        print(f"{name:45} {figure:.1f} s", flush=True)
