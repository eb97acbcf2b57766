"""What the instructor's guide says is so: minutes, links, sentences and buttons. tests/processes/test_guide_commands.py runs its commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mfa_helpers.client import errors

from ..notebooks import minutes
from ..notebooks.slides import slide_type
from ..support.notebook_files import PATHS, cells
from ..support.places import NOTEBOOKS, ROOT
from .test_labels import ELSEWHERE

GUIDE = (NOTEBOOKS / "instructors_guide.md").read_text("utf-8")
STATED = {path.name: minutes.stated(path) for path in PATHS}
SOURCES = "\n".join(
    [path.read_text("utf-8") for path in sorted((ROOT / "mfa_helpers").rglob("*.py"))]
    + [cell["source"] for path in PATHS for cell in cells(path)]
    + [(ROOT / "binder" / "overrides.json").read_text("utf-8")]
)


def plan(length: int) -> list[tuple[int, str]]:
    """Each row: its minutes, and the notebook it leads to or its words."""
    part = GUIDE.partition(f"### {length} minutes\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (\d+) \| (?:\[[^]]+\]\((\S+)\)|([^|]+)) \|", part, flags=re.M)
    return [(int(said), notebook or words) for said, notebook, words in rows]


@pytest.mark.parametrize("length", [60, 90, 240])
def test_a_plan_fills_its_time_and_gives_each_notebook_the_minutes_that_it_states(length: int) -> None:
    rows = plan(length)
    assert sum(said for said, _ in rows) == length
    writing = re.search(r"allow (\d+) more minutes", (ROOT / "README.md").read_text("utf-8"))
    assert writing
    own = {**STATED, "13_capstone.ipynb": STATED["13_capstone.ipynb"] + int(writing.group(1))}
    in_plan = {what: said for said, what in rows if what in STATED}
    assert in_plan == {name: own[name] for name in in_plan}
    assert list(in_plan)[:6] == [path.name for path in PATHS[:6]] and list(in_plan) == sorted(in_plan)


def test_what_the_plans_allow_for_installing_and_joining_is_what_the_guide_says() -> None:
    allowed = re.search(r"allow (\d+) minutes for installing and (\d+) for joining", GUIDE)
    without = re.search(r"the first plan takes (\d+) minutes", GUIDE)
    assert allowed and without
    for length in (60, 90, 240):
        assert [(said, what) for said, what in plan(length) if what in ("install", "join")] == [
            (int(allowed[1]), "install"),
            (int(allowed[2]), "join"),
        ]
    assert 60 - int(allowed[1]) - int(allowed[2]) == int(without[1])


def test_the_longest_plan_is_the_whole_course() -> None:
    assert {what for _, what in plan(240)} >= {path.name for path in PATHS}


def test_its_links_lead_to_files_that_exist() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert len(targets) > 25 and [target for target in targets if not (NOTEBOOKS / target).exists()] == []


def test_each_sentence_that_it_quotes_is_said_by_the_product() -> None:
    quoted = re.findall(r"^\| “([^”]+)”", GUIDE, flags=re.M)
    assert len(quoted) >= 15
    said = SOURCES + "".join(
        f"{getattr(errors, name).what} {getattr(errors, name).next_step}" for name in errors.__all__
    )
    for sentence in quoted:
        assert sentence in said or sentence[0].lower() + sentence[1:] in said, sentence


def test_each_button_that_it_names_is_in_the_product() -> None:
    named = set(re.findall(r"\*\*([^*]+)\*\*", GUIDE))
    assert len(named) >= 7
    assert [name for name in named if name not in ELSEWHERE and name not in SOURCES] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_cell_says_which_slide_it_is(path: Path) -> None:
    for cell in cells(path):
        assert cell["metadata"]["slideshow"] == {"slide_type": slide_type(cell)}, cell["id"]
