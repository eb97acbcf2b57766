"""The command `mfa-sandbox judge`: its exit codes, its report, and what is left of the program afterward."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.lessons.judge import example
from mfa_helpers.lessons.judge.faults import FAULTS
from mfa_helpers.lessons.judge.program import MOST, Unusable, run

from ..support.deadline import DEADLINE

COMMAND = "import sys; from mfa_helpers.lessons.judge.command import mfa_sandbox; sys.exit(mfa_sandbox())"
RIGHT = [sys.executable, "-m", "mfa_helpers.lessons.judge.example"]
#: What a program says of itself and of its child, which goes on by itself.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
print(child.pid, flush=True)
time.sleep(%s)
"""


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`judged(*arguments)`: the command, from its start to its end."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", COMMAND, "judge", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )

    return run


def test_a_right_program_ends_with_0_and_one_line_for_each_run(judged: Callable[..., Any]) -> None:
    done = judged("--", *RIGHT)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["passed"] * (1 + len(FAULTS))
    assert lines[-1] == f"The login works, and the program survived {len(FAULTS)} of {len(FAULTS)} faults."


def test_a_wrong_one_ends_with_1_and_the_report_has_no_secret(judged: Callable[..., Any], tmp_path: Path) -> None:
    source = Path(example.__file__).read_text("utf-8")
    leaking = source.replace("while body.get", "print(os.environ, body)\n    while body.get")
    (tmp_path / "login.py").write_text(leaking.replace('"openid profile email"', "os.environ['MFA_PASSWORD']"), "utf-8")
    (tmp_path / "seen.py").write_text(
        "import json, os, pathlib, runpy\n"
        "secret = {name: os.environ[name] for name in ('MFA_PASSWORD', 'MFA_CLIENT_SECRET', 'MFA_CODE_URL')}\n"
        "pathlib.Path('secrets.json').write_text(json.dumps(secret))\n"
        "runpy.run_path('login.py', run_name='__main__')\n"
    )
    text, data = (judged(*more, "--", sys.executable, "seen.py") for more in ((), ("--json",)))
    assert text.returncode == data.returncode == 1 and text.stderr == data.stderr == ""
    assert "FAILED The login: It printed the user's password." in text.stdout
    report = json.loads(data.stdout)
    assert report["held"] is False and report["survived"] == 0 and report["faults"] == len(FAULTS)
    (login,) = report["findings"]  # without a login that works, no fault says anything
    assert login["sent"][0] == "POST /oauth/token → 403 mfa_required" and "MFA_PASSWORD" in login["printed"]
    secrets = json.loads((tmp_path / "secrets.json").read_text())
    assert [name for name, value in secrets.items() if value in data.stdout] == []
    assert "Fe26.2" not in text.stdout + data.stdout and "eyJ" not in text.stdout + data.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("--",), "the following arguments are required: COMMAND"),
        (("--limit", "soon", "--", "true"), "soon isn't a number of seconds from 1 to 3600"),
        (("--limit", "1e-9", "--", "true"), "1e-9 isn't a number of seconds from 1 to 3600"),
        (("--folder", "nowhere", "--", "true"), "There's no folder nowhere."),
        (("--folder", "x" * 5000, "--", "true"), f"There's no folder {'x' * 100}…."),
        (("--", "x" * 5000), f"There's no command named {'x' * 100}…. Check its spelling"),
        (("--", ""), "The command is empty. Type how you start your program, such as python login.py."),
        (("--", "no-such-command"), "There's no command named no-such-command. Check its spelling, or install it."),
        (("--", "./login.py"), "isn't executable. Put the command that runs it first, such as python or node."),
        (("--", "login.py"), "There's no command named login.py. Write the command that runs this file"),
    ],
)
def test_what_cannot_be_judged_ends_with_2_and_a_sentence(
    judged: Callable[..., Any], tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "login.py").write_text("")
    done = judged(*arguments)
    assert (done.returncode, done.stdout) == (2, "") and sentence in done.stderr and "Traceback" not in done.stderr


