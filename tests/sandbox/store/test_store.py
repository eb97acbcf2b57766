"""The tenant's file: one way to change it, what is in it, and what it survives."""

import hashlib
import json
import os
import re
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from mfa_helpers.sandbox import defaults
from mfa_helpers.sandbox.crypto.opaque_strings import fingerprint
from mfa_helpers.sandbox.store import StateUnusable, Store, browser_logins
from mfa_helpers.sandbox.store.schema import VERSION

from ...support import transport
from ...support.management import Manage
from ...support.sandbox_api import MFA_REQUIRED, refusal
from ...support.systems import file_modes
from ...support.transport import needs_a_socket, needs_scrypt


@pytest.fixture
def store(state):
    store = Store(state)
    yield store
    store.close()


def files_of(path):
    """The tenant's file and SQLite's side files."""
    return sorted(path.parent.glob(path.name + "*"))


# one way to change things


def test_a_change_is_seen_by_everybody_when_it_is_done(store, state):
    other = Store(state)
    with store.change():
        store.put("color", "red")
        assert other.get("color") is None
    assert other.get("color") == "red"
    other.close()


def test_what_was_changed_here_is_seen_here_at_once_and_what_was_undone_is_not(store):
    store.put("color", "red")
    assert store.get("color") == "red"
    with pytest.raises(ZeroDivisionError):
        with store.change():
            store.put("color", "blue")
            assert store.get("color") == "blue"
            1 / 0
    assert store.get("color") == "red"


def test_an_error_undoes_the_whole_change_and_is_not_hidden(store):
    store.put("color", "red")
    with pytest.raises(ZeroDivisionError):
        with store.change():
            store.put("color", "blue")
            store.put("shape", "round")
            1 / 0
    assert (store.get("color"), store.get("shape")) == ("red", None)


def test_after_an_error_the_next_change_works(store):
    with pytest.raises(KeyboardInterrupt):
        with store.change():
            raise KeyboardInterrupt
    with store.change():
        store.put("color", "green")
    assert store.get("color") == "green"


def test_a_change_inside_a_change_belongs_to_the_outer_one(store, state):
    other = Store(state)
    with pytest.raises(ZeroDivisionError):
        with store.change():
            with store.change():
                store.put("color", "red")
            assert other.get("color") is None  # the inner end is no end
            1 / 0
    assert store.get("color") is None
    with store.change():
        with store.change():
            store.put("color", "blue")
    assert other.get("color") == "blue"
    other.close()


def test_a_change_waits_for_the_change_of_somebody_else(store, state):
    other = sqlite3.connect(state, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO facts VALUES ('color', 'red')")
    release = threading.Timer(0.2, other.execute, ["COMMIT"])
    release.start()
    with store.change():  # at once, this would be "database is locked"
        assert store.get("color") == "red"
    release.join()
    other.close()


def test_a_fresh_file_that_somebody_else_is_just_filling_is_waited_for(tmp_path):
    """Two notebooks opened at once on the first day."""
    path = tmp_path / "fresh.sqlite3"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, other.execute, ["COMMIT"])
    release.start()
    try:
        store = Store(path)
        assert store.user_by_email("ada@example.com")["name"] == "Ada"
        store.close()
    finally:
        release.join()
        other.close()


# what is in it


def test_a_fresh_tenant_is_seeded(store):
    confidential, public, management = store.clients()
    assert confidential["client_secret"].startswith("sandbox_") and public["client_secret"] is None
    assert management["client_secret"] not in (None, confidential["client_secret"])
    assert store.user_by_email("ADA@example.com")["name"] == "Ada"
    assert store.settings() == defaults.Settings()


def test_the_signing_key_is_made_once_and_then_everybodys(tmp_path):
    first, second = Store(tmp_path / "fresh.sqlite3"), Store(tmp_path / "fresh.sqlite3")
    assert first.get("signing_pem") is None
    kid, pem = first.signing_key()
    assert pem.startswith("-----BEGIN PRIVATE KEY-----")
    first.reset(defaults.Settings())
    assert first.signing_key() == second.signing_key() == (kid, pem)
    first.close()
    second.close()


