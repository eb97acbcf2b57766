"""The instructor's board, held against what forty learners really did at one shared tenant."""

from __future__ import annotations

import csv
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.lessons import instructors_board
from mfa_helpers.lessons.instructors_board import STEPS, Board
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.sandbox.store import Store
from mfa_helpers.storage.handover import Handover
from mfa_helpers.tenants import class_tenant

from ..support.class_of_learners import TOKEN, Learner, instructors, play
from ..support.deadline import DEADLINE
from ..support.sandbox_api import Api

LEARNERS = 40


def test_each_learner_stands_where_they_stopped_and_on_what(class_server: server.ServedSandbox) -> None:
    """Each does what a die says, over TLS, eight at a time; the board is read meanwhile, too."""
    die = random.Random(20)
    parts = [(die.randrange(len(STEPS)), die.random() < 0.5, die.randint(1, 4)) for _ in range(LEARNERS)]
    seen = Board(instructors(class_server))
    with ThreadPoolExecutor(8) as room:
        playing = [room.submit(play, class_server, *part) for part in parts]
        while not all(done.done() for done in playing):
            assert len(seen.refresh()) <= LEARNERS
        wanted = dict(done.result() for done in playing)
    for reader in (seen, Board(instructors(class_server))):  # read bit by bit, and all at once
        rows = {row.name: (STEPS[row.reached], row.trouble, row.tries) for row in reader.refresh()}
        assert rows == wanted
    assert {step for step, _, _ in wanted.values()} == set(STEPS), "each step was stopped at"
    assert len({trouble for _, trouble, _ in wanted.values()}) == 5, "each error was met"


def test_those_who_are_held_up_come_first_then_those_who_are_least_far(class_server: server.ServedSandbox) -> None:
    for part in [(3, False, 1), (1, False, 1), (3, True, 2), (6, False, 1)]:
        play(class_server, *part)
    rows = Board(instructors(class_server)).refresh()
    assert [(row.reached, bool(row.trouble)) for row in rows] == [(3, True), (1, False), (3, False), (6, False)]


def test_what_goes_well_again_is_no_trouble_any_more(class_server: server.ServedSandbox) -> None:
    one, reader = Learner(class_server), Board(instructors(class_server))
    one.login(password="wrong")
    (row,) = reader.refresh()
    assert (row.trouble, row.tries) == ("Wrong email or password.", 1)
    one.mfa_token()
    (row,) = reader.refresh()
    assert (STEPS[row.reached], row.trouble, row.tries) == ("01 signed in", "", 0)
    one.http.close()


def test_what_leaves_no_event_is_not_guessed(class_server: server.ServedSandbox) -> None:
    """Neither a list nor a refused challenge is in the log."""
    one = Learner(class_server)
    one.enroll()
    token = one.mfa_token()
    one.rows(token)
    assert one.challenge(token, authenticator_id="email|dev_none").status_code == 404
    (row,) = Board(instructors(class_server)).refresh()
    assert (STEPS[row.reached], row.trouble) == ("04 signed in again", "")
    one.http.close()


def test_what_went_wrong_before_a_user_was_known_is_counted_apart(class_server: server.ServedSandbox) -> None:
    one = Learner(class_server)
    for _ in range(2):
        one.login(client_secret="wrong")
    one.login(username="nobody@example.com")
    reader = Board(instructors(class_server))
    (row,) = reader.refresh()
    assert (STEPS[row.reached], row.trouble) == ("00 joined", "")
    assert dict(reader.of_nobody) == {"Unauthorized": 2, "Wrong email or password.": 1}
    one.http.close()


def test_a_tenant_that_was_set_up_again_begins_the_board_again(class_server: server.ServedSandbox) -> None:
    one, reader = Learner(class_server), Board(instructors(class_server))
    one.enroll()
    assert [STEPS[row.reached] for row in reader.refresh()] == ["03 email confirmed"]
    one.as_instructor("POST", "/sandbox/reset", json={})
    assert [STEPS[row.reached] for row in reader.refresh()] == ["00 joined"], "who has joined is still there"
    one.mfa_token()
    (row,) = reader.refresh()
    assert STEPS[row.reached] == "01 signed in"
    one.http.close()


