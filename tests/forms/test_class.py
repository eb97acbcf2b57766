"""The forms of a class: choosing its tenant, and the instructor's board."""

from __future__ import annotations

import errno
import html
import io
import os
import re
import sqlite3
from base64 import b64decode
from contextlib import closing
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from mfa_helpers import forms
from mfa_helpers.client.errors import TenantFailed, WrongCredentials
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.storage import atomic_file
from mfa_helpers.tenants import class_tenant

from ..support.class_of_learners import TOKEN, Learner, instructors, play


def held(form: forms.Form) -> str:
    """Whatever a saved notebook would hold of the form."""
    return repr([widget.get_state() for widget in [form, *descendants(form)]])


def test_the_class_is_joined_by_its_line_which_stays_in_no_widget(lab: Lab, class_server: server.ServedSandbox) -> None:
    form = forms.TenantForm(lab)
    assert form.join_line.layout.display == "none"
    form.kind.value = "class"
    assert form.join_line.layout.display == ""
    form.submit()
    assert form.status == "Problem: The join line is missing. Paste the line that your instructor shows."
    form.join_line.value = class_server.join_line[:-3]
    form.submit()
    assert form.status.startswith("Problem: This join line is incomplete") and lab.tenant.kind == "sandbox"
    form.join_line.value = class_server.join_line
    form.submit()
    assert re.match(r"Done: the class's tenant responds. You are learner01-\w{5}@class.example there", form.status)
    for secret in (class_tenant.parse(class_server.join_line).token.reveal(), class_server.join_line):
        assert secret not in held(form)
    form.submit()  # the field is empty, and the line that was used is kept
    assert form.error is None and lab.tenant.kind == "class"
    form.reset()
    assert form.status == "Done: your user is reset. Nobody else's was changed, and your progress is kept."
    form.kind.value = "sandbox"
    form.submit()
    assert form.status.startswith("Done: the sandbox responds.") and form.join_line.layout.display == "none"


def test_the_board_of_a_class_shows_where_everybody_stands(lab: Lab, class_server: server.ServedSandbox) -> None:
    name, _ = play(class_server, 6, False, 1)
    held_up, (_, trouble, _) = play(class_server, 2, True, 3)
    board = forms.InstructorsBoard(lab)
    board.where.value = "class"
    board.submit()
    assert board.status.startswith("Problem: The join line is missing.")
    board.join_line.value, board.token.value = class_server.join_line, TOKEN
    board.submit()
    assert board.status == "Done: 2 learners, 1 stuck. 02 email associated: 1, 05 login complete: 1."
    shown = board.table.value
    assert shown.index(held_up) < shown.index(name) and f"✘ {trouble}</td>" in shown and ">3</td>" in shown
    for secret in (TOKEN, class_server.join_line, class_server.management_client_secret):
        assert secret not in held(board)
    board.submit()  # connected: nothing need be typed again
    assert board.error is None


def test_by_itself_the_board_looks_again_without_a_word_unless_it_goes_wrong(
    lab: Lab, class_server: server.ServedSandbox
) -> None:
    board = forms.InstructorsBoard(lab)
    board.where.value = "class"
    board.tick()
    assert board.status.startswith("Choose the tenant"), "not before somebody has connected it"
    board.join_line.value, board.token.value = class_server.join_line, TOKEN
    board.submit()
    assert board.status == "Done: nobody has signed in yet."
    said: list[str] = []
    board.say = lambda sentence, below="": said.append(sentence)  # type: ignore[method-assign]
    board.auto.value = True
    assert board.ticker.seconds == 5
    one = Learner(class_server)
    board.ticker._handle_custom_msg({"tick": True}, [])
    assert one.name in board.table.value and said == []
    class_server.stop()
    board.ticker._handle_custom_msg({"tick": True}, [])
    assert len(said) == 1 and said[0].startswith("Problem: ") and one.name in board.table.value
    board.auto.value = False
    assert board.ticker.seconds == 0
    board.close_all()
    one.http.close()


def test_names_of_the_log_are_shown_as_text_and_masked_for_a_room(lab: Lab) -> None:
    assert lab.tenant.management is not None
    user = {"connection": "Username-Password-Authentication", "email": "grace&co@example.com", "password": "Aa1!aaaa"}
    lab.tenant.management.change("POST", "/users", user)
    with pytest.raises(WrongCredentials):
        lab.login(user["email"], "wrong")
    board = forms.InstructorsBoard(lab)
    board.submit()
    assert "grace&amp;co@example.com" in board.table.value
    lab.handover.project(True)
    board.submit()
    assert "co@example.com" not in board.table.value and "c•••@e•••.com" in board.table.value


