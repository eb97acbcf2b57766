"""A person does the first six notebooks in a real JupyterLab with the keyboard alone, in dark.

With the mouse, in light: `tests/notebooks/test_first_six.py`.
Screenshots of each notebook at its end go to tests/shots/, to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from ..support.lab_server import LabServer
from ..support.person import NAMES, KeyboardPerson


def test_with_the_keyboard_alone_a_person_gets_from_00_to_tokens(dark: LabServer, page: Page) -> None:
    def sign_in_after_a_slip(person: KeyboardPerson) -> None:
        person.write("Sign in", "Password", "not the password")
        person.press("Sign in", "Sign in")
        person.expect_status(
            "Sign in", "The user name or the password is incorrect. Check the user name, and type the password again."
        )
        sign_in(person)

    def sign_in(person: KeyboardPerson) -> None:
        person.press("Sign in", "Sign in as Ada")
        person.expect_status("Sign in", "You have an MFA token")

    def type_code(heading: str, button: str, status: str) -> Callable[[KeyboardPerson], None]:
        def deed(person: KeyboardPerson) -> None:
            person.press(heading, "Check the inbox")
            person.expect_status(heading, "this is the newest email")
            code = person.code_in_mail(heading)
            wrong = "000000" if code != "000000" else "000001"
            person.write(heading, "Code", wrong)
            person.press(heading, button)
            person.expect_status(heading, "The code is incorrect.")
            person.write(heading, "Code", f"{code[:3]} {code[3:]}")
            person.press(heading, button)
            person.expect_status(heading, status)

        return deed

    def list_and_pick(person: KeyboardPerson) -> None:
        person.press("List the authenticators", "List my authenticators")
        person.expect_status("List the authenticators", "of which 1 is a confirmed email")
        person.press("List the authenticators", "Use this one")
        person.expect_status("List the authenticators", "you picked the email")

    def associate(person: KeyboardPerson) -> None:
        person.write("Associate the address", "Email", "ada+lab@example.com")
        person.press("Associate the address", "Send me a code")
        person.expect_status("Associate the address", "an email with six digits")

    def challenge(person: KeyboardPerson) -> None:
        person.press("Send a challenge", "Send me a code")
        person.expect_status("Send a challenge", "an email with six digits")

    def check(person: KeyboardPerson) -> None:
        person.press("Choose your tenant", "Check the tenant")
        person.expect_status("Choose your tenant", "the sandbox responds")

    person = KeyboardPerson(page, dark, "dark")
    person.do(NAMES[0], {"form-tenant": check})  # type: ignore[dict-item]
    person.do(NAMES[1], {"form-sign-in": sign_in_after_a_slip})  # type: ignore[dict-item]
    person.do(NAMES[2], {"form-associate": associate})  # type: ignore[dict-item]
    person.do(NAMES[3], {"form-confirm": type_code("Confirm the address", "Confirm", "your email is confirmed")})  # type: ignore[dict-item]
    person.do(NAMES[4], {"form-sign-in": sign_in, "form-authenticators": list_and_pick})  # type: ignore[dict-item]
    person.do(
        NAMES[5],
        {  # type: ignore[arg-type]
            "form-challenge": challenge,
            "form-complete": type_code("Complete the login", "Complete the login", "both factors are verified"),
        },
    )
