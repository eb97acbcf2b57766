"""`mfa-course` as a person runs it in a terminal: one address, nothing else to read, and Ctrl+C ends it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import requests

from mfa_helpers.outline import NOTEBOOKS

from ..outside.hub.hub import Api, Kernel
from ..support.places import ROOT

DEADLINE = 120  # seconds for anything that JupyterLab has to do; usually it takes two


class Terminal:
    """The command in a folder and a home of its own, with what it prints."""

    def __init__(self, folder: Path, *arguments: str, **settings: dict[str, object]) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MFA_", "AUTH0_", "JUPYTER", "JPY_"))}
        places = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        own = {name: str(folder / name.lower()) for name in places} | {"PYTHONPATH": str(ROOT)}
        (folder / "home").mkdir(exist_ok=True)
        (folder / "jupyter_config_dir").mkdir(exist_ok=True)
        # Otherwise JupyterLab begins with asking npm for language servers, which takes seconds.
        text = json.dumps({"LanguageServerManager": {"autodetect": False}, **settings})
        (folder / "jupyter_config_dir" / "jupyter_server_config.json").write_text(text)
        self.printed = folder / "terminal"
        with open(self.printed, "w") as terminal:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mfa_helpers.course", *arguments],
                cwd=folder,
                env=kept | own,
                stdin=subprocess.DEVNULL,
                stdout=terminal,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # as in a terminal, whose Ctrl+C goes to all processes of the command
            )

    def lines(self) -> list[str]:
        return self.printed.read_text("utf-8").splitlines()

    def address(self) -> str:
        """The address that it prints, once it does."""
        deadline = time.monotonic() + DEADLINE
        while not (found := re.search(r"^Notebook 00: (\S+)\n", self.printed.read_text("utf-8"), re.M)):
            try:
                self.process.wait(0.1)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
            raise AssertionError(self.lines())
        return found[1]

    def press_ctrl_c(self) -> int:
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(DEADLINE)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """`start("--port", "8000", ServerApp={…})`: the command and the learner's own settings. It ends with the test at the latest."""
    started: list[Terminal] = []

    def begin(*arguments: str, **settings: dict[str, object]) -> Terminal:
        started.append(Terminal(tmp_path, "--no-browser", *arguments, **settings))
        return started[-1]

    yield begin
    for terminal in started:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()


def test_it_prints_one_address_that_opens_notebook_00_and_stays_quiet_until_ctrl_c(
    start: Callable[..., Terminal], tmp_path: Path
) -> None:
    terminal = start()
    address = terminal.address()
    base, token = re.fullmatch(
        r"(http://localhost:\d+)/lab/tree/00_start_here\.ipynb\?token=(\w{48})", address
    ).groups()  # type: ignore[union-attr]
    page = requests.get(address, timeout=DEADLINE)
    assert page.status_code == 200 and '"treePath": "00_start_here.ipynb"' in page.text
    server = Api(f"{base}/api", token)
    asked = {"path": "00_start_here.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    server.call("GET", "/contents/00_start_here.ipynb")
    kernel = Kernel(server, server.call("POST", "/sessions", json=asked)["kernel"]["id"])
    where, number = kernel.run("import os; print(os.getcwd()); print(os.getpid())").split()
    encrypted = kernel.run(
        "from ipykernel.kernelapp import IPKernelApp as App; print(getattr(App.instance(), 'curve_secretkey', 'old') is not None)"
    )
    assert (Path(where), encrypted) == (tmp_path / "mfa-course", "True\n")
    kernel.close()
    processes = [psutil.Process(terminal.process.pid), psutil.Process(int(number))]
    assert terminal.press_ctrl_c() == 0
    assert [process for process in processes if process.is_running()] == []
    assert terminal.lines() == [
        "",
        f"Notebook 00: {address}",
        f"Your copy of the notebooks: {tmp_path / 'mfa-course'}",
        "To stop JupyterLab, press Ctrl+C.",
    ]


def test_a_port_that_is_taken_is_left_to_whoever_has_it(start: Callable[..., Terminal]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        terminal = start("--port", str(port))
        address = terminal.address()
        assert f":{port}/" not in address
        assert requests.get(address, timeout=DEADLINE).status_code == 200
        assert terminal.press_ctrl_c() == 0
    assert len(terminal.lines()) == 4


def test_a_password_of_the_learners_own_is_asked_for_and_no_token_is_shown(
    start: Callable[..., Terminal],
) -> None:
    from jupyter_server.auth import passwd

    terminal = start(PasswordIdentityProvider={"hashed_password": passwd("of my own")})
    address = terminal.address()
    assert address.endswith("/lab/tree/00_start_here.ipynb")
    asked = requests.get(address, timeout=DEADLINE)
    assert "/login" in asked.url and 'type="password"' in asked.text
    assert terminal.press_ctrl_c() == 0
    assert len(terminal.lines()) == 4


def test_warnings_still_reach_the_terminal(start: Callable[..., Terminal]) -> None:
    terminal = start(ServerApp={"no_such_setting": 1})
    terminal.address()
    assert terminal.press_ctrl_c() == 0
    assert "no_such_setting" in "".join(terminal.lines())


def test_two_commands_at_once_make_one_copy(tmp_path: Path) -> None:
    both = [Terminal(tmp_path, "--copy-only") for _ in range(2)]
    assert [terminal.process.wait(DEADLINE) for terminal in both] == [0, 0]
    assert len(list((tmp_path / "mfa-course").glob("*.ipynb"))) == len(NOTEBOOKS) + 1  # the instructor's board
    assert not list((tmp_path / "mfa-course").glob("* (yours)*"))


def test_a_folder_that_jupyterlab_cannot_write_to_is_a_sentence(start: Callable[..., Terminal], tmp_path: Path) -> None:
    (tmp_path / "jupyter_data_dir").write_text("no folder")
    terminal = start()
    assert terminal.process.wait(DEADLINE) == 1
    (told,) = terminal.lines()
    assert told.startswith(f"JupyterLab can't start, because it can't write to {tmp_path / 'jupyter_data_dir'}: ")
