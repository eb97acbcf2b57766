"""A person does 00 to 05 as most do: in one window of a laptop, from link to link."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from ...support.person import NAMES
from ...support.traveler import Traveler, to_tokens
from .edition import LiteServer


def test_from_link_to_link_a_person_gets_from_00_to_tokens_in_one_window(
    lite: LiteServer, new_page: Callable[[], Page], hosts: set[str]
) -> None:
    page = new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    person = Traveler(page, lite)  # type: ignore[arg-type]
    assert list(to_tokens(person)) == NAMES[:6]
    person.go_on("Complete the login", NAMES[6])
    assert hosts == {lite.url.removeprefix("http://")}
