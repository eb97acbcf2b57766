"""A person who does anything in any order in a browser: Run All at any moment, any button or answer, back and forth, reload, restart.

The test itself asks the tenant what is true, as far as that can tell (`tests/support/truth.py`). Exercises are solved in
the cells of half the walks. Half of the presses take the button that stands out.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from random import Random

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from mfa_helpers.lab import Lab
from mfa_helpers.outline import BY_NUMBER
from mfa_helpers.storage.entries import Login

from ..support.browser import chromium, new_page
from ..support.deadline import DEADLINE
from ..support.lab_server import LabServer, lab_server
from ..support.person import NAMES, scroll_to
from ..support.run_report import count
from ..support.solutions import solutions_by_cell
from ..support.traveler import Traveler
from ..support.truth import FAILED, SPENDS, TRUE

WALKS, STEPS = 20, 12
#: Where half of the walks begin by chance, and where the others begin, each in another one.
FIRST_SIX, LATER = NAMES[:6], NAMES[-WALKS // 2 :]
#: Buttons that a person can see and press, with the heading of their form.
BUTTONS = """panel => [...panel.querySelectorAll('.mfa-form button')]
    .filter(one => one.offsetParent && !one.disabled && !one.closest('[inert]'))
    .map(one => [one.closest('.mfa-form').querySelector('strong').textContent, one.textContent, one.title,
        one.classList.contains('mod-primary') ? 'best' : ''])"""
AGAIN = "Run this notebook's cells again"


class Walk(Traveler):
    """One walk. `tenant` is what the test itself sees of the learner's tenant and files."""

    def __init__(self, page: Page, server: LabServer, random: Random, tenant: Lab) -> None:
        super().__init__(page, server)
        self.random, self.tenant = random, tenant
        self.done: list[str] = []
        self.may_spend = False
        #: The notebooks whose kernel has no forms anymore: once loaded again, JupyterLab says so in their place.
        self.restarted: set[str] = set()
        #: Those whose file has such forms.
        self.stale: set[str] = set()
        #: Those that have run since they were saved: loaded again, they have the forms before those.
        self.unsaved: set[str] = set()
        self.thrown: list[str] = []
        page.on("pageerror", lambda error: self.thrown.append(f"{error.message} {error.stack}"))
        page.on("dialog", lambda dialog: dialog.accept())  # whether to leave a page that isn't saved

    def step(self) -> None:
        """Anything that a person may do, and that does something. Only some forms may spend a login."""
        before = self.tenant.kept(Login)
        self.may_spend = False
        press = self.press_any
        deeds = [press, press, press, press, self.run, self.run, self.type_right, self.type_wrong]
        while not self.random.choice([*deeds, self.choose, self.move, self.load, self.restart])():
            pass
        if before is not None and not self.may_spend:
            self.settle()
            assert self.tenant.kept(Login) == before, "the login is lost"

    def run(self) -> bool:
        self.note("run all")
        before = self.activity()
        self.run_all()
        self.restarted.discard(self.name)
        self.unsaved.add(self.name)
        self.expect_activity_after(before)
        if self.random.random() >= 0.3:  # else somebody is impatient
            self.settle()
        return True

    def press_any(self) -> bool:
        """The button that stands out, or any button of any form, and it does something. Whether there is one."""
        found: list[list[str]] = self.panel.evaluate(BUTTONS)
        if not found:
            return False
        best = [one for one in found if one[3]]
        if best and self.random.random() < 0.5:
            found = best
        heading = self.random.choice(sorted({one[0] for one in found}))
        label, title = self.random.choice([one[1:3] for one in found if one[0] == heading])
        inside = self.form(heading).locator("strong").all_inner_texts()  # another form can be in it
        self.may_spend |= not SPENDS.isdisjoint(inside)
        self.note(f"{heading}: press {label} ({title})")
        before = self.activity()
        alike = self.forms(heading).locator("button:visible:enabled", has_text=re.compile(f"^{re.escape(label)}$"))
        if title:
            alike = self.forms(heading).locator(f'button[title="{title}"]').and_(alike)
        one = alike.nth(self.random.randrange(alike.count() or 1))  # 12 has three exercises
        scroll_to(one)
        one.click()
        self.expect_activity_after(before)
        onward = re.match(r"Next: (\d\d) ", label)
        if onward:
            self.arrived(next(name for name in NAMES if name[:2] == onward[1]))
            expect(self.panel.locator(".mfa-form")).not_to_have_count(0)
        self.settle()
        if onward or label == AGAIN:
            self.unsaved.add(self.name)
        if label == AGAIN:
            self.restarted.discard(self.name)
            expect(self.panel.locator(".mfa-gone")).to_have_count(0)
        return True

    def choose(self) -> bool:
        """Any answer to any question but which tenant; whether there is one."""
        forms = self.panel.locator(".mfa-form").filter(has_not_text="Choose your tenant")
        free = forms.locator("input[type=radio]:not(:checked):enabled:visible").all()
        free = [one for one in free if not one.evaluate("e => !!e.closest('[inert]')")]
        if not free:
            return False
        answer = self.random.choice(free)
        self.note(f"choose {answer.evaluate('e => e.parentElement.textContent')}")
        before = self.activity()
        scroll_to(answer)
        answer.click()
        self.expect_activity_after(before)
        self.settle()
        return True

    def type_wrong(self) -> bool:
        """Something wrong, and Enter; whether there is a field for it."""
        return self.type("a wrong code", "000000")

    def type_right(self) -> bool:
        """The newest code of the inbox, and Enter; whether there is one, and a field for it."""
        mails = self.tenant.mails()
        return bool(mails and mails[0].code) and self.type("the newest code", mails[0].code.reveal())  # type: ignore[union-attr]

    def type(self, what: str, code: str) -> bool:
        fields = self.panel.get_by_label("Code", exact=True).and_(self.page.locator("input:enabled"))
        if not fields.count() or not fields.first.is_visible() or fields.first.evaluate("e => !!e.closest('[inert]')"):
            return False
        self.note(f"type {what}")
        self.may_spend = True  # which a right one does
        fields.first.fill(code)
        before = self.activity()
        fields.first.press("Enter")
        self.expect_activity_after(before)
        self.settle()
        return True

    def move(self) -> bool:
        """To another notebook, by its tab or by a link, which runs nothing."""
        tabs = self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
        ways = [one for one in tabs.all() if self.name not in one.inner_text()]
        ways += self.panel.locator(".jp-MarkdownCell").first.locator("a[href*='.ipynb']").all()
        way = self.random.choice(ways)
        number = re.search(r"\d\d", way.inner_text())
        name = next((one for one in NAMES if number and one[:2] == number[0]), "")
        if not name:
            return False
        self.note(f"to {name}")
        way.click()
        self.arrived(name)
        self.settle()
        return True

    def load(self) -> bool:
        """Load the page again, saved before or not."""
        is_saved = self.random.random() < 0.5
        self.note(f"load the page again, {'saved' if is_saved else 'not saved'}")
        if is_saved:
            self.save()
            self.stale = (self.stale - {self.name}) | (self.restarted & {self.name})
            self.unsaved.discard(self.name)
        self.restarted |= (self.stale | self.unsaved) & {self.name}
        self.page.reload()
        expect(self.panel.locator(".jp-Cell").first).to_be_visible()
        self.settle()
        return True

    def restart(self) -> bool:
        self.note("restart the kernel")
        forms = self.panel.locator(".mfa-form").count()
        self.panel.locator('.jp-Toolbar [data-command="notebook:restart-kernel"]').click()
        self.page.locator(".jp-Dialog button", has_text="Restart").click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)
        self.restarted.add(self.name)
        self.stale.add(self.name)
        if forms:
            expect(self.panel.locator(".mfa-gone")).not_to_have_count(0)
        self.settle()
        return True

    # What must be so

    def look(self) -> None:
        """Nothing broke, and what is ticked is true."""
        self.expect_no_fault()
        told = self.panel.locator(".jp-OutputArea").evaluate_all(
            "all => all.map(one => { const copy = one.cloneNode(true);"
            " if (copy.querySelector('.mfa-status')?.closest('.mfa-form')?.textContent.includes('Run and check'))"
            " copy.querySelectorAll('.mfa-status').forEach(e => e.remove()); return copy.textContent })"
        )  # an exercise says what stopped the function that somebody has written
        assert not [words for words in FAILED if any(words in one for one in told)], told
        if self.name not in self.restarted:
            lost = self.panel.locator(
                ".jp-OutputArea", has_text="Error displaying widget"
            )  # the text of 00 names it, too
            expect(lost).to_have_count(0)  # JupyterLab's word while it loads them
        assert not [one for one in self.thrown if "blob:" in one], self.thrown  # where the course's own scripts are
        if self.tenant.has("login"):
            assert TRUE["sign-in"](self.tenant)
        topic = BY_NUMBER[self.name[:2]].topic
        said = self.cell("checkpoint").inner_text()
        if "✔ Checkpoint reached" in said and topic in TRUE:
            assert TRUE[topic](self.tenant), said
            count(f"walks in JupyterLab: ticks of {topic} that the tenant confirms")

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
    """Store a solution in each cell for one, in each notebook that has an exercise."""
    for file in (server.folder / "notebooks").glob("[0-9]*.ipynb"):
        content = json.loads(file.read_text("utf-8"))
        solutions = solutions_by_cell({cell["id"]: "".join(cell["source"]) for cell in content["cells"]})
        for cell in content["cells"]:
            cell["source"] = solutions.get(cell["id"], cell["source"])
        file.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize("seed", range(WALKS))
def test_whatever_a_person_does_in_the_browser_nothing_breaks_and_nothing_untrue_is_shown(
    seed: int, course: tuple[LabServer, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, browser = course
    server.reset()
    random = Random(seed)
    for name in os.environ.copy():  # the test's own look at the tenant is that of its own lab
        if name.startswith(("MFA_", "AUTH0_")):
            monkeypatch.delenv(name)
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
    try:
        walk.start(random.choice(FIRST_SIX) if seed < WALKS // 2 else LATER[seed % len(LATER)])
        walk.run()
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