def test_secrets_can_be_given_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("MFA_SANDBOX_PASSWORD", "given password")
    monkeypatch.setenv("MFA_SANDBOX_CLIENT_SECRET", "given secret")
    store = Store(tmp_path / "deep" / "in" / "folders" / "sandbox.sqlite3")
    assert store.get("password") == "given password"
    assert store.clients()[0]["client_secret"] == "given secret"
    store.close()


def test_no_two_tenants_share_a_secret(state, tmp_path):
    first, second = Store(state), Store(tmp_path / "second.sqlite3")
    assert first.get("password") != second.get("password")
    assert not set(first.signing_key()) & set(second.signing_key())
    assert first.clients()[0]["client_secret"] != second.clients()[0]["client_secret"]
    first.close()
    second.close()


@file_modes
def test_nobody_else_may_read_the_file_or_its_side_files(state, tmp_path):
    path = tmp_path / "fresh.sqlite3"
    before = os.umask(0)
    try:
        store = Store(path)
        store.put("color", "red")
    finally:
        os.umask(before)
    names = [file.name for file in files_of(path)]
    assert names == ["fresh.sqlite3", "fresh.sqlite3-shm", "fresh.sqlite3-wal"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files_of(path)] == [0o600] * 3
    store.close()


def test_tokens_and_codes_are_in_the_file_by_their_fingerprints_only(state, serve):
    api = serve(state)
    api.set_up(mfa_policy=[])
    opaque = api.login().json()
    api.set_up()
    waiting, begun, code = api.begin()
    tokens = api.enroll().json()
    audience = api.access_token()
    content = b"".join(file.read_bytes() for file in files_of(state))
    # The tenant, what SQLite keeps beside it, and the note for kernels of a server.
    assert len(files_of(state)) == (3 if transport.IN_PROCESS else 4)
    assert fingerprint(begun).encode() in content  # so the search would find what is there
    secrets = [waiting, begun, opaque["access_token"], opaque["id_token"], tokens["access_token"], audience]
    for secret in secrets:
        assert secret.encode() not in content
        assert secret.split("*")[-1].split(".")[-1].encode() not in content
    assert hashlib.sha256(code.encode()).hexdigest().encode() not in content


def test_the_password_of_the_user_is_kept_hashed(store):
    hashed = store.user_by_email("ada@example.com")["password_hash"]
    assert re.fullmatch("[0-9a-f]{32}:[0-9a-f]{128}", hashed)
    assert store.get("password") not in hashed


# what it survives


def test_a_restart_keeps_enrollment_tokens_codes_and_key(state, serve):
    api = serve(state)
    api.enroll(email="second@example.com")
    token = api.mfa_token()
    oob_code = api.challenge(token).json()["oob_code"]
    code = api.code("second@example.com")
    access_token = api.access_token()
    rows, keys = api.rows(token), api.call("GET", "/.well-known/jwks.json").json()
    api.advance(60)
    api.sandbox.stop()
    assert files_of(state) == [state]  # the side files are folded in

    again = serve(state)
    assert again.sandbox.base_url != api.sandbox.base_url
    assert (again.sandbox.client_secret, again.sandbox.password) == (api.sandbox.client_secret, api.sandbox.password)
    assert again.call("GET", "/.well-known/jwks.json").json() == keys
    assert again.rows(token) == again.rows(access_token) == rows
    assert again.mails("second@example.com")[0]["code"] == code
    assert again.verify(token, oob_code, code).status_code == 200
    assert again.delete(access_token, rows[0]["id"]).status_code == 204


def test_a_clock_that_was_moved_stays_moved_over_a_restart(state, serve):
    api = serve(state)
    token = api.mfa_token()
    api.advance(601)
    api.sandbox.stop()
    assert refusal(serve(state).authenticators(token)) == (401, "expired_token", "mfa_token is expired")


SINCE_VERSION_6 = {
    "users": ("created_at", "more"),
    "clients": ("more",),
    "apis": ("more",),
    "logs": ("hostname", "audience", "details"),
}


def make_version_5(db):
    """Take away what came with version 6."""
    for table, columns in SINCE_VERSION_6.items():
        for column in columns:
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table in ("objects", "browser_logins", "authorization_codes", "sessions"):
        db.execute(f"DROP TABLE {table}")
    db.execute("PRAGMA user_version = 5")
    db.commit()


