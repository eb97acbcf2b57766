"""Each word of the field stands in the glossary once, and where a notebook uses it first, a link leads there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ..support.notebook_files import PATHS, cells

GLOSSARY = next(path for path in PATHS if path.stem == "14_glossary")
OTHERS = [path for path in PATHS if path.stem < "14"]
# JupyterLab looks for a heading before the notebook is drawn, and finds none; a cell it finds.
LINK = re.compile(r"\]\(14_glossary\.ipynb#cell-id=([^)\s]+)\)")


def anchor(term: str) -> str:
    """The id of the cell that explains it."""
    return term.replace(" ", "-")


def definitions() -> dict[str, tuple[str, str]]:
    """term: (the id of its cell, what stands under its heading)."""
    found = {}
    for cell in cells(GLOSSARY):
        match = re.search(r"^### (.+)\n\n([^#]+)\Z", cell["source"], flags=re.M)
        if match:
            found[match.group(1)] = (cell["id"], match.group(2).strip())
    return found


TERMS = list(definitions())


def readable(cell: dict[str, Any]) -> str:
    """What a learner reads in a cell as running text: no headings, no fences, no bars, no diagrams."""
    if cell["cell_type"] != "markdown" or {"nav", "diagram"} & set(cell["metadata"].get("tags", [])):
        return ""
    text = re.sub(r"^```.*?^```", "", cell["source"], flags=re.M | re.S)
    return re.sub(r"^#+ .*$", "", text, flags=re.M)


def on_the_wire(term: str) -> bool:
    """Whether it is the name of a field, which texts show as code."""
    return "_" in term or term == "issuer"


def use(term: str) -> re.Pattern[str]:
    """`term` as a word of running text. Only names that the wire knows are looked for in code, too."""
    word = rf"{re.escape(term)}s?" if on_the_wire(term) else rf"(?<!`){re.escape(term)}s?(?![\w`])"
    return re.compile(rf"(?<![\w/.#-]){word}(?![\w(])", re.I)


def without_code(term: str, text: str) -> str:
    return text if on_the_wire(term) else re.sub(r"`[^`\n]*`", "` `", text)


def first_use(term: str) -> Path | None:
    """The first notebook whose text uses `term`, linked or not."""
    for path in OTHERS:
        for cell in cells(path):
            text = re.sub(r"\]\([^)]*\)", "]", readable(cell))
            if use(term).search(without_code(term, text)):
                return path
    return None


def test_each_word_stands_once_and_is_explained_in_a_few_words() -> None:
    assert len(TERMS) > 30
    headings = re.findall(r"^### (.+)$", "\n".join(cell["source"] for cell in cells(GLOSSARY)), flags=re.M)
    assert headings == TERMS and len({term.casefold() for term in TERMS}) == len(TERMS)
    for term, (id, body) in definitions().items():
        assert id == anchor(term)
        assert 5 <= len(body.split()) <= 40 and body.endswith("."), term


def test_the_words_of_notebook_00_are_all_there() -> None:
    words = next(cell["source"] for cell in cells(PATHS[0]) if cell["id"] == "words")
    plain = re.sub(r"\]\([^)]*\)", "]", words)
    bold = re.findall(r"^- \*\*\[?([^*\]]+?)\]?\.\*\*", plain, flags=re.M)
    assert len(bold) >= 9
    assert {word.casefold() for word in bold} <= {term.casefold() for term in TERMS}


def test_each_link_into_the_glossary_lands_on_a_word() -> None:
    anchors = {anchor(term) for term in TERMS}
    for path in PATHS:
        for cell in cells(path):
            assert set(re.findall(r"14_glossary\.ipynb#(?:cell-id=)?([^)\s]+)", cell["source"])) <= anchors, path.stem
            assert cell["source"].count("14_glossary.ipynb#") == len(LINK.findall(cell["source"])), path.stem


@pytest.mark.parametrize("term", TERMS)
def test_the_first_notebook_that_uses_a_word_links_it(term: str) -> None:
    first = first_use(term)
    assert first is not None, "no notebook uses it"
    linked = [path for path in OTHERS if any(anchor(term) in LINK.findall(cell["source"]) for cell in cells(path))]
    assert linked and linked[0] == first


def test_a_word_is_linked_once_in_a_notebook() -> None:
    """One link a word and notebook: a page full of links is hard to read."""
    for path in OTHERS:
        found = [name for cell in cells(path) for name in LINK.findall(cell["source"])]
        assert len(found) == len(set(found)), path.stem
