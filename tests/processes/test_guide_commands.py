"""The commands of the instructor's guide: they exist, and so do their options. tests/outside/workshop runs those that need a network."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

from ..support.places import NOTEBOOKS

GUIDE = (NOTEBOOKS / "instructors_guide.md").read_text("utf-8")
COMMANDS = [shlex.split(line) for line in re.findall(r"```bash\n([^\n]+)\n```", GUIDE)]


def test_the_options_of_its_commands_exist() -> None:
    modules = [words for words in COMMANDS if words[2].startswith("mfa_helpers")]
    assert {words[2] for words in modules} == {
        "mfa_helpers.doctor",
        "mfa_helpers.sandbox",
        "mfa_helpers.course.workshop",
    }
    named = {words[2]: {word for word in words[3:] if word.startswith("--")} for words in modules}
    named["mfa_helpers.doctor"] |= set(re.findall(r"add `(--\w+) ", GUIDE))
    del named["mfa_helpers.course.workshop"]  # it has commands of its own
    for module, options in named.items():
        told = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, timeout=60)
        assert told.returncode == 0 and options and options <= set(re.findall(r"--[\w-]+", told.stdout))


def test_the_commands_that_prepare_a_workshop_exist() -> None:
    named = {words[3] for words in COMMANDS if words[2] == "mfa_helpers.course.workshop"}
    assert named == {"wheels", "slides"}
    for name in named:
        command = [sys.executable, "-m", "mfa_helpers.course.workshop", name, "--help"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert told.returncode == 0
        options = set(re.findall(r"`(--(?:systems|pythons))`", GUIDE)) if name == "wheels" else set()
        assert options <= set(re.findall(r"--[\w-]+", told.stdout))
