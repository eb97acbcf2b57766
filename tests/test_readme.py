"""What the documents say is so."""

from __future__ import annotations

import inspect
import os
import re
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from mfa_helpers import Lab, MfaClient, forms
from mfa_helpers.pytest_plugin import MfaTenant
from mfa_helpers.sandbox import __main__ as command_line
from mfa_helpers.sandbox import app
from mfa_helpers.sandbox.defaults import Settings
from mfa_helpers.sandbox.tenant import seed

from .support.groups import GROUPS
from .support.places import ROOT

#: What git ignores or has fetched is not ours.
FOREIGN = {"node_modules", "build", "dist", "mfa-course"}
#: What a command makes is not in a clone.
MADE = {"tests/shots/", "tests/outside/sdk/.environments", "notebooks/01_get_the_mfa_token.slides.html"}


def documents() -> dict[str, str]:
    """Each Markdown file of this repository: its path and its text."""
    found = {}
    for folder, inside, files in os.walk(ROOT):
        inside[:] = [name for name in inside if name not in FOREIGN and (name == ".github" or name[0] != ".")]
        for path in (Path(folder, name) for name in files if name.endswith(".md")):
            found[path.relative_to(ROOT).as_posix()] = path.read_text("utf-8")
    return found


TEXTS = documents()
README = TEXTS["README.md"]
SANDBOX = TEXTS["mfa_helpers/sandbox/README.md"]
REFERENCE = TEXTS["mfa_helpers/sandbox/REFERENCE.md"]
EACH = pytest.mark.parametrize("name", sorted(TEXTS))


