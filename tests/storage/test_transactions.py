"""Changes of the handover: one reading and at most one writing, nothing written by who only reads, nothing lost."""

from __future__ import annotations

import errno
import json
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.client.secret import Secret
from mfa_helpers.outline import BY_TOPIC, NEEDS, Outcome
from mfa_helpers.storage import atomic_file, browser, entries
from mfa_helpers.storage.entries import (
    Address,
    ChangedSettings,
    ChosenAuthenticator,
    ClassLine,
    ClassSecret,
    Enrolled,
    Entry,
    Flow,
    Login,
    Note,
    OpenFault,
    PendingChallenge,
    PendingEnrollment,
)
from mfa_helpers.storage.handover import Handover
from mfa_helpers.storage.progress import Progress

from ..support.deadline import DEADLINE
from ..support.systems import posix

TENANT, OTHER = "sandbox", "https://t.eu.auth0.com app"
VERSION_1 = Path(__file__).parent / "version_1"


def state(handover: Handover) -> tuple[int, int]:
    """Another one after each writing: a new file takes the place of the old one."""
    stat = handover.path.stat()
    return stat.st_ino, stat.st_mtime_ns


@pytest.fixture
def writings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Each time that a file is replaced."""
    made: list[Path] = []
    replace = atomic_file.replace

    def counted(path: Path, text: str) -> None:
        made.append(path)
        replace(path, text)

    monkeypatch.setattr(atomic_file, "replace", counted)
    return made


# One writing


def test_several_changes_are_one_writing(handover: Handover, writings: list[Path]) -> None:
    with handover.transaction():
        handover.put(TENANT, Login(Secret("1")), 600)
        handover.drop(TENANT, "challenge")
        with handover.transaction():
            handover.put(TENANT, Enrolled())
            handover.choose("live")
        assert handover.get(TENANT, Enrolled) == Enrolled() and handover.choice() == "live"
        assert writings == []
        handover.drop(TENANT, "enrolled")
    assert writings == [handover.path]
    assert handover.get(TENANT, Login) == Login(Secret("1")) and handover.get(TENANT, Enrolled) is None


def test_what_changes_nothing_is_not_written(handover: Handover) -> None:
    handover.put(TENANT, Enrolled())
    handover.choose("live")
    before = state(handover)
    handover.put(TENANT, Enrolled())
    handover.choose("live")
    handover.drop(TENANT, "login")
    handover.forget(OTHER)
    with handover.transaction():
        handover.put(TENANT, Login(Secret("1")))
        handover.drop(TENANT, "login")
    assert state(handover) == before


def test_an_error_within_loses_nothing_of_what_was_put_before_it(handover: Handover) -> None:
    with pytest.raises(KeyboardInterrupt), handover.transaction():
        handover.put(TENANT, Login(Secret("1")))
        raise KeyboardInterrupt
    assert Handover(handover.path).get(TENANT, Login) == Login(Secret("1"))
    handover.put(TENANT, Enrolled())  # and the lock is free again


def test_what_cannot_be_json_is_refused_at_once_and_stops_nothing_else(handover: Handover) -> None:
    with pytest.raises(TypeError):
        handover.put(TENANT, Note({1, 2}), key="glossary answers")
    handover.put(TENANT, Enrolled())
    assert handover.trouble is None and Handover(handover.path).get(TENANT, Enrolled) == Enrolled()


# Reading writes nothing


def test_reading_writes_nothing_even_if_something_has_expired(
    handover: Handover, monkeypatch: pytest.MonkeyPatch
) -> None:
    with handover.transaction():
        handover.put(TENANT, Login(Secret("seal")), 600)
        handover.put(TENANT, Address("ada@example.com"))
    before = state(handover)
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 601)
    assert handover.get(TENANT, Login) is None and handover.has_expired(TENANT, "login")
    assert handover.get(TENANT, Address) is not None
    _ = handover.choice(), handover.language(), handover.is_projecting(), handover.trouble
    assert state(handover) == before and "seal" in handover.path.read_text()
    handover.sweep()
    assert "seal" not in handover.path.read_text() and handover.has_expired(TENANT, "login")
    before = state(handover)
    handover.sweep()
    assert state(handover) == before


def test_sweeping_makes_no_file(handover: Handover) -> None:
    handover.sweep()
    assert list(handover.path.parent.iterdir()) == []


def test_who_reads_does_not_wait_for_who_changes(handover: Handover) -> None:
    """Neither another notebook nor another thread of this one."""
    handover.put(TENANT, Enrolled())
    inside, go_on = threading.Event(), threading.Event()

    def change() -> None:
        with handover.transaction():
            handover.drop(TENANT, "enrolled")
            inside.set()
            go_on.wait(DEADLINE)

    thread = threading.Thread(target=change)
    thread.start()
    assert inside.wait(DEADLINE)
    try:
        for reader in (handover, Handover(handover.path)):
            assert reader.get(TENANT, Enrolled) == Enrolled()  # while the other goes on holding the lock
            assert not go_on.is_set()
    finally:
        go_on.set()
        thread.join()
    assert handover.get(TENANT, Enrolled) is None


# Where the lock cannot be had


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How many seconds each change would wait for the lock; here it waits for a hundredth of them."""
    lock, waits = atomic_file.lock, []

    def briefly(path: Path, wait: float = atomic_file.WAIT) -> Any:
        waits.append(wait)
        return lock(path, wait / 100)

    monkeypatch.setattr(atomic_file, "lock", briefly)
    return waits


