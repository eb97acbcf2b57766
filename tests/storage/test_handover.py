"""The file between notebooks: private, forgetful, and never a reason to stop."""

from __future__ import annotations

import json
import stat
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.client.secret import Secret
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.storage.entries import Address, Enrolled, Login, Note
from mfa_helpers.storage.handover import Handover, default_path

from ..conftest import Doubtful
from ..support.deadline import DEADLINE
from ..support.systems import file_modes

TENANT, OTHER = "sandbox", "https://t.eu.auth0.com app"


def raw(handover: Handover) -> Any:
    return json.loads(handover.path.read_text("utf-8"))


# Keeping


def test_what_was_put_is_there(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("seal")))
    assert handover.get(TENANT, Login) == Login(Secret("seal"))
    assert handover.trouble is None


def test_what_was_not_put_is_not_there(handover: Handover) -> None:
    assert handover.get(TENANT, Login) is None
    assert not handover.has_expired(TENANT, "login")
    assert handover.choice() is None
    assert not handover.path.exists()


def test_a_later_thing_replaces_an_earlier_one_whole(handover: Handover) -> None:
    handover.put(TENANT, Address("a@x.org"), 60)
    handover.put(TENANT, Address("b@x.org"))
    assert handover.get(TENANT, Address) == Address("b@x.org")
    assert raw(handover)["tenants"][TENANT]["address"] == {"email": "b@x.org"}


def test_a_dropped_thing_is_gone_and_its_neighbor_is_not(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("seal")))
    handover.put(TENANT, Enrolled())
    handover.drop(TENANT, "login")
    assert handover.get(TENANT, Login) is None
    assert not handover.has_expired(TENANT, "login")
    assert handover.get(TENANT, Enrolled) == Enrolled()


def test_what_was_never_there_can_be_dropped(handover: Handover) -> None:
    handover.drop(TENANT, "login")
    assert handover.get(TENANT, Login) is None


def test_another_tenants_things_are_not_seen(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("of the sandbox")))
    handover.put(OTHER, Login(Secret("of my own")))
    assert handover.get(TENANT, Login) == Login(Secret("of the sandbox"))
    assert handover.get(OTHER, Enrolled) is None


def test_one_tenant_is_forgotten_and_the_other_is_not(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("1")))
    handover.put(OTHER, Login(Secret("2")))
    handover.choose("live")
    handover.forget(TENANT)
    assert handover.get(TENANT, Login) is None
    assert handover.get(OTHER, Login) == Login(Secret("2"))
    assert handover.choice() == "live"


def test_the_choice_is_kept_beside_the_things(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("1")))
    handover.choose("live")
    handover.choose("sandbox")
    assert handover.choice() == "sandbox"
    assert handover.get(TENANT, Login) == Login(Secret("1"))


def test_the_language_is_kept_beside_the_choice_and_outlives_what_is_forgotten(handover: Handover) -> None:
    assert handover.language() is None
    handover.choose("live")
    handover.choose_language("Go")
    handover.forget(TENANT)
    assert (handover.language(), handover.choice()) == ("Go", "live")


def test_changing_what_was_got_changes_nothing_in_the_file(handover: Handover) -> None:
    handover.put(TENANT, Note([1]), key="glossary answers")
    with handover.transaction():
        note = handover.get(TENANT, Note, "glossary answers")
        assert note is not None
        note.value.append(2)
    assert handover.get(TENANT, Note, "glossary answers") == Note([1])


# Expiry


def test_a_thing_tells_when_it_expires(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("1")), 600)
    entry = handover.get(TENANT, Login)
    assert entry is not None and entry.expires_at is not None and 600 - DEADLINE < entry.expires_at - time.time() <= 600
    assert not handover.has_expired(TENANT, "login")


def test_an_expired_thing_is_gone_but_remembered(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("1")), -1)
    assert handover.get(TENANT, Login) is None
    assert handover.has_expired(TENANT, "login")


def test_what_is_expired_leaves_the_file_with_the_next_change(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("expired-seal")), -1)
    handover.put(TENANT, Enrolled())
    assert "expired-seal" not in handover.path.read_text("utf-8")
    assert raw(handover)["tenants"][TENANT] == {"login": {"expired": True}, "enrolled": {"changed_at": None}}
    assert handover.has_expired(TENANT, "login")