def headings(text: str) -> set[str]:
    """What can be linked to in a document, as GitHub writes it."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@EACH
def test_links_and_pictures_lead_to_files_and_headings_that_exist(name: str) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", TEXTS[name]):
        path = ((ROOT / name).parent / target).resolve() if target else ROOT / name
        assert path.exists(), target
        if anchor and path.suffix == ".md":
            assert anchor in headings(path.read_text("utf-8")), anchor


@EACH
def test_paths_that_are_named_in_code_exist(name: str) -> None:
    spans = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", TEXTS[name], flags=re.S))
    named = set(re.findall(r"(?<![\w/.…])(?:\.ci|\.github|binder|mfa_helpers|notebooks|tests)/[\w./-]*\w/?", spans))
    assert sorted(path for path in named - MADE if not (ROOT / path).exists()) == []


def test_each_document_is_reached_from_the_readme() -> None:
    reached, to_read = set(), ["README.md"]
    while to_read:
        name = to_read.pop()
        reached.add(name)
        for target in re.findall(r"\]\((?!https?:)([^)#]+\.md)(?:#[^)]*)?\)", TEXTS[name]):
            found = os.path.relpath((ROOT / name).parent / target, ROOT).replace(os.sep, "/")
            if found not in reached:
                to_read.append(found)
    ours = {name for name in TEXTS if not name.startswith(".github/")}
    assert reached == ours


def test_the_readme_can_be_read_in_five_minutes_and_leaves_tests_to_their_own_page() -> None:
    assert len(README.split()) <= 1200
    assert "::" not in README and "test_" not in README


def test_the_readmes_two_commands_are_one_line_each_and_open_and_test_the_course() -> None:
    commands = dict(re.findall(r"<!-- command: (\w+) -->\n```bash\n([^\n]+)\n```", README))
    assert set(commands) == {"learn", "test"}
    assert commands["learn"].endswith(".venv/bin/mfa-course")
    assert commands["test"].endswith('-m pytest -n 2 -m "fast or notebook"')


def test_ci_calls_the_very_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "<!-- command: test -->" in script and 'eval "${command:-false}"' in script


def test_each_group_is_run_by_the_readmes_command_by_ci_or_at_night() -> None:
    texts = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", ".ci/run", ".ci/nightly")}
    run = {
        name: {group for marks in re.findall(r'-m pytest -n 2 -m "?([a-z ]+)', text) for group in marks.split(" or ")}
        for name, text in texts.items()
    }
    assert run["README.md"] | run[".ci/run"] | run[".ci/nightly"] == set(GROUPS)
    assert not run["README.md"] & run[".ci/run"]


def test_the_table_of_notebooks_names_each_with_its_minutes() -> None:
    rows = dict(re.findall(r"\| \[[^]]+\]\(notebooks/(\S+?)\) \|[^|]+\| (\d+) \|", README))
    stated = {
        path.name: re.search(r"\*\*Time:\*\* (\d+) minutes", path.read_text("utf-8")).group(1)  # type: ignore[union-attr]
        for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")
    }
    assert rows == stated


def test_the_badge_opens_notebook_00() -> None:
    assert re.search(r"mybinder\.org/v2/gh/\S+\?urlpath=lab/tree/mfa-course/00_start_here\.ipynb\)", README)


def test_the_way_through_the_code_names_things_that_exist() -> None:
    routes = inspect.getsource(app)
    rows = re.findall(
        r"^\| [^|]+ \| `(\w+)` \| `(\w+)` \| `(\w+)` \| `(\w+) (\S+)` \| `endpoints/(\w+)\.py` \|$",
        TEXTS["CONTRIBUTING.md"],
        flags=re.M,
    )
    assert len(rows) == 7
    for form, lab, client, method, path, module in rows:
        assert hasattr(forms, form) and hasattr(Lab, lab) and hasattr(MfaClient, client)
        assert re.search(rf'Route\("{re.escape(path)}", {module}\.\w+, methods=\["{method}"\]\)', routes)


def test_the_sandboxs_page_is_short_and_its_seed_is_one() -> None:
    assert len(SANDBOX.split()) <= 600
    (told,) = re.findall(r"```yaml\n(.*?)```", SANDBOX, flags=re.S)
    users = seed.read(yaml.safe_load(told)).users
    assert [[factor.kind for factor in factors] for _, factors in users] == [[], ["email", "sms"]]


def test_the_reference_names_all_that_a_seed_may_say() -> None:
    (table,) = re.findall(r"## The seed\n.*?\n\n(\|.*?)\n\n", REFERENCE, flags=re.S)
    names = ["settings", "origins", "apis", "users", "type", *seed._API, *seed._USER, *seed._FACTORS]
    names += [name for fields in seed._FACTORS.values() for name in fields]
    assert [name for name in names if f"`{name}`" not in table] == []
    (table,) = re.findall(r"### Settings\n\n(\|.*?)\n\n", REFERENCE, flags=re.S)
    assert [name for name in asdict(Settings()) if f"`{name}`" not in table] == []


def test_the_reference_names_all_that_the_fixture_has() -> None:
    (table,) = re.findall(r"## The fixture\n.*?\n\n(\|.*?)\n\n", REFERENCE, flags=re.S)
    parts = re.findall(r"self\.([a-z]\w*)", inspect.getsource(MfaTenant.__init__))
    parts += [name for name in vars(MfaTenant) if name[0] != "_" and name != "close"]
    named = set(re.findall(r"`(\w+)", table))
    assert len(parts) > 15 and sorted(set(parts) - named) == []


def test_the_sandboxs_own_addresses_are_all_named() -> None:
    routes = {
        re.sub(r"{id.*?}", "ID", path) for path in re.findall(r'Route\("(/sandbox/[^"]+)"', inspect.getsource(app))
    }
    assert set(re.findall(r"`(?:GET|POST|DELETE) (/sandbox/[\w/]+)", REFERENCE)) == routes


def test_the_sandboxs_options_are_all_named() -> None:
    options = set(re.findall(r'add_argument\(\s*"(--[\w-]+)"', inspect.getsource(command_line)))
    assert options - set(re.findall(r"`(--[\w-]+)", REFERENCE)) == {"--while-used"}  # the notebooks' own
