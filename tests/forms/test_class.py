"""The forms of a class: choosing its tenant, and the instructor's board."""

from __future__ import annotations

import re

import pytest

from mfa_helpers import forms
from mfa_helpers.client.errors import WrongCredentials
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.tenants import class_tenant

from ..support.class_of_learners import TOKEN, Learner, play


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
