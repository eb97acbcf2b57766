"""Every notebook under the tools: strict nbval, papermill alone and in order, and Run All by a person."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import requests

from mfa_helpers.sandbox.hosting import server

from ..support.namespaces import refusal
from ..support.notebook_files import PATHS, cells
from . import minutes
from . import refresh as refreshing
from .running import printed, with_nbclient, with_nbval, with_papermill

NAMES = [path.stem for path in PATHS]
EACH = pytest.mark.parametrize("path", PATHS, ids=NAMES)


def test_strict_nbval_finds_each_stored_output_again_twice_in_a_row(surroundings: Path) -> None:
    """The second run has the same tenant, already used, other ports, and, where that is permitted, no network but loopback."""
    why_not = refusal("--net")
    if why_not:
        warnings.warn(f"not tried without a network: {why_not}", stacklevel=1)
    everything = refreshing.NOTEBOOKS.glob("*.ipynb")
    code_cells = sum(cell["cell_type"] == "code" for path in everything for cell in cells(path))
    for offline in (False, not why_not):
        done = with_nbval("--nbval", "notebooks", offline=offline)
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
        assert f"{code_cells} passed" in done.stdout
        # One run sends 16 mails, and a tenant sends a user 20, then one a minute: the second run is later.
        sandbox = server.start(surroundings / "state" / "sandbox.sqlite3")
        requests.post(sandbox.base_url + "/sandbox/clock", json={"advance_seconds": 1200}, timeout=5)
        sandbox.stop()


@pytest.mark.parametrize(
    ("true", "changed"),
    [
        ('"403 mfa_required\\n"', '"200 mfa_required\\n"'),  # printed
        ("✔ 403 mfa_required: as wanted\\n", "✘ 403 invalid_grant\\n"),  # drawn, in text
        ("mfa_required: as wanted</span>", "mfa_required</span>"),  # drawn, in HTML
    ],
)
def test_strict_nbval_notices_a_changed_output(true: str, changed: str, surroundings: Path) -> None:
    """The control: a stored output that is not true fails, and that alone."""
    folder = surroundings / "changed"
    folder.mkdir()
    text = PATHS[1].read_text("utf-8")
    assert text.count(true) == 1
    (folder / PATHS[1].name).write_text(text.replace(true, changed), "utf-8")
    done = with_nbval("--nbval", folder, MFA_HANDS_FREE="1")
    assert done.returncode == 1
    assert "Cell outputs differ" in done.stdout and "\n1 failed" in done.stdout


def test_nbval_leaves_out_what_differs_from_run_to_run_without_being_asked(surroundings: Path) -> None:
    """As a person types it: `pytest --nbval notebooks/01…`, with no other option."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", str(PATHS[1])],
        cwd=PATHS[1].parents[1],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-3000:]


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


