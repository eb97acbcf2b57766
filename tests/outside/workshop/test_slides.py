"""The decks of slides: each in one file, drawn in a Chromium that has no network."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page

from mfa_helpers.course.workshop.slides import write_decks
from mfa_helpers.course.workshop.trouble import Trouble
from mfa_helpers.lessons.exercises import EXERCISES

from ...notebooks.slides import slide_type
from ...support.browser import chromium
from ...support.notebook_files import PATHS, cells
from ..sdk.environments import Unavailable, or_skip

#: What is cut off at the right, in the slide that is shown.
CUT = """() => [...Reveal.getCurrentSlide().querySelectorAll("pre, svg, table, img")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 || one.scrollWidth > one.clientWidth + 2)
    .map(one => `${one.tagName} ${one.textContent.slice(0, 60)}`)"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decks")

    def make() -> Path:
        try:
            write_decks(folder)
        except Trouble as trouble:
            raise Unavailable(str(trouble)) from None
        return folder

    return or_skip(make, "MFA_SDKS", "what shows slides")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_deck_holds_each_slide_and_no_set_up_no_solution_and_no_secret(decks: Path, path: Path) -> None:
    whole = (decks / f"{path.stem}.slides.html").read_text("utf-8")
    deck = unescape(whole.partition("</head>")[2])
    types = [slide_type(cell) for cell in cells(path)]
    slides, below = types.count("slide"), types.count("subslide")
    assert slides >= 4 and deck.count("<section>") == 2 * slides + below  # a column of slides is a section, too
    text = re.sub(r"<[^>]+>", "", deck.partition("</main>")[0])
    for left_out in ("hands_free", r"forms\.(?!SendForm)", r"lab\.checkpoint\(", "Write your code here"):
        assert not re.search(left_out, text)
    for kept in EXERCISES.values():
        assert kept.ladder.solution.strip() not in text
        assert not [hint for hint in kept.hints if hint.replace("`", "") in text]
    assert not re.search(r"Fe26\.2\*\w|eyJ\w{8}", text)
    assert 'ipynb"' not in deck


def test_without_a_network_each_slide_is_shown_whole_and_each_diagram_is_drawn(decks: Path) -> None:
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
        page = context.new_page()
        asked, errors = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        drawn = 0
        for deck in sorted(decks.iterdir()):
            page.goto(deck.as_uri())
            page.wait_for_function("window.Reveal && Reveal.isReady()")
            drawn += page.locator("pre.mermaid svg").count()
            assert page.locator("pre.mermaid").count() == page.locator("pre.mermaid svg").count()
            assert walk(page) == []
        assert errors == [] and [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert drawn == sum("```mermaid" in cell["source"] for path in PATHS for cell in cells(path))


def walk(page: Page) -> list[str]:
    """What is cut off in any slide of the deck."""
    found: list[str] = []
    while True:
        found += page.evaluate(CUT)
        if page.evaluate("Reveal.isLastSlide()"):
            return found
        page.evaluate("Reveal.next()")
