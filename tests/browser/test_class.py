"""A class in the browser: two learners, each at a JupyterLab of their own, on one shared tenant; and the instructor's board."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mfa_helpers.sandbox.hosting import server

from ..support.browser import new_page
from ..support.class_of_learners import TOKEN
from ..support.lab_server import LabServer, lab_server
from ..support.person import NAMES, SHOTS, MousePerson, step

TENANT = "Choose your tenant"
BOARD = "The class"


@pytest.fixture
def elsewhere(browser: Browser, tmp_path: Path) -> Iterator[LabServer]:
    """The machine of another learner."""
    (tmp_path / "elsewhere").mkdir()
    with lab_server(tmp_path / "elsewhere") as lab:
        yield lab


def run_all(person: MousePerson, name: str) -> None:
    """Open a notebook and run its cells."""
    person.open(name)
    person.run_all()


def test_two_learners_share_a_tenant_and_the_board_shows_both(
    class_server: server.ServedSandbox, light: LabServer, elsewhere: LabServer, page: Page, browser: Browser
) -> None:
    elsewhere.prefer("@jupyterlab/apputils-extension/themes", theme="JupyterLab Dark")
    first = MousePerson(page, light, "class-0")
    second = MousePerson(new_page(browser), elsewhere, "class-1")

    def join(person: MousePerson) -> None:
        form = person.form(TENANT)
        form.get_by_text("The class's tenant").click()
        form.get_by_label("Join line").fill(class_server.join_line)
        form.get_by_label("Your name").fill("Ada King" if person is first else "Grace")
        person.press(TENANT, "Check the tenant")
        person.expect_status(TENANT, "the class's tenant responds. You are learner")
        expect(form.get_by_label("Join line")).to_have_value("")

    lessons = [
        [join],
        [step("Sign in", "Sign in as Ada", "You have an MFA token")],
    ]
    for name, deeds in zip(NAMES, lessons, strict=False):
        for person in (first, second):
            run_all(person, name)
            for deed in deeds:
                deed(person)
            person.expect_no_fault()

    for person, theme in ((first, "light"), (second, "dark")):
        run_all(person, "instructors_board")
        form = person.form(BOARD)
        form.get_by_label("Join line").fill(class_server.join_line)
        form.get_by_label("Token").fill(TOKEN)
        person.press(BOARD, "Refresh")
        person.expect_status(BOARD, "2 learners, 0 stuck. 01 signed in: 2.")
        for number in ("01", "02"):
            expect(form.locator("tr", has_text=f"learner{number}-")).to_contain_text("01 signed in")
        form.get_by_label("Sort by").select_option("By name")
        expect(form.locator("tbody tr").first).to_contain_text("Ada King")
        expect(form.locator("tbody tr").last).to_contain_text("Grace")
        person.expect_no_fault()
        SHOTS.mkdir(exist_ok=True)
        person.page.screenshot(path=SHOTS / f"instructors_board-{theme}.png")

    # What happens from now on is seen without a click.
    form.get_by_text("Refresh every 5 seconds").click()
    run_all(first, NAMES[2])
    step("Associate the address", "Send me a code", "an email with six digits")(first)
    expect(form.locator(".mfa-status").first).to_contain_text("02 email associated: 1")
    second.page.context.close()