def test_whoever_has_read_enough_of_the_report_is_told_nothing_more(tmp_path: Path) -> None:
    words = [sys.executable, "-c", COMMAND, "judge", "--", "true"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as judging:
        assert judging.stdout is not None and judging.stderr is not None
        judging.stdout.close()
        err = judging.stderr.read()
    assert (judging.returncode, err) == (2, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_report_that_cannot_be_written_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    words = [sys.executable, "-c", COMMAND, "judge", "--", "true"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            words, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=DEADLINE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "There's no verdict, because of a problem on this machine: No space left on device.\n"


def test_a_terminal_without_some_letters_shows_the_rest(
    judged: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = judged("--", *RIGHT[:1], "-c", "print('→')")
    assert (done.returncode, done.stderr) == (1, "") and "FAILED The login" in done.stdout


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.parametrize("seconds", ["0", "3600"])
def test_whatever_a_program_has_started_ends_with_it(tmp_path: Path, seconds: str) -> None:
    ended = run([sys.executable, "-c", PARENT % seconds], tmp_path, {}, 5)
    assert ended.exit_code == (0 if seconds == "0" else None)
    child, deadline = int(ended.printed), time.monotonic() + DEADLINE
    while is_running(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)


#: Variables that no program of somebody else may see, and ones that it needs.
SECRET = {
    "AUTH0_CLIENT_SECRET": "x",
    "MFA_SANDBOX_TOKEN": "x",
    "MFA_CLASS": "x",
    "JUPYTERHUB_API_TOKEN": "x",
    "JPY_SESSION_NAME": "x",
    "JUPYTER_TOKEN": "x",
    "DB_PASSWORD": "x",
    "aws_secret_access_key": "x",
    "STRIPE_KEY": "x",
    "DATABASE_URL": "postgres://ada:x@db/",
}
NEEDED = {"JAVA_HOME": "/java", "KEYBOARD": "us", "SSH_AUTH_SOCK": "/agent", "HTTP_PROXY": "http://proxy:3128"}


def test_a_program_sees_no_secret_of_its_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**SECRET, **NEEDED}.items():
        monkeypatch.setenv(name, value)
    told = run(
        [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"],
        tmp_path,
        {"MFA_PASSWORD": "y"},
        DEADLINE,
    )
    seen = json.loads(told.printed)
    assert [name for name in SECRET if name in seen] == []
    assert seen.items() >= {**NEEDED, "PATH": os.environ["PATH"], "MFA_PASSWORD": "y"}.items()


def test_the_limit_is_held_while_somebody_looks(tmp_path: Path) -> None:
    (tmp_path / "login.py").write_text(
        "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()) + ' ')\ntime.sleep(3600)"
    )
    told, late = tmp_path / "pid", []

    def look() -> None:
        """It takes as long as the program runs."""
        deadline = time.monotonic() + DEADLINE
        while told.exists() and told.read_text().endswith(" ") and is_running(int(told.read_text())):
            if time.monotonic() > deadline:
                late.append(told.read_text())
                return
            time.sleep(0.05)

    assert run([sys.executable, "login.py"], tmp_path, {}, 5, look).exit_code is None and late == []


def test_a_program_that_ended_in_time_did_so_however_long_somebody_looks(tmp_path: Path) -> None:
    (tmp_path / "login.py").write_text(
        "import pathlib, time\nwhile not pathlib.Path('looked').exists():\n    time.sleep(0.05)\nprint('done')"
    )
    limit = 5

    def look() -> None:
        (tmp_path / "looked").touch()
        time.sleep(limit + 1)  # beyond the limit

    ended = run([sys.executable, "login.py"], tmp_path, {}, limit, look)
    assert (ended.exit_code, ended.printed) == (0, "done\n")


@pytest.mark.parametrize("stop", [one for one in signal.Signals if one.name in ("SIGINT", "SIGTERM", "SIGHUP")])
def test_whoever_stops_the_judge_stops_the_program(tmp_path: Path, stop: signal.Signals) -> None:
    (tmp_path / "login.py").write_text(
        "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()) + ' ')\ntime.sleep(3600)"
    )
    heard = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a shell's background jobs ignore it
        f"; signal.signal({stop.value}, signal.SIG_DFL) if {stop.value} != signal.SIGINT else None"  # and nohup this
    )
    words = [sys.executable, "-c", f"{heard}; {COMMAND}", "judge", "--limit", "3600", "--", sys.executable, "login.py"]
    with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as judging:
        told, deadline = tmp_path / "pid", time.monotonic() + DEADLINE
        while not (told.exists() and told.read_text().endswith(" ")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        judging.send_signal(stop)
        _, err = judging.communicate(timeout=DEADLINE)
    assert (judging.returncode, err) == (2, "You interrupted it, so there's no verdict.\n")
    assert not is_running(int(told.read_text()))


def test_a_program_that_prints_without_end_is_stopped_and_the_end_is_kept(tmp_path: Path) -> None:
    ended = run([sys.executable, "-c", "while True: print('x' * 1000)"], tmp_path, {}, 2)
    assert ended.exit_code is None and not ended.is_whole and len(ended.printed) == MOST
    assert 0 < len(ended.end) <= 64_000
    assert ended.end.splitlines()[0] == "x" * 1000  # no half line, which could hold half a secret


def test_what_a_program_prints_is_kept_whole_however_long_a_line_is(tmp_path: Path) -> None:
    ended = run([sys.executable, "-c", "print('secret' + 'x' * 200_000)"], tmp_path, {}, DEADLINE)
    assert ended.is_whole and ended.printed.startswith("secret") and ended.end == ""


def test_a_file_that_is_no_program_is_told(tmp_path: Path) -> None:
    (tmp_path / "login").write_text("no program")
    (tmp_path / "login").chmod(0o755)
    with pytest.raises(Unusable, match="can't be started"):
        run(["./login"], tmp_path, {}, 5)
