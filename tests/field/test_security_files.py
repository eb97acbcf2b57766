"""Security findings about files: whose they are, and who can change them (S-14)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mfa_helpers.sandbox import own_file
from mfa_helpers.sandbox.hosting import in_process, server, shared_process
from mfa_helpers.sandbox.hosting.ready import Note, read_note, state_file
from mfa_helpers.sandbox.store import StateUnusable, Store

pytestmark = pytest.mark.skipif(os.name == "nt", reason="On Windows, permissions don't say who may change a file")

SOMEBODY = 65_534  # a user id that isn't this one's
as_root = pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root gives files away")


def put(path: Path, mode: int = 0o600, owner: int | None = None) -> Path:
    path.touch()
    path.chmod(mode)
    if owner is not None:
        os.chown(path, owner, owner)
    return path


OPEN_MODES = [0o666, 0o622, 0o602, 0o660, 0o620]
ENTRANCES = {
    "the command line's": server.start_on_own_address,
    "a class's": lambda state: server.start_class(state, name="localhost", token="a token with enough in it, 7391"),
    "the notebooks'": server.start,
    "the page's": in_process.start,
    "the store": Store,
}


@pytest.fixture(params=ENTRANCES.values(), ids=ENTRANCES)
def refused(request: pytest.FixtureRequest):
    """`refused(path)`: the sentence with which that way of opening a tenant refuses the file."""

    def sentence(path: Path) -> str:
        with pytest.raises(StateUnusable) as caught:
            request.param(path)
        return str(caught.value)

    return sentence


@pytest.mark.parametrize("mode", OPEN_MODES, ids=oct)
def test_s_14_a_file_that_others_can_change_is_refused_and_left_as_it_is(tmp_path: Path, refused, mode: int) -> None:
    state = put(tmp_path / "state.sqlite3", mode)
    assert f"{state}, because it {own_file.OPEN}." in refused(state)
    assert (state.stat().st_size, stat.S_IMODE(state.stat().st_mode)) == (0, mode)


@as_root
@pytest.mark.parametrize("mode", [0o666, 0o600, 0o644])
def test_s_14_another_users_file_is_refused(tmp_path: Path, refused, mode: int) -> None:
    state = put(tmp_path / "state.sqlite3", mode, SOMEBODY)
    assert f"{state}, because it {own_file.ANOTHERS}." in refused(state)
    assert state.stat().st_size == 0


@pytest.mark.parametrize("target", ["own.sqlite3", "not-there.sqlite3"])
def test_s_14_a_link_is_refused_wherever_it_leads(tmp_path: Path, refused, target: str) -> None:
    put(tmp_path / "own.sqlite3")
    state = tmp_path / "state.sqlite3"
    state.symlink_to(target)
    assert f"{state}, because it {own_file.A_LINK}." in refused(state)
    assert not (tmp_path / "not-there.sqlite3").exists() and (tmp_path / "own.sqlite3").stat().st_size == 0


def test_s_14_a_pipe_is_refused_at_once(tmp_path: Path, refused) -> None:
    state = tmp_path / "state.sqlite3"
    os.mkfifo(state)
    assert f"{state}, because it {own_file.NO_FILE}." in refused(state)


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_s_14_so_are_the_files_that_sqlite_keeps_beside_it(tmp_path: Path, refused, suffix: str) -> None:
    beside = put(tmp_path / f"state.sqlite3{suffix}", 0o666)
    assert f"{beside}, because it {own_file.OPEN}." in refused(tmp_path / "state.sqlite3")


def test_s_14_the_file_that_the_environment_names_is_looked_at_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(put(tmp_path / "state.sqlite3", 0o666)))
    with pytest.raises(StateUnusable, match=own_file.OPEN):
        server.start()


def test_s_14_an_own_file_that_others_can_read_becomes_private(state: Path) -> None:
    state.chmod(0o644)
    Store(state).close()
    assert stat.S_IMODE(state.stat().st_mode) == 0o600


def test_s_14_a_page_that_is_opened_again_finds_its_tenant_whatever_new_files_are_like(tmp_path: Path) -> None:
    """In a browser, others could change a new file if permissions meant something there; on many a Linux, a group could."""
    before = os.umask(0)
    try:
        in_process.start(tmp_path / "first.sqlite3", kept=tmp_path / "kept.txt").stop()
        again = in_process.start(tmp_path / "again.sqlite3", kept=tmp_path / "kept.txt")
        again.stop()
    finally:
        os.umask(before)
    assert stat.S_IMODE(again.state.stat().st_mode) == 0o600


def test_s_14_a_folder_that_is_a_link_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to("disk")
    Store(tmp_path / "data" / "state.sqlite3").close()
    assert state_file(tmp_path / "data" / "state.sqlite3") == (tmp_path / "disk" / "state.sqlite3").resolve()


def _note_of(state: Path) -> Path:
    server.start(state).stop()
    running = server.start(state)
    try:
        note = read_note(state)
        assert isinstance(note, Note)
    finally:
        running.stop()
    note.write(state)
    return state.with_name(state.name + "-ready")


@pytest.mark.parametrize("trouble", ["open", "another's", "link"])
def test_s_14_nobody_elses_note_leads_a_kernel_anywhere(state: Path, trouble: str) -> None:
    note = _note_of(state)
    assert read_note(state) is not None  # as it was written, it is taken
    if trouble == "open":
        note.chmod(0o666)
    elif trouble == "another's":
        if os.getuid() != 0:
            pytest.skip("only root gives files away")
        os.chown(note, SOMEBODY, SOMEBODY)
    else:
        note.symlink_to(note.rename(note.with_name("away")))
    assert read_note(state) is None
    assert shared_process._find(state) is None
