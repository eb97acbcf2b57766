"""The machines of a room install the course at once, from the folder of wheels that one of them serves.

    python -m tests.benchmarks.installs [MACHINES]

It fetches the wheels for this system and Python, serves them on the loopback, and runs the letter's line in as many fresh
environments as there are machines. They share this machine's processor, which is what they wait for: so it also says what
one install takes alone, and how long the same wheels take if they are only fetched.
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
    """Seconds: of one install alone, and of all at once, the middle one and the last; and the same for fetching only."""
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
        told = {"one install alone": alone}
        for what, act in (("only fetching", fetch), ("installing", install)):
            times = _at_once(act, machines)
            told |= {f"{what}, {machines} at once, median": statistics.median(times), f"{what}, the last": max(times)}
        server.shutdown()
        return told


def _at_once(act: Callable[[int], None], number: int) -> list[float]:
    with ThreadPoolExecutor(number) as room:
        return list(room.map(lambda one: _seconds(partial(act, one)), range(number)))


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
