"""A class in the browser: two learners, each at a JupyterLab of their own, on one shared tenant; and the instructor's board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mfa_helpers.sandbox.hosting import server

from ..support.class_of_learners import TOKEN
from ..support.lab_server import LabServer, lab_server
from .person import NAMES, SHOTS, MousePerson, step

TENANT = "Choose your tenant"
BOARD = "The class"


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[server.ServedSandbox]:
    """A class's tenant on this machine."""
    running = server.start_class(tmp_path / "class.sqlite3", name="127.0.0.1", token=TOKEN)
    yield running
    running.stop()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[tuple[LabServer, LabServer]]:
    """Two machines, the second one dark."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    themes = tmp_path / "second/config/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    themes.parent.mkdir(parents=True)
    themes.write_text('{"theme": "JupyterLab Dark"}')
    with lab_server(tmp_path / "first") as first, lab_server(tmp_path / "second") as second:
        yield first, second


def run_all(person: MousePerson, name: str) -> None:
    """Open a notebook and run its cells."""
    person.open(name)
    person.page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
    person.page.locator('[data-command="runmenu:run-all"]').click()


def test_two_learners_share_a_tenant_and_the_board_shows_both(
    tenant: server.ServedSandbox, room: tuple[LabServer, LabServer], page: Page
) -> None:
    browser = page.context.browser
    assert browser is not None
    pages = [browser.new_context(viewport={"width": 1280, "height": 4200}).new_page() for _ in room]
    for each in pages:
        each.set_default_timeout(30_000)
    first, second = (
        MousePerson(each, lab, f"class-{i}") for i, (each, lab) in enumerate(zip(pages, room, strict=True))
    )

    def join(person: MousePerson) -> None:
        form = person.form(TENANT)
        form.get_by_text("The class's tenant").click()
        form.get_by_label("Join line").fill(tenant.join_line)
        person.press(TENANT, "Check the tenant")
        person.expect_status(TENANT, "the class's tenant answers. You are learner")
        expect(form.get_by_label("Join line")).to_have_value("")

    lessons = [
        [join],
        [step("Sign in", "Sign in as the sandbox's user", "You have an MFA token")],
        [step("Associate an e-mail", "Send me a code", "a mail with six digits")],
        [
            step("Confirm the e-mail", "Look for mail", "this is the newest mail"),
            step("Confirm the e-mail", "Use the code of this mail", "Now press"),
            step("Confirm the e-mail", "Confirm", "your e-mail is confirmed"),
        ],
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
        form.get_by_label("Join line").fill(tenant.join_line)
        form.get_by_label("Token").fill(TOKEN)
        person.press(BOARD, "Refresh")
        person.expect_status(BOARD, "2 learners, 0 held up. 03 e-mail confirmed: 2.")
        for number in ("01", "02"):
            expect(form.locator("tr", has_text=f"learner{number}-")).to_contain_text("03 e-mail confirmed")
        person.expect_no_fault()
        SHOTS.mkdir(exist_ok=True)
        person.page.screenshot(path=SHOTS / f"instructors_board-{theme}.png")

    # What happens from now on is seen without a click.
    form.get_by_text("Look again every 5 seconds").click()
    run_all(first, NAMES[1])
    step("Sign in", "Sign in as the sandbox's user", "You have an MFA token")(first)
    expect(form.locator(".mfa-status").first).to_contain_text("04 signed in again: 1", timeout=20_000)
