"""What the page's own settings decide: what draws diagrams comes when it is needed, and a notebook that is closed leaves no Python running."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from ...support.deadline import DEADLINE
from ...support.person import NAMES, MousePerson, Person, codes, diagrams
from .edition import LiteServer
from .test_in_a_page import run_all


def test_what_draws_diagrams_is_loaded_with_the_first(
    lite: LiteServer, new_page: Callable[[], Page], hosts: set[str], site: Path
) -> None:
    drawing = {
        f"/build/{file.name}" for file in site.glob("build/*.js") if "sequenceDiagram" in file.read_text("utf-8")
    }
    person = Person(new_page(), lite, "page")
    person.open(NAMES[9])
    assert not diagrams(NAMES[9]) and drawing.isdisjoint(lite.asked)
    person.open(NAMES[0])
    person.expect_diagrams()
    assert diagrams(NAMES[0]) and drawing and drawing <= set(lite.asked)
    assert hosts == {lite.url.removeprefix("http://")}


def test_the_python_of_a_notebook_ends_when_its_tab_is_closed_and_begins_when_it_is_opened_again(
    lite: LiteServer, new_page: Callable[[], Page]
) -> None:
    person = Person(new_page(), lite, "page")
    page = person.page
    link = page.get_by_role("link", name="01 Get the MFA token", exact=True)
    tab = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=NAMES[1])
    # JupyterLab may ask whether to save what was opened.
    page.add_locator_handler(page.get_by_role("button", name="Discard"), lambda discard: discard.click())
    person.open(NAMES[0])
    (first,) = page.workers
    for _ in range(2):
        with page.expect_event("worker") as begun:
            link.click()
        expect(tab).to_have_class(re.compile("lm-mod-current"))
        expect(page.get_by_text(f"{lite.kernel} | Idle")).to_be_visible()
        assert set(page.workers) == {first, begun.value}
        with begun.value.expect_event("close"):
            tab.locator(".lm-TabBar-tabCloseIcon").click()
            expect(tab).to_have_count(0)
        assert page.workers == [first]


#: At the first moment in which the notebook fills the window. JupyterLab hears the press, not the click.
RUN_AT_ONCE = """name => {
    const tab = document.querySelector(".lm-DockPanel-tabBar .lm-mod-current")?.textContent;
    const panel = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
    const last = [...(panel?.querySelectorAll(".jp-Cell") ?? [])].at(-1);
    if (!tab?.includes(name) || !(last?.getBoundingClientRect().bottom > innerHeight)) return false;
    const button = [...panel.querySelectorAll("jp-button")].find((e) => e.textContent.trim() === "Run all");
    return !!button?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
}"""


def test_who_runs_a_notebook_as_soon_as_they_see_it_loses_nothing_and_is_asked_nothing(
    lite: LiteServer, new_page: Callable[[], Page]
) -> None:
    person = MousePerson(new_page(), lite, "page")
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 900})
    person.open(NAMES[0])
    for person.name in NAMES[1:4]:
        page.locator(f'.jp-NotebookPanel:not(.lm-mod-hidden) a[href*="{person.name}"]').first.click()
        page.wait_for_function(RUN_AT_ONCE, arg=person.name, polling=1)
        shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        expect(shown.locator(".mfa-form").first).to_be_visible()
    # The others were still busy when they were left. Two keep their Python, once they have nothing to do.
    expect_pythons(page, 2)
    expect(page.get_by_text(f"{lite.kernel} | Idle")).to_be_visible()
    expect(page.locator(".jp-Dialog")).to_have_count(0)  # one would have stayed


def expect_pythons(page: Page, number: int) -> None:
    """Soon there are as many."""
    end = time.monotonic() + DEADLINE
    while len(page.workers) != number and time.monotonic() < end:
        page.wait_for_timeout(200)
    assert len(page.workers) == number


IS_THERE = "([e, top]) => Math.abs(e.getBoundingClientRect().top - top) < 5"


def top(what: Locator) -> float:
    """Where it is when it no longer moves: what is above it takes its space little by little."""
    tops = [0.0, 1.0]
    while tops[-1] != tops[-2]:
        what.page.wait_for_timeout(500)
        tops.append(what.evaluate("e => e.getBoundingClientRect().top"))
    return tops[-1]


def test_two_notebooks_have_a_python_and_who_comes_back_to_a_third_finds_it_as_it_was(
    lite: LiteServer, new_page: Callable[[], Page]
) -> None:
    person = MousePerson(new_page(), lite, "page")
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 900})
    shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def go_to(name: str) -> None:
        page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=name).click()

    page.add_locator_handler(page.get_by_role("button", name="Discard"), lambda discard: discard.click())
    person.open(NAMES[1])
    run_all(person)
    person.press("Sign in", "Sign in as Ada")
    person.expect_status("Sign in", "You have an MFA token")
    page.locator('.jp-SideBar .lm-TabBar-tab[data-id="filebrowser"]').click()  # a link would be scrolled to
    checkpoint = next(i for i, cell in enumerate(codes(NAMES[1])) if cell["id"] == "checkpoint")
    cell = shown.locator(f'.jp-Cell[data-windowed-list-index="{checkpoint}"]')
    expect(cell).to_contain_text("✔ Checkpoint reached")
    expect(page.get_by_text(f"{lite.kernel} | Idle")).to_be_visible()
    cell.evaluate("e => e.scrollIntoView({block: 'start'})")
    place = [cell.element_handle(), top(cell)]
    for name in NAMES[2:5]:
        page.locator(".jp-DirListing-item", has_text=name).dblclick()
        expect(page.locator(".lm-DockPanel-tabBar .lm-mod-current", has_text=name)).to_be_visible()
        expect(page.get_by_text(f"{lite.kernel} | Idle")).to_be_visible()
        assert len(page.workers) <= 2
    go_to(NAMES[1])
    expect(shown.locator(".mfa-gone")).to_have_count(0)
    expect(cell).to_contain_text("✔ Checkpoint reached")
    page.wait_for_function(IS_THERE, arg=place)
    assert len(page.workers) == 2
    # Whoever has left it by the link in its last cell is there again, and stays there.
    link = shown.locator(".jp-Cell").last.get_by_role("link", name="02 Associate an email →", exact=True)
    link.scroll_into_view_if_needed()
    place = [link.element_handle(), top(link)]
    link.click()
    for name in NAMES[3:5]:
        go_to(name)
    expect(page.locator(".mfa-gone").first).to_be_attached()
    expect_pythons(page, 2)
    go_to(NAMES[1])
    expect(page.locator(".mfa-gone")).to_have_count(0)
    expect(cell).to_contain_text("✔ Checkpoint reached")
    page.wait_for_function(IS_THERE, arg=place)
    page.wait_for_timeout(4000)  # longer than the page leads there
    assert page.evaluate(IS_THERE, place)
    # A reload starts the Python of what is on the screen, and no other.
    page.reload()
    expect(page.get_by_text(f"{lite.kernel} | Idle")).to_be_visible()
    expect(page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")).to_have_count(4)
    assert len(page.workers) == 1


def test_an_image_opens_and_nothing_offers_to_end_a_server(lite: LiteServer, new_page: Callable[[], Page]) -> None:
    person = Person(new_page(), lite, "page")
    page = person.page
    person.open(NAMES[0])
    page.get_by_role("tab", name="File Browser", exact=False).click()
    page.locator(".jp-DirListing-item", has_text="images").dblclick()
    page.locator(".jp-DirListing-item", has_text="course.png").dblclick()
    image = page.locator(".jp-ImageViewer img")
    expect(image).to_be_visible()
    assert image.evaluate("async e => { await e.decode(); return e.naturalWidth }") > 100
    page.locator(".lm-MenuBar-item", has_text="File").first.click()
    expect(page.locator('.lm-Menu-item[data-command="docmanager:save"]')).to_be_visible()
    for word in ("Log Out", "Shut Down"):
        expect(page.locator(".lm-Menu-item", has_text=re.compile(f"^{word}$"))).to_have_count(0)
