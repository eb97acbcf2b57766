"""One erratum as data: what is printed, where and since when, what is right, and how to send both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .outcome import Outcome
from .tenant import ErrataTenant
from .ways import Way

#: The first version of the page that the records were compared with. Most errors stood on it.
FIRST = date(2025, 9, 17)


def _nothing(_: ErrataTenant) -> Iterator[Outcome]:
    """An error in the page's words, which no request contains."""
    return iter(())


def in_words(day: date) -> str:
    """A date as the course writes it: May 5, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def lines_in_words(numbers: tuple[int, ...]) -> str:
    """Numbers of lines as the course writes them: lines 119, 282."""
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


@dataclass(frozen=True, kw_only=True)
class Erratum:
    """`lines` of the page say `printed`, where `corrected` is right; `why` says why it matters.

    The pattern `stands` finds the error in any version of the page (see `PageText`); its first
    group, if it has one, is the place of the error. Its repetitions have limits, so that it is soon
    searched for also in a large text that begins it again and again. If a text doesn't mark its samples, it may
    lack some of them, so the error is judged only where the pattern `context` is found, too.

    `since` is the date of the first version with the error, and `gone` that of the first one
    without it. `lines` are those of the version compared, or of the last one that had the error.

    The ways send both to a practice tenant. `gives` is what the tenant, or the program, makes of
    what is printed, and `corrected_gives` what it makes of the correction, each in lines.
    """

    title: str
    lines: tuple[int, ...]
    printed: str
    stands: str
    corrected: str
    why: str
    context: str = ""
    since: date = FIRST
    gone: date | None = None
    gives: str = ""
    corrected_gives: str = ""
    as_printed: Way = _nothing
    as_corrected: Way = _nothing

    @property
    def where(self) -> str:
        """The lines, in words."""
        return lines_in_words(self.lines)

    @property
    def fixed(self) -> str:
        """A sentence that says when Auth0 fixed it; empty while it stands."""
        return f"Auth0 fixed this on {in_words(self.gone)}." if self.gone else ""

    def stood_on(self, day: date) -> bool:
        """Whether the page had it on that day."""
        return self.since <= day and (self.gone is None or day < self.gone)
