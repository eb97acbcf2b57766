"""Security findings about limits: what one person's tries cost another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from requests.adapters import HTTPAdapter

from mfa_helpers.sandbox.store import Store

from ..support.management import Manage
from ..support.sandbox_api import MFA_REQUIRED, Api, refusal
from ..support.transport import needs_a_socket

ELSEWHERE = "127.0.0.2"


class FromElsewhere(HTTPAdapter):
    """Calls from another address of this machine."""

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        super().init_poolmanager(*args, source_address=(ELSEWHERE, 0), **kwargs)  # type: ignore[arg-type, misc]


@pytest.fixture
def stranger(api: Api) -> Iterator[Api]:
    stranger = Api(api.sandbox)
    stranger.http.mount("http://", FromElsewhere())
    yield stranger
    stranger.http.close()


@needs_a_socket
def test_s_09_wrong_passwords_from_elsewhere_shut_nobody_out(api: Api, stranger: Api) -> None:
    for _ in range(10):
        assert refusal(stranger.login(password="wrong"))[:2] == (403, "invalid_grant")
    blocked = refusal(stranger.login())
    assert blocked[:2] == (429, "too_many_attempts")
    assert refusal(api.login()) == MFA_REQUIRED
    assert refusal(stranger.login()) == blocked  # a right one from here does not open it there
    for _ in range(10):
        assert refusal(api.login(password="wrong"))[:2] == (403, "invalid_grant")
    assert refusal(api.login()) == blocked


@needs_a_socket
def test_s_09_the_tries_of_two_addresses_are_not_added_and_an_administrator_ends_all_blocks(
    api: Api, stranger: Api
) -> None:
    for caller in (api, stranger) * 9:
        assert caller.login(password="wrong").status_code == 403
    assert refusal(api.login()) == refusal(stranger.login()) == MFA_REQUIRED
    for caller in (api, stranger) * 10:
        caller.login(password="wrong")
    assert api.login().status_code == stranger.login().status_code == 429
    manage = Manage(api)
    manage.done("DELETE", f"user-blocks/{manage.user_id()}", None, 204)
    assert refusal(api.login()) == refusal(stranger.login()) == MFA_REQUIRED


@needs_a_socket
def test_s_09_logins_from_elsewhere_take_nobodys_tries_away(api: Api, stranger: Api) -> None:
    api.set_up(request_limits=True)
    assert [stranger.login().status_code for _ in range(21)] == [403] * 20 + [429]
    assert refusal(stranger.login())[1] == "too_many_attempts"
    answer = api.login()
    assert (answer.status_code, answer.json()["error"]) == (403, "mfa_required")


@pytest.mark.parametrize("type", ["fp", "fu", "limit_wc", "fepft"])
def test_s_09_refused_logins_flush_nobodys_events(state: Path, type: str) -> None:
    store = Store(state)
    for user in ("learner", "other"):
        for kind in ("sepft", "seoobft", "gd_enrollment_complete"):
            store.add_log(kind, date=1, description="", user_id=user)
    with store.change():
        for number in range(45_000):
            store.add_log(type, date=2, description=str(number), user_id="" if type == "fu" else "other")
    kept = store.logs(None, ascending=True, skip=0, take=100_000)
    assert [(row["user_id"], row["type"]) for row in kept[:6]] == [
        (user, kind) for user in ("learner", "other") for kind in ("sepft", "seoobft", "gd_enrollment_complete")
    ]
    assert len(kept) < 2_000 and kept[-1]["description"] == "44999"
    store.close()


def test_s_09_a_tenant_of_the_version_before_is_taken_over(state: Path) -> None:
    with closing(sqlite3.connect(state)) as db:
        for table in ("failed_logins", "objects", "browser_logins", "authorization_codes", "sessions"):
            db.execute(f"DROP TABLE {table}")
        for column in ("failed_logins INTEGER NOT NULL DEFAULT 0", "blocked_until REAL NOT NULL DEFAULT 0"):
            db.execute(f"ALTER TABLE users ADD COLUMN {column}")
        db.execute("UPDATE users SET name = 'Countess', blocked_until = 1e12")
        db.execute("PRAGMA user_version = 4")
        db.commit()
    store = Store(state)
    user = store.user_by_email("ada@example.com")
    assert user is not None and user["name"] == "Countess" and "blocked_until" not in user.keys()
    assert store.blocked_until(user["user_id"], ELSEWHERE) == 0
    store.close()
