"""Who may import whom. What is loaded late stays unloaded until then."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mfa_helpers

PACKAGE = Path(mfa_helpers.__file__).parent
FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
SANDBOX = [path for path in FILES if path.parts[0] == "sandbox"]
CLIENT_SIDE = [path for path in FILES if path.parts[0] != "sandbox"]


def imported(path: Path) -> set[str]:
    """Full names of all that a file imports, wherever in it; of `from a import b` both `a` and `a.b`."""
    package = [PACKAGE.name, *path.parts[:-1]]
    names: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return names


def importers(wanted: str, files: list[Path] = FILES) -> set[str]:
    """Which of `files` import `wanted` or something inside it."""
    return {
        path.as_posix()
        for path in files
        if any(name == wanted or name.startswith(wanted + ".") for name in imported(path))
    }


def loaded(statement: str, *packages: str) -> set[str]:
    """Which of `packages` a fresh process has loaded after `statement`."""
    code = f"{statement}\nimport sys\nprint(*(name for name in {packages!r} if name in sys.modules))"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert run.stderr == ""
    return set(run.stdout.split())


def test_there_are_files_to_look_at() -> None:
    assert len(CLIENT_SIDE) > 15 and len(SANDBOX) > 15
    assert imported(Path("forms/base.py")) >= {"mfa_helpers.lab.Lab", "mfa_helpers.steps", "ipywidgets"}


def test_on_the_clients_side_only_the_tenant_knows_the_sandbox() -> None:
    assert importers("mfa_helpers.sandbox", CLIENT_SIDE) == {"tenant.py"}


def test_the_sandbox_knows_nothing_of_the_rest() -> None:
    for path in SANDBOX:
        ours = {name for name in imported(path) if name.split(".")[0] == "mfa_helpers"}
        assert {name for name in ours if name.split(".")[:2] != ["mfa_helpers", "sandbox"]} == set(), path


def test_only_forms_know_widgets() -> None:
    using = importers("ipywidgets")
    assert using and all(name.startswith("forms/") for name in using)
    assert importers("anywidget") == {"forms/code_tabs_widget.py", "forms/live_region.py", "forms/ticker.py"}


def test_only_forms_know_forms() -> None:
    assert all(name.startswith("forms/") for name in importers("mfa_helpers.forms"))


def test_only_the_wire_sends() -> None:
    assert importers("requests", CLIENT_SIDE) == {"wire.py", "client.py", "inbox.py", "management.py"}


def test_only_the_errata_send_past_the_wire_and_to_their_own_tenant() -> None:
    assert importers("http.client") == {
        "errata/slips.py",
        "sandbox/shared.py",
    }  # whose open request is no call of the lesson


@pytest.mark.parametrize("name", ["client.py", "inbox.py", "management.py"])
def test_who_else_names_requests_names_its_session_only(name: str) -> None:
    tree = ast.parse((PACKAGE / name).read_text("utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "requests"
    }
    assert used <= {"Session"}  # in quotes, a type is no attribute
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    assert ast.unparse(guarded.test) == "TYPE_CHECKING" and "import requests" in ast.unparse(guarded)


@pytest.mark.parametrize("library", ["starlette", "uvicorn", "aiosmtpd", "sqlite3", "liquid"])
def test_only_the_sandbox_uses_the_libraries_of_a_server(library: str) -> None:
    using = importers(library)
    assert using and all(name.startswith("sandbox/") for name in using)


def test_the_values_and_the_words_know_no_network() -> None:
    for name in ("models.py", "masking.py", "errors.py", "inputs.py", "view.py", "flow.py", "wire_view.py", "steps.py"):
        assert not imported(Path(name)) & {"requests", "socket", "http", "mfa_helpers.wire", "mfa_helpers.client"}, name


# In a fresh process


def test_the_package_alone_loads_next_to_nothing() -> None:
    heavy = ("ipywidgets", "starlette", "uvicorn", "jwt", "requests", "aiosmtpd", "liquid", "cryptography", "IPython")
    assert loaded("import mfa_helpers", *heavy) == set()


def test_the_client_loads_requests_and_no_widget_and_no_server() -> None:
    heavy = ("requests", "ipywidgets", "starlette", "uvicorn", "jwt", "IPython", "mfa_helpers.sandbox")
    assert loaded("import mfa_helpers.client", *heavy) == {"requests"}


def test_the_lab_loads_no_widget_and_no_server_before_it_is_opened() -> None:
    heavy = ("mfa_helpers.client", "ipywidgets", "starlette", "uvicorn", "jwt", "mfa_helpers.sandbox")
    assert loaded("from mfa_helpers import Lab", *heavy) == {"mfa_helpers.client"}


def test_forms_load_anywidget_only_for_a_person_who_looks_at_code() -> None:
    heavy = ("ipywidgets", "anywidget", "mfa_helpers.languages")
    assert loaded("import mfa_helpers.forms", *heavy) == {"ipywidgets"}
    assert loaded("from mfa_helpers.forms import CodeTabs", *heavy) == {"ipywidgets", "mfa_helpers.languages"}


def test_the_sandbox_loads_no_client_and_no_widget() -> None:
    heavy = ("starlette", "uvicorn", "requests", "ipywidgets", "mfa_helpers.client", "mfa_helpers.wire")
    assert loaded("import mfa_helpers.sandbox.server", *heavy) == {"starlette", "uvicorn"}
