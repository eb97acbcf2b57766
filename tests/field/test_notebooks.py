"""Reports about notebooks under tools: secret-leak, callback-errors, test-runner, cwd-import, headless-run, binder."""

from __future__ import annotations

import ast
import json
import re
import sys
import time
import tomllib
from pathlib import Path

import nbformat
import pytest
from packaging.specifiers import SpecifierSet

from ..notebooks.running import ROOT, printed, with_nbclient, with_nbval, with_papermill
from ..notebooks.test_secrets import CLIENT_SECRET, PASSWORD, codes_of, leaks
from ..support.notebook_files import PATHS, cells


@pytest.fixture
def canaries(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tenant whose secrets can be recognised."""
    monkeypatch.setenv("MFA_SANDBOX_PASSWORD", PASSWORD)
    monkeypatch.setenv("MFA_SANDBOX_CLIENT_SECRET", CLIENT_SECRET)
    return surroundings


def test_n_01_a_saved_widget_state_holds_no_secret(canaries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Password, code and tokens go through forms as a person sees them; the notebook is saved with their state."""
    book = nbformat.read(PATHS[1], as_version=4)
    book.cells += [
        nbformat.v4.new_code_cell(source)
        for source in (
            "form = forms.SignInForm(lab)\nform.password.value = lab.tenant.password.reveal()\nform.submit(); form",
            "assert form.error is None\nform = forms.AssociateForm(lab); form.submit(); form",
            "form = forms.ConfirmForm(lab); form.look(); form.use_code(); form.submit(); assert form.error is None; form",
        )
    ]
    nbformat.write(book, canaries / "typed.ipynb")
    done = with_nbclient(canaries / "typed.ipynb", store_widget_state=True)
    assert not [out for cell in done.cells for out in cell.get("outputs", []) if out.output_type == "error"]
    nbformat.write(done, canaries / "saved.ipynb")
    assert done.metadata["widgets"] and len(codes_of(canaries)) == 1
    assert leaks(canaries, codes_of(canaries)) == []


def test_n_03_a_secret_from_the_environment_is_nowhere_and_one_given_as_parameter_is_found(
    canaries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    with_papermill(PATHS[1], canaries / "shipped.ipynb", parameters={"hands_free": True})
    assert leaks(canaries, []) == []
    with_papermill(PATHS[1], canaries / "wrong-way.ipynb", parameters={"password": PASSWORD})
    assert len(leaks(canaries, [])) == 1  # the control: the search sees the second way


def test_n_10_the_servers_thread_says_nothing_while_a_form_is_shown_and_7_0_is_excluded(surroundings: Path) -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    (wanted,) = [SpecifierSet(one.removeprefix("ipykernel")) for one in dependencies if one.startswith("ipykernel")]
    assert [version for version in ("6.31.0", "7.0.0", "7.0.1", "7.1.0", "7.4.0") if version in wanted] == [
        "6.31.0",
        "7.1.0",
        "7.4.0",
    ]
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("from mfa_helpers import Lab, forms\nlab = Lab()"),
            nbformat.v4.new_code_cell("form = forms.SignInForm(lab)\nform.submit_as_sandbox_user()\nform"),
        ]
    )
    nbformat.write(book, surroundings / "thread.ipynb")
    done = with_nbclient(surroundings / "thread.ipynb")
    outputs = [output for cell in done.cells for output in cell.outputs]
    assert [output.output_type for output in outputs] == ["execute_result"]
    assert outputs[0].data["text/plain"] == "<SignInForm: run the cell to see it>"


def test_n_11_nbval_collects_exactly_the_code_cells() -> None:
    wanted = sum(cell["cell_type"] == "code" for path in (ROOT / "notebooks").glob("*.ipynb") for cell in cells(path))
    done = with_nbval("--nbval-lax", "--collect-only", "notebooks")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert len(re.findall(r"^notebooks/.*\.ipynb::", done.stdout, flags=re.M)) == wanted > 100


def test_n_12_strict_nbval_finds_the_stored_outputs_with_another_tenant_port_and_seed(
    surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "99")
    done = with_nbval("--nbval", PATHS[2], MFA_HANDS_FREE="1")
    assert done.returncode == 0, done.stdout[-3000:]


def test_n_13_a_cell_that_warns_would_be_seen(surroundings: Path) -> None:
    """The control of the papermill runs, which find nothing on stderr in any notebook."""
    warns = "import warnings\nwarnings.warn('old', DeprecationWarning)"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(warns)])
    nbformat.write(book, surroundings / "warns.ipynb")
    (output,) = with_nbclient(surroundings / "warns.ipynb").cells[0].outputs
    assert output.name == "stderr" and "DeprecationWarning: old" in output.text


def test_n_15_nothing_prompts_and_run_all_with_nothing_filled_in_ends_quickly(surroundings: Path) -> None:
    sources = [cell["source"] for path in PATHS for cell in cells(path)]
    sources += [path.read_text("utf-8") for path in (ROOT / "mfa_helpers").rglob("*.py")]
    assert [text for text in sources if re.search(r"(?<![\w.])(input|getpass)\(", text)] == []
    began = time.monotonic()
    book = with_nbclient(PATHS[5])
    assert time.monotonic() - began < 10 * sum(cell.cell_type == "code" for cell in book.cells)
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    assert "✘ Not there yet." in printed(book)


def test_n_19_what_leads_off_this_machine_is_refused_and_noted(surroundings: Path) -> None:
    """The control of the papermill runs, in which nothing is noted."""
    ask = "import socket\nsocket.create_connection(('192.0.2.1', 25), 1)"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(ask)]), surroundings / "ask.ipynb")
    (output,) = with_nbclient(surroundings / "ask.ipynb").cells[0].outputs
    assert (output.ename, output.evalue) == ("OSError", "[Errno 101] Network is unreachable")
    assert "192.0.2.1" in (surroundings / "outside.txt").read_text()


def test_n_21_binder_has_one_python_and_every_import_of_the_notebooks_at_a_tested_version() -> None:
    assert (ROOT / "binder" / "runtime.txt").read_text("utf-8") == "python-3.11\n"
    lines = (ROOT / "binder" / "requirements.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    imported = set()
    for path in PATHS:
        for cell in cells(path):
            if cell["cell_type"] == "code":
                for node in ast.walk(ast.parse(re.sub(r"^[%!].*", "", cell["source"], flags=re.M))):
                    if isinstance(node, ast.Import):
                        imported |= {name.name.partition(".")[0] for name in node.names}
                    elif isinstance(node, ast.ImportFrom):
                        imported.add(str(node.module).partition(".")[0])
    others = imported - set(sys.stdlib_module_names) - {"mfa_helpers"}
    assert "mfa_helpers" in imported and others <= pins.keys()


def test_n_24_no_notebook_has_widget_state_and_a_save_adds_none(surroundings: Path) -> None:
    for path in PATHS:
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        assert "widgets" not in book.metadata
        assert "application/vnd.jupyter.widget-view+json" not in json.dumps(book)
    nbformat.write(with_nbclient(PATHS[1]), surroundings / "saved.ipynb")
    saved = nbformat.read(surroundings / "saved.ipynb", as_version=4)
    nbformat.validate(saved)
    assert "widgets" not in saved.metadata