def test_refreshing_one_notebook_alone_stores_what_all_in_order_stored(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With catch-up on a fresh tenant, the diagram shows what the notebooks before would have done."""
    folder = surroundings / "notebooks"
    folder.mkdir()
    for path in (PATHS[3], PATHS[5]):
        shutil.copy(path, folder)
    monkeypatch.setattr(refreshing, "NOTEBOOKS", folder)
    for name in ("MFA_HANDS_FREE", "MFA_SANDBOX_STATE", "JUPYTER_RUNTIME_DIR"):  # put back afterwards
        monkeypatch.setenv(name, "")
    refreshing.main("05")
    assert (folder / PATHS[5].name).read_text("utf-8") == PATHS[5].read_text("utf-8")
    with pytest.raises(SystemExit, match="No notebook begins with '9'"):
        refreshing.main("9")


@EACH
def test_papermill_runs_each_notebook_alone_with_a_fresh_tenant(path: Path, surroundings: Path) -> None:
    book = with_papermill(path, surroundings / "out.ipynb", parameters={"hands_free": True})
    assert "✔ Checkpoint reached" in printed(book)
    assert [output for cell in book.cells for output in cell.get("outputs", []) if output.get("name") == "stderr"] == []
    assert not (surroundings / "outside.txt").exists()  # it needs no network
    minutes.assert_true(path, book.metadata.papermill["duration"])


def test_papermill_runs_00_to_05_in_order_and_each_finds_what_the_one_before_left(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    handover = surroundings / "runtime" / "mfa-course.json"
    kept = {}
    for path in PATHS[:6]:
        book = with_papermill(path, surroundings / path.name)
        assert "✔ Checkpoint reached" in printed(book)
        assert stat.S_IMODE(handover.stat().st_mode) == 0o600
        kept[path.stem[:2]] = set(json.loads(handover.read_text())["tenants"].get("sandbox", {}))
    assert "login" in kept["01"]
    assert {"login", "enrolment"} <= kept["02"]
    assert "enrolled" in kept["03"] and not {"login", "enrolment"} & kept["03"]
    assert {"login", "enrolled", "authenticator"} <= kept["04"]
    sandbox = server.start(surroundings / "state" / "sandbox.sqlite3")
    try:
        # One mail to confirm, one to complete, one for each exercise of 02 to 05, and one for the second
        # address that the exercise of 04 is about: nobody had to catch up.
        assert len(requests.get(sandbox.inbox_url, timeout=5).json()) == 7
    finally:
        sandbox.stop()


@EACH
def test_run_all_by_a_person_ends_without_a_fault_and_says_what_to_do(path: Path, surroundings: Path) -> None:
    book = with_nbclient(path)
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    said = printed(book)
    assert ("✘ Not there yet." in said) != path.stem.startswith("00")


def test_hands_free_an_unmet_checkpoint_fails_the_run(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of every green run: take the form away, and papermill must complain."""
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    text = PATHS[1].read_text("utf-8").replace("forms.SignInForm(lab)", "pass")
    (surroundings / "cut.ipynb").write_text(text, "utf-8")
    from papermill.exceptions import PapermillExecutionError

    with pytest.raises(PapermillExecutionError, match="CheckpointNotReached"):
        with_papermill(surroundings / "cut.ipynb", surroundings / "out.ipynb")


def test_hands_free_an_error_in_a_form_fails_papermill_and_nbval(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form keeps its errors to itself; hands-free they must surface."""
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    text = (
        PATHS[1]
        .read_text("utf-8")
        .replace("forms.SignInForm(lab)", "lab.client.client_id = 'nobody'; forms.SignInForm(lab)")
    )
    folder = surroundings / "broken"
    folder.mkdir()
    (folder / "broken.ipynb").write_text(text, "utf-8")
    from papermill.exceptions import PapermillExecutionError

    with pytest.raises(PapermillExecutionError, match="ClientRefused"):
        with_papermill(folder / "broken.ipynb", surroundings / "out.ipynb")
    assert with_nbval("--nbval-lax", folder).returncode == 1


@pytest.mark.parametrize("start", ["root", "notebooks", "elsewhere"])
def test_a_notebook_runs_from_any_folder(start: str, surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    folder = {"root": PATHS[1].parents[1], "notebooks": PATHS[1].parent, "elsewhere": surroundings}[start]
    shutil.copy(PATHS[1], surroundings / "copy.ipynb")
    book = with_papermill(surroundings / "copy.ipynb", surroundings / "out.ipynb", cwd=folder)
    assert "✔ Checkpoint reached" in printed(book)


SAID_BY_PYTHON = {
    "00": r"200 https://sandbox\.localhost/",
    "01": r"403 mfa_required",
    "02": r"200 \['authenticator_type', 'binding_method', 'oob_channel', 'oob_code'\]",
    "03": r"403 invalid_grant Malformed mfa_token",
    "04": r"confirmed e-mails: \['\*\*\*@exam\*{7}'\]",
    "05": r"200 \['binding_method', 'challenge_type', 'oob_code'\]",
    "07": r"\['\*\*\*@exam\*{7}', 'ada\.\*{6}@exam\*{7}'\]",
}


@pytest.mark.parametrize("number", SAID_BY_PYTHON)
def test_the_python_of_the_lesson_works_when_the_learner_runs_it(
    number: str, surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    path = next(path for path in PATHS if path.stem.startswith(number))
    text = path.read_text("utf-8")
    (surroundings / "run.ipynb").write_text(text.replace("run_it = False", "run_it = True"), "utf-8")
    book = with_papermill(surroundings / "run.ipynb", surroundings / "out.ipynb")
    cell = next(cell for cell in book.cells if cell.id == "python")
    said = "".join(output.get("text", "") for output in cell.outputs)
    assert re.fullmatch(SAID_BY_PYTHON[number], said.strip())
