"""What a person sees of an exchange: the view and the code tabs in JupyterLab, in both themes and two widths, and in an HTML export.

Screenshots go to tests/shots/, to be looked at.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from mfa_helpers.languages import LANGUAGES
from mfa_helpers.languages.sdks import SDKS

from ..support.axe import CUT_OFF, OVERFLOW, look
from ..support.lab_server import NOTEBOOKS, LabServer
from ..support.person import NAMES, SHOTS, KeyboardPerson, MousePerson, codes

WIDTHS = (1280, 800)
TABS = [*LANGUAGES.values(), *SDKS]
# How much of the text color is told from what is behind it, by WCAG 2.2: 4.5 is enough for text.
CONTRAST = """element => {
    const rgb = color => {
        const paper = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d');
        paper.fillStyle = color; paper.fillRect(0, 0, 1, 1);
        return paper.getImageData(0, 0, 1, 1).data;
    };
    const light = color => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => {
        const part = rgb(color)[i] / 255;
        return sum + share * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    }, 0);
    let behind = element;
    while (behind && rgb(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
    const under = behind ? getComputedStyle(behind).backgroundColor : 'white';
    const [a, b] = [light(getComputedStyle(element).color), light(under)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
}"""


def cell_of(person: MousePerson | KeyboardPerson, cell_id: str) -> Locator:
    index = next(i for i, cell in enumerate(codes(person.name)) if cell["id"] == cell_id)
    return person.cell(index)


def beside(left: Locator, right: Locator) -> bool:
    """Whether two parts stand beside each other; if not, the second is below the first."""
    one, two = left.bounding_box(), right.bounding_box()
    assert one and two
    if two["x"] >= one["x"] + one["width"]:
        return True
    assert two["y"] >= one["y"] + one["height"] and abs(two["x"] - one["x"]) < 2
    return False


def test_the_exchange_the_drawing_and_the_code_are_seen_and_copied_and_the_next_notebook_opens_the_same_language(
    light: LabServer, page: Page
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=light.url)
    person = MousePerson(page, light, "light")
    person.open(NAMES[1])
    person.run_all()
    expect(cell_of(person, "wire")).to_contain_text("Use the form above to send this request")
    expect(cell_of(person, "code")).to_contain_text("Use the form above to send this request")

    person.press("Sign in", "Sign in as Ada")
    person.expect_status("Sign in", "You have an MFA token")
    form = person.form("Sign in")
    form.get_by_text("What went over the wire: POST /oauth/token, ✔ 403 mfa_required: as expected").click()
    expect(form.locator("pre").first).to_contain_text("client_secret=san*****MASKED*****")

    view, tabs = cell_of(person, "wire").locator(".jp-OutputArea-output"), cell_of(person, "code").locator(".mfa-code")
    request, drawing = view.locator("pre").first, view.locator("pre[role=img]")
    expect(request).to_contain_text(f"Host: {person_host(view)}")
    expect(drawing).to_contain_text("01 │─── POST /oauth/token ───►│")
    the_tabs_are_walked_with_the_keyboard_and_copied_from(page, tabs)

    parts = (view.locator("span").first, request, tabs.get_by_role("tab").first, tabs.locator("code"))
    for theme in ("light", "dark"):
        if theme == "dark":
            page.set_viewport_size({"width": WIDTHS[0], "height": 4200})
            person.theme_dark()
        assert all(part.evaluate(CONTRAST) >= 4.5 for part in parts)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 4200})
            expect(tabs).to_be_visible()
            SHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SHOTS / f"wire-view-{theme}-{width}.png")
            assert page.evaluate(OVERFLOW) == []
            assert beside(request, drawing) == (width == 1280)
            person.expect_no_fault()

    page.set_viewport_size({"width": WIDTHS[0], "height": 4200})
    tabs.get_by_role("tab", name="PHP").click()
    expect(tabs.locator("code")).to_contain_text("<?php")
    person.open(NAMES[2])
    person.run_all()
    person.press("Associate the address", "Send me a code")
    person.expect_status("Associate the address", "an email with six digits")
    tabs = cell_of(person, "code").locator(".mfa-code")
    expect(tabs.get_by_role("tab", selected=True)).to_have_text("PHP")
    expect(tabs.locator("code")).to_contain_text("<?php")


def person_host(view: Locator) -> str:
    """The sandbox's own address, as it is nowhere replaced in a live output."""
    text = view.inner_text()
    host = text.split("Host: ")[1].split("\n")[0]
    assert host.startswith("127.0.0.1:") and host.split(":")[1].isdigit()
    return host


def the_tabs_are_walked_with_the_keyboard_and_copied_from(page: Page, tabs: Locator) -> None:
    tab, text, said = tabs.get_by_role("tab"), tabs.locator("code"), tabs.get_by_role("status")
    expect(tab).to_have_count(len(TABS))
    expect(tab.first).to_have_attribute("aria-selected", "true")
    tab.first.focus()
    the_curl_command_becomes_a_program(page, tabs)
    for key, name in (
        ("ArrowRight", TABS[1]),
        ("End", TABS[-1]),
        ("ArrowRight", TABS[0]),
        ("ArrowLeft", TABS[-1]),
        ("Home", TABS[0]),
    ):
        page.keyboard.press(key)
        chosen = tabs.get_by_role("tab", selected=True)
        expect(chosen).to_have_text(name)
        expect(chosen).to_be_focused()
        assert tabs.locator('[role="tab"][tabindex="0"]').count() == 1
    for _ in range(TABS.index("Ruby")):
        page.keyboard.press("ArrowRight")
    expect(text).to_contain_text("require")
    page.keyboard.press("Tab")  # one stop for all tabs, then the button
    copy = tabs.get_by_role("button", name="Copy the Ruby program")
    expect(copy).to_be_focused()
    page.keyboard.press("Enter")
    expect(said).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == text.text_content()

    # Over plain http from another machine there is no navigator.clipboard.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true})")
    tabs.get_by_role("tab", name="Go", exact=True).click()
    expect(said).to_have_text("")
    tabs.get_by_role("button", name="Copy the Go program").click()
    expect(said).to_have_text("Copied")
    page.evaluate("delete navigator.clipboard")
    assert page.evaluate("navigator.clipboard.readText()") == text.text_content()
    assert "package main" in (text.text_content() or "")


def the_curl_command_becomes_a_program(page: Page, tabs: Locator) -> None:
    """With the keyboard, from the tab and back to it, and with the mouse."""
    text, choice = tabs.locator("code"), tabs.get_by_role("checkbox", name="As a program that prints no secrets")
    expect(tabs.get_by_role("button", name="Copy the cURL command")).to_be_visible()
    expect(text).to_contain_text("curl --include --request POST")
    page.keyboard.press("Tab")
    expect(choice).to_be_focused()
    page.keyboard.press("Space")
    expect(text).to_contain_text("set -eu")
    expect(tabs.get_by_role("button", name="Copy the cURL program")).to_be_visible()
    tabs.get_by_text("As a program that prints no secrets").click()
    expect(choice).not_to_be_checked()
    expect(text).not_to_contain_text("set -eu")
    tabs.get_by_role("tab", name=TABS[1], exact=True).click()
    expect(choice).to_be_hidden()
    tabs.get_by_role("tab").first.click()


def test_an_html_export_shows_the_exchange_the_drawing_and_all_programs(page: Page, tmp_path: Path) -> None:
    """Without JupyterLab, a kernel or a widget."""
    path = NOTEBOOKS / f"{NAMES[5]}.ipynb"
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    page.set_viewport_size({"width": WIDTHS[0], "height": 1400})
    page.goto((tmp_path / f"{NAMES[5]}.html").as_uri())
    drawing = page.locator("pre[role=img]").last
    for line in ("01 │", "02 │", "03 │", "04 │", "05 │", "✔ 403 mfa_required: as expected"):
        expect(drawing).to_contain_text(line)
    # A letter is as wide as a line: only so the drawing stands upright.
    letters = (
        "e => ['i', 'W', '│', '►'].map(c => { const s = document.createElement('span'); s.textContent = c.repeat(40);"
    )
    assert len(set(drawing.evaluate(letters + " e.append(s); const w = s.offsetWidth; s.remove(); return w; })"))) == 1
    for name in TABS:
        summary = page.locator("summary").get_by_text(name, exact=True).first  # of the challenge
        program = summary.locator("xpath=../pre")
        expect(program).to_be_hidden()
        summary.click()
        expect(program).to_be_visible()
        expect(program).to_contain_text("/mfa/challenge" if name in LANGUAGES.values() else "challenge")
    SHOTS.mkdir(exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1400})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        drawing.scroll_into_view_if_needed()
        page.screenshot(path=SHOTS / f"html-export-{width}.png")
        look(page, f"HTML export, {width} wide")
        page.set_viewport_size({"width": width // 2, "height": 1400})  # 200 % zoom
        assert page.evaluate(CUT_OFF) == []
