"""Figures that texts state in words or digits are the code's, and no text states one that this test does not know."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..support.notebook_files import cells
from ..support.places import NOTEBOOKS, PACKAGE, ROOT, TESTS
from .figures import FIGURES, OTHERS

ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {
    **{word: number for number, word in enumerate(ONES)},
    **{word: 10 * number for number, word in enumerate(TENS, 2)},
    **{f"{ten}-{ONES[one]}": 10 * number + one for number, ten in enumerate(TENS, 2) for one in range(1, 10)},
}
A_NUMBER = rf"(?<![\w.,:–-])([1-9][\d,]*|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"

#: What is counted. A number before one of these words is a figure that somebody can change; “one” is no count.
COUNTED = (
    "faults|slips|errors|errata|questions|notebooks|languages|tabs|exercises|checks|checkpoints|factors|terms|entries|"
    "minutes|seconds|hours|days|digits|characters|letters|codes|passwords|mails|emails|messages|authenticators|reports|"
    "rows|plans|tries"
)
_BETWEEN = r"(?!(?:and|or|of|that|which|who|in|at|to|for|by|from|is|are|was|then|with|on|as)\b)[a-z-]+ "
_BIG = "|".join(sorted((word for word, number in NUMBERS.items() if number > 10), key=len, reverse=True))
#: A number before what is counted; and a word above ten, whatever is counted: “all fourteen”.
A_COUNT = re.compile(rf"(?!.?one\b){A_NUMBER} (?:{_BETWEEN}){{0,2}}?(?:{COUNTED})\b|(?<![\w-])(?:{_BIG})(?![\w-])")


def said_by(module: Path) -> Iterator[str]:
    """Each text in a module, docstrings too."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value


def texts() -> Iterator[tuple[str, str]]:
    """Documents, notebooks, and what the package says; each in one line."""
    documents = [*ROOT.glob("*.md"), *NOTEBOOKS.glob("*.md"), *PACKAGE.rglob("*.md"), ROOT / "binder" / "README.md"]
    documents += [TESTS / "README.md", ROOT / "pyproject.toml"]
    found = {
        path: path.read_text("utf-8")
        for path in documents
        if path.name not in ("CHANGELOG.md", "FIDELITY.md", "ANSWER_KEY.md")
    }
    for path in PACKAGE.rglob("*.py"):
        found[path] = "\n".join(said_by(path))
    for path in NOTEBOOKS.glob("*.ipynb"):
        found[path] = "\n\n".join(cell["source"] for cell in cells(path)) + "\n\n"
    for path, text in found.items():
        yield path.relative_to(ROOT).as_posix(), " ".join(text.lower().split())


TEXTS = list(texts())


def stating(phrase: str, text: str) -> Iterator[re.Match[str]]:
    """Where `text` says `phrase`, with any number in it."""
    words = phrase.lower().split("{}")
    if all(part in text for part in words):
        yield from re.finditer(
            A_NUMBER.join(map(re.escape, words)) if len(words) > 1 else f"({re.escape(words[0])})", text
        )


@pytest.mark.parametrize(
    ("wanted", "phrase"), [(count, phrase) for count, phrases in FIGURES.values() for phrase in phrases]
)
def test_a_figure_in_a_text_is_the_codes(wanted: int, phrase: str) -> None:
    found, wrong = 0, []
    for name, text in TEXTS:
        others = [match.span() for other in OTHERS for match in stating(other, text)]
        for match in stating(phrase, text):
            if not any(start <= match.start(1) < end for start, end in others):
                found += 1
                wrong += [f"{name} says {match[1]}"] if value(match[1]) != wanted else []
    assert found, f"no text says “{phrase}” any more: take the phrase out of tests/texts/figures.py"
    assert not wrong, f"“{phrase}” is {wanted} now: " + "; ".join(wrong)


def value(said: str) -> int:
    return NUMBERS[said] if said in NUMBERS else int(said.replace(",", ""))


def unknown(text: str) -> list[str]:
    """The counts in `text` that no phrase states."""
    phrases = [phrase for _, phrases in FIGURES.values() for phrase in phrases] + list(OTHERS)
    stated = [match.span() for phrase in phrases for match in stating(phrase, text)]
    return [
        text[max(0, match.start() - 40) : match.end() + 40]
        for match in A_COUNT.finditer(text)
        if not any(start <= match.start() < end for start, end in stated)
    ]


def test_no_text_states_a_figure_that_is_not_checked() -> None:
    found = [f"{name}: …{place}…" for name, text in TEXTS for place in unknown(text)]
    assert not found, "Add the phrase to tests/texts/figures.py:\n" + "\n".join(found)


@pytest.mark.parametrize("other", OTHERS)
def test_each_other_phrase_is_still_somewhere(other: str) -> None:
    assert any(True for _, text in TEXTS for _ in stating(other, text)), f"no text says “{other}” any more"


@pytest.mark.parametrize(
    "sentence",
    [
        "the clinic has fifteen faults.", "learn from 15 different faults", "in nine programming languages", "it takes twenty-five minutes",
        "you meet nineteen new errors", "three short exercises", "the doctor makes 12 quick checks", "a code is good for 4 minutes",
        "you have met all fifteen.",
    ],
)  # fmt: skip
def test_a_figure_in_a_new_wording_is_noticed(sentence: str) -> None:
    """The control."""
    assert len(unknown(sentence)) == 1


@pytest.mark.parametrize(
    "sentence", ["one of the faults", "04 list authenticators", "a login in two steps", "version 2.5 errors"]
)
def test_what_is_no_count_is_left_alone(sentence: str) -> None:
    assert unknown(sentence) == []