@pytest.fixture
def held(handover: Handover, waits: list[float]) -> Iterator[threading.Event]:
    """Somebody holds the lock until the event is set."""
    inside, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with atomic_file.lock(handover.path) as problem:
            assert problem is None
            inside.set()
            let_go.wait(DEADLINE)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(DEADLINE)
    waits.clear()
    yield let_go
    let_go.set()
    thread.join()


def test_who_never_lets_go_is_waited_for_once_and_said_and_nothing_is_lost(
    handover: Handover, held: threading.Event, waits: list[float]
) -> None:
    handover.put(TENANT, Login(Secret("1")), 600)
    handover.put(TENANT, Address("old@example.com"))
    handover.put(TENANT, Address("ada@example.com"))
    handover.put(OTHER, Enrolled())
    handover.put(OTHER, Address("ada@example.com"))
    handover.forget(OTHER)
    handover.put(OTHER, Enrolled())
    assert waits[0] == atomic_file.WAIT and max(waits[1:]) < 1
    assert handover.trouble == (
        "The file in which notebooks share state can't be written (another program is using it), so notebooks can't share what you did."
    )
    assert handover.get(TENANT, Login) == Login(Secret("1"))
    assert handover.get(TENANT, Address) == Address("ada@example.com")
    assert not handover.path.exists()
    held.set()
    deadline = time.monotonic() + DEADLINE
    while handover.trouble and time.monotonic() < deadline:
        handover.choose("live")
    assert handover.trouble is None
    other = Handover(handover.path)
    assert other.get(TENANT, Login) == Login(Secret("1")) and other.get(TENANT, Address) == Address("ada@example.com")
    assert other.get(OTHER, Enrolled) == Enrolled() and other.get(OTHER, Address) is None and other.choice() == "live"


def test_progress_says_so_too_and_does_not_write_over_the_file(
    handover: Handover, held: threading.Event, tmp_path: Path
) -> None:
    progress = Progress(handover.path)
    progress.reached("sign-in")
    assert (
        progress.trouble == "Your progress can't be saved (another program is using it). The lessons work without it."
    )
    assert not handover.path.exists()


