"""Figures that texts state in words or digits are the code's: who adds a fault, a slip or a question is told where to write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mfa_helpers.client.lifetimes import CODE_LIFETIME, MFA_ACCESS_TOKEN_LIFETIME, MFA_TOKEN_LIFETIME
from mfa_helpers.lessons.checkpoints import FAULTS_WANTED
from mfa_helpers.lessons.clinic.faults import FAULTS
from mfa_helpers.lessons.errata import SLIPS
from mfa_helpers.lessons.quiz import QUESTIONS
from mfa_helpers.outline import FLOW

from ..support.places import NOTEBOOKS as FOLDER
from ..support.places import ROOT

WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
NUMBERS = {word: number for number, word in enumerate(WORDS.split())}

#: What is counted, and the phrases that state it. `{}` is the figure.
PHRASES: dict[str, tuple[int, list[str]]] = {
    "faults": (len(FAULTS), ["clinic of {} faults", "meet {} faults", "do not finish all {}."]),
    "faults to be cured": (FAULTS_WANTED, ["{} faults or more", "{} faults reach the checkpoint", "break {} things"]),
    "slips": (
        len(SLIPS),
        ["send {} errors", "sends {} of them", "saw {} lines fail", "five of the {} together"],
    ),
    "questions": (len(QUESTIONS), ["answer {} questions", "answer the {} questions", "## {} questions\n\nAnswer"]),
    "the flow's notebooks": (len({stage.number for stage in FLOW}) + 1, ["first {} notebooks", "{} short notebooks"]),
    "minutes of a code": (
        CODE_LIFETIME // 60,
        ["six digits. it lives {} minutes", "you have {} minutes", "the mail is older than {} minutes", "{} minutes for the code",
         "a code lives {} minutes", "code and `oob_code` | {} minutes", "nor the {} can be set", "code is older than {} minutes", "binding code. lives {} minutes"],
    ),
    "minutes of an MFA token": (
        MFA_TOKEN_LIFETIME // 60,
        ["it lives for {} minutes", "from 01. it lives {} minutes", "mfa token is older than {} minutes", "login is older than {} minutes",
         "for the code, {} for the login", "second factor {} minutes", "| mfa token | {} minutes", "neither the {} minutes", "sealed, lives {} minutes"],
    ),
    "minutes of an access token for the MFA audience": (
        MFA_ACCESS_TOKEN_LIFETIME // 60,
        ["seconds: {} minutes", "the access token is older than {} minutes", "for the mfa audience | {} minutes", "authenticators, and live {} minutes"],
    ),
}  # fmt: skip


def texts() -> Iterator[tuple[Path, str]]:
    """Documents, notebooks, and what the lessons say."""
    documents = [
        *ROOT.glob("*.md"),
        *FOLDER.glob("*.md"),
        *(ROOT / "mfa_helpers").rglob("*.md"),
        ROOT / "binder" / "README.md",
    ]
    for path in [*documents, *(ROOT / "mfa_helpers" / "lessons").rglob("*.py")]:
        yield path, path.read_text("utf-8")
    for path in FOLDER.glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        yield path, "\n\n".join("".join(cell["source"]) for cell in cells) + "\n\n"


TEXTS = list(texts())


@pytest.mark.parametrize(
    ("wanted", "phrase"), [(count, phrase) for count, phrases in PHRASES.values() for phrase in phrases]
)
def test_a_figure_in_a_text_is_the_codes(wanted: int, phrase: str) -> None:
    pattern = re.compile(re.escape(phrase).replace(r"\{\}", r"(\w+)"), re.IGNORECASE)
    found = [(path, match[1].lower()) for path, text in TEXTS for match in pattern.finditer(text)]
    assert found, f"no text says “{phrase}” any more: take the phrase out of this table"
    wrong = [
        f"{path.relative_to(ROOT)} says {said}"
        for path, said in found
        if NUMBERS.get(said, said) not in (wanted, str(wanted))
    ]
    assert not wrong, f"“{phrase}” is {wanted} now: " + "; ".join(wrong)
