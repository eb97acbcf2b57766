"""Each word of the field stands in the glossary once, is explained in a few words, and is one that the course uses."""

from __future__ import annotations

import re

import pytest

from ..support.notebook_files import PATHS, cells
from .test_figures import TEXTS

GLOSSARY = next(path for path in PATHS if path.stem == "14_glossary")
OTHERS = [path for path in PATHS if path != GLOSSARY]


def definitions() -> dict[str, tuple[str, str]]:
    """term: (the id of its cell, what stands under its heading)."""
    found = {}
    for cell in cells(GLOSSARY):
        match = re.search(r"^### (.+)\n\n([^#]+)\Z", cell["source"], flags=re.M)
        if match:
            found[match.group(1)] = (cell["id"], match.group(2).strip())
    return found


TERMS = list(definitions())


#: What learners read: notebooks, the guide, and what forms and lessons say.
READ = [
    text.replace("_", " ")
    for name, text in TEXTS
    if name.startswith(("notebooks/", "mfa_helpers/forms/", "mfa_helpers/lessons/")) and "glossary" not in name
]


def test_each_word_stands_once_and_is_explained_in_a_few_words() -> None:
    assert len(TERMS) > 30
    headings = re.findall(r"^### (.+)$", "\n".join(cell["source"] for cell in cells(GLOSSARY)), flags=re.M)
    assert headings == TERMS and len({term.casefold() for term in TERMS}) == len(TERMS)
    for term, (id, body) in definitions().items():
        assert id == term.replace(" ", "-")
        assert 5 <= len(body.split()) <= 40 and body.endswith("."), term


@pytest.mark.parametrize("term", TERMS)
def test_the_course_uses_each_word(term: str) -> None:
    use = re.compile(rf"(?<![\w/.#-]){re.escape(term.lower().replace('_', ' '))}s?(?!\w)")
    assert any(use.search(text) for text in READ)


def test_no_notebook_opens_the_glossary_in_the_middle_of_a_sentence() -> None:
    """A link opens another notebook with a kernel of its own, so a word is explained where it's first used."""
    for path in OTHERS:
        for cell in cells(path):
            assert "glossary.ipynb#" not in cell["source"], path.stem
