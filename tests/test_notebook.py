"""What a notebook's kernel holds, when its cells run again, alone, or in another order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from mfa_helpers import notebook
from mfa_helpers.forms import controls
from mfa_helpers.forms.catch_up import CatchUpForm
from mfa_helpers.forms.guidance import Guide
from mfa_helpers.forms.sign_in import SignInForm
from mfa_helpers.forms.six_digits import ConfirmForm
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.hosting import server

from .support.class_of_learners import TOKEN
from .support.deadline import DEADLINE
from .support.notebook_files import PATHS


@pytest.fixture
def shell(learner: Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A kernel that has done nothing yet."""
    monkeypatch.setattr(notebook, "_given", None)
    shell = InteractiveShell.instance()
    notebook._meet_kernel()  # as when it was imported
    yield shell
    InteractiveShell.clear_instance()


def test_the_lab_is_the_same_when_its_cell_runs_again(shell: InteractiveShell) -> None:
    first = notebook.open_lab("sign-in")
    first.login()
    assert notebook.open_lab("sign-in") is first and first.topic == "sign-in"
    assert notebook.lab is first


def test_a_cell_that_runs_alone_finds_one(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "course/10_errata.ipynb")
    ran = shell.run_cell("from mfa_helpers.notebook import forms, lab\nlab.tenant.kind")
    assert ran.success and ran.result == "sandbox"
    assert notebook.lab.topic == "errata" and notebook.lab is notebook.lab


def test_the_lab_is_the_same_after_its_own_tenant_was_chosen(shell: InteractiveShell) -> None:
    first = notebook.open_lab("tenant")
    first.choose("sandbox")
    assert notebook.open_lab("tenant") is first


def test_another_choice_of_tenant_opens_it_again(shell: InteractiveShell) -> None:
    first = notebook.open_lab("sign-in")
    first.handover.choose("live")
    assert notebook.open_lab("sign-in") is not first


def test_when_another_tenant_is_opened_the_forms_of_the_one_before_are_closed(shell: InteractiveShell) -> None:
    first = notebook.open_lab("sign-in")
    form = SignInForm(first)
    first.handover.choose("live")
    assert notebook.open_lab("sign-in") is not first and form.comm is None
    assert Guide.of(first).forms() == []  # and nothing holds it any more


def test_a_notebook_that_changes_its_tenant_does_not_open_it_again_for_a_class(shell: InteractiveShell) -> None:
    first = notebook.open_lab("choosing")
    first.handover.choose("class")
    assert notebook.open_lab("choosing") is first


