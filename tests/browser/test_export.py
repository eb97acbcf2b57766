"""A learner's notebook as an HTML file, which somebody opens where no network is."""

from __future__ import annotations

from pathlib import Path

from nbconvert import HTMLExporter
from playwright.sync_api import Page, expect

from ..support.lab_server import LabServer
from ..support.person import NAMES
from .test_page import begun


def test_an_export_says_what_stood_where_it_has_neither_a_kernel_nor_a_network(
    light: LabServer, page: Page, tmp_path: Path
) -> None:
    person = begun(page, light)
    forms = page.locator(".mfa-form").count()
    person.save()
    text, _ = HTMLExporter().from_filename(str(light.folder / "notebooks" / f"{NAMES[1]}.ipynb"))
    file = tmp_path / "export.html"
    file.write_text(text, "utf-8")
    page.context.set_offline(True)
    page.goto(file.as_uri())
    told = page.locator(".jp-RenderedText", has_text="Form: run the cell to see it")
    assert told.count() >= forms > 2
    (diagram,) = page.locator(".jp-Mermaid").all()
    content, height = diagram.evaluate("one => [getComputedStyle(one, '::before').content, one.offsetHeight]")
    assert "The text below says the same." in content and height > 10
    expect(page.get_by_text("The diagram in words")).to_be_visible()
