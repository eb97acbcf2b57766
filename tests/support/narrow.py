"""Windows with little room: a phone, a tablet, and a page at 200 %; and a person who does 00 to 02 in one."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, expect

from .browser import WAIT
from .person import NAMES, SHOTS
from .traveler import Traveler, TravelerWithAFinger

_TOUCH: dict[str, Any] = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
#: Options of a context for each. At 200 %, a window has half as many pixels of its own, and there is a mouse.
WINDOWS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, **_TOUCH},
    "tablet": {"viewport": {"width": 768, "height": 1024}, **_TOUCH},
    "zoomed": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
}


class _Narrow(Traveler):
    def is_ready(self) -> None:
        expect(self.page.get_by_text(f"{self.lab.kernel} | Idle")).to_be_visible()


def gets_to_a_code(browser: Browser, lab: Any, window: str, where: str) -> None:
    """From 00 to an email with six digits. Nothing is hidden in a menu, and no form is wider than the window."""
    with browser.new_context(**WINDOWS[window]) as context:
        context.set_default_timeout(WAIT)
        kind = TravelerWithAFinger if "has_touch" in WINDOWS[window] else _Narrow
        _walk(kind(context.new_page(), lab), window, where)


def _walk(person: Traveler, window: str, where: str) -> None:

    def looks_right(heading: str) -> None:
        width = WINDOWS[window]["viewport"]["width"]
        form = person.form(heading)
        form.scroll_into_view_if_needed()
        box = form.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width, (heading, box)
        assert form.evaluate("form => form.scrollWidth <= form.clientWidth + 1"), heading
        person.page.screenshot(path=SHOTS / f"{where}-{window}-{person.name}.png")

    SHOTS.mkdir(exist_ok=True)
    person.start(NAMES[0])
    expect(person.page.locator(".jp-FileBrowser")).to_be_hidden()
    run_all = person.panel.locator(".jp-Toolbar").get_by_role("button", name="Run all", exact=True)
    expect(run_all).to_be_in_viewport(ratio=1)
    expect(person.panel.get_by_text("To begin, click Run all, the first button")).to_be_visible()
    person.page.screenshot(path=SHOTS / f"{where}-{window}-first.png")
    person.run_all()
    person.expect_begun()
    person.press("Choose your tenant", "Check the tenant", "the sandbox responds")
    looks_right("Choose your tenant")
    person.go_on("Choose your tenant", NAMES[1])
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    looks_right("Sign in")
    person.go_on("Sign in", NAMES[2])
    person.press("Associate the address", "Send me a code", "an email with six digits")
    looks_right("Associate the address")
    expect(person.cell("checkpoint")).to_contain_text("✔ Checkpoint reached")
    person.expect_no_fault()
