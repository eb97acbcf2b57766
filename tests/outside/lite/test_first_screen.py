"""What somebody sees first: that the course loads, under its own name, and why it can't if their browser keeps nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ...support.browser import OPTIONS, WAIT
from ...support.person import NAMES, MousePerson
from .edition import LiteServer
from .test_in_a_page import run_all

NAME = "Multi-factor authentication by email, by hand"


def test_a_bar_shows_from_the_first_moment_that_the_course_loads_until_python_is_there(
    lite: LiteServer, new_page: Callable[[], Page]
) -> None:
    page = new_page()
    page.goto(lite.notebook(NAMES[0]), wait_until="commit")
    bar = page.get_by_role("progressbar", name="Loading the course")
    expect(bar).to_be_visible()
    assert not page.locator(".jp-LabShell").count()  # nothing else is there
    expect(page).to_have_title(NAME)
    reached = [0.0]
    while bar.count():
        if (now := bar.evaluate_all("bars => bars[0]?.value")) not in (None, reached[-1]):
            reached.append(now)
    assert reached == sorted(reached) and len(reached) > 3 and 0.5 < reached[-1] < 1, reached
    expect(page.get_by_text(f"{lite.kernel} | Idle")).to_be_visible()


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_list_of_files_is_closed_until_somebody_opens_it(
    lite: LiteServer, new_page: Callable[[], Page], width: int
) -> None:
    page = new_page()
    files = page.locator(".jp-FileBrowser")
    page.set_viewport_size({"width": width, "height": 844})

    def load() -> None:
        page.goto(lite.notebook(NAMES[0]))
        expect(page.get_by_role("progressbar", name="Loading the course")).to_have_count(0)

    load()
    expect(files).to_be_hidden()
    box = page.locator(".jp-Notebook").bounding_box()
    assert box and box["width"] > width - 100, box
    page.get_by_role("tab", name="File Browser", exact=False).click()
    expect(files).to_be_visible()
    page.wait_for_timeout(1000)  # JupyterLab notes what is open a moment later
    load()
    expect(files).to_be_visible()


@pytest.mark.parametrize("times_slower", [1, 12])  # JupyterLab restores what was open before or after it opens that one
def test_the_address_names_the_notebook_that_is_shown(
    lite: LiteServer, new_page: Callable[[], Page], times_slower: int
) -> None:
    page = new_page()
    page.goto(f"{lite.url}/lab/index.html?path={NAMES[0]}.ipynb")
    expect(page.get_by_text(f"{lite.kernel} | Idle")).to_be_visible()
    page.wait_for_timeout(1000)  # JupyterLab notes a moment later what is open, and the next one only after the reload
    page.get_by_role("link", name="01 Get the MFA token", exact=True).first.click()
    page.wait_for_url(f"{lite.url}/lab/index.html?path={NAMES[1]}.ipynb")
    expect(page.locator(".jp-FileBrowser")).to_be_hidden()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times_slower})
    page.reload()
    expect(page.get_by_text(f"{lite.kernel} | Idle")).to_be_visible()
    expect(page.locator(".lm-DockPanel-tabBar .lm-mod-current", has_text=NAMES[1])).to_be_visible()
    page.wait_for_url(f"{lite.url}/lab/index.html?path={NAMES[1]}.ipynb")


def test_an_address_that_names_no_notebook_is_mended_by_the_next_that_is_shown(
    lite: LiteServer, new_page: Callable[[], Page]
) -> None:
    page = new_page()
    page.goto(f"{lite.url}/lab/index.html?path=01_mistyped.ipynb")
    page.get_by_role("button", name="Close", exact=True).click()  # JupyterLab's error
    page.get_by_role("button", name="Discard").click()  # and what it asks then
    files = page.locator(".jp-FileBrowser")
    if not files.is_visible():
        page.get_by_role("tab", name="File Browser", exact=False).click()
    files.locator(".jp-DirListing-item", has_text=NAMES[1]).dblclick()
    page.wait_for_url(f"{lite.url}/lab/index.html?path={NAMES[1]}.ipynb")


def test_the_page_can_be_installed_under_its_own_name(lite: LiteServer, browser: Browser, tmp_path: Path) -> None:
    context = browser.browser_type.launch_persistent_context(tmp_path, **OPTIONS)  # a private window installs nothing
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(lite.notebook(NAMES[0]))
    expect(page.get_by_text(f"{lite.kernel} | Idle")).to_be_visible()  # so there is a service worker
    devtools = context.new_cdp_session(page)
    manifest = json.loads(devtools.send("Page.getAppManifest")["data"])
    assert (manifest["name"], manifest["short_name"]) == (NAME, "MFA course") and "shortcuts" not in manifest
    assert page.request.get(f"{lite.url}/{manifest['start_url']}").ok
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    context.close()


def test_where_site_data_is_forbidden_a_sentence_says_what_to_do(
    lite: LiteServer, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "Default").mkdir()
    forbidden = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(forbidden), "utf-8")
    context = browser.browser_type.launch_persistent_context(tmp_path, **OPTIONS)
    page = context.new_page()
    faults: list[object] = []
    page.on("pageerror", lambda error: faults.append(error))  # Playwright takes no built-in function
    page.goto(lite.notebook(NAMES[0]))
    expect(page.get_by_role("alert")).to_contain_text("your browser doesn't let this site store data")
    expect(page.get_by_role("alert")).to_contain_text(
        "allow this site to store data and cookies. Then reload the page."
    )
    assert faults == []
    context.close()


def test_over_plain_http_a_sentence_names_the_cause_and_no_other(lite: LiteServer, browser: Browser) -> None:
    options = {**OPTIONS, "args": [*OPTIONS["args"], "--host-resolver-rules=MAP lan.example 127.0.0.1"]}
    another = browser.browser_type.launch(**options)
    context = another.new_context(viewport={"width": 1280, "height": 4200})
    context.set_default_timeout(WAIT)
    person = MousePerson(context.new_page(), LiteServer(lite.url.replace("127.0.0.1", "lan.example")), "page")
    person.open(NAMES[0])
    told = person.page.locator(".Toastify__toast")
    expect(told).to_contain_text("Over plain HTTP, the browser stores nothing for this page.")
    expect(told).to_contain_text("Open it at an address that begins with https:// or http://localhost.")
    run_all(person)
    person.press("Choose your tenant", "Check the tenant")
    person.expect_status("Choose your tenant", "the sandbox responds")
    form = person.form("Choose your tenant")
    expect(form).to_contain_text("because it was opened over plain HTTP")
    expect(form).not_to_contain_text("private window")
    expect(form).not_to_contain_text("Notebooks can share state")
    person.expect_no_fault()
    another.close()
