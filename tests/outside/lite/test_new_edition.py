"""A new edition reaches whoever has visited an older one, and what they wrote stays beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ...support.person import NAMES, MousePerson
from .edition import LiteServer
from .test_in_a_page import SIGN_IN, run_all


@pytest.fixture
def of_the_host(site: Path) -> Iterator[None]:
    """Whatever a test does to the site's notebooks and settings is undone."""
    files = [site / "jupyter-lite.json", *(site / "files").glob("*.ipynb")]
    before = {file: file.read_bytes() for file in files}
    yield
    for file, content in before.items():
        file.write_bytes(content)


def publish(site: Path, *names: str) -> None:
    """A new edition in which the first cell of these notebooks says so."""
    settings = site / "jupyter-lite.json"
    config = json.loads(settings.read_text("utf-8"))
    for name in names:
        file = site / "files" / f"{name}.ipynb"
        book = json.loads(file.read_text("utf-8"))
        book["cells"][0]["source"] = "# The new edition"
        book["metadata"]["mfa_course"]["version"] = config["jupyter-config-data"]["mfaCourseVersions"][file.name] = (
            "new"
        )
        file.write_text(json.dumps(book), "utf-8")
    settings.write_text(json.dumps(config), "utf-8")


@pytest.mark.usefixtures("of_the_host")
def test_a_new_edition_is_there_at_the_next_visit_and_what_was_written_is_kept_beside_it(
    lite: LiteServer, new_page: Callable[[], Page], site: Path
) -> None:
    person = MousePerson(new_page(), lite, "page")
    page = person.page
    shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    heading = shown.get_by_role("heading", name="The new edition")

    def save() -> None:
        while page.locator(".jp-mod-dirty").count():  # what still arrives after a save makes it dirty again
            page.keyboard.press("Control+S")
            page.wait_for_timeout(1000)

    person.open(NAMES[1])  # run and saved, with nothing of one's own in it
    run_all(person)
    SIGN_IN(person)
    save()
    person.open(NAMES[2])  # and this one with
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.keyboard.type("mine = 42")
    page.keyboard.press("Escape")
    save()
    publish(site, NAMES[1], NAMES[2], NAMES[3])
    told = page.locator(".Toastify__toast")
    for name in (NAMES[1], NAMES[3]):
        person.open(name)
        expect(heading).to_be_visible()
        expect(told).to_have_count(0)
    person.open(NAMES[2])
    expect(heading).to_be_visible()
    expect(told).to_have_text(
        f"{NAMES[2]}.ipynb has changed in the course. Your own version is kept as “{NAMES[2]} (yours).ipynb”."
    )
    expect(shown).not_to_contain_text("mine = 42")
    page.goto(
        f"{lite.url}/lab/index.html?workspace=yours&path={NAMES[2]} (yours).ipynb"
    )  # and nothing else is open there
    expect(shown).to_contain_text("mine = 42")
    expect(heading).to_have_count(0)
    person.open(NAMES[2])  # once is enough
    expect(heading).to_be_visible()
    expect(told).to_have_count(0)
