"""The tenant without a server, kept in a file that several of its kind share: tabs of one browser."""

from __future__ import annotations

import asyncio
import base64
import itertools
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from filelock import FileLock

from mfa_helpers.client import transport
from mfa_helpers.sandbox.hosting import in_process
from mfa_helpers.sandbox.hosting.browser_copy import BrowserCopy, CannotKeep
from mfa_helpers.sandbox.store import StateUnusable
from mfa_helpers.sandbox.store.schema import VERSION
from mfa_helpers.storage import atomic_file

from ...support.sandbox_api import Api, refusal
from ...support.systems import linux

FULL = (
    500,
    "server_error",
    "The sandbox can't write its file, because the disk is full or the location isn't writable. "
    "Free some space, and then reload the page.",
)
DAMAGED = "The stored tenant ({}) is damaged. Clear this site's data in the browser, and then reload the page."
STARTED_OVER = (500, "server_error", "The course was started over in another tab. Reload this page.")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "sandbox.txt"


@pytest.fixture
def tab(tmp_path: Path, kept: Path) -> Iterator[Callable[[], Api]]:
    """`tab()`: another tenant of this process that shares the kept file, and has its SQLite file for itself."""
    opened: list[Api] = []
    numbers = itertools.count()

    def start() -> Api:
        running = in_process.start(tmp_path / f"{next(numbers)}.sqlite3", kept=kept, issuer=None)
        transport.route_to_adapter(running.base_url, running.adapter)
        opened.append(Api(running))
        return opened[-1]

    yield start
    for api in opened:
        api.sandbox.stop()
        api.http.close()


def at_the_end_of(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, act: Callable[[], None]) -> None:
    """Let `act` happen each time that this method is about to return."""
    whole = getattr(owner, name)

    def then(*args: object) -> object:
        given = whole(*args)
        act()
        return given

    monkeypatch.setattr(owner, name, then)


def add(api: Api, path: str) -> requests.Response:
    """Change something that can be seen: what is to go wrong."""
    return api.call("POST", "/sandbox/faults", json={"path": path, "kind": "unavailable"})


def added(api: Api) -> list[str]:
    return [fault["path"] for fault in api.call("GET", "/sandbox/faults").json()["faults"]]


def test_what_one_tab_changes_the_next_call_of_the_other_sees(tab):
    one, other = tab(), tab()
    assert add(one, "/first").status_code == 200
    assert added(other) == ["/first"]
    assert add(other, "/second").status_code == 200
    assert added(one) == ["/first", "/second"]


def test_tabs_that_begin_together_have_one_signing_key(tab, monkeypatch):
    begun: list[Api] = []
    whole, first = BrowserCopy.__init__, [True]

    def and_then_the_other_begins(self: BrowserCopy, *args: Path) -> None:
        whole(self, *args)
        if first and first.pop():
            begun.append(tab())

    monkeypatch.setattr(BrowserCopy, "__init__", and_then_the_other_begins)
    one = tab()
    (other,) = begun
    assert one.call("GET", "/.well-known/jwks.json").json() == other.call("GET", "/.well-known/jwks.json").json()


@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_a_change_is_done_again_on_what_another_tab_has_kept_meanwhile(tab, monkeypatch, moment):
    one, other = tab(), tab()
    adds = [lambda: add(other, "/theirs")]
    door = one.sandbox.adapter
    owner, name = (door._kept, "_read") if moment == "before the call" else (door.store, "content")
    at_the_end_of(monkeypatch, owner, name, lambda: adds and adds.pop()())
    assert add(one, "/mine").status_code == 200
    assert not adds and added(one) == added(other) == ["/theirs", "/mine"]


def test_a_mail_that_was_sent_for_nothing_is_not_in_the_inbox_twice(tab, monkeypatch):
    one, other = tab(), tab()
    token = one.mfa_token()
    adds = [lambda: add(other, "/theirs")]
    at_the_end_of(monkeypatch, one.sandbox.adapter.store, "content", lambda: adds and adds.pop()())
    assert one.associate(token).status_code == 200
    assert not adds and added(one) == ["/theirs"]  # so the call was done twice
    assert len(one.mails()) == len(other.mails()) == 1


@linux
def test_where_nothing_can_be_kept_the_answer_says_so_and_the_next_try_works(tab, kept):
    kept.parent.with_name("disk").mkdir()
    kept.parent.symlink_to("disk")
    one = tab()
    add(one, "/before")
    kept.parent.unlink()
    kept.parent.symlink_to("/proc")  # where nobody makes a file
    assert refusal(add(one, "/lost")) == FULL
    assert added(one) == ["/before"]
    kept.parent.unlink()
    kept.parent.symlink_to("disk")
    assert add(one, "/after").status_code == 200
    assert added(tab()) == ["/before", "/after"]
    assert [file.name for file in kept.parent.iterdir()] == [kept.name]  # no half-written file is left


@linux
def test_where_nothing_can_be_kept_from_the_start_there_is_none_and_nothing_is_left_open(tab, kept):
    kept.parent.symlink_to("/proc")
    with pytest.raises(CannotKeep, match="No such file"):
        tab()


