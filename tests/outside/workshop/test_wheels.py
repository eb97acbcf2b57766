"""The wheels of a room: fetched once, served by an ordinary web server, and installed where there is no network."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from mfa_helpers.course.workshop.letter import letter
from mfa_helpers.course.workshop.trouble import Trouble
from mfa_helpers.course.workshop.wheels import LIST, fetch_wheels

from ...benchmarks.installs import PYTHON, SYSTEM

OTHER = "windows" if SYSTEM != "windows" else "linux"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("uv", reason="pip install -e '.[outside]'")
    made = tmp_path_factory.mktemp("wheels")
    try:
        fetch_wheels(made, [SYSTEM, OTHER], [PYTHON])
    except Trouble as trouble:
        pytest.skip(str(trouble))
    return made


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def install(place: Path, served: str, wanted: Path) -> subprocess.CompletedProcess[str]:
    """The letter's line, in a fresh environment."""
    (line,) = set(re.findall(r"pip (install .*?\.txt)", letter([SYSTEM], [PYTHON])))
    words = line.replace("http://ADDRESS:8000/", served).replace("ADDRESS", "127.0.0.1").split()
    words[words.index("requirements.txt")] = str(wanted)
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.run([python, "-m", "pip", "--no-cache-dir", *words], capture_output=True, text=True, env=kept)


def test_the_list_has_the_digest_of_each_wheel_and_says_for_which_system_it_is(folder: Path) -> None:
    listed = (folder / LIST).read_text("utf-8")
    for wheel in folder.glob("*.whl"):
        assert f"--hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}" in listed, wheel.name
    assert re.search(r"^pywinpty==\S+ ; .*(?:nt|win32)", listed, re.M) and re.search(
        r"^pexpect==\S+ ; .*!=", listed, re.M
    )


def test_the_letters_line_installs_the_course_without_a_network(folder: Path, served: str, tmp_path: Path) -> None:
    done = install(tmp_path / "venv", served, folder / LIST)
    assert done.returncode == 0, done.stderr
    command = shutil.which("mfa-course", path=str(tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")))
    assert command
    told = subprocess.run([command, "--copy-only", tmp_path / "copy"], capture_output=True, text=True)
    assert told.returncode == 0 and (tmp_path / "copy" / "00_start_here.ipynb").exists()


def test_a_wheel_that_somebody_has_exchanged_is_rejected(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "wheels"
    shutil.copytree(folder, copy)
    (wheel,) = copy.glob("segno-*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"more")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(copy)))
    Thread(target=server.serve_forever, daemon=True).start()
    done = install(tmp_path / "venv", f"http://127.0.0.1:{server.server_port}/", folder / LIST)
    server.shutdown()
    server.server_close()
    assert done.returncode != 0 and "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
