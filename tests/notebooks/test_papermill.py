"""Every notebook under papermill: each once, alone, on a fresh tenant, away from this checkout. The tests read what it leaves.

A notebook that fails does not hide the others: only its own tests fail.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from papermill.exceptions import PapermillExecutionError

from ..support.notebook_files import PATHS, cells, tags
from ..support.places import NOTEBOOKS
from ..support.run_notebooks import outputs, own_surroundings, printed, with_nbclient, with_papermill
from ..support.secrets_search import CLIENT_SECRET, PASSWORD, allowed, codes_of, handed_over, leaks
from . import minutes
from .refresh import stored

BOARD = NOTEBOOKS / "instructors_board.ipynb"

#: What the Python of these lessons prints once the learner lets it run.
SAID_BY_PYTHON = {
    PATHS[2]: r"200 \['authenticator_type', 'binding_method', 'oob_channel', 'oob_code'\]",
    PATHS[3]: r"403 invalid_grant Malformed mfa_token",
    PATHS[5]: r"200 \['binding_method', 'challenge_type', 'oob_code'\]",
}


@dataclass(frozen=True)
class Run:
    """One notebook, and what its run left in a folder of its own. `fault` is empty if it ran to its end."""

    path: Path
    folder: Path
    book: Any
    fault: str


@pytest.fixture(scope="module", params=[*PATHS, BOARD], ids=lambda path: path.stem)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """As a person types it: `papermill … -p hands_free True`. The learner lets the lesson's own Python run, too."""
    path: Path = request.param
    folder = tmp_path_factory.mktemp(path.stem)
    copy, output, fault = folder / path.name, folder / "out.ipynb", ""
    copy.write_text(re.sub(r"forms\.SendForm\(lab.*\)", "send()", path.read_text("utf-8")), "utf-8")
    with own_surroundings(folder):
        try:
            with_papermill(copy, output, cwd=folder, parameters={"hands_free": True}, store_widget_state=True)
        except PapermillExecutionError as error:
            fault = str(error)
    return Run(path, folder, nbformat.read(output, as_version=4), fault)


def of(*paths: Path) -> pytest.MarkDecorator:
    """Only the runs of these notebooks."""
    return pytest.mark.parametrize("run", paths, indirect=True, ids=lambda path: path.stem)


def test_alone_with_a_fresh_tenant_it_runs_to_its_checkpoint(run: Run) -> None:
    assert run.fault == ""
    assert run.path == BOARD or "✔ Checkpoint reached" in printed(run.book)


def test_it_needs_no_network_and_nothing_warns(run: Run) -> None:
    assert [output for output in outputs(run.book) if output.get("name") == "stderr"] == []
    assert not (run.folder / "outside.txt").exists()


def test_alone_it_prints_what_all_in_order_printed(run: Run) -> None:
    """What `python -m tests.notebooks.refresh` stores is the same, whichever notebooks it is asked for."""
    code = [cell for cell in run.book.cells if cell.cell_type == "code" and "injected-parameters" not in tags(cell)]
    for before, after in zip((c for c in cells(run.path) if c["cell_type"] == "code"), code, strict=True):
        if run.path not in SAID_BY_PYTHON or after.id != "python":
            assert [without_number(one) for one in stored(after)] == [without_number(one) for one in before["outputs"]]


def without_number(output: Any) -> dict[str, Any]:
    """An output without the number of its cell, and its text as one."""
    texts = {name: "".join(output[name]) for name in ("text",) if name in output}
    data = {kind: "".join(value) for kind, value in output.get("data", {}).items()}
    return {**output, **texts, "data": data, "execution_count": None}


def test_a_form_puts_out_itself_and_no_thread_speaks_meanwhile(run: Run) -> None:
    found = [cell for cell in run.book.cells if "form" in tags(cell)]
    assert found
    for cell in found:
        assert [output.output_type for output in cell.outputs] == ["execute_result"], cell.source
        assert "widget-view" in str(cell.outputs[0].data)


@of(*PATHS)
def test_the_minutes_it_states_are_true_with_the_time_of_its_run(run: Run) -> None:
    minutes.assert_true(run.path, run.book.metadata.papermill["duration"])


def test_no_secret_is_left_though_the_widgets_state_is_stored(run: Run) -> None:
    assert run.book.metadata["widgets"]  # so its absence is no excuse
    assert leaks(run.folder, codes_of(run.folder)) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes: files in a user's own folder are theirs")
def test_what_may_hold_secrets_only_the_owner_can_read(run: Run) -> None:
    files = [path for path in allowed(run.folder) if path.exists()]
    assert files and {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@of(PATHS[2])
def test_a_token_is_handed_over_and_neither_a_password_nor_at_the_tenant(run: Run) -> None:
    handed = handed_over(run.folder).read_text("utf-8")
    assert "Fe26.2*" in handed and PASSWORD not in handed and CLIENT_SECRET not in handed
    assert len(codes_of(run.folder)) >= 2  # there were codes to be searched for
    state = run.folder / "state"
    assert b"Fe26.2*" not in b"".join(path.read_bytes() for path in state.glob("*"))  # as hashes only
    with closing(sqlite3.connect(state / "sandbox.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM oob_codes").fetchone()[0] > 0


@of(*SAID_BY_PYTHON)
def test_the_python_of_the_lesson_works_when_the_learner_runs_it(run: Run) -> None:
    cell = next(cell for cell in run.book.cells if cell.id == "python")
    said = "".join(output.get("text", "") for output in cell.outputs)
    assert re.fullmatch(SAID_BY_PYTHON[run.path], said.strip())


def test_control_an_error_in_a_form_fails_papermill(surroundings: Path) -> None:
    """A form keeps its errors to itself; hands-free they must surface."""
    text = PATHS[1].read_text("utf-8")
    broken = text.replace("forms.SignInForm(lab)", "lab.client.client_id = 'nobody'; forms.SignInForm(lab)")
    (surroundings / "broken.ipynb").write_text(broken, "utf-8")
    with pytest.raises(PapermillExecutionError, match="ClientRefused"):
        with_papermill(surroundings / "broken.ipynb", None, parameters={"hands_free": True})


def test_control_a_warning_and_a_way_off_this_machine_are_seen(surroundings: Path) -> None:
    sources = (
        "import warnings\nwarnings.warn('old', DeprecationWarning)",
        "import socket\nsocket.create_connection(('192.0.2.1', 25), 1)",
    )
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    nbformat.write(book, surroundings / "bad.ipynb")
    warned, refused = outputs(with_nbclient(surroundings / "bad.ipynb"))
    assert warned.name == "stderr" and "DeprecationWarning: old" in warned.text
    assert (refused.ename, refused.evalue) == ("OSError", "[Errno 101] Network is unreachable")
    assert "192.0.2.1" in (surroundings / "outside.txt").read_text("utf-8")


def test_control_the_search_finds_a_secret_of_each_kind(tmp_path: Path) -> None:
    planted = f"{PASSWORD} and 004217 and Fe26.2*SERVER_1*{'a' * 64} and eyJ{'a' * 30}.{'b' * 30}.c"
    (tmp_path / "planted.txt").write_text(planted)
    assert len(leaks(tmp_path, ["004217"])) == 3
