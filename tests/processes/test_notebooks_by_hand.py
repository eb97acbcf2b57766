"""Notebooks as a person runs them: Run All with nothing filled in, tries that fail, outputs that are refreshed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from mfa_helpers.lessons.exercises import EXERCISES

from ..notebooks import refresh as refreshing
from ..support.notebook_files import PATHS
from ..support.run_notebooks import outputs, printed, with_nbclient, with_papermill
from ..support.secrets_search import TYPED, codes_of, leaks


@pytest.mark.parametrize("path", PATHS[5:], ids=lambda path: path.stem)
def test_run_all_with_nothing_filled_in_ends_without_a_fault_and_says_what_to_do(
    path: Path, surroundings: Path
) -> None:
    """The person in Chromium begins the first six notebooks in this way; 05 is here, too, because it needs the most."""
    book = with_nbclient(path)
    assert [one for one in outputs(book) if one.output_type == "error" or one.get("name") == "stderr"] == []
    assert "✘ Not there yet." in printed(book)


def test_no_secret_is_left_by_a_person_whose_tries_fail_and_whose_widgets_are_saved(surroundings: Path) -> None:
    """Wrong password, wrong code, right code, a fault in a cell; the notebook is saved with widget state."""
    book = nbformat.read(PATHS[1], as_version=4)
    book.cells += [
        nbformat.v4.new_code_cell(source)
        for source in (
            f"form = forms.SignInForm(lab); form.password.value = '{TYPED[:6]}' + '{TYPED[6:]}'; form.submit(); form",
            "form.password.value = lab.tenant.password.reveal(); form.submit(); assert form.error is None; form",
            "form = forms.AssociateForm(lab); form.submit(); form",
            "form = forms.ConfirmForm(lab); form.look(); form.code.value = form.code.value[::-1]; form.submit()",
            "form.look(); form.submit(); assert form.error is None; form",
            "lab.tokens",
            "print(lab.tokens, lab.tenant, lab.client, form.error)",
            "lab.client.verify(mfa_token='x', oob_code='y', binding_code='123')",
            *(
                source
                for mode in ("Plain", "Minimal", "Context", "Verbose")
                for source in (
                    f"%xmode {mode}",
                    "lab.client.login(lab.tenant.username, lab.tenant.password, audience='https://nobody.example/')",
                    "password = lab.tenant.password\n1 / 0",
                )
            ),
        )
    ]
    nbformat.write(book, surroundings / "typed.ipynb")
    done = with_nbclient(surroundings / "typed.ipynb", store_widget_state=True)
    # The cell's source spells the typed canary in two halves; only its value could join them.
    errors = [output for output in outputs(done) if output.output_type == "error"]
    assert [error.ename for error in errors] == ["InvalidInput", *["AudienceUnknown", "ZeroDivisionError"] * 4]
    nbformat.write(done, surroundings / "saved.ipynb")
    assert done.metadata["widgets"] and len(codes_of(surroundings)) == 1
    exported, _ = HTMLExporter(template_name="basic").from_notebook_node(done)  # without pictures of its own
    assert "Confirm the address" in exported  # the widgets' state travels into the page
    assert leaks(surroundings, codes_of(surroundings), exported) == []


def test_run_all_replays_no_saved_solution_and_the_button_judges_it(surroundings: Path) -> None:
    """D1: 03 is run with its exercise solved and saved. Its login stays, and nothing of the learner's own was sent."""
    book = nbformat.read(PATHS[3], as_version=4)
    (cell,) = (cell for cell in book.cells if "exercise" in cell.metadata.get("tags", []))
    cell.source = EXERCISES["confirm-by-hand"].ladder.solution
    before = nbformat.v4.new_code_cell("from mfa_helpers.notebook import lab\n\nlab.catch_up('enrollment', 'login')")
    place = next(n for n, one in enumerate(book.cells) if "setup" in one.metadata.get("tags", [])) + 1
    book.cells.insert(place, before)
    book.cells += [
        nbformat.v4.new_code_cell(source)
        for source in (
            "from mfa_helpers.client.transport import USER_AGENT\n"
            "events = [event['type'] for event in lab.tenant.log.events_since() if event['user_agent'] != USER_AGENT]\n"
            "print(lab.missing('login', 'enrollment'), events)",
            "form = forms.ExerciseForm(lab, 'confirm-by-hand')\n"
            "form.rung.value = 'write'\n"
            "form.run.click()\n"
            "print(form.status, lab.missing('login', 'enrollment'))",
        )
    ]
    nbformat.write(book, surroundings / "solved.ipynb")
    done = with_nbclient(surroundings / "solved.ipynb")
    assert [one for one in outputs(done) if one.output_type == "error"] == []
    said = printed(done)
    assert "[] []\n" in said and "Done: your request confirmed the email, and the tenant issued tokens." in said
    assert said.rstrip().endswith(" []")


def test_on_binder_no_link_leads_to_localhost(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/somebody/")
    shown = str(outputs(with_papermill(PATHS[3], None, parameters={"hands_free": True})))
    assert "✔ Checkpoint reached" in shown and not re.search(r"href=.{0,3}https?://(localhost|127\.0\.0\.1)", shown)


def test_refreshing_one_notebook_stores_its_outputs_again_and_touches_no_other(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = surroundings / "notebooks"
    folder.mkdir()
    emptied, other = folder / PATHS[5].name, folder / PATHS[3].name
    book = json.loads(PATHS[5].read_text("utf-8"))
    for cell in book["cells"]:
        cell.get("outputs", []).clear()
    emptied.write_text(json.dumps(book), "utf-8")
    shutil.copy(PATHS[3], other)
    monkeypatch.setattr(refreshing, "NOTEBOOKS", folder)
    for name in ("MFA_HANDS_FREE", "MFA_SANDBOX_STATE", "JUPYTER_RUNTIME_DIR"):  # put back afterwards
        monkeypatch.setenv(name, "")
    refreshing.main("05")
    assert emptied.read_text("utf-8") == PATHS[5].read_text("utf-8")
    assert other.read_bytes() == PATHS[3].read_bytes()
    with pytest.raises(SystemExit, match="No notebook begins with '9'"):
        refreshing.main("9")


def test_what_a_kernel_printed_in_pieces_is_stored_in_one() -> None:
    def out(text: str, name: str = "stdout") -> dict[str, str]:
        return {"output_type": "stream", "name": name, "text": text}

    shown = {"output_type": "execute_result", "data": {"text/plain": "42"}}
    assert refreshing.joined([out("a"), out("b"), shown, dict(shown), out("c"), out("d", "stderr")]) == [
        out("ab"),
        shown,
        shown,
        out("c"),
        out("d", "stderr"),
    ]