def test_a_name_is_optional_and_stands_beside_the_user_on_the_board_unless_a_room_looks_on(
    lab: Lab, class_server: server.ServedSandbox
) -> None:
    form = forms.TenantForm(lab)
    form.kind.value = "class"
    form.join_line.value, form.name.value = class_server.join_line, "  <Ada>\tKing "
    form.submit()
    assert "The instructor's board shows that name, “<Ada> King” next to it, and which notebooks" in form.status
    board = connected(lab, class_server)
    assert "&lt;Ada&gt; King</td>" in board.table.value
    form.name.value = ""
    form.submit()  # nobody has to type it twice
    board.submit()
    assert "&lt;Ada&gt; King</td>" in board.table.value
    form.name.value = "a" * 61
    form.submit()
    assert form.status == "Problem: A name can have at most 60 characters. Type a shorter one."
    lab.handover.project(True)
    board.submit()
    assert "Ada" not in board.table.value


def test_who_is_removed_with_the_empty_seats_is_told_so_and_goes_on_after_joining_again(
    lab: Lab, class_server: server.ServedSandbox
) -> None:
    in_00 = forms.TenantForm(lab)
    in_00.kind.value, in_00.join_line.value = "class", class_server.join_line
    in_00.submit()
    first, open_one = lab.tenant.username, Lab()
    in_01 = forms.SignInForm(open_one)
    in_01.username.value, in_01.password.value = first, "not the password"
    in_01.submit()
    assert in_01.status.startswith("Problem: The user name or the password is incorrect."), "with a seat, that is all"
    board = connected(lab, class_server)
    board.remove_empty_seats()
    assert board.status == "Done: 1 empty seat was removed; nobody has signed in yet."

    in_01.submit_as_sandbox_user()
    assert in_01.status.startswith(
        "Problem: You haven't joined this class. Your user there was removed with the empty seats or with an earlier group. "
    )
    in_00.join_line.value = class_server.join_line
    in_00.submit()
    again = lab.tenant.username
    assert in_00.error is None and again != first
    in_01.submit_as_sandbox_user()
    assert in_01.error is None and open_one.tenant.username == again
    board.submit()
    assert board.status == "Done: 1 learner, 0 stuck. 01 signed in: 1."


def test_whose_group_is_over_is_told_so_and_joins_the_next_one(lab: Lab, class_server: server.ServedSandbox) -> None:
    in_00 = forms.TenantForm(lab)
    in_00.kind.value, in_00.join_line.value = "class", class_server.join_line
    in_00.submit()
    open_one = Lab()
    open_one.login()
    instructors(class_server).begin_group()
    in_01 = forms.SignInForm(open_one)
    in_01.submit_as_sandbox_user()
    assert in_01.status.startswith("Problem: You haven't joined this class. Your user there was removed with the empty")
    for waiting in (open_one, Lab()):
        status = forms.ClassInWaitingForm(waiting).status
        assert "This notebook waits until you've joined the class." in status and "nothing" not in status
    in_00.join_line.value = class_server.join_line
    in_00.submit()
    in_01.submit_as_sandbox_user()
    assert in_00.error is in_01.error is None and open_one.tenant.username == lab.tenant.username


def test_a_class_that_fails_inside_keeps_its_learners(lab: Lab, class_server: server.ServedSandbox) -> None:
    lab.choose("class", class_server.join_line)
    with closing(sqlite3.connect(class_server.state, isolation_level=None)) as db:
        db.execute("ALTER TABLE users RENAME TO elsewhere")
    waiting = Lab()
    assert isinstance(waiting.waiting_for, TenantFailed)
    status = forms.ClassInWaitingForm(waiting).status
    assert f"There, you're still {lab.tenant.username}, and nothing that you did is lost." in status


def connected(lab: Lab, tenant: server.ServedSandbox) -> forms.InstructorsBoard:
    """The board of that class, read once."""
    board = forms.InstructorsBoard(lab)
    board.where.value = "class"
    board.join_line.value, board.token.value = tenant.join_line, TOKEN
    board.submit()
    return board


def test_the_board_is_sorted_as_the_instructor_likes(lab: Lab, class_server: server.ServedSandbox) -> None:
    (first, _), (second, _), (third, _) = [
        play(class_server, *part) for part in [(6, False, 1), (1, False, 1), (2, True, 1)]
    ]

    def order() -> list[str]:
        return sorted((first, second, third), key=board.table.value.index)

    board = connected(lab, class_server)
    assert order() == [third, second, first]  # stuck first
    board.order.value = "Longest idle first"
    assert order() == [first, second, third]
    board.order.value = "Least progress first"
    assert order() == [second, third, first]
    class_server.stop()
    board.submit()
    assert board.status.startswith("Problem: ")
    board.order.value = "Stuck first"  # what was read stays read
    assert order() == [third, second, first]


