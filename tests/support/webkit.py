"""WebKit, Safari's engine: the small browser of Debian's WebKitGTK, as the tests drive it through WebDriver.

Playwright drives no WebKit but its own, which is no package of Debian's. The browser needs a screen, which Xvfb pretends.
"""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    JavascriptException,
    StaleElementReferenceException,
)
from selenium.webdriver.support.wait import WebDriverWait

from .browser import installed_or_skip
from .deadline import DEADLINE
from .lab_server import LabServer
from .person import codes, diagrams
from .traveler import way_on

DRIVER = Path("/usr/bin/WebKitWebDriver")
XVFB = Path("/usr/bin/Xvfb")
#: Elements that can move, or be drawn again, between the moment when they are found and the click.
AGAIN = (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    JavascriptException,
    StaleElementReferenceException,
)
#: What the scripts below are written in: the notebook that is seen, its cells, forms, and buttons.
WORDS = """
const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
const cell = (index) => panel.querySelector(`.jp-Cell[data-windowed-list-index="${index}"]`);
const form = (heading) => [...panel.querySelectorAll('.mfa-form')]
    .filter((one) => [...one.querySelectorAll('strong')].some((strong) => strong.textContent === heading)).at(-1);
const button = (heading, label) => [...form(heading).querySelectorAll('button')]
    .find((one) => one.textContent.trim() === label && one.offsetParent && !one.disabled);
"""
READY = """
return document.querySelector('#jp-main-statusbar').textContent.includes(`${arguments[0]} | Idle`)
    && panel.querySelector('.jp-Notebook-ExecutionIndicator').dataset.status === 'idle'
    && document.activeElement.classList.contains('jp-Cell');
"""
PLACE = "const { x, y, width, height } = arguments[0].getBoundingClientRect(); return [x, y, width, height]"
SETTLED = """
return panel.querySelector('.jp-Notebook-ExecutionIndicator').dataset.status === 'idle'
    && ![...panel.querySelectorAll('.jp-InputPrompt')].some((one) => one.textContent.includes('[*]'))
    && !panel.querySelector('progress.mfa-working');
"""
BEGUN = """
const first = panel.querySelector('.jp-Cell'), { top } = first.getBoundingClientRect();
return panel.querySelector('.mfa-form') && first.classList.contains('jp-mod-active') && top >= 0 && top < innerHeight;
"""
#: As `person.scroll_to`.
SCROLL = """
arguments[0].dispatchEvent(new WheelEvent('wheel', { bubbles: true }));
arguments[0].scrollIntoView({ block: 'center' });
"""
DRAWN = """
const image = cell(arguments[0]).querySelector('img'), { width, height } = image.getBoundingClientRect();
return image.complete && image.naturalWidth > 0 && width > 200 && height > 200;
"""
FAULTS = """
return [...document.querySelectorAll('.jp-Notebook')].filter((one) => one.textContent.includes('Traceback')
    || one.querySelector('[data-mime-type$="jupyter.stderr"], [data-mime-type$="jupyter.error"]')).length;
"""


@contextmanager
def _screen() -> Iterator[str]:
    """The name of a screen that nobody sees."""
    read, write = os.pipe()
    command = [str(XVFB), "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as process:
        os.close(write)
        try:
            with open(read) as answer:
                yield f":{answer.readline().strip()}"
        finally:
            process.terminate()


@contextmanager
def webkit() -> Iterator[webdriver.WebKitGTK]:
    """One window of WebKit. Without it the test is skipped, or fails where `MFA_BROWSER` says `required`."""
    installed_or_skip(DRIVER, "WebKit", "webkit2gtk-driver")
    installed_or_skip(XVFB, "Xvfb", "xvfb")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(max(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")))
    options.add_argument("--automation")
    with _screen() as screen:
        service = webdriver.WebKitGTKService(str(DRIVER), env={**os.environ, "DISPLAY": screen})
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # selenium's, of selenium
            driver = webdriver.WebKitGTK(options=options, service=service)
        try:
            driver.set_window_size(1280, 1024)
            yield driver
        finally:
            driver.quit()


class WebKitTraveler:
    """What `Traveler` is in the other engines. A click is one of the mouse, in the middle of what is clicked."""

    def __init__(self, driver: webdriver.WebKitGTK, lab: LabServer) -> None:
        self.driver, self.lab = driver, lab
        self.name = ""

    # What is seen

    def expect(self, script: str, *given: object) -> Any:
        """Wait until it gives something that is true, and return that."""
        wait = WebDriverWait(self.driver, DEADLINE, 0.1, ignored_exceptions=AGAIN)
        return wait.until(
            lambda driver: driver.execute_script(WORDS + script, *given), f"{self.name}: {script} {given}"
        )

    def expect_begun(self) -> None:
        self.expect(BEGUN)

    def settle(self) -> None:
        self.expect(SETTLED)

    def expect_end(self) -> None:
        index = next(i for i, cell in enumerate(codes(self.name)) if cell["id"] == "checkpoint")
        self.expect("return cell(arguments[0]).textContent.includes('✔ Checkpoint reached')", index)
        for index in diagrams(self.name):
            self.expect(DRAWN, index)
        assert self.driver.execute_script(FAULTS) == 0

    # What is done

    def start(self, name: str) -> None:
        self.name = name
        self.driver.get(self.lab.notebook(name))
        self.expect(READY, self.lab.kernel)

    def run_all(self) -> None:
        self.act("return panel.querySelector('.jp-Toolbar [data-command=\"notebook:run-all-cells\"]')")

    def press(self, heading: str, button: str, status: str = "") -> None:
        self.act("return button(...arguments)", heading, button)
        status_line = "return form(arguments[0]).querySelector('.mfa-status').textContent.includes(arguments[1])"
        self.expect(status_line, heading, status)

    def go_on(self, heading: str, name: str) -> None:
        self.act("return button(...arguments)", heading, way_on(name))
        tab = "return document.querySelector('.lm-DockPanel-tabBar .lm-mod-current').textContent.includes(arguments[0])"
        self.expect(tab, name)
        self.name = name
        self.expect_begun()

    def act(self, script: str, *given: object) -> None:
        """Scroll to what the script finds, and click it."""

        def click(driver: webdriver.WebKitGTK) -> bool:
            found = self.expect(script, *given)
            before = driver.execute_script(PLACE, found)
            driver.execute_script(SCROLL, found)
            if driver.execute_script(PLACE, found) != before:
                return False  # whoever clicks what still moves may miss it
            found.click()
            return True

        WebDriverWait(self.driver, DEADLINE, 0.1, ignored_exceptions=AGAIN).until(click, f"{self.name}: {given}")
