"""The room check of the day before: all that is well is said, each trouble has its sentence, and never a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mfa_helpers.doctor import jupyter

from ..doctor.conftest import _plain
from ..support.deadline import DEADLINE

__all__ = ["_plain"]
DEAD = "http://127.0.0.1:9"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mfa_helpers.doctor", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=150,
    )


def installed(folder: Path, name: str, metadata: str) -> None:
    """Lay a package's papers where Python finds them before the true ones."""
    papers = folder / f"{name}-0.dist-info"
    papers.mkdir(parents=True)
    (papers / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\n{metadata}")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_where_all_is_well_it_says_what_it_did_touches_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "firefox").symlink_to(sys.executable)
    done = run(PATH=f"{tmp_path}/bin:{os.environ['PATH']}", TMPDIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = done.stdout.splitlines()
    assert lines[-1] == "Everything is ready." and all(line.startswith("ok ") for line in lines[:-1])
    for words in (
        f"Python {'.'.join(map(str, sys.version_info[:3]))}, jupyterlab ",
        "Jupyter has the kernel python3.",
        "a whole login worked there: password, email, six digits, tokens.",
        "a kernel ran 1 + 1 over a websocket",
        "A learner with 6 notebooks open: ",
        "The disk is writable and has enough space.",
        "A browser is installed: ",
        "AUTH0_DOMAIN isn't set",
    ):
        assert words in done.stdout
    assert not (tmp_path / "runtime" / "mfa-course.json").exists() and list((tmp_path / "data").glob("mfa*")) == []
    deadline = time.monotonic() + DEADLINE  # a tenant without users goes by itself
    while [one for one in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(one.info["cmdline"] or [])]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_all_troubles_of_a_bad_room_are_told_in_one_run(taken: int, tmp_path: Path) -> None:
    installed(tmp_path / "papers", "ipykernel", "Version: 7.0.1\n")
    installed(tmp_path / "papers", "segno", "")
    (tmp_path / "runtime").write_text("a file where a folder should be")
    (tmp_path / "bin").mkdir()
    done = run(
        *("--port", str(taken), "--learners", "1000000"),
        PYTHONPATH=str(tmp_path / "papers"),
        PATH=str(tmp_path / "bin"),
        HTTPS_PROXY=DEAD,
        HTTP_PROXY=DEAD,
        AUTH0_DOMAIN="tenant.invalid",
        AUTH0_CLIENT_ID="x",
    )
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    troubles = [line for line in done.stdout.splitlines() if line.startswith("TROUBLE")]
    for words in (
        "ipykernel is 7.0.1, but the course needs !=7.0.*,<8,>=6.31. Run: python -m pip install ",
        "segno is damaged, because its version is missing. Run: python -m pip install ",
        "A proxy is set, and it would also receive requests to this machine.",
        f"Port {taken} can't be used (Address already in use). Stop the program that uses it, or choose another port.",
        "1000000 learners with 6 notebooks open: ",
        f"The folder {tmp_path / 'runtime'} isn't writable (handover: ",
        "No browser is installed. Install Firefox or Chromium",
        "https://tenant.invalid: The proxy in your environment blocked the request.",
    ):
        assert [line for line in troubles if words in line], (words, done.stdout)
    assert "let fewer learners share this machine." in done.stdout
    assert "ran 1 + 1 over a websocket" in done.stdout  # past the dead proxy
    assert "a whole login worked there" in done.stdout
    assert done.stdout.splitlines()[-1] == "Something needs fixing. Each line that begins with TROUBLE says what to do."


def test_a_jupyterlab_that_does_not_start_has_its_last_words_told(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_server_config.py").write_text("import sys\nsys.exit('a line of last year')\n")
    assert list(jupyter.jupyterlab(1)) == [
        (
            False,
            "JupyterLab doesn't start. The last line of its log: a line of last year. To see more, run: jupyter lab",
        )
    ]


def test_a_kernel_in_which_the_course_does_not_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "own"))
    shadow = tmp_path / "shadow" / "mfa_helpers"
    shadow.mkdir(parents=True)
    (shadow / "__init__.py").write_text("")
    spec = tmp_path / "own" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        f'{{"argv": ["{sys.executable}", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"],'
        f' "display_name": "", "language": "python", "env": {{"PYTHONPATH": "{tmp_path / "shadow"}"}}}}'
    )
    ((fine, sentence),) = jupyter.jupyterlab(1)
    assert not fine and sentence.startswith(
        "A kernel responds, but the course doesn't load in it: ImportError: cannot import name 'Lab' from 'mfa_helpers'"
    )


def test_a_real_limit_of_memory_is_found():
    """In a control group of this test's own, where the system lets one be made."""
    top = Path("/sys/fs/cgroup/memory" if Path("/sys/fs/cgroup/memory").is_dir() else "/sys/fs/cgroup")
    limit = "memory.limit_in_bytes" if top.name == "memory" else "memory.max"
    group = top / f"mfa-test-{os.getpid()}"
    try:
        group.mkdir()
        (group / limit).write_text("400000000")
    except OSError as error:
        if group.is_dir():
            group.rmdir()
        pytest.skip(f"no control group can be made here: {error}")
    try:
        code = "from mfa_helpers.doctor.container import memory_left; print(memory_left())"
        enter = ["bash", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(group), sys.executable, "-c", code]
        left = int(subprocess.run(enter, capture_output=True, text=True, check=True, timeout=DEADLINE).stdout)
        assert 300_000_000 < left < 400_000_000
    finally:
        group.rmdir()
