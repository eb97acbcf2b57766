"""The machines of a room install the course at once, from the folder of wheels that one of them serves.

    python -m tests.benchmarks.installs [MACHINES]

It fetches the wheels for this system and Python, serves them on the loopback, and runs the letter's line in as many fresh
environments as there are machines. They share this machine's processor, which is what they wait for: so it also says what
one install takes alone, and how much of its processor time all of them took.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from mfa_helpers.course.workshop.wheels import LIST, fetch_wheels

SYSTEM = {"linux": "linux", "darwin": "macos", "win32": "windows"}[sys.platform]
PYTHON = ".".join(map(str, sys.version_info[:2]))


class _Quiet(SimpleHTTPRequestHandler):
    """As `python -m http.server`, but it says nothing."""

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def measure(machines: int = 30) -> dict[str, float]:
    """Seconds: of one install alone, of all at once, and of the processor."""
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

        def install(number: int) -> None:
            place = folder / f"machine{number}"
            _run(sys.executable, "-m", "venv", str(place))
            _run(str(place / ("Scripts" if os.name == "nt" else "bin") / "python"), "-m", "pip", "install", *common)

        def fetch(number: int) -> None:
            _run(
                sys.executable,
                "-m",
                "pip",
                "download",
                *common,
                "--no-deps",
                "--dest",
                str(folder / f"fetched{number}"),
            )

        alone = _seconds(partial(install, machines))
        before = os.times()
        began = time.perf_counter()
        with ThreadPoolExecutor(machines) as room:
            times = list(room.map(lambda one: _seconds(partial(install, one)), range(machines)))
        whole, after = time.perf_counter() - began, os.times()
        server.shutdown()
        return {
            "one install alone": alone,
            f"{machines} at once, the middle one": statistics.median(times),
            f"{machines} at once, the last": whole,
            "processor time of all, installs": sum(after[2:4]) - sum(before[2:4]),
            "processor time of all, server": sum(after[:2]) - sum(before[:2]),
        }


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
