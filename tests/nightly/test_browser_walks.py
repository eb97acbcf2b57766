"""A person who does anything in any order in a browser: Run All at any moment, any button, back and forth, reload, restart.

The test itself asks the tenant what is true. Exercises are solved in the cells of half the walks.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from random import Random

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from mfa_helpers.lab import Lab
from mfa_helpers.lessons import path
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.outline import BY_NUMBER
from mfa_helpers.storage.entries import Login

from ..support.browser import chromium, new_page
from ..support.deadline import DEADLINE
from ..support.lab_server import LabServer, lab_server
from ..support.person import NAMES
from ..support.run_report import count
from ..support.traveler import Traveler
from ..support.truth import TRUE

WALKS, STEPS = 20, 12
FIRST_SIX, UP_TO_ERRATA = NAMES[:6], NAMES[:11]
#: Buttons that a person can see and press, with the heading of their form.
BUTTONS = """panel => [...panel.querySelectorAll('.mfa-form button')]
    .filter(one => one.offsetParent && !one.disabled && !one.closest('[inert]'))
    .map(one => [one.closest('.mfa-form').querySelector('strong').textContent, one.textContent, one.title])"""
AGAIN = "Run this notebook's cells again"


class Walk(Traveler):
    """One walk. `tenant` is what the test itself sees of the learner's tenant and files."""

    def __init__(self, page: Page, server: LabServer, random: Random, tenant: Lab) -> None:
        super().__init__(page, server)
        self.random, self.tenant = random, tenant
        self.done: list[str] = []
        self.thrown: list[str] = []
        page.on("pageerror", lambda error: self.thrown.append(f"{error.message} {error.stack}"))
        page.on("dialog", lambda dialog: dialog.accept())  # whether to leave a page that isn't saved

    def step(self) -> None:
        """Anything that a person may do."""
        press = self.press_any
        deed = self.random.choice(
            [press, press, press, press, self.run, self.run, self.type, self.move, self.load, self.restart]
        )
        before = self.tenant.kept(Login)
        deed()
        if deed != press and before is not None:  # only a button may spend a login
            assert self.tenant.kept(Login) == before, "the login is lost"

    def run(self) -> None:
        self.note("run all")
        before = self.activity()
        self.run_all()
        self.expect_activity_after(before)
        if self.random.random() < 0.3:  # somebody is impatient
            return
        self.settle()

    def press_any(self) -> None:
        """Any button of any form, and it does something."""
        found: list[list[str]] = self.panel.evaluate(BUTTONS)
        if not found:
            return
        heading = self.random.choice(sorted({one[0] for one in found}))
        label, title = self.random.choice([one[1:] for one in found if one[0] == heading])
        self.note(f"{heading}: press {label} ({title})")
        before = self.activity()
        button = self.form(heading).locator("button", has_text=re.compile(f"^{re.escape(label)}$"))
        if title:
            button = self.form(heading).locator(f'button[title="{title}"]').and_(button)
        button.first.click()
        self.expect_activity_after(before)
        onward = re.match(r"Next: (\d\d) ", label)
        if onward:
            self.arrived(next(name for name in NAMES if name[:2] == onward[1]))
            expect(self.panel.locator(".mfa-form")).not_to_have_count(0)
        self.settle()
        if label == AGAIN:
            expect(self.panel.locator(".mfa-gone")).to_have_count(0)

    def type(self) -> None:
        """Something wrong, and Enter."""
        fields = self.panel.get_by_label("Code", exact=True).and_(self.page.locator("input:enabled"))
        if fields.count() and fields.first.is_visible() and not fields.first.evaluate("e => !!e.closest('[inert]')"):
            self.note("type a wrong code")
            fields.first.fill("000000")
            before = self.activity()
            fields.first.press("Enter")
            self.expect_activity_after(before)
            self.settle()

    def move(self) -> None:
        """To another notebook, by its tab or by a link, which runs nothing."""
        tabs = self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
        ways = [one for one in tabs.all() if self.name not in one.inner_text()]
        ways += self.panel.locator(".jp-MarkdownCell").first.locator("a[href*='.ipynb']").all()
        way = self.random.choice(ways)
        number = re.search(r"\d\d", way.inner_text())
        name = next((one for one in NAMES if number and one[:2] == number[0]), "")
        if name:
            self.note(f"to {name}")
            way.click()
            self.arrived(name)
            self.settle()

    def load(self) -> None:
        """Load the page again, saved before or not."""
        is_saved = self.random.random() < 0.5
        self.note(f"load the page again, {'saved' if is_saved else 'not saved'}")
        if is_saved:
            self.save()
        self.page.reload()
        expect(self.panel.locator(".jp-Cell").first).to_be_visible()
        self.settle()

    def restart(self) -> None:
        self.note("restart the kernel")
        forms = self.panel.locator(".mfa-form").count()
        self.panel.locator('.jp-Toolbar [data-command="notebook:restart-kernel"]').click()
        self.page.locator(".jp-Dialog button", has_text="Restart").click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)
        if forms:
            expect(self.panel.locator(".mfa-gone")).not_to_have_count(0)
        self.settle()

    # What must be so

    def look(self) -> None:
        """Nothing broke, and what is ticked is true."""
        self.expect_no_fault()
        lost = self.panel.locator(".jp-OutputArea", has_text="Error displaying widget")  # the text of 00 names it, too
        expect(lost).to_have_count(0)  # JupyterLab's word while it loads them
        assert not [one for one in self.thrown if "blob:" in one], self.thrown  # where the course's own scripts are
        if self.tenant.has("login"):
            assert TRUE["sign-in"](self.tenant)
        topic = BY_NUMBER[self.name[:2]].topic
        said = self.cell("checkpoint").inner_text()
        if "✔ Checkpoint reached" in said and topic in TRUE:
            assert TRUE[topic](self.tenant), said
            count("ticks in random walks that the tenant confirms")
        if "✔" in said:
            assert path.is_done(topic), said

    def activity(self) -> str:
        """When the kernel of this notebook did something last."""
        for one in self.sessions():
            if one["name"] == f"{self.name}.ipynb":
                return str(one["kernel"]["last_activity"])
        return ""

    def sessions(self) -> list[dict[str, dict[str, object]]]:
        found: list[dict[str, dict[str, object]]] = requests.get(
            f"{self.lab.url}/api/sessions?token={self.lab.token}", timeout=DEADLINE
        ).json()
        return found

    def expect_activity_after(self, before: str) -> None:
        """A button that does nothing is dead."""
        deadline = time.monotonic() + DEADLINE
        while self.activity() == before:
            assert time.monotonic() < deadline, "nothing happens"
            self.page.wait_for_timeout(50)

    def note(self, what: str) -> None:
        self.done.append(f"{self.name[:2]}: {what}")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LabServer, Browser]]:
    with chromium() as browser, lab_server(tmp_path_factory.mktemp("walks")) as lab:
        yield lab, browser


