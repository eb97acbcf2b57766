"""Reports about notebooks under tools, as far as files tell: secret-leak, test-runner, headless-run, binder, notebook-format.

Where notebooks have to run, tests/field/__init__.py names the tests that read the runs.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from pathlib import Path

import nbformat
from packaging.specifiers import SpecifierSet

from ..support.notebook_files import PATHS, cells
from ..support.places import PACKAGE, ROOT
from ..support.run_notebooks import with_papermill
from ..support.secrets_search import PASSWORD, leaks


def test_n_03_a_secret_given_as_parameter_is_kept_twice_and_found(tmp_path: Path) -> None:
    """The control of the papermill runs, in which secrets come from the environment: the search sees the wrong way."""
    with_papermill(PATHS[1], tmp_path / "out.ipynb", parameters={"password": PASSWORD}, prepare_only=True)
    assert (tmp_path / "out.ipynb").read_text("utf-8").count(PASSWORD) == 2
    assert len(leaks(tmp_path, [])) == 1


def test_n_10_ipykernel_7_0_is_excluded() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    (wanted,) = [SpecifierSet(one.removeprefix("ipykernel")) for one in extras["course"] if one.startswith("ipykernel")]
    assert [version for version in ("6.31.0", "7.0.0", "7.0.1", "7.1.0", "7.4.0") if version in wanted] == [
        "6.31.0",
        "7.1.0",
        "7.4.0",
    ]


def test_n_15_nothing_prompts() -> None:
    sources = [cell["source"] for path in PATHS for cell in cells(path) if cell["cell_type"] == "code"]
    sources += [path.read_text("utf-8") for path in PACKAGE.rglob("*.py")]
    calls = [node.func for text in sources for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    assert len(calls) > 1000
    assert not {"input", "getpass"} & {ast.unparse(call).rpartition(".")[2] for call in calls}


def test_n_20_no_link_of_a_notebook_leads_to_localhost() -> None:
    assert not re.search(r"\]\(https?://(localhost|127\.0\.0\.1)", "".join(path.read_text("utf-8") for path in PATHS))


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
    shown_without = {"auth0_server_python"}  # only inside the steps of 12, which then show a recording
    others = imported - set(sys.stdlib_module_names) - {"mfa_helpers"} - shown_without
    assert "mfa_helpers" in imported and others <= pins.keys()


def test_n_24_no_notebook_has_widget_state_and_a_save_adds_none() -> None:
    for path in PATHS:
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        assert "widgets" not in book.metadata
        assert "application/vnd.jupyter.widget-view+json" not in json.dumps(book)
    settings = json.loads((ROOT / "binder" / "overrides.json").read_text("utf-8"))
    assert settings["@jupyter-widgets/jupyterlab-manager:plugin"]["saveState"] is False
