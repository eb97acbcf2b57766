"""The tenant without a server, kept in a file that several of its kind share: tabs of one browser."""

from __future__ import annotations

import asyncio
import base64
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from mfa_helpers import wire
from mfa_helpers.sandbox import in_process
from mfa_helpers.sandbox.kept import Kept

from .api import Api, refusal

FULL = (
    500,
    "server_error",
    "The sandbox cannot write its file: the disk is full, or nothing may be written there. "
    "Make room, then reload the page.",
)
DAMAGED = "The kept tenant is damaged. Delete {}, and a fresh one is made."


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "sandbox.txt"


@pytest.fixture
def tab(tmp_path: Path, kept: Path) -> Iterator[Callable[[], Api]]:
    """`tab()`: another tenant of this process that shares the kept file, and has its SQLite file for itself."""
    opened: list[Api] = []

    def start() -> Api:
        running = in_process.start(tmp_path / f"{len(opened)}.sqlite3", kept=kept, issuer=None)
        wire.mount(running.base_url, running.adapter)
        opened.append(Api(running))
        return opened[-1]

    yield start
    for api in opened:
        api.sandbox.stop()
        api.http.close()


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


def test_tabs_that_begin_together_have_one_signing_key(tab):
    one, other = tab(), tab()
    assert one.call("GET", "/.well-known/jwks.json").json() == other.call("GET", "/.well-known/jwks.json").json()


def test_a_change_is_done_again_on_what_another_tab_has_kept_meanwhile(tab, monkeypatch):
    one, other = tab(), tab()
    read, looked = Kept._read, []

    def and_then_the_other_adds(self: Kept) -> str:
        text = read(self)
        if self is one.sandbox.adapter._kept and not looked:
            looked.append(text)
            assert add(other, "/theirs").status_code == 200
        return text

    monkeypatch.setattr(Kept, "_read", and_then_the_other_adds)
    assert add(one, "/mine").status_code == 200
    assert added(one) == added(other) == ["/theirs", "/mine"]


def test_a_mail_that_was_sent_for_nothing_is_not_in_the_inbox_twice(tab, monkeypatch):
    one, other = tab(), tab()
    token, read, looked = one.mfa_token(), Kept._read, []

    def and_then_the_other_adds(self: Kept) -> str:
        text = read(self)
        if self is one.sandbox.adapter._kept and not looked:
            looked.append(text)
            add(other, "/theirs")
        return text

    monkeypatch.setattr(Kept, "_read", and_then_the_other_adds)
    assert one.associate(token).status_code == 200
    assert looked and len(one.mails()) == len(other.mails()) == 1


def test_where_nothing_can_be_kept_the_answer_says_so_and_the_next_try_works(tab, kept):
    one = tab()
    add(one, "/before")
    in_the_way = kept.with_name(kept.name + ".part")
    in_the_way.mkdir()
    assert refusal(add(one, "/lost")) == FULL
    assert added(one) == ["/before"]
    in_the_way.rmdir()
    assert add(one, "/after").status_code == 200
    assert added(tab()) == ["/before", "/after"]


def test_what_cannot_be_read_gets_the_same_answer(tab, kept):
    one = tab()
    add(one, "/before")
    away = kept.rename(kept.with_name("away"))
    kept.mkdir()
    assert refusal(add(one, "/lost")) == FULL
    kept.rmdir()
    away.rename(kept)
    assert added(one) == ["/before"]


def test_what_a_browser_has_lost_is_kept_anew_from_an_open_tab(tab, kept):
    one = tab()
    add(one, "/before")
    kept.unlink()
    assert added(one) == ["/before"]
    add(one, "/after")
    assert added(tab()) == ["/before", "/after"]


@pytest.mark.parametrize("text", ["é", "AAAA", base64.b64encode(zlib.compress(b"no tenant")).decode()])
def test_a_damaged_tenant_gets_a_sentence_with_the_way_out(tab, kept, text):
    one = tab()
    add(one, "/before")
    good = kept.read_text()
    kept.write_text(text)
    assert refusal(one.call("GET", "/sandbox/faults")) == (500, "server_error", DAMAGED.format(kept))
    kept.write_text(good)
    assert added(one) == ["/before"]


def test_after_its_end_nobody_answers(tab):
    one = tab()
    one.sandbox.stop()
    with pytest.raises(requests.ConnectionError, match="The tenant has been stopped"):
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
