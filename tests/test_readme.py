"""What the README says is so."""

from __future__ import annotations

import inspect
import re

from mfa_helpers import forms
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox import app

from .support.places import ROOT

TEXT = (ROOT / "README.md").read_text("utf-8")


def test_its_links_and_pictures_lead_to_files_that_exist() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT)
    assert len(targets) >= 7
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_its_two_commands_are_one_line_each_and_open_and_test_the_course() -> None:
    commands = dict(re.findall(r"<!-- command: (\w+) -->\n```bash\n([^\n]+)\n```", TEXT))
    assert set(commands) == {"learn", "test"}
    assert commands["learn"].endswith("notebooks/00_start_here.ipynb")
    assert commands["test"].endswith("-m pytest -n 3")


def test_ci_calls_the_very_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "<!-- command: test -->" in script and 'eval "$command"' in script
    assert "-m pytest" not in script


def test_the_table_of_notebooks_names_each_with_its_minutes() -> None:
    rows = dict(re.findall(r"\| \[[^]]+\]\(notebooks/(\S+?)\) \|[^|]+\| (\d+) \|", TEXT))
    stated = {
        path.name: re.search(r"\*\*Time:\*\* (\d+) minutes", path.read_text("utf-8")).group(1)  # type: ignore[union-attr]
        for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")
    }
    assert rows == stated


def test_the_way_through_the_code_names_things_that_exist() -> None:
    routes = inspect.getsource(app)
    rows = re.findall(
        r"^\| [^|]+ \| `(\w+)` \| `(\w+)` \| `(\w+)` \| `(\w+) (\S+)` \| `(\w+)\.py` \|$", TEXT, flags=re.M
    )
    assert len(rows) == 7
    for form, lab, client, method, path, module in rows:
        assert hasattr(forms, form) and hasattr(Lab, lab) and hasattr(MfaClient, client)
        assert re.search(rf'Route\("{re.escape(path)}", {module}\.\w+, methods=\["{method}"\]\)', routes)


def test_the_badge_opens_notebook_00() -> None:
    assert re.search(r"mybinder\.org/v2/gh/\S+\?urlpath=lab/tree/notebooks/00_start_here\.ipynb\)", TEXT)
