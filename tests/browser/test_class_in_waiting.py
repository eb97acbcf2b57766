"""A class whose tenant doesn't respond, in the browser: a notebook waits for it, and one click goes on."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from mfa_helpers.sandbox.hosting import server

from ..support.class_of_learners import TOKEN
from ..support.lab_server import LabServer
from ..support.person import NAMES, SHOTS, MousePerson, step

WAITING = "The class's tenant"


def test_a_notebook_that_is_opened_meanwhile_waits_and_goes_on_with_one_click(
    class_server: server.ServedSandbox, light: LabServer, page: Page
) -> None:
    person = MousePerson(page, light, "light")
    person.open(NAMES[0])
    person.run_all()
    form = person.form("Choose your tenant")
    form.get_by_text("The class's tenant").click()
    form.get_by_label("Join line").fill(class_server.join_line)
    person.press("Choose your tenant", "Check the tenant")
    person.expect_status("Choose your tenant", "the class's tenant responds. You are learner01-")

    port = int(class_server.base_url.rpartition(":")[2])
    class_server.stop()
    person.open(NAMES[1])
    person.run_all()
    person.expect_status(WAITING, f"The class's tenant doesn't respond at 127.0.0.1:{port}.")
    person.expect_status(WAITING, "There, you're still learner01-")
    person.expect_status("Sign in", "This form is waiting for the class's tenant.")
    expect(person.form("Sign in").get_by_role("button")).to_have_count(0)
    person.press(WAITING, "Try again")
    person.expect_status(WAITING, "Problem: The class's tenant doesn't respond")
    person.expect_no_fault()
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / "class_in_waiting-light.png")

    back = server.start_class(class_server.state, name="127.0.0.1", token=TOKEN, port=port)
    try:
        person.press(WAITING, "Try again")
        step("Sign in", "Sign in as Ada", "You have an MFA token")(person)
        expect(page.locator("strong", has_text=WAITING)).to_have_count(0)
        person.expect_no_fault()
    finally:
        back.stop()
