"""What a person does in 12: where no SDK is installed, recordings are read, and a function is written that avoids a trap."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from mfa_helpers.lessons.exercises import EXERCISES

from ...support.person import KeyboardPerson, MousePerson, Person, codes
from .errata import ALL_OF_IT, pictures

SHIPPED = "12_the_login_you_ship"
SOLUTION = EXERCISES["list-without-type"].ladder.solution
AS_THE_SDKS_DO = SOLUTION.replace('row.get("oob_channel")', 'row.get("type")')
RECORDED = "recorded earlier because it isn't installed here"
STEPS = ("sdk-sign-in", "sdk-refresh", "sdk-associate", "sdk-confirm", "sdk-list", "sdk-complete")


def place(id: str) -> int:
    return next(index for index, cell in enumerate(codes(SHIPPED)) if cell["id"] == id)


def form(person: Person) -> Locator:
    """The form of the last trap; the others look like it."""
    return person.cell(place("form-exercise")).locator(".jp-OutputArea-output .widget-vbox").first


def expect_status(person: Person, text: str) -> None:
    expect(form(person).locator(".mfa-status").first).to_contain_text(text)


def expect_recordings(person: Person) -> None:
    """Each step and program says that it's a recording, and has the request by hand beside it."""
    for id in STEPS:
        expect(person.cell(place(id))).to_contain_text(RECORDED)
    expect(person.cell(place("sdk-associate"))).to_contain_text("Notebook 02")
    for id in ("auth0-auth-js", "auth0-spa-js"):
        expect(person.cell(place(id))).to_contain_text(RECORDED)
        expect(person.cell(place(id))).to_contain_text("The program printed:")


def with_the_mouse(person: MousePerson) -> None:
    person.page.set_viewport_size({"width": 1280, "height": ALL_OF_IT})

    def write(code: str) -> None:
        person.cell(place("exercise")).locator(".cm-content").click()
        person.page.keyboard.press("Control+A")
        person.page.keyboard.insert_text(code)
        person.run(place("exercise"))
        form(person).get_by_role("button", name="Run and check", exact=True).click()

    def avoid_the_trap(_: Person) -> None:
        expect_recordings(person)
        sent = person.cell(place("auth0-auth-js")).locator("details", has_text="02 associate")
        sent.locator("summary").click()
        expect(sent.get_by_text("Only the SDK sends Auth0-Client.")).to_be_visible()
        form(person).get_by_label("Write the function", exact=True).check()
        write(AS_THE_SDKS_DO)
        expect_status(person, "On a tenant that doesn't send type, your function returned an empty list")
        write(SOLUTION)
        expect_status(person, "Done: your function found the email on both tenants.")

    person.do(SHIPPED, avoid_the_trap)
    pictures(person, SHIPPED)


def with_the_keyboard(person: KeyboardPerson) -> None:
    page = person.page
    page.set_viewport_size({"width": 1280, "height": ALL_OF_IT})

    def avoid_the_trap(_: Person) -> None:
        rung = form(person).get_by_label("Write the function", exact=True)
        person.reach("Your task", rung)
        page.keyboard.press("Space")
        expect(rung).to_be_checked()
        for _stop in range(40):
            if page.evaluate("document.activeElement.classList.contains('jp-Cell')"):
                break
            page.keyboard.press("Shift+Tab")
        expect(person.cell(place("form-exercise"))).to_be_focused()
        for key in ("ArrowUp", "Enter", "Control+A"):
            page.keyboard.press(key)
        page.keyboard.insert_text(SOLUTION)
        page.keyboard.press("Shift+Enter")  # and on to the form's cell
        button = form(person).get_by_role("button", name="Run and check", exact=True)
        person.reach("Your task", button, "Tab")
        page.keyboard.press("Space")
        expect_status(person, "Done: your function found the email on both tenants.")

    person.do(SHIPPED, {"form-exercise": avoid_the_trap})
