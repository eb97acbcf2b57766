"""What a person does in 06, 07 and 08. The QR code is scanned off the screen.

Pictures of each notebook, and of the forms half-way, go to tests/shots/, to be looked at.
"""

from __future__ import annotations

import io
import time

import pyotp
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from mfa_helpers.lessons.predictions import PREDICTIONS
from mfa_helpers.lessons.second_token import CALLS

from ...support.person import NAMES, SHOTS, Deed, MousePerson, Person, step
from .which_api import prediction

MOMENT, CHOOSE, OTHERS = NAMES[6:9]
APP, TEMPLATE, POWERS = "Enroll an authenticator app", "Optional: Customize the email", "What can each token do?"
PUSH, PHONE, LOST = "Enroll a phone for push notifications", "Enroll a phone number", "Use a recovery code"


def picture(heading: str, name: str) -> Deed:
    def deed(person: Person) -> None:
        SHOTS.mkdir(exist_ok=True)
        person.form(heading).screenshot(path=SHOTS / f"{person.name[:2]}-{name}-{person.theme}.png")

    return deed


def scan(person: Person) -> pyotp.TOTP:
    """Hold a phone before the screen."""
    png = person.form(APP).get_by_alt_text("QR code with the secret of this authenticator").screenshot()
    with Image.open(io.BytesIO(png)) as seen:
        (code,) = zxingcpp.read_barcodes(seen.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)  # no stripes in it
    found = pyotp.parse_uri(code.text)
    assert isinstance(found, pyotp.TOTP)
    return found


def confirm_with_the_scanned_app(person: Person) -> None:
    code = scan(person).at(int(time.time()) - 30)  # a glance half a minute ago: each code works once
    person.form(APP).get_by_label("Code", exact=True).fill(code)
    person.form(APP).get_by_label("Code", exact=True).press("Tab")
    step(APP, "Send the code", "confirmed, so it's active")(person)
    expect(person.form(APP).get_by_role("img")).to_have_count(0)


def look_and_send(heading: str, look: str, status: str) -> Deed:
    def deed(person: Person) -> None:
        step(heading, look, "in the field")(person)
        step(heading, "Send the code", status)(person)

    return deed


def fill_the_table(person: Person) -> None:
    for number, (call, path) in enumerate(CALLS.items()):
        question = PREDICTIONS[f"token to {call}"]
        answer, _ = question.answers[number % 3]  # some are wrong
        prediction(person, question, answer, POWERS).click()
        person.expect_status(POWERS, f"Done: {path} was sent with each token.")
        expect(person.form(POWERS)).to_contain_text(f"You predicted “{answer}”. {question.verdict(answer)[1]}")


def predict(heading: str, step_name: str, status: str) -> Deed:
    """Choose the right answer before a request, which sends it."""
    question = PREDICTIONS[step_name]

    def deed(person: Person) -> None:
        step(heading, question.right, status)(person)
        expect(person.form(heading)).to_contain_text(f"You predicted “{question.right}”. That's right.")

    return deed


def pick(heading: str, label: str) -> Deed:
    def deed(person: Person) -> None:
        person.form(heading).get_by_text(label, exact=True).click()

    return deed


def read_the_mail(person: Person) -> None:
    """A script that the template holds is in the mail, and has not run."""
    body = person.form(TEMPLATE).get_by_label("Body", exact=True)
    body.fill("<h2>Hello</h2><p>{{ code }}</p><script>document.body.innerHTML = 'it ran'; parent.ran = true</script>")
    body.press("Tab")
    step(TEMPLATE, "Save it and send me an email", "the tenant has saved the template")(person)
    mail = person.form(TEMPLATE).frame_locator("iframe")
    expect(mail.get_by_role("heading", name="Hello")).to_be_visible()
    expect(mail.get_by_text("it ran")).to_have_count(0)
    assert person.page.evaluate("window.ran") is None
    step(TEMPLATE, "Hide the email", "")(person)
    expect(person.form(TEMPLATE).locator("iframe")).to_have_count(0)


def every_factor(person: MousePerson) -> None:
    """What the person does."""
    page = person.page

    def do(name: str, *deeds: Deed) -> None:
        page.set_viewport_size({"width": 1280, "height": 6000})
        person.do(name, *deeds)

    do(
        CHOOSE,
        step("Set up the tenant", "Turn on", "the tenant is set up"),
        predict("Sign in as a user", "requirements", "enroll: otp."),
        pick("Sign in as a user", "two emails and an authenticator app"),
        step("Sign in as a user", "Sign in", "challenge: otp, email."),
        predict("Challenge by type or by ID", "challenge-by", "there's a new email to ada@example.com."),
        picture("Challenge by type or by ID", "by"),
        step("Challenge by type or by ID", "List authenticators", "3 listed"),
        pick("Challenge by type or by ID", "authenticator_id of the email ada.******@exam*******"),
        step("Challenge by type or by ID", "Challenge", "there's a new email to ada.second@example.com."),
        step(TEMPLATE, "Save it and send me an email", "the tenant has saved the template"),
        picture(TEMPLATE, "mail"),
        read_the_mail,
        step("Complete the login", "Check the inbox", "this is the newest email"),
        step("Complete the login", "Complete the login", "both factors are verified"),
        step("Restore the tenant's settings", "Restore settings", "Customizable MFA off"),
    )
    do(
        MOMENT,
        step("What this notebook needs", "Catch up", "nothing is missing anymore"),
        predict("Sign in for the MFA API", "access", "an access token, valid for 10 minutes"),
        step(POWERS, "Catch up", "you have caught up"),
        fill_the_table,
        picture(POWERS, "table"),
        step("Associate a second address", "Send a code", "on its way to ada.second@example.com"),
        step("Confirm the second address", "Check the inbox", "this is the newest email"),
        predict("Confirm the second address", "second-confirm", "the second address is confirmed"),
        step("List and remove", "List all", "2 listed"),
        predict("List and remove", "second-delete", "removed. 1 authenticator left."),
    )
    do(
        OTHERS,
        step("Set up the tenant", "Turn on", "the tenant is set up"),
        step(APP, "Enroll an app", "scan the code"),
        picture(APP, "qr"),
        confirm_with_the_scanned_app,
        picture(APP, "challenge"),
        predict(APP, "otp-challenge", "nothing is sent"),
        look_and_send(APP, "Show my phone's code", "tokens of a login with two factors"),
        step(PHONE, "Enroll this number", "a text message with six digits"),
        look_and_send(PHONE, "Show the message", "confirmed, so it's active"),
        predict(PHONE, "phone-challenge", "a text message with six digits"),
        look_and_send(PHONE, "Show the message", "tokens of a login with two factors"),
        step(PUSH, "Enroll the phone", "your phone asks"),
        step(PUSH, "Poll once", "400 authorization_pending"),
        step(PUSH, "Poll once", "too soon to poll again"),
        picture(PUSH, "push"),
        step(PUSH, "Approve", "you approved"),
        step(PUSH, "Poll too soon", "confirmed, so it's active"),
        predict(PUSH, "push-challenge", "a push is on your phone"),
        step(PUSH, "Approve", "you approved"),
        step(PUSH, "Poll once", "tokens of a login with two factors"),
        step(LOST, "Use my newest code", "it's in the field"),
        predict(LOST, "recovery", "that code no longer works"),
        picture(LOST, "recovery"),
        step(LOST, "I've written it down", ""),
        step("Restore the tenant's settings", "Restore settings", "factor otp off"),
    )
