"""What a program has to know of its judge is in the reference and in notebook 13."""

from __future__ import annotations

import re
from contextlib import closing

from mfa_helpers.lessons.exercises.trial import Trial, practice_tenant
from mfa_helpers.lessons.judge import __main__ as command
from mfa_helpers.lessons.judge.faults import FAULTS
from mfa_helpers.lessons.judge.judge import variables
from mfa_helpers.lessons.judge.keyboard import Keyboard

from ...support.places import NOTEBOOKS, PACKAGE
from ...support.transport import needs_a_socket

REFERENCE = (PACKAGE / "sandbox" / "REFERENCE.md").read_text("utf-8")
SECTION = REFERENCE.partition("\n## Judge a program\n")[2].partition("\n## ")[0]


@needs_a_socket
def test_each_variable_is_documented() -> None:
    with closing(Keyboard(lambda _: "")) as keyboard:
        trial = Trial(practice_tenant())
        plain, trusted = variables(trial, keyboard), variables(trial, keyboard, "/ca.pem")
    notebook = (NOTEBOOKS / "13_capstone.ipynb").read_text("utf-8")
    assert [name for name in plain if f"`{name}`" not in notebook or name not in command._HELP] == []
    assert sorted(set(re.findall(r"`([A-Z_]{4,})`", SECTION))) == sorted(trusted)


def test_each_fault_is_documented_in_its_order() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", SECTION.partition("| fault |")[2].partition("\n\n")[0], re.M)
    assert rows[1:] == [fault.title for fault in FAULTS.values()]