def test_while_somebody_holds_the_lock_all_the_time_nothing_is_replaced(tab, kept):
    one = tab()
    one.sandbox.adapter._kept._lock = lambda: atomic_file.lock(kept, 0.05)  # seconds
    add(one, "/before")
    with FileLock(f"{kept}.lock"):
        assert refusal(add(one, "/lost")) == FULL
    assert add(one, "/after").status_code == 200
    assert added(one) == added(tab()) == ["/before", "/after"]


def test_what_cannot_be_read_gets_the_same_answer(tab, kept):
    one = tab()
    add(one, "/before")
    away = kept.rename(kept.with_name("away"))
    kept.mkdir()
    assert refusal(add(one, "/lost")) == FULL
    kept.rmdir()
    away.rename(kept)
    assert added(one) == ["/before"]


def test_a_tenant_that_is_there_and_cannot_be_read_for_once_is_not_started_over(tab, kept, doubtful):
    one = tab()
    add(one, "/before")
    back = doubtful(kept)
    assert refusal(add(one, "/lost")) == FULL
    with pytest.raises(CannotKeep, match="Input/output error"):
        tab()
    back()
    assert added(one) == added(tab()) == ["/before"]


def test_opening_a_kept_tenant_changes_nothing(tab, kept):
    add(tab(), "/before")
    file = kept.stat().st_ino  # each change puts another in its place
    assert added(tab()) == ["/before"]
    assert kept.stat().st_ino == file


def test_what_a_browser_has_lost_is_kept_again_from_an_open_tab(tab, kept):
    one = tab()
    add(one, "/before")
    kept.unlink()
    assert added(one) == ["/before"]
    add(one, "/after")
    assert added(tab()) == ["/before", "/after"]


def packed(content: bytes) -> bytes:
    return base64.b64encode(zlib.compress(content))


@pytest.mark.parametrize("text", [b"\xff", "é".encode(), b"AAAA", packed(b"no tenant"), packed(b"SQLite format 3\0")])
def test_a_damaged_tenant_gets_a_sentence_with_the_way_out(tab, kept, text):
    one = tab()
    add(one, "/before")
    good = kept.read_bytes()
    kept.write_bytes(text)
    assert refusal(one.call("GET", "/sandbox/faults"))[:2] == (500, "server_error")
    kept.write_bytes(good)
    assert added(one) == ["/before"]


@pytest.mark.parametrize("text", [b"\xff", "é".encode(), b"AAAA", packed(b"no tenant")])
def test_a_damaged_tenant_is_told_at_the_start_and_in_an_open_tab(tab, kept, text):
    one = tab()
    kept.write_bytes(text)
    assert refusal(one.call("GET", "/sandbox/faults")) == (500, "server_error", DAMAGED.format(kept))
    with pytest.raises(StateUnusable, match=re.escape(DAMAGED.format(kept))):
        tab()


def test_a_tab_whose_tenant_was_started_over_says_so_and_does_not_touch_the_new_one(tab, kept):
    one = tab()
    add(one, "/old")
    kept.unlink()
    other = tab()
    add(other, "/new")
    assert refusal(one.call("GET", "/sandbox/faults")) == STARTED_OVER
    assert refusal(add(one, "/older")) == STARTED_OVER
    assert added(other) == ["/new"]


def test_a_tenant_of_an_older_edition_is_brought_to_this_one_and_kept(tab, kept):
    one = tab()
    add(one, "/old")
    password = one.sandbox.password
    one.sandbox.stop()
    content = zlib.decompress(base64.b64decode(kept.read_bytes()))
    kept.write_bytes(packed(content[:60] + (2).to_bytes(4, "big") + content[64:]))
    other = tab()
    assert other.sandbox.password == password and added(other) == []  # its tables are new
    assert added(tab()) == []


def test_a_tab_of_an_older_edition_says_so(tab, kept):
    one = tab()
    content = zlib.decompress(base64.b64decode(kept.read_bytes()))
    kept.write_bytes(packed(content[:60] + (VERSION + 1).to_bytes(4, "big") + content[64:]))
    assert refusal(add(one, "/older")) == STARTED_OVER


def test_after_its_end_nobody_answers(tab):
    one = tab()
    one.sandbox.stop()
    with pytest.raises(requests.ConnectionError, match="The tenant was stopped"):
        one.call("GET", "/sandbox/faults")


def test_an_answer_that_takes_too_long_is_a_time_out(tab):
    one = tab()
    one.call("POST", "/sandbox/faults", json={"path": "/authorize", "kind": "slow", "seconds": 5})
    with pytest.raises(requests.ReadTimeout, match="Read timed out"):
        one.http.get(one.sandbox.base_url + "/authorize", timeout=(5, 0.2))


def test_it_answers_inside_of_a_running_loop_as_in_a_cell_of_a_notebook(tab):
    one = tab()

    async def cell() -> tuple[int, object]:
        me = asyncio.current_task()
        return one.call("GET", "/sandbox/faults").status_code, asyncio.current_task() is me

    assert asyncio.run(cell()) == (200, True)