def test_a_setting_of_a_later_version_is_kept_and_disturbs_nothing(state):
    with closing(Store(state)) as store:
        store.put("settings", '{"factors": ["otp"], "of_tomorrow": true}')
        assert store.settings().factors == ["otp"]
        store.change_settings(friendly_name="Mine")
        assert json.loads(store.get("settings")) == {"factors": ["otp"], "of_tomorrow": True, "friendly_name": "Mine"}


@needs_a_socket  # a browser's copy knows nothing of version 5
def test_a_file_of_version_5_opens_with_its_events_and_its_applications(state, serve):
    api = serve(state)
    api.login(password="wrong")
    api.sandbox.stop()
    with closing(sqlite3.connect(state)) as db:
        make_version_5(db)
    api = serve(state)
    (event,) = Manage(api).done("GET", "logs", params={"q": "type:fp"})
    assert (event["user_name"], event["hostname"]) == (api.sandbox.username, "")
    assert event["details"] == {"error": {"message": "Wrong email or password."}}
    api.set_up(mfa_policy=[])
    assert api.login().status_code == 200


@needs_scrypt
def test_a_file_of_version_3_opens_and_its_mfa_tokens_count_as_expired(tmp_path, serve):
    dump = Path(__file__).with_name("tenant_of_version_3.sql").read_text("utf-8")
    live, spent, refresh_token = re.findall(r"^-- .+ token: (\S+)$", dump, re.MULTILINE)
    path = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(dump)
        (password,) = db.execute("SELECT value FROM facts WHERE name = 'password'").fetchone()
    api = serve(path)
    assert api.sandbox.password == password
    expired = (401, "expired_token", "mfa_token is expired")
    for old in (live, spent):
        assert refusal(api.authenticators(old)) == refusal(api.challenge(old)) == expired
        assert refusal(api.verify(old, "any", "123456")) == expired
    assert refusal(api.challenge(live[:-1])) == (403, "invalid_grant", "Malformed mfa_token")
    client = {"client_id": api.sandbox.client_id, "client_secret": api.sandbox.client_secret}
    refreshed = api.call(
        "POST", "/oauth/token", data={**client, "grant_type": "refresh_token", "refresh_token": refresh_token}
    )
    assert refusal(refreshed)[1] == "mfa_required"  # the token is known, and the policy asks
    (row,) = api.rows(api.mfa_token())
    assert (row["active"], row["id"]) == (True, "email|dev_YmMawWppf9selDBp")
    api.sandbox.stop()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert not db.execute("SELECT 1 FROM facts WHERE name = 'seal_key'").fetchall()


def tables(path):
    """Of the tenant of that file, which is opened first."""
    Store(path).close()
    with closing(sqlite3.connect(path)) as db:
        return set(db.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))


def test_a_file_of_version_5_opens_with_all_that_was_in_it(tmp_path):
    old = tmp_path / "old.sqlite3"
    fresh = tables(old)
    with closing(Store(old)) as store:
        store.add_log("mfar", date=1.0, description="MFA required")
    with closing(sqlite3.connect(old)) as db:
        db.execute("UPDATE users SET changed_at = 7")
        make_version_5(db)
        kept = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in (*SINCE_VERSION_6, "facts")}
    assert tables(old) == fresh
    with closing(sqlite3.connect(old)) as db:
        for table, rows in kept.items():
            found = db.execute(f"SELECT * FROM {table}").fetchall()
            assert [row[: len(rows[0])] for row in found] == rows
        assert db.execute("SELECT DISTINCT created_at, more FROM users").fetchall() == [(7, "{}")]


def test_a_tenant_that_is_upgraded_has_the_tables_of_a_fresh_one(tmp_path):
    old = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(old)) as db:
        db.executescript(Path(__file__).with_name("tenant_of_version_3.sql").read_text("utf-8"))
    assert tables(old) == tables(tmp_path / "fresh.sqlite3")


def begin_login(store, name, expires_at):
    store.add_mfa_token(
        name, client_id="app", user_id="auth0|ada", audience=None, scope="openid", expires_at=expires_at
    )


