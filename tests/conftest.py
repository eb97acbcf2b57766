"""Fixtures: a real sandbox on a free port, its clock and its inbox."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mfa_helpers.client.errors import MfaRequired
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.hosting import server, shared_process
from mfa_helpers.sandbox.store import Store
from mfa_helpers.storage.handover import Handover
from mfa_helpers.tenants import environment

from .support import transport
from .support.deadline import DEADLINE
from .support.end_sandbox import end_sandbox
from .support.groups import Groups
from .support.ports import two_free_ports
from .support.run_notebooks import surroundings
from .support.run_report import Telling

__all__ = ["surroundings"]

# The calls that several folders share; said here, before any of them is imported.
pytest.register_assert_rewrite("tests.support.sandbox_api")
from .support.class_of_learners import TOKEN  # noqa: E402
from .support.sandbox_api import own  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """Several processes share the tests as is best, and what each has to say is said once."""
    config.pluginmanager.register(Groups())
    config.pluginmanager.register(Telling())


Doubtful = Callable[[Path], Callable[[], None]]


@pytest.fixture
def doubtful() -> Doubtful:
    """`back = doubtful(path)`: its folder names it, but who opens it hears that it is not there. `back()` ends that.

    A browser's storage does so when it fails to answer.
    """

    if os.name != "posix":
        pytest.skip("a symbolic link needs a right that not everybody has on Windows")

    def hide(path: Path) -> Callable[[], None]:
        away = path.rename(path.with_name("away"))
        path.symlink_to("nowhere")

        def back() -> None:
            away.replace(path)

        return back

    return hide


@pytest.fixture(scope="session")
def _first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("first-day") / "sandbox.sqlite3"
    store = Store(path)
    store.signing_key()
    store.close()
    return path


@pytest.fixture
def state(_first_day: Path, tmp_path: Path) -> Path:
    """A tenant's file that nobody serves yet. Copied, because a signing key takes its time."""
    return Path(shutil.copy(_first_day, tmp_path / "sandbox.sqlite3"))


@pytest.fixture
def own_tenant(state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A lab's tenant is this test's own: `end_sandbox()` ends it, and the next call brings it up again, in this process."""
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(state))
    monkeypatch.setattr(shared_process, "_start", server.start)
    yield state
    end_sandbox(state)


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """No test holds another's tenant."""
    yield
    shared_process.leave()


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.ServedSandbox]:
    sandbox = transport.start(tmp_path_factory.mktemp("tenant") / "sandbox.sqlite3")
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(_running: server.ServedSandbox) -> server.ServedSandbox:
    """A running tenant as on its first day."""
    reset(_running)
    return _running


@pytest.fixture
def class_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[server.ServedSandbox]:
    """A class's tenant on this machine, at a port at which it can be started again."""
    for name in ("MFA_CLASS", "MFA_SANDBOX_TOKEN", "AUTH0_DOMAIN"):
        monkeypatch.delenv(name, raising=False)
    port = two_free_ports()
    running = server.start_class(tmp_path / "class.sqlite3", name="127.0.0.1", token=TOKEN, port=port)
    yield running
    running.stop()
    environment.trust(None)


def reset(sandbox: server.ServedSandbox, **settings: Any) -> None:
    """Start again, set up as `settings` say."""
    answer = requests.post(
        sandbox.base_url + "/sandbox/reset", json={"settings": settings}, headers=own(sandbox), timeout=DEADLINE
    )
    assert answer.status_code == 200, answer.text


@pytest.fixture
def set_up(sandbox: server.ServedSandbox) -> Callable[..., None]:
    """`set_up(factors=[])`: start again with other settings."""
    return lambda **settings: reset(sandbox, **settings)


@pytest.fixture
def advance(sandbox: server.ServedSandbox) -> Callable[[float], None]:
    """`advance(seconds)`: move the tenant's clock."""

    def move(seconds: float) -> None:
        body = {"advance_seconds": seconds}
        answer = requests.post(sandbox.base_url + "/sandbox/clock", json=body, headers=own(sandbox), timeout=DEADLINE)
        assert answer.status_code == 200, answer.text

    return move


@pytest.fixture
def newest_code(sandbox: server.ServedSandbox) -> Callable[..., str]:
    """`newest_code()`: the six digits of the newest mail."""

    def read(to: str | None = None) -> str:
        where = {"to": to or sandbox.username}
        mails = requests.get(sandbox.inbox_url, params=where, headers=own(sandbox), timeout=DEADLINE).json()
        code: str = mails[0]["code"]
        return code

    return read


@pytest.fixture
def client(sandbox: server.ServedSandbox) -> MfaClient:
    """The course's client of the confidential application."""
    return MfaClient(sandbox.base_url, sandbox.client_id, sandbox.client_secret)


@pytest.fixture
def login(client: MfaClient, sandbox: server.ServedSandbox) -> Callable[[], str]:
    """`login()`: sign in and return the MFA token."""

    def sign_in() -> str:
        with pytest.raises(MfaRequired) as caught:
            client.login(sandbox.username, sandbox.password, audience=sandbox.audience, scope="openid profile email")
        return caught.value.mfa_token.reveal()

    return sign_in


@pytest.fixture
def handover(tmp_path: Path) -> Handover:
    """An empty handover."""
    return Handover(tmp_path / "handover.json")


@pytest.fixture(autouse=True)
def failed_looks() -> Iterator[list[str]]:
    """What could not be shown again: nobody would notice otherwise. A test that wants it takes it out."""
    found: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(str(record.exc_info and record.exc_info[1]))  # type: ignore[method-assign]
    log = logging.getLogger("mfa_helpers.show.live")
    log.addHandler(handler)
    yield found
    log.removeHandler(handler)
    assert found == []


@pytest.fixture
def learner(sandbox: server.ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab of a person in the sandbox whose clock and inbox the other fixtures know; it writes into `tmp_path` only."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(sandbox.state))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("MFA_HANDS_FREE", raising=False)
    return Lab()