@posix
def test_a_folder_that_knows_no_locks_is_said_at_once(handover: Handover, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", refuse)
        handover.put(TENANT, Enrolled())
        assert "can't be written (No locks available)" in (handover.trouble or "")
        assert handover.get(TENANT, Enrolled) == Enrolled()
    handover.put(TENANT, Login(Secret("1")))
    assert handover.trouble is None and Handover(handover.path).get(TENANT, Enrolled) == Enrolled()


def test_a_page_of_a_browser_takes_no_lock(handover: Handover, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "IS_HERE", True)
    monkeypatch.setitem(__import__("sys").modules, "filelock", None)  # it is not in the page
    handover.put(TENANT, Enrolled())
    Progress(handover.path.with_name("progress.json")).reached("sign-in")
    assert {path.name for path in handover.path.parent.iterdir()} == {handover.path.name, "progress.json"}


# Entries


EACH: list[tuple[Entry, str]] = [
    (Login(Secret("canary")), ""),
    (PendingEnrollment(Secret("canary")), ""),
    (OpenFault("The message is slow"), ""),
    (Address("ada@example.com"), ""),
    (Address(None), ""),
    (Enrolled(), ""),
    (Enrolled(1.5), ""),
    (ChosenAuthenticator("email|dev_1", "a***@e***.com"), ""),
    (ChosenAuthenticator("email|dev_1", None), ""),
    (PendingChallenge(Secret("canary")), ""),
    (Flow({"login": Outcome("POST", "/oauth/token", None, "", False)}), ""),
    (ChangedSettings({"factor otp": True, "template": None}), ""),
    (Note({"a": [1, "canary", None]}), "glossary answers"),
    (ClassLine(Secret("canary")), ""),
    (ClassSecret(Secret("canary")), "fingerprint"),
]


@pytest.mark.parametrize(("entry", "key"), EACH, ids=lambda value: type(value).__name__)
def test_each_entry_comes_back_as_it_was_and_shows_no_secret(entry: Entry, key: str, handover: Handover) -> None:
    handover.put(TENANT, entry, 600, key=key)
    found = Handover(handover.path).get(TENANT, type(entry), key)
    assert found == entry and found is not None and found.expires_at is not None
    for one in fields(entry):
        assert type(getattr(found, one.name)) is type(getattr(entry, one.name)) or one.name == "expires_at"
    assert "canary" not in repr(found) + str(found)
    assert handover.get(TENANT, type(entry), key + "x") is None


def test_every_kind_is_tried_and_every_need_has_one() -> None:
    assert {type(entry) for entry, _ in EACH} == set(entries.KINDS.values())
    assert set(NEEDS) - {"tokens"} <= set(entries.KINDS)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Login, {}), (Login, {"mfa_token": None}), (Login, {"mfa_token": ["a"]}), (Address, {"email": 5}),
        (Flow, {"outcomes": []}), (Flow, {"outcomes": {"login": 5}}), (Flow, {"outcomes": {"login": {"status": 200}}}),
        (ChangedSettings, {"before": "x"}), (ChosenAuthenticator, {"label": "x"}), (Note, {}),
    ],
)  # fmt: skip
def test_what_is_no_such_entry_is_not_there(kind: type[Entry], written: dict[str, Any], handover: Handover) -> None:
    handover.path.write_text(json.dumps({"version": 2, "tenants": {TENANT: {kind.name: written}}}))
    assert handover.get(TENANT, kind) is None


# Yesterday's file


def test_todays_file_opens_and_its_login_counts_as_expired(handover: Handover) -> None:
    """It was written by the last version before this one, with MFA tokens of another kind; its times end in 2100."""
    shutil.copy(VERSION_1 / "handover.json", handover.path)
    before = handover.path.read_bytes()
    for tenant, names in ((TENANT, ("login", "enrollment", "challenge")), (OTHER, ("login",))):
        for name in names:
            assert handover.get(tenant, entries.KINDS[name]) is None and handover.has_expired(tenant, name)
    assert handover.get(TENANT, Address) == Address("ada@example.com")
    assert handover.get(OTHER, Address) == Address(None)
    assert handover.get(TENANT, Enrolled) == Enrolled()
    assert handover.get(TENANT, ChosenAuthenticator) == ChosenAuthenticator("email|dev_1", "a***@e***.com")
    assert handover.get(TENANT, Flow) == Flow({"login": Outcome("POST", "/oauth/token", 403, "mfa_required", True)})
    assert handover.get(TENANT, ChangedSettings) == ChangedSettings({"customize": False, "factor otp": True})
    assert handover.get(TENANT, Note, "glossary passed") == Note(True)
    access = handover.get(TENANT, Note, "second-token access")
    assert access == Note("an.access.token") and access is not None and access.expires_at == 4102444800
    assert handover.get(TENANT, Note, "other-factors factors") == Note(
        {"waiting": [], "number": "+15550100", "app": "APPSECRET", "recovery": None}
    )
    assert handover.get("class", ClassLine) == ClassLine(Secret("mfa-class/host:1/2/token/fingerprint"))
    assert handover.get("class", ClassSecret, "fingerprint") == ClassSecret(Secret("of-the-learner"))
    assert (handover.choice(), handover.language(), handover.is_projecting()) == ("live", "Go", True)
    assert handover.path.read_bytes() == before  # reading writes nothing
    handover.put(TENANT, Login(Secret("new")), 600)
    text = handover.path.read_text()
    assert json.loads(text)["version"] == 2 and "old" not in text and "Fe26" not in text
    assert handover.get(TENANT, Login) == Login(Secret("new")) and handover.has_expired(OTHER, "login")
    assert handover.get(TENANT, Note, "glossary passed") == Note(True) and handover.language() == "Go"


def test_the_notebooks_of_version_1_are_topics_of_the_course() -> None:
    from mfa_helpers.storage.version_1 import _TOPICS

    assert set(_TOPICS) <= set(BY_TOPIC) and len(_TOPICS) == 13