def test_very_many_logins_of_others_take_nobodys_mfa_token_away(store):
    with store.change():
        begin_login(store, "mine", 600.0)
        for number in range(21_000):
            begin_login(store, str(number), 600.0)
            store.add_log("mfar", date=1.0, description="")
    assert store.mfa_token("mine")["hash"] == "mine"


def test_mfa_tokens_that_have_expired_leave_the_file(store):
    with store.change():
        for number in range(2000):
            begin_login(store, str(number), expires_at=number)
            store.add_log("mfar", date=500.0, description="")
        assert (store.mfa_token("500"), store.mfa_token("501")["hash"]) == (None, "501")
        for _ in range(1000):
            store.add_log("mfar", date=2000.0, description="")
    assert store.mfa_token("1999") is None


def begin_browser_login(store, name, user_id=""):
    store.add_browser_login(name, browser="b", request="{}", expires_at=600.0, now=1.0, user_id=user_id)


def test_very_many_browser_logins_that_nobody_goes_on_with_leave_the_file(store, monkeypatch):
    monkeypatch.setattr(browser_logins, "_MOST_EMPTY", 20)
    with store.change():
        begin_browser_login(store, "signed in", "auth0|1")
        for number in range(25):
            begin_browser_login(store, str(number))
    assert store.browser_login("4") is None and store.browser_login("5") is not None
    assert store.browser_login("signed in") is not None


def test_an_empty_file_becomes_a_tenant(tmp_path, serve):
    path = tmp_path / "empty.sqlite3"
    path.touch()
    assert refusal(serve(path).login()) == MFA_REQUIRED


# what it does not survive is said in a sentence


def damaged(path, how):
    content = path.read_bytes()
    with closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'mails'").fetchone()
    path.write_bytes(
        {
            "no database": b"This is a letter to grandmother. " * 300,
            "a header and no more": content[:50],
            "cut off": content[:5000],
            "first page overwritten": content[:100] + b"\xa5" * 3996 + content[4096:],
            "all but the first page overwritten": content[:4096] + b"\xa5" * (len(content) - 4096),
            "one page overwritten": content[: (page - 1) * 4096] + b"\xa5" * 4096 + content[page * 4096 :],
        }[how]
    )


@pytest.mark.parametrize(
    "how",
    [
        "no database",
        "a header and no more",
        "cut off",
        "first page overwritten",
        "all but the first page overwritten",
        "one page overwritten",
    ],
)
def test_a_damaged_file_is_unusable_and_the_sentence_says_what_to_do(state, serve, how):
    damaged(state, how)
    with pytest.raises(StateUnusable) as caught:
        serve(state)
    sentence = re.sub(r"\(.+\)", "(…)", str(caught.value).replace(str(state), "FILE"))
    assert sentence == "The sandbox's file FILE can't be used (…). If you delete it, the sandbox makes a new tenant."


def test_what_somebody_else_keeps_in_sqlite_is_no_tenant(tmp_path, serve):
    path = tmp_path / "recipes.sqlite3"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE recipes (name TEXT)")
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.close()
    with pytest.raises(StateUnusable):
        serve(path)


def test_a_folder_is_no_tenant(tmp_path, serve):
    with pytest.raises(StateUnusable):
        serve(tmp_path)


def test_the_file_of_a_newer_version_is_left_alone(state):
    with closing(sqlite3.connect(state)) as db, db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    with pytest.raises(StateUnusable) as caught:
        Store(state)
    assert str(caught.value) == (
        f"The sandbox's file {state} was made by a newer version of this course. "
        "Update the course, or delete the file to get a new tenant."
    )
    with closing(sqlite3.connect(state)) as db, db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)
        assert db.execute("SELECT count(*) FROM clients").fetchone() == (3,)
    db.close()


def test_a_file_that_is_only_locked_is_not_called_damaged(state, monkeypatch):
    """Whoever follows the advice to delete it would lose a good tenant."""
    connect = sqlite3.connect
    db = connect(state, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: connect(*args, **{**more, "timeout": 0.1}))  # not 5 s
    with pytest.raises(Exception) as caught:
        Store(state)
    db.execute("ROLLBACK")
    db.close()
    assert "locked" in str(caught.value) or "in use" in str(caught.value)
    assert "Delete it" not in str(caught.value)
