"""What the instructor's guide says is so: minutes, links, commands, sentences and buttons; and its decks are made."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from mfa_helpers.client import errors
from mfa_helpers.lessons.exercises import EXERCISES

from . import minutes
from .conftest import NOTEBOOKS, cells
from .slides import slide_type

GUIDE = (NOTEBOOKS / "instructors_guide.md").read_text("utf-8")
ROOT = NOTEBOOKS.parent
COURSE = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
STATED = {path.name: minutes.stated(path) for path in COURSE}
SOURCES = "\n".join(
    [path.read_text("utf-8") for path in sorted((ROOT / "mfa_helpers").rglob("*.py"))]
    + [cell["source"] for path in COURSE for cell in cells(path)]
    + [(ROOT / "binder" / "overrides.json").read_text("utf-8")]
)
COMMANDS = re.findall(r"```bash\n([^\n]+)\n```", GUIDE)


def plan(length: int) -> list[tuple[int, str]]:
    """Each row: its minutes, and the notebook it leads to or its words."""
    part = GUIDE.partition(f"### {length} minutes\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (\d+) \| (?:\[[^]]+\]\((\S+)\)|([^|]+)) \|", part, flags=re.M)
    return [(int(said), notebook or words) for said, notebook, words in rows]


@pytest.mark.parametrize("length", [45, 90, 180])
def test_a_plan_fills_its_time_and_gives_each_notebook_the_minutes_that_it_states(length: int) -> None:
    rows = plan(length)
    assert sum(said for said, _ in rows) == length
    writing = re.search(r"allow (\d+) more minutes", (ROOT / "README.md").read_text("utf-8"))
    assert writing
    own = {**STATED, "11_capstone.ipynb": STATED["11_capstone.ipynb"] + int(writing.group(1))}
    in_plan = {what: said for said, what in rows if what in STATED}
    assert in_plan == {name: own[name] for name in in_plan}
    assert list(in_plan)[:6] == [path.name for path in COURSE[:6]] and list(in_plan) == sorted(in_plan)


def test_the_longest_plan_is_the_whole_course() -> None:
    assert {what for _, what in plan(180)} >= {path.name for path in COURSE}


def test_its_links_lead_to_files_that_exist() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert len(targets) > 25 and [target for target in targets if not (NOTEBOOKS / target).exists()] == []


def test_the_options_of_its_commands_exist() -> None:
    modules = [words for words in map(shlex.split, COMMANDS) if words[1] == "-m"]
    assert {words[2] for words in modules} == {"mfa_helpers.doctor", "mfa_helpers.sandbox"}
    named = {words[2]: {word for word in words[3:] if word.startswith("--")} for words in modules}
    named["mfa_helpers.doctor"] |= set(re.findall(r"add `(--\w+) ", GUIDE))
    for module, options in named.items():
        told = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, timeout=60)
        assert told.returncode == 0 and options and options <= set(re.findall(r"--[\w-]+", told.stdout))


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
    assert [name for name in named if "→" not in name and name not in SOURCES] == []


def test_its_command_makes_a_deck_of_each_notebook_without_set_up_solutions_or_secrets(tmp_path: Path) -> None:
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks", ignore=shutil.ignore_patterns("__pycache__"))
    (command,) = (words for words in map(shlex.split, COMMANDS) if "nbconvert" in words)
    assert command[0] == ".venv/bin/jupyter"
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", *command[1:]], cwd=tmp_path, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for path in COURSE:
        deck = unescape((tmp_path / "notebooks" / f"{path.stem}.slides.html").read_text("utf-8"))
        types = [slide_type(cell) for cell in cells(path)]
        slides, below = types.count("slide"), types.count("subslide")
        assert slides >= 4 and deck.count("<section>") == 2 * slides + below  # a column of slides is a section, too
        text = re.sub(r"<[^>]+>", "", deck)
        for left_out in ("hands_free", "forms.", "lab.checkpoint(", "Write your own requests here"):
            assert left_out not in text
        for kept in EXERCISES.values():
            assert kept.solution.strip() not in text and not [hint for hint in kept.hints if hint in text]
        assert not re.search(r"Fe26\.2\*\w|eyJ\w{8}", text)


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
def test_each_cell_says_which_slide_it_is(path: Path) -> None:
    for cell in cells(path):
        assert cell["metadata"]["slideshow"] == {"slide_type": slide_type(cell)}, cell["id"]
