"""The official page as a text in which errors can be found, whether it is Markdown, MDX, or plain text."""

from __future__ import annotations

import hashlib
import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate

_FENCE = re.compile(r"\s*(`{3,}|~{3,})(.*)")
# A sample of MDX in a text between backticks, as one version of the page had them.
_LITERAL = re.compile(r"\s*export const \w+ = `(.*)")
_END = re.compile(r"(.*)`;?\s*")
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")
_TAG = re.compile(r"(?<!\w)<[A-Za-z][^<>]*>|</[A-Za-z][^<>]*>")  # and not HttpResponse<String>
_EMPHASIS = re.compile(r"`|\*\*|\\(?=[_*\[\]#|{}<>])")
_QUOTATION_MARKS = str.maketrans("‘’“”", "''\"\"")
# What begins a line without being said by it: marks of lists, quotations, and headings, and keys of the front matter.
_BEGINNING = re.compile(r"^(?:[>#*|-]+ |(?:description|title): )+")
_LOOKS_LIKE_CODE = re.compile(r"[{};=\\]|^ *--")


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, its words without markup, the addresses of its links, and whether it's in a sample."""

    number: int
    words: str
    links: str
    is_code: bool

    @property
    def said(self) -> str:
        """The words without the marks that begin a line of Markdown."""
        return self.words if self.is_code else _BEGINNING.sub("", self.words)

    @property
    def fingerprint(self) -> str:
        """The beginning of its hash, by which the line is recognized in another version; empty for a line without words."""
        return hashlib.sha256(self.said.encode()).hexdigest()[:8] if re.search(r"\w", self.said) else ""


class PageText:
    """The lines of a page, in which patterns find errors and fingerprints find what is new.

    Patterns are searched in the words of all lines, joined by one space each, so it doesn't matter
    where lines end. In samples, only white space and entities are normalized; elsewhere tags,
    backticks, and links are reduced to their words.
    """

    def __init__(self, text: str) -> None:
        self.lines = list(_lines(text))
        #: Whether the samples are marked, as in Markdown. Otherwise, the text may lack some of them.
        self.marks_samples = any(line.is_code for line in self.lines)
        self._words = _Joined([(line.number, line.words) for line in self.lines])
        self._links = _Joined([(line.number, line.links) for line in self.lines])

    def lines_with(self, pattern: str) -> tuple[int, ...]:
        """The numbers of the lines on which the pattern is found, in the words or in the links."""
        return tuple(sorted({*self._words.lines_with(pattern), *self._links.lines_with(pattern)}))

    def has_heading(self, title: str) -> bool:
        """Whether a line outside the samples says this and nothing else."""
        return any(line.said == title for line in self.lines if not line.is_code)

    def samples(self) -> list[Line]:
        """The lines of the samples; if samples aren't marked, those that look like code."""
        if self.marks_samples:
            return [line for line in self.lines if line.is_code]
        return [line for line in self.lines if _LOOKS_LIKE_CODE.search(line.words)]


class _Joined:
    """The texts of lines, joined; a place in the whole belongs to a line."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        kept = [(number, text) for number, text in lines if text]
        self._numbers = [number for number, _ in kept]
        self._starts = list(accumulate((len(text) + 1 for _, text in kept), initial=0))
        self._text = " ".join(text for _, text in kept)

    def lines_with(self, pattern: str) -> Iterator[int]:
        for found in re.finditer(pattern, self._text):
            start = found.start(found.lastindex or 0)
            yield self._numbers[bisect_right(self._starts, start) - 1]


def _lines(text: str) -> Iterator[Line]:
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        mark, literal = _FENCE.match(line), _LITERAL.match(line)
        if literal and not fence:
            fence, line = "`", literal[1]
        elif mark and fence != "`" and (not fence or (mark[1].startswith(fence) and not mark[2].strip())):
            fence = "" if fence else mark[1]
            continue
        is_code = bool(fence)
        if fence == "`" and (end := _END.fullmatch(line)):
            fence, line = "", end[1]
        with suppress(ValueError):  # a number with more digits than Python reads
            line = html.unescape(line)
        if is_code:
            yield Line(number, " ".join(line.split()), "", is_code=True)
        else:
            words = _LINK.sub(r"\1", _EMPHASIS.sub("", _TAG.sub("", line))).translate(_QUOTATION_MARKS)
            links = " ".join(address for _, address in _LINK.findall(line))
            yield Line(number, " ".join(words.split()), links, is_code=False)