def solve(server: LabServer) -> None:
    """Store a solution in each notebook that has an exercise."""
    for file in (server.folder / "notebooks").glob("0*.ipynb"):
        content = json.loads(file.read_text("utf-8"))
        sources = " ".join("".join(cell["source"]) for cell in content["cells"])
        for id, exercise in EXERCISES.items():
            for cell in content["cells"]:
                if f'"{id}"' in sources and cell["id"] == "exercise":
                    cell["source"] = exercise.ladder.solution
        file.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize("seed", range(WALKS))
def test_whatever_a_person_does_in_the_browser_nothing_breaks_and_nothing_untrue_is_shown(
    seed: int, course: tuple[LabServer, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, browser = course
    server.reset()
    random = Random(seed)
    for variable, place in (
        ("MFA_SANDBOX_STATE", "sandbox.sqlite3"),
        ("JUPYTER_RUNTIME_DIR", "runtime"),
        ("JUPYTER_DATA_DIR", "data"),
    ):
        monkeypatch.setenv(variable, str(server.folder / place))
    monkeypatch.setenv("JPY_SESSION_NAME", f"{NAMES[5]}.ipynb")  # what notebook 05 notes is seen
    tenant = Lab()
    if seed % 2:
        solve(server)
    page = new_page(browser)
    walk = Walk(page, server, random, tenant)
    walk.start(random.choice(FIRST_SIX if seed < WALKS // 2 else UP_TO_ERRATA))
    walk.run()
    try:
        for _ in range(STEPS):
            walk.step()
            walk.look()
    except BaseException as error:
        error.add_note(f"seed {seed}: {walk.done}")
        raise
    finally:
        print(f"seed {seed}: {len(walk.done)} deeds: {walk.done}")
    page.context.close()
    count(f"walks of {STEPS} random actions: in JupyterLab")