def test_a_notebook_whose_class_is_away_offers_to_try_again_and_its_forms_wait(
    shell: InteractiveShell, learner: Lab, class_server: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    learner.choose("class", class_server.join_line)
    port = int(class_server.base_url.rpartition(":")[2])
    class_server.stop()
    lab = notebook.open_lab("sign-in")
    (form,) = shown
    assert form.status.startswith("The class's tenant doesn't respond at 127.0.0.1:")
    assert f"There, you're still {learner.tenant.username}, and nothing that you did is lost." in form.status
    for waiting in (SignInForm(lab), ConfirmForm(lab), CatchUpForm(lab, "login")):
        assert (
            waiting.status
            == "This form is waiting for the class's tenant. At the top of the notebook, you can try again."
        )
        assert controls.inputs(waiting) == []
    form.submit()
    assert form.status.startswith("Problem: The class's tenant doesn't respond at 127.0.0.1:")
    assert notebook.open_lab("sign-in") is lab and len(shown) == 2, "nor when its cell runs again"
    back = server.start_class(class_server.state, name="127.0.0.1", token=TOKEN, port=port)
    try:
        shown[1].submit()
        assert shown[1].status.startswith(f"Done: the class's tenant responds, and you are {learner.tenant.username}.")
        assert notebook.open_lab("sign-in") is lab and len(shown) == 2
        sign_in = SignInForm(lab)
        assert [form.helpful() for form in Guide.of(lab).forms() if not form.is_done] == [sign_in.buttons[-1]]
        assert sign_in.username.value == learner.tenant.username and sign_in.submit_as_sandbox_user()
    finally:
        back.stop()


def test_a_learner_may_go_on_without_the_class(
    shell: InteractiveShell, learner: Lab, class_server: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    learner.choose("class", class_server.join_line)
    class_server.stop()
    lab = notebook.open_lab("sign-in")
    shown[0].use_sandbox()
    assert shown[0].status.startswith("Done: your notebooks use the sandbox on this machine.")
    assert lab.tenant.kind == "sandbox" and lab.handover.choice() == "sandbox"


def test_after_each_cell_what_follows_looks_again(shell: InteractiveShell) -> None:
    lab = notebook.open_lab("sign-in")
    looks: list[str] = []
    lab.views.register("me", lambda: looks.append("looked"))
    shell.run_cell("1")
    shell.run_cell("2")
    assert looks == ["looked"]
    shell.run_cell("from mfa_helpers.notebook import lab\n_ = lab.login()")
    assert len(looks) >= 2


def test_a_name_that_is_not_there_gets_a_sentence_and_no_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.open_lab("challenge")
    ran = shell.run_cell("1\ncheck('token')")
    said = capsys.readouterr().out
    assert not ran.success and "Traceback" not in said
    assert "In line 2, the name check isn't defined. If a cell above defines it, run that cell first" in said


def test_the_setup_cell_without_the_settings_gets_a_sentence(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("from mfa_helpers.notebook import open_lab\nopen_lab('sign-in', tenant)")
    said = capsys.readouterr().out
    assert "Traceback" not in said and "In line 2, the name tenant isn't defined." in said


def test_a_mistake_inside_a_function_is_shown_as_python_shows_it(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.open_lab("challenge")
    shell.run_cell("def f():\n    return nothing_like_it\n\nf()")
    assert "NameError" in capsys.readouterr().out


FOLLOWS = """\
from mfa_helpers.notebook import lab
rows = [{"name": "a"}]

@lab.follow
def names():
    print([row["name"] for row in rows])
"""
STOPPED = 'Line 6 (print([row["name"] for row in rows])) stopped the function: '


def test_what_fails_in_a_cell_that_follows_is_one_sentence_with_its_line(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = notebook.open_lab("authenticators")
    shell.run_cell(FOLLOWS.replace('"name": "a"', '"id": "a"'))
    assert capsys.readouterr().out == f"{STOPPED}there's no key 'name' in it.\n"
    shell.run_cell("rows = None")
    lab.views.happened()  # a later look
    assert capsys.readouterr().out == f"{STOPPED}TypeError: 'NoneType' object is not iterable.\n"
    shell.run_cell("rows = []")
    lab.views.happened()
    assert capsys.readouterr().out == "[]\n"


def test_a_cell_that_waits_for_something_and_fails_says_so_and_goes_on_with_the_next(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = notebook.open_lab("authenticators")
    lab.login()
    shell.run_cell(FOLLOWS.replace("@lab.follow", "@lab.when('login')").replace('"name": "a"', '"id": "a"'))
    assert capsys.readouterr().out == f"{STOPPED}there's no key 'name' in it.\n"
    shell.run_cell("rows = []")
    lab.login()
    lab.views.happened()
    assert capsys.readouterr().out == "[]\n"


def test_a_cell_that_lacks_a_login_runs_again_when_there_is_one(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = notebook.open_lab("authenticators")
    lab.catch_up("authenticator")
    lab.forget("login")
    shell.run_cell(
        "from mfa_helpers.notebook import lab\n"
        "@lab.when('authenticator')\ndef f():\n    print(lab.mfa_token.reveal() != '')"
    )
    assert "This step needs an MFA token" in capsys.readouterr().out
    lab.login()
    lab.views.happened()
    assert capsys.readouterr().out == "True\n"


def test_a_sentence_on_what_failed_has_no_token_in_it(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.open_lab("authenticators").login()
    shell.run_cell(
        "from mfa_helpers.notebook import lab\n"
        "@lab.when('login')\ndef f():\n    raise ValueError(lab.mfa_token.reveal())"
    )
    said = capsys.readouterr().out
    assert said.startswith("Line 4 (raise ValueError(") and notebook.lab.mfa_token.reveal() not in said


def test_hands_free_what_fails_in_a_cell_that_follows_fails_the_cell(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.open_lab("authenticators", hands_free=True)
    assert not shell.run_cell(FOLLOWS.replace('"name": "a"', '"id": "a"')).success
    assert "KeyError" in capsys.readouterr().out


def test_hands_free_a_missing_name_is_an_error_like_any_other(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.open_lab("challenge", hands_free=True)
    shell.run_cell("check('token')")
    assert "NameError" in capsys.readouterr().out


def test_what_takes_long_says_so_until_it_is_there_and_leaves_what_else_was_said(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()
    outputs: dict[str, list[str]] = {}
    cleared: list[bool] = []

    def publish(data: dict[str, Any], *, transient: Any = None, **_: Any) -> None:
        outputs.setdefault(transient["display_id"], []).append(data["text/plain"])
        began.set()

    class Slow(Lab):
        def __init__(self, *given: Any, **named: Any) -> None:
            assert began.wait(DEADLINE)
            super().__init__(*given, **named)

    monkeypatch.setattr(shell.display_pub, "publish", publish)
    monkeypatch.setattr(shell.display_pub, "clear_output", cleared.append)
    monkeypatch.setattr(notebook, "_LATE", 0.0)
    monkeypatch.setattr(notebook, "Lab", Slow)
    notebook.open_lab("sign-in")
    assert list(outputs.values()) == [["Starting your tenant …", ""]] and cleared == []


def test_what_is_there_at_once_says_nothing(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(notebook, "_LATE", DEADLINE)
    notebook.open_lab("sign-in")
    assert capsys.readouterr().out == ""


def test_in_a_whole_notebook_one_button_stands_out(shell: InteractiveShell, learner: Lab) -> None:
    learner.catch_up("login", "enrollment")
    (path,) = [path for path in PATHS if path.name == "03_confirm_the_email.ipynb"]
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert shell.run_cell(cell.source).success
    found = Guide.of(notebook.lab).forms()

    def standing_out() -> list[str]:
        buttons = [button for form in found for button in controls.buttons(form)]
        return [button.description for button in buttons if button.button_style == "primary"]

    confirm = next(form for form in found if isinstance(form, ConfirmForm))
    assert standing_out() == ["Check the inbox"]
    confirm.look()
    assert standing_out() == ["Confirm"]
    confirm.submit()
    assert standing_out() == ["Run and check"]


def test_it_has_nothing_else() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'sky'"):
        notebook.sky
