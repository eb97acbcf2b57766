"""Where there is little room, or no mouse: a phone, a tablet, and a page at 200 %."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from ..support.lab_server import LabServer
from ..support.narrow import WINDOWS, gets_to_a_code
from ..support.person import NAMES
from .test_page import begun

#: Of an answer: how far its button stands below its top, and how far its text goes on below its bottom, in pixels.
_ANSWER = """label => {
    const text = document.createRange();
    text.selectNodeContents(label.firstChild);
    const box = label.getBoundingClientRect();
    return [
        label.querySelector("input").getBoundingClientRect().top - box.top,
        text.getBoundingClientRect().bottom - box.bottom,
    ];
}"""


@pytest.mark.parametrize("window", WINDOWS)
def test_a_person_gets_from_00_to_a_code_with_little_room(light: LabServer, browser: Browser, window: str) -> None:
    gets_to_a_code(browser, light, window, "jupyterlab")


def test_an_answer_of_several_lines_stands_beside_its_button_and_above_the_next_answer(
    light: LabServer, page: Page
) -> None:
    answers = begun(page, light, NAMES[4]).form("Warm-up").locator(".widget-radio-box > label")
    expect(answers).to_have_count(6)
    page.set_viewport_size({"width": 390, "height": 4200})
    page.wait_for_function("labels => labels.some(one => one.offsetHeight > 30)", arg=answers.element_handles())
    for one in answers.all():
        below_top, below_bottom = one.evaluate(_ANSWER)
        assert abs(below_top) < 5 and below_bottom < 1


def test_the_list_of_files_is_open_where_no_notebook_was_asked_for(light: LabServer, page: Page) -> None:
    page.goto(f"{light.url}/lab?reset&token={light.token}")
    expect(page.locator(".jp-FileBrowser")).to_be_visible()
    expect(page.locator(".jp-Launcher")).to_be_visible()


def test_the_list_of_files_stays_as_somebody_left_it(light: LabServer, page: Page) -> None:
    page.goto(light.notebook(NAMES[0]))
    files = page.locator(".jp-FileBrowser")
    expect(page.get_by_text(f"{light.kernel} | Idle")).to_be_visible()
    expect(files).to_be_hidden()
    with page.expect_response(lambda one: one.request.method == "PUT" and "/api/workspaces" in one.url):
        page.get_by_role("tab", name="File Browser", exact=False).click()
    expect(files).to_be_visible()
    page.goto(light.notebook(NAMES[0]).replace("reset&", ""))
    expect(page.get_by_text(f"{light.kernel} | Idle")).to_be_visible()
    expect(files).to_be_visible()