def test_a_board_that_stayed_open_while_another_one_began_a_group_shows_the_new_group_alone(
    class_server: server.ServedSandbox,
) -> None:
    """The log begins again with the same numbers, so there may already be newer events than the last one that was read."""
    play(class_server, 1, False, 1)
    stayed = Board(instructors(class_server))
    stayed.refresh()
    class_tenant.management(class_server.join_line, TOKEN, class_server.state.parent).begin_group()
    wanted = [play(class_server, 6, False, 1)[0] for _ in range(2)]
    assert [(row.name, STEPS[row.reached]) for row in stayed.refresh()] == [(name, STEPS[6]) for name in sorted(wanted)]


def test_a_user_who_was_deleted_is_off_the_board_and_their_events_are_read_again_once(
    class_server: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = (play(class_server, 1, False, 1)[0] for _ in range(2))
    management = instructors(class_server)
    board = Board(management)
    (row,) = [row for row in board.refresh() if row.name == gone]
    management.change("DELETE", f"/users/{quote(row.user_id, safe='')}")
    assert [row.name for row in board.refresh()] == [stays]
    searches: list[datetime] = []
    oldest_since = management.oldest_since
    monkeypatch.setattr(management, "oldest_since", lambda since: searches.append(since) or oldest_since(since))
    assert [row.name for row in board.refresh()] == [stays] and searches == []


def test_on_a_tenant_without_a_class_what_happened_before_the_lesson_is_left_out(learner: Lab) -> None:
    management, controls = learner.tenant.require_management(), learner.tenant.require_controls()
    learner.catch_up("enrolled")
    controls.advance(3600)
    assert [STEPS[row.reached] for row in Board(management).refresh()] == ["03 email confirmed"]
    assert Board(management, hours=-0.5).refresh() == []
    learner.login()
    assert [STEPS[row.reached] for row in Board(management, hours=-0.5).refresh()] == ["01 signed in"]


# the day after


def move_clock(tenant: server.ServedSandbox, seconds: int) -> None:
    """As the instructor."""
    api = Api(tenant)
    answer = api.call("POST", "/sandbox/clock", headers={"x-sandbox-token": TOKEN}, json={"advance_seconds": seconds})
    assert answer.status_code == 200
    api.http.close()


def test_a_board_that_is_opened_the_next_day_shows_the_whole_class_and_exports_it_before_it_is_removed(
    class_server: server.ServedSandbox, tmp_path: Path
) -> None:
    move_clock(class_server, -86_400)
    only_joined = Learner(class_server)
    only_joined.http.close()
    wanted = {only_joined.name: STEPS[0]}
    for part in [(6, False, 1), (2, True, 2)]:
        name, (reached, _, _) = play(class_server, *part)
        wanted[name] = reached
    move_clock(class_server, 86_400)
    board = Board(instructors(class_server))
    assert {row.name: STEPS[row.reached] for row in board.refresh()} == wanted
    exported = board.begin_group(tmp_path).read_text("utf-8-sig").splitlines()
    assert {line.split(",")[0]: line.split(",")[2] for line in exported[1:]} == wanted
    assert board.refresh() == []


def test_a_learner_whose_events_the_log_no_longer_has_is_exported_all_the_same(
    class_server: server.ServedSandbox, tmp_path: Path
) -> None:
    one = Learner(class_server)
    one.mfa_token()
    topics = {"clinic": {"checkpoint": "2026-11-30T09:00:00+00:00"}}
    about = {"name": "Ada King", "topics": topics}
    told = one.call("POST", "/sandbox/learner", headers={"authorization": f"Bearer {one.key}"}, json=about)
    assert told.status_code == 200
    store = Store(class_server.state)
    store.run("DELETE FROM logs")
    store.close()
    board = Board(instructors(class_server))
    (row,) = board.refresh()
    assert (row.name, row.person, STEPS[row.reached], row.later) == (one.name, "Ada King", "00 joined", ("09",))
    assert abs((datetime.now(UTC) - row.seen).total_seconds()) < DEADLINE
    assert f"{one.name},Ada King,00 joined," in board.export(tmp_path).read_text("utf-8-sig")
    one.http.close()


def test_no_export_takes_the_place_of_another(class_server: server.ServedSandbox, tmp_path: Path) -> None:
    """A second click on the button that begins a group comes within the second, and exports nobody."""
    name, _ = play(class_server, 1, False, 1)
    board = Board(instructors(class_server))
    files = [board.begin_group(tmp_path) for _ in range(4)]
    assert len({*files}) == 4 and name in files[0].read_text("utf-8-sig")


def test_what_a_script_keeps_under_the_same_name_is_not_read(class_server: server.ServedSandbox) -> None:
    play(class_server, 1, False, 1)
    management = instructors(class_server)
    (user_id,) = (one["user_id"] for one in management.get("/users") if one["email"].endswith("@class.example"))
    for mine in ("2026A", {"topics": 5}, ["a"]):
        management.change("PATCH", f"/users/{user_id}", {"app_metadata": {"course": mine}})
        (row,) = Board(management).refresh()
        assert row.topics == {}


def test_what_a_learner_tells_neither_stops_the_export_nor_runs_in_a_spreadsheet(
    class_server: server.ServedSandbox, tmp_path: Path
) -> None:
    """A spreadsheet of a country with decimal commas begins a cell at each semicolon."""
    at_the_end = {"clinic": {"checkpoint": "9999-12-31T23:59:59-14:00", "begun": "0001-01-01T00:00:00+14:00"}}
    for name in ("=1+1", " =1+1", "Ada;=1+1", "Ada; @SUM(A1)", "＝1+1", "Ada-Ann"):
        one = Learner(class_server)
        about = {"name": name, "topics": at_the_end}
        told = one.call("POST", "/sandbox/learner", headers={"authorization": f"Bearer {one.key}"}, json=about)
        assert told.status_code == 200
        one.http.close()
    text = Board(instructors(class_server)).begin_group(tmp_path).read_text("utf-8-sig")
    names = [line[1] for line in csv.reader(text.splitlines()[1:])]
    assert names == ["'=1+1", "' =1+1", "Ada;'=1+1", "Ada;' @SUM(A1)", "'＝1+1", "Ada-Ann"]
    assert "9999" not in text


def test_nothing_is_lost_when_the_tenant_says_wait(class_server: server.ServedSandbox) -> None:
    for _ in range(3):
        play(class_server, 6, False, 1)
    one, reader = Learner(class_server), Board(instructors(class_server))
    one.as_instructor("POST", "/sandbox/faults", json={"path": "/api/v2/logs", "kind": "rate_limit", "seconds": 1})
    with pytest.raises(errors.SlowDown):
        reader.refresh()
    assert [STEPS[row.reached] for row in reader.refresh()] == [STEPS[0], *[STEPS[6]] * 3]
    one.http.close()


# where the log is read


def test_the_sandbox_of_this_machine_and_a_live_tenant_have_the_same_board(
    learner: Lab, sandbox: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A live tenant is another address with other credentials; the sandbox over HTTP stands in for its wire."""
    learner.catch_up("enrolled")
    monkeypatch.setenv("AUTH0_DOMAIN", sandbox.base_url)
    monkeypatch.setenv("AUTH0_MANAGEMENT_CLIENT_ID", sandbox.management_client_id)
    monkeypatch.setenv("AUTH0_MANAGEMENT_CLIENT_SECRET", sandbox.management_client_secret)
    for kind in ("sandbox", "live"):
        (row,) = Board(instructors_board.connect(kind, tmp_path)).refresh()
        assert (row.name, STEPS[row.reached]) == (sandbox.username, "03 email confirmed")


def test_what_a_live_tenant_misses_is_named(learner: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DOMAIN", "MANAGEMENT_CLIENT_ID", "MANAGEMENT_CLIENT_SECRET"):
        monkeypatch.delenv(f"AUTH0_{name}", raising=False)
    with pytest.raises(errors.InvalidInput, match="Your own tenant needs AUTH0_DOMAIN"):
        instructors_board.connect("live", tmp_path)
    monkeypatch.setenv("AUTH0_DOMAIN", learner.tenant.base_url)
    with pytest.raises(errors.InvalidInput, match="The log needs a Management API token"):
        instructors_board.connect("live", tmp_path)
    with pytest.raises(errors.InvalidInput, match="The tenant doesn't accept this Management API token"):
        Board(instructors_board.connect("live", tmp_path, token="not one")).refresh()


def test_a_class_is_opened_by_its_join_line_and_the_instructors_token(
    class_server: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MFA_CLASS", class_server.join_line)
    monkeypatch.setenv("MFA_SANDBOX_TOKEN", TOKEN)
    assert Board(instructors_board.connect("class", tmp_path)).refresh() == []
    assert Handover(tmp_path / "handover.json").choice() is None  # reading is no joining