def test_dropping_as_expired_is_remembered(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("1")), 600)
    handover.drop(TENANT, "login", expired=True)
    assert handover.get(TENANT, Login) is None
    assert handover.has_expired(TENANT, "login")


def test_a_new_thing_ends_the_memory_of_an_expired_one(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("1")), -1)
    handover.put(TENANT, Login(Secret("2")), 600)
    assert not handover.has_expired(TENANT, "login")
    assert handover.get(TENANT, Login) == Login(Secret("2"))


# The file


@file_modes
def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    handover = Handover(tmp_path / "runtime" / "handover.json")
    handover.put(TENANT, Login(Secret("1")))
    assert stat.S_IMODE(handover.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(handover.path.parent.stat().st_mode) & 0o077 == 0


@file_modes
def test_a_file_that_others_could_read_is_made_private(handover: Handover) -> None:
    handover.path.write_text('{"version": 2, "tenants": {}}')
    handover.path.chmod(0o644)
    handover.put(TENANT, Login(Secret("1")))
    assert stat.S_IMODE(handover.path.stat().st_mode) == 0o600


def test_beside_it_lies_its_lock_and_nothing_else(handover: Handover) -> None:
    handover.put(TENANT, Login(Secret("1")))
    handover.choose("live")
    assert {path.name for path in handover.path.parent.iterdir()} == {handover.path.name, f"{handover.path.name}.lock"}


def test_the_file_lies_beside_jupyters_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    assert default_path() == Handover().path == tmp_path / "runtime" / "mfa-course.json"


def test_two_notebooks_see_each_others_changes(handover: Handover) -> None:
    other = Handover(handover.path)
    handover.put(TENANT, Login(Secret("1")))
    assert other.get(TENANT, Login) == Login(Secret("1"))
    other.put(TENANT, Enrolled())
    other.drop(TENANT, "login", expired=True)
    other.choose("live")
    assert handover.get(TENANT, Login) is None
    assert handover.has_expired(TENANT, "login")
    assert handover.get(TENANT, Enrolled) == Enrolled()
    assert handover.choice() == "live"


def test_changes_from_many_threads_are_all_kept(handover: Handover) -> None:
    def put(number: int) -> None:
        for turn in range(10):
            handover.put(TENANT, Note(turn), key=f"{number} {turn}")

    threads = [threading.Thread(target=put, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(raw(handover)["tenants"][TENANT]) == 40


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"version": 3, "tenants": {"sandbox": {"login": {"mfa_token": "1"}}}}',
        b'{"tenants": {"sandbox": {"login": {"mfa_token": "1"}}}}',
        b'{"version": 1}',
        b'{"version": 2}',
        b'{"version": 1, "tenants": []}',
        b'{"version": 2, "tenants": []}',
        b'{"version": 1, "tenants": {"sandbox": []}}',
        b'{"version": 2, "tenants": {"sandbox": []}}',
        b'{"version": 1, "tenants": {"sandbox": {"login": "seal"}}}',
        b'{"version": 2, "tenants": {"sandbox": {"login": "seal"}}}',
        b'{"version": 2, "tenants": {"sandbox": {"login": {}}}}',
        b'{"version": 2, "tenants": {"sandbox": {"login": {"mfa_token": 1}}}}',
        b'{"version": 2, "tenants": {"sandbox": {"login": {"mfa_token": "1", "expires_at": "soon"}}}}',
        b'{"version": 2, "tenants": {"sandbox": {"login": {"mfa_token": "1", "expires_at": null}}}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_or_foreign_file_is_an_empty_hand_over_and_is_written_again(
    damaged: bytes, handover: Handover
) -> None:
    handover.path.write_bytes(damaged)
    assert handover.get(TENANT, Login) is None
    assert handover.choice() is None
    handover.put(TENANT, Enrolled())
    assert Handover(handover.path).get(TENANT, Enrolled) == Enrolled()
    assert handover.trouble is None


def test_a_choice_that_is_no_text_is_no_choice(handover: Handover) -> None:
    handover.path.write_text('{"version": 2, "tenants": {}, "choice": ["live"]}')
    assert handover.choice() is None


@pytest.fixture
def impossible(tmp_path: Path) -> Handover:
    """A handover whose folder is a file."""
    (tmp_path / "file").write_text("")
    return Handover(tmp_path / "file" / "handover.json")


def test_where_reading_fails_the_hand_over_is_empty_and_says_so(impossible: Handover) -> None:
    assert impossible.get(TENANT, Login) is None
    assert impossible.trouble is not None
    assert impossible.trouble.startswith("The file in which notebooks share state can't be read (")
    assert impossible.trouble.endswith("), so notebooks can't share what you did.")


def test_where_nothing_can_be_kept_this_notebook_still_goes_on(impossible: Handover) -> None:
    impossible.put(TENANT, Login(Secret("1")), 600)
    assert impossible.trouble is not None
    assert impossible.trouble.startswith("The file in which notebooks share state can't be read (")
    impossible.put(TENANT, Enrolled())
    impossible.choose("live")
    assert impossible.get(TENANT, Login) == Login(Secret("1"))
    assert impossible.get(TENANT, Enrolled) == Enrolled()
    assert impossible.choice() == "live"


def test_a_folder_in_the_files_place_leaves_no_rubbish(tmp_path: Path) -> None:
    (tmp_path / "handover.json").mkdir()
    handover = Handover(tmp_path / "handover.json")
    handover.put(TENANT, Login(Secret("1")))
    assert "can't be read" in (handover.trouble or "")
    assert {path.name for path in tmp_path.iterdir()} == {"handover.json", "handover.json.lock"}
    assert handover.get(TENANT, Login) == Login(Secret("1"))


def test_what_cannot_be_read_for_once_is_not_written_over(handover: Handover, doubtful: Doubtful) -> None:
    handover.put(TENANT, Login(Secret("1")))
    back = doubtful(handover.path)
    other = Handover(handover.path)
    assert other.get(TENANT, Login) is None
    other.put(TENANT, Enrolled())
    assert (
        other.trouble
        == "The file in which notebooks share state can't be read (Input/output error), so notebooks can't share what you did."
    )
    assert other.get(TENANT, Enrolled) == Enrolled()
    back()
    assert other.get(TENANT, Login) == Login(Secret("1"))
    assert other.get(TENANT, Enrolled) == Enrolled()  # what could not be written is not lost
    assert other.trouble is None
    other.choose("live")
    assert handover.get(TENANT, Enrolled) == Enrolled()


def test_trouble_ends_when_writing_works_again(impossible: Handover) -> None:
    impossible.put(TENANT, Login(Secret("1")))
    assert impossible.trouble is not None
    impossible.path.parent.unlink()
    impossible.put(TENANT, Enrolled())
    assert impossible.trouble is None
    assert set(raw(impossible)["tenants"][TENANT]) == {"login", "enrolled"}


# What is never in it


def test_a_whole_flow_leaves_no_password_no_client_secret_and_no_finished_token(
    sandbox: server.ServedSandbox, handover: Handover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(sandbox.state))
    for name in ("NO_PROXY", "no_proxy"):  # so that what the lab adds is taken back
        monkeypatch.setenv(name, "")
    lab = Lab(handover=handover)
    written = []

    def look() -> None:
        written.append(handover.path.read_text("utf-8"))

    for step in [lab.login, lab.associate, lambda: lab.confirm(lab.newest_code()), lab.login, lab.list_authenticators]:
        step()  # type: ignore[operator]
        look()
    lab.pick()
    lab.challenge()
    look()
    token, codes = lab.mfa_token.reveal(), [str(mail.code and mail.code.reveal()) for mail in lab.mails()]
    tokens = lab.complete(lab.newest_code())
    look()
    everything = "\n".join(written)
    hidden = [sandbox.password, sandbox.client_secret, tokens.access_token.reveal(), *codes]
    assert [value for value in hidden if value in everything] == []
    assert tokens.id_token is not None and tokens.id_token.reveal() not in everything
    assert token in everything  # what the next notebook needs
    assert token not in written[-1]  # and what nobody needs any more
