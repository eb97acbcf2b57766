"""The commands of the instructor's guide: their options exist, and one of them makes decks."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

from mfa_helpers.lessons.exercises import EXERCISES

from ..notebooks.slides import slide_type
from ..support.notebook_files import PATHS, cells
from ..support.places import NOTEBOOKS

GUIDE = (NOTEBOOKS / "instructors_guide.md").read_text("utf-8")
COMMANDS = [shlex.split(line) for line in re.findall(r"```bash\n([^\n]+)\n```", GUIDE)]


def test_the_options_of_its_commands_exist() -> None:
    modules = [words for words in COMMANDS if words[1] == "-m"]
    assert {words[2] for words in modules} == {"mfa_helpers.doctor", "mfa_helpers.sandbox"}
    named = {words[2]: {word for word in words[3:] if word.startswith("--")} for words in modules}
    named["mfa_helpers.doctor"] |= set(re.findall(r"add `(--\w+) ", GUIDE))
    for module, options in named.items():
        told = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, timeout=60)
        assert told.returncode == 0 and options and options <= set(re.findall(r"--[\w-]+", told.stdout))


def test_its_command_makes_a_deck_of_each_notebook_without_set_up_solutions_or_secrets(tmp_path: Path) -> None:
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks", ignore=shutil.ignore_patterns("__pycache__"))
    (command,) = (words for words in COMMANDS if "nbconvert" in words)
    assert command[0] == ".venv/bin/jupyter"
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", *command[1:]], cwd=tmp_path, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for path in PATHS:
        deck = unescape((tmp_path / "notebooks" / f"{path.stem}.slides.html").read_text("utf-8"))
        types = [slide_type(cell) for cell in cells(path)]
        slides, below = types.count("slide"), types.count("subslide")
        assert slides >= 4 and deck.count("<section>") == 2 * slides + below  # a column of slides is a section, too
        text = re.sub(r"<[^>]+>", "", deck)
        for left_out in ("hands_free", r"forms\.(?!SendForm)", r"lab\.checkpoint\(", "Write your code here"):
            assert not re.search(left_out, text)  # a call that teaches ends with the button that sends it
        for kept in EXERCISES.values():
            assert kept.ladder.solution.strip() not in text and not [
                hint for hint in kept.hints if hint.replace("`", "") in text
            ]
        assert not re.search(r"Fe26\.2\*\w|eyJ\w{8}", text)
