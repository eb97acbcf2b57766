"""Whether what notebook 10 says of the official page is true of a version of it: which errors stand, and what is new."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

from .erratum import Erratum, in_words, lines_in_words
from .page import COMPARED, ERRATA, SAMPLES
from .page_text import Line, PageText

TITLE = "Enroll and Challenge Email Authenticators"
_BYTES = 5_000_000  # over a hundred times the page
_WIDTH = 100


class UnusablePage(Exception):
    """A file that can't be checked; its text says what is wrong with it, and what to do next."""


def read_page(file: Path) -> PageText:
    """The page in a file: Markdown, MDX, or plain text, in UTF-8. Raises `UnusablePage`."""
    try:
        if file.is_dir():
            raise UnusablePage(f"{file} is a folder. Name the file with the page's text.")
        if file.stat().st_size > _BYTES:
            raise UnusablePage(f"{file} is too large to be the page. Name the file with the page's text.")
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise UnusablePage(f"There is no file {file}. Check the path.") from None
    except (UnicodeError, ValueError):
        raise UnusablePage(f"{file} isn't text in UTF-8. Save the page's text again as UTF-8.") from None
    except OSError as error:
        raise UnusablePage(f"{file} can't be read: {error.strerror}. Check the path and its permissions.") from None
    if "\0" in text:
        raise UnusablePage(f"{file} isn't text in UTF-8. Save the page's text again as UTF-8.")
    if not text.strip():
        raise UnusablePage(f"{file} is empty. Save the page's text again.")
    if text.lstrip()[:9].lower().startswith(("<!doctype", "<html")):
        raise UnusablePage(f"{file} is HTML. Save the page's Markdown: its address, followed by .md.")
    page = PageText(text)
    if not page.has_heading(TITLE):
        raise UnusablePage(f"{file} doesn't have the heading “{TITLE}”. Save the text of that page.")
    return page


class Check:
    """A version of the page, judged by what the records say of the page on `day`."""

    def __init__(
        self,
        page: PageText,
        errata: Iterable[Erratum] = ERRATA,
        samples: Collection[str] = SAMPLES,
        day: date = COMPARED,
    ) -> None:
        self.day = day
        self.standing: list[tuple[Erratum, tuple[int, ...]]] = []
        self.absent: list[Erratum] = []
        self.unseen: list[Erratum] = []
        for one in errata:
            if lines := page.lines_with(one.stands):
                self.standing.append((one, lines))
            elif page.marks_samples or not one.context or page.lines_with(one.context):
                self.absent.append(one)
            else:
                self.unseen.append(one)
        #: The lines of the samples that the version compared doesn't have.
        self.new: list[Line] = [line for line in page.samples() if line.fingerprint and line.fingerprint not in samples]

    @property
    def is_true(self) -> bool:
        """Whether each error stands or doesn't as its record says. New lines in samples don't make that false."""
        standing = all(one.stood_on(self.day) for one, _ in self.standing)
        return standing and not any(one.stood_on(self.day) for one in self.absent)

    def report(self) -> str:
        """It in lines, for a terminal."""
        stood = Erratum.stood_on
        parts = [
            (
                "Errors that are on this page, as the notebook says",
                [_at(*one) for one in self.standing if stood(one[0], self.day)],
            ),
            (
                "Errors that aren't on this page, as the notebook says",
                [self._history(one) for one in self.absent if not stood(one, self.day)],
            ),
            (
                "Errors that are on this page, though the notebook says that they aren't",
                [_at(*one) for one in self.standing if not stood(one[0], self.day)],
            ),
            (
                "Errors that aren't on this page, though the notebook says that they are",
                [f"{one.title}: {one.where} in the notebook" for one in self.absent if stood(one, self.day)],
            ),
            (
                "Errors that can't be judged, because this text lacks the samples or the links",
                [one.title for one in self.unseen],
            ),
            ("New lines in the samples", [f"line {line.number}: {_printable(line.words)}" for line in self.new]),
        ]
        told = [f"Compared with what notebook 10 says about the page as of {in_words(self.day)}."]
        told += ["\n".join([f"{head} ({len(rows)}):", *(f"  {row}" for row in rows)]) for head, rows in parts if rows]
        if self.is_true:
            told.append("The notebook matches this page.")
        else:
            told.append(
                "The notebook doesn't match this page. If this is the page's newest version, correct the records of the "
                "errors that it gets wrong, in mfa_helpers/lessons/errata/page.py."
            )
        return "\n\n".join(told)

    def _history(self, erratum: Erratum) -> str:
        is_over = erratum.gone is not None and erratum.gone <= self.day
        return f"{erratum.title}: {erratum.fixed if is_over else f'printed since {in_words(erratum.since)}'}"


def _at(erratum: Erratum, numbers: tuple[int, ...]) -> str:
    told = f"{erratum.title}: {lines_in_words(numbers)}"
    return told if len(numbers) == len(erratum.lines) else f"{told} (the notebook names {len(erratum.lines)})"


def _printable(text: str) -> str:
    """A line of the page for a terminal, which it must not be able to control."""
    shown = "".join(character if character.isprintable() else "�" for character in text)
    return shown if len(shown) <= _WIDTH else f"{shown[: _WIDTH - 1]}…"