def test_a_new_group_begins_once_the_one_before_is_saved(
    lab: Lab, class_server: server.ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = play(class_server, 6, False, 1)
    board = connected(lab, class_server)
    monkeypatch.chdir(tmp_path)
    board.export()
    assert re.match(r"Done: the board is in the file \S+/class_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.csv\.", board.status)
    board.ask()
    board.keep_group()
    board.submit()
    assert name in board.table.value
    monkeypatch.setattr(atomic_file, "replace", unwritable)
    board.ask()
    board.begin_group()
    assert board.status == (
        f"Problem: The board can't be saved in {tmp_path} (No space left on device). Make sure that you can write there and "
        "that there's free space, and then try again."
    )
    assert all(one.stat().st_size for one in tmp_path.glob("class_*.csv")), "nothing empty is left"
    board.submit()
    assert name in board.table.value, "nothing is removed that wasn't saved"
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    board.begin_group()
    assert board.status.startswith("Done: the group is in the file ") and board.result == []
    assert any(f"{name},,05 login complete" in one.read_text("utf-8-sig") for one in tmp_path.glob("class_*.csv"))


def test_a_group_that_has_begun_is_told_although_its_join_line_cannot_be_saved(
    lab: Lab, class_server: server.ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = play(class_server, 6, False, 1)
    board = connected(lab, class_server)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "join_line.txt").mkdir()
    board.begin_group()
    assert board.status.startswith("Done: the group is in the file ")
    assert "The join line can't be saved in" in board.status and board.status.endswith("click “Save the join line”.")
    assert name not in board.table.value and board.result == []
    (tmp_path / "join_line.txt").rmdir()
    board.save_join_line()
    assert (tmp_path / "join_line.txt").read_text("utf-8").strip() == class_server.join_line


def unwritable(path: Path, text: str) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_join_line_is_saved_as_text_and_as_a_page_whose_code_a_camera_reads(
    lab: Lab, class_server: server.ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = connected(lab, class_server)
    monkeypatch.chdir(tmp_path)
    board.save_join_line()
    assert board.status.startswith("Done: Learners join with the line in join_line.txt.")
    assert class_server.join_line not in held(board)
    assert (tmp_path / "join_line.txt").read_text("utf-8").strip() == class_server.join_line
    page = (tmp_path / "join_line.html").read_text("utf-8")
    assert f"<code>{class_server.join_line}</code>" in page
    (picture,) = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(b64decode(picture))).convert("L"))
    assert code.text == class_server.join_line


def test_the_line_that_is_saved_is_the_one_that_learners_join_with_now_also_if_another_board_began_the_group(
    lab: Lab, class_server: server.ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    board, earlier = connected(lab, class_server), class_server.join_line
    instructors(class_server).begin_group()
    board.save_join_line()
    saved = (tmp_path / "join_line.txt").read_text("utf-8").strip()
    assert saved == class_server.join_line != earlier
    assert saved not in held(board)


def test_without_the_notebooks_folder_nothing_is_removed_and_a_sentence_says_so(
    lab: Lab, class_server: server.ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(class_server, 1, False, 1)
    board = connected(lab, class_server)
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for act in (board.export, board.begin_group, board.save_join_line):
        act()
        assert board.status == (
            "Problem: This notebook's folder has been moved or removed. Open the notebook again where it is now."
        )
    board.submit()
    assert board.status.startswith("Done: 1 learner, ")


def test_what_fails_inside_the_tenant_is_on_the_board_although_nobody_is_held_up(
    lab: Lab, class_server: server.ServedSandbox
) -> None:
    one, board = Learner(class_server), connected(lab, class_server)
    assert "✘" not in board.table.value
    with closing(sqlite3.connect(class_server.state, isolation_level=None)) as db:
        db.execute("ALTER TABLE mails RENAME TO elsewhere")
    assert one.call("GET", "/sandbox/inbox").status_code == 500
    board.submit()
    assert board.status.startswith("Done: 1 learner, 0 stuck.")
    assert (
        "<p>✘ Calls that failed inside the class's tenant: 1. The last one, just now: an error of its own (OperationalError). "
        "For details, see the terminal where the tenant runs.</p>"
    ) in html.unescape(board.table.value)
    one.http.close()


def test_while_the_tenant_is_away_the_board_says_where_to_look_and_goes_on_afterwards(
    lab: Lab, class_server: server.ServedSandbox
) -> None:
    name, _ = play(class_server, 1, False, 1)
    board = connected(lab, class_server)
    port = int(class_server.base_url.rpartition(":")[2])
    class_server.stop()
    for again in range(2):
        if again:  # a board that is opened only now
            board = forms.InstructorsBoard(lab)
            board.where.value = "class"
            board.join_line.value, board.token.value = class_server.join_line, TOKEN
        board.submit()
        assert board.status == (
            f"Problem: The class's tenant doesn't respond at 127.0.0.1:{port}. Look at the terminal where it runs. If it has "
            "ended, start it again with the same command. Learners keep their work, and this board continues. If that "
            "machine has another address now, paste the join line that the terminal shows then."
        )
        back = server.start_class(class_server.state, name="127.0.0.1", token=TOKEN, port=port)
        board.join_line.value, board.token.value = (class_server.join_line, TOKEN) if again else ("", "")
        board.submit()
        assert board.error is None and name in board.table.value
        back.stop()
