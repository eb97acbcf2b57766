"""A room looks on: the first six notebooks are done, and at no step is an address or a code to be read on the screen."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, expect

from mfa_helpers.sandbox.hosting.ready import read_note

from ..support.lab_server import LabServer
from ..support.person import NAMES, Deed, MousePerson, Person, step
from ..support.sandbox_api import Api

#: What stands on the page to be read: its text, and the fields that are no dots.
ON_SCREEN = """() => [document.body.innerText, ...[...document.querySelectorAll('input:not([type=password]), textarea')]
    .filter(field => field.checkVisibility()).map(field => field.value)].join('\\n')"""
PROFILE, TYPED = "ada@example.com", "ada.of.the.room@example.org"


class Watched(MousePerson):
    """Whose whole screen is looked at after each deed, knowing what mails there are."""

    state: Path
    codes: set[str]

    def do(self, name: str, *deeds: Deed) -> None:
        super().do(name, *(self._watched(deed) for deed in deeds))
        self.look()

    def look(self) -> None:
        seen = self.page.evaluate(ON_SCREEN)
        note = read_note(self.state)
        mails = Api(note.ready).mails() if note else []
        self.codes = {mail["code"] for mail in mails}
        for hidden in (PROFILE, TYPED, quote(PROFILE), quote(TYPED), *self.codes):
            assert hidden not in seen

    def _watched(self, deed: Deed) -> Deed:
        def watched(person: Person) -> None:
            deed(person)
            if read_note(self.state):  # from the first exchange on
                self.look()

        return watched


def test_in_front_of_a_room_the_flow_works_and_nobody_reads_an_address_or_a_code(light: LabServer, page: Page) -> None:
    def tick(person: Person) -> None:
        person.form("Choose your tenant").get_by_label("Presenter mode: hide addresses and codes").check()
        person.expect_status("Choose your tenant", "addresses and codes are hidden from now on")

    def type_address(person: Person) -> None:
        person.form("Associate the address").get_by_label("Email", exact=True).fill(TYPED)

    def sees_the_mail(person: Person) -> None:
        mail = page.locator(".jp-OutputArea-output .widget-vbox", has_text="To a•••@e•••.org").last
        expect(mail.locator("pre").first).to_contain_text("••••••")

    def reads_and_sends(heading: str, button: str, status: str) -> list[Deed]:
        return [
            step(heading, "Check the inbox", "this is the newest email"),
            sees_the_mail,
            step(heading, button, status),
        ]

    person = Watched(page, light, "projector")
    person.state = light.folder / "sandbox.sqlite3"
    sign_in = step("Sign in", "Sign in as Ada", "You have an MFA token")
    person.do(NAMES[0], tick, step("Choose your tenant", "Check the tenant", "the sandbox responds"))
    person.do(NAMES[1], sign_in)
    expect(page.locator(".jp-Notebook")).to_contain_text("username=a•••%40e•••.com")
    person.do(NAMES[2], type_address, step("Associate the address", "Send me a code", "an email with six digits"))
    person.do(NAMES[3], *reads_and_sends("Confirm the address", "Confirm", "your email is confirmed"))
    person.do(
        NAMES[4],
        sign_in,
        step("List the authenticators", "List my authenticators", "of which 1 is a confirmed email"),
        step("List the authenticators", "Use this one", "you picked the email"),
    )
    person.do(
        NAMES[5],
        step("Send a challenge", "Send me a code", "an email with six digits"),
        *reads_and_sends("Complete the login", "Complete the login", "both factors are verified"),
    )
    expect(page.locator(".jp-Notebook")).to_contain_text("email a•••@e•••.com")
    assert len(person.codes) >= 2  # they were there to be found
