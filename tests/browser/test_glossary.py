"""A person looks a word up."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ..support.lab_server import LabServer
from ..support.person import NAMES, SHOTS, Person


def test_a_click_on_a_word_lands_at_its_explanation(light: LabServer, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    person = Person(page, light, "light")
    for name, word in (("00_start_here", "Authenticator"), ("01_get_the_mfa_token", "audience")):
        heading = word.lower()
        person.open(name)
        page.locator(".jp-RenderedMarkdown a", has_text=re.compile(f"^{word}$")).first.click()
        there = page.locator(".jp-RenderedMarkdown h3", has_text=re.compile(f"^{heading}¶?$"))
        expect(there).to_be_in_viewport()
        expect(page.locator(".jp-RenderedMarkdown h1", has_text="14 Glossary")).not_to_be_in_viewport()
        page.screenshot(path=SHOTS / f"{NAMES[-1]}-at-{heading}.png")
