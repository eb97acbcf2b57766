"""A kernel is killed at each step of each notebook; within three clicks its learner is where they were.

Clicks are counted by the page itself, JupyterLab's dialog and buttons among them: OK, Run all, and one more at most.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import psutil
import pytest
import requests
from playwright.sync_api import Browser, expect

from mfa_helpers.lab import Lab
from mfa_helpers.lessons.clinic.faults import FAULTS
from mfa_helpers.lessons.errata import PREDICTED
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.lessons.grant_answers import REQUESTS
from mfa_helpers.lessons.predictions import PREDICTIONS
from mfa_helpers.lessons.question import Question
from mfa_helpers.lessons.quiz import QUESTIONS
from mfa_helpers.lessons.second_token import CALLS
from mfa_helpers.lessons.situations import SITUATIONS

from ..outside.lite import which_api
from ..support.browser import chromium, new_page
from ..support.errata_deeds import PRACTICE, heading, predict
from ..support.lab_server import LabServer, lab_server
from ..support.person import NAMES, Deed, MousePerson, Person, codes, step

COUNT = "clicks = 0; addEventListener('click', event => { if (event.isTrusted) clicks++ }, true)"
#: JupyterLab looks each three seconds whether a kernel lives, and gives up one that dies five times at once.
IMPATIENT = {"AsyncIOLoopKernelRestarter": {"time_to_dead": 0.3, "restart_limit": 100}}

MINE, SECOND = "grace@example.com", "grace.second@example.com"


class Learner(MousePerson):
    """Whose kernel is killed again and again."""

    def session(self) -> dict[str, Any]:
        """What Jupyter knows of the open notebook."""
        rows = requests.get(f"{self.lab.url}/api/sessions?token={self.lab.token}", timeout=120).json()
        found: dict[str, Any] = next(one for one in rows if one["name"] == f"{self.name}.ipynb")
        return found

    def pid(self) -> int:
        """The process of its kernel."""
        file = f"kernel-{self.session()['kernel']['id']}.json"
        commands = psutil.process_iter(["pid", "cmdline"])
        return next(one.pid for one in commands if file in " ".join(one.info["cmdline"] or ()))

    def leave(self) -> None:
        """Its kernel ends: there may be many notebooks and little memory."""
        requests.delete(f"{self.lab.url}/api/sessions/{self.session()['id']}?token={self.lab.token}", timeout=120)

    def run_all(self) -> None:
        """One click, and wait until all cells have run."""
        cells = [index for index, cell in enumerate(codes(self.name)) if cell["cell_type"] == "code"]
        expect(self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible()
        self.mark_outputs(cells[-1])
        self.page.get_by_role("button", name="Run all", exact=True).click()
        self.expect_ran(cells[-1])
        self.expect_no_fault()

    def check(self) -> None:
        """The checkpoint is reached."""
        self.end()


def killed(*third: str) -> Deed:
    """The kernel dies; OK, Run all, and for some steps one button more: (heading, button, what is said then)."""

    def deed(person: Person) -> None:
        assert isinstance(person, Learner)
        page = person.page
        page.evaluate("clicks = 0")
        os.kill(person.pid(), signal.SIGKILL)
        page.get_by_role("dialog").get_by_role("button", name="Ok").click()
        person.run_all()
        if third:
            step(*third)(person)
        assert page.evaluate("clicks") <= 3

    return deed


def picking(heading: str, *labels: str) -> Deed:
    def deed(person: Person) -> None:
        for label in labels:
            person.form(heading).get_by_label(label, exact=True).check()

    return deed


def kept(text: str) -> Deed:
    """The click has arrived at the kernel; one that has not is lost with it, and no course could help that."""

    def deed(person: Person) -> None:
        handover, deadline = person.lab.folder / "runtime" / "mfa-course.json", time.monotonic() + 120
        while json.dumps(text) not in handover.read_text("utf-8"):
            assert time.monotonic() < deadline, "the answer was not kept"
            time.sleep(0.05)

    return deed


def typing(heading: str, label: str, text: str) -> Deed:
    def deed(person: Person) -> None:
        person.form(heading).get_by_label(label, exact=True).fill(text)
        person.page.keyboard.press("Tab")

    return deed


def still(heading: str, label: str, text: str) -> Deed:
    """What was typed is there yet."""
    return lambda person: expect(person.form(heading).get_by_label(label, exact=True)).to_have_value(text)


def trying(*calls: str) -> Deed:
    """Predict correctly which token each of `calls` takes, which sends it with both."""

    def deed(person: Person) -> None:
        for call in calls:
            question = PREDICTIONS[f"token to {call}"]
            which_api.prediction(person, question, question.right, POWERS).click()
            person.expect_status(POWERS, f"Done: {CALLS[call]} was sent with each token.")

    return deed


def cured(fault: str, *deaths: Deed) -> list[Deed]:
    """A fault from the break to the cure; the kernel dies when it is broken, and when it is named."""
    title, right = FAULTS[fault].title, FAULTS[fault].named[0][0]
    broken, named = ([death] for death in deaths) if deaths else ([], [])
    return [
        step(title, "Break it", "the fault is active"),
        *broken,
        picking(title, right),
        step(title, "Submit diagnosis", "Correct. "),
        *named,
        step(title, "Repair it", "The same call now returns"),
    ]


def writing(code: str) -> Deed:
    """Write into the empty cell and run it."""

    def deed(person: Person) -> None:
        index = next(i for i, cell in enumerate(codes(person.name)) if cell["id"] == "exercise")
        person.cell(index).locator(".cm-content").click()
        person.page.keyboard.press("Control+A")
        person.page.keyboard.insert_text(code)
        person.run(index)  # type: ignore[attr-defined]

    return deed


def decide(*situations: Question) -> Deed:
    """Situations of notebook 11 are decided correctly."""

    def deed(person: Person) -> None:
        for one in situations:
            which_api.choice(person, SITUATIONS.index(one), one.right).check()
            expect(person.form(which_api.FITS)).to_contain_text(one.because)

    return deed


def grant(id: str) -> Deed:
    """One of its requests is predicted correctly, which sends it."""

    def deed(person: Person) -> None:
        question = REQUESTS[id].question
        which_api.prediction(person, question, question.right).click()
        which_api.expect_sent(person, id)

    return deed


def check(person: Person) -> None:
    person.check()  # type: ignore[attr-defined]


def in_the_call(path: str, heading: str, button: str) -> Deed:
    """The call is with the tenant, whose answer is slow, and the learner waits."""

    def deed(person: Person) -> None:
        controls = Lab().tenant.require_controls()
        controls.go_wrong(path, "slow", 60)
        person.press(heading, button)  # type: ignore[attr-defined]
        while controls._send("GET", "/sandbox/faults").body["faults"]:
            person.page.wait_for_timeout(50)

    return deed


CODE, CONFIRM, MOMENT, POWERS = (
    "Complete the login",
    "Confirm the address",
    "Sign in for the MFA API",
    "What can each token do?",
)
BY, TEMPLATE, AGAIN, REMOVE = (
    "Challenge by type or by ID",
    "Optional: Customize the email",
    "Confirm the second address",
    "List and remove",
)
APP, PHONE, PUSH, LOST = (
    "Enroll an authenticator app",
    "Enroll a phone number",
    "Enroll a phone for push notifications",
    "Use a recovery code",
)
TERMS, BACK = "Which token, which response?", "Restore the tenant's settings"


def with_the_mail(heading: str, button: str, said: str) -> list[Deed]:
    return [
        step(heading, "Check the inbox", "this is the newest email"),
        step(heading, button, said),
    ]


def with_the_phone(said: str) -> list[Deed]:
    return [step(PHONE, "Show the message", "in the field"), step(PHONE, "Send the code", said)]


def half_a_minute_later(person: Person) -> None:
    Lab().tenant.require_controls().advance(30)


#: What earlier notebooks give, where one needs it.
NEEDED = {"02": ["login"], "03": ["login", "enrollment"], "04": ["enrolled"], "05": ["authenticator", "login"]}
NEEDED |= {"06": ["enrolled", "login"], "13": ["enrolled"]}

#: Of each notebook: what is done, and between all of it the kernel's deaths.
LIVES: dict[str, list[Deed]] = {
    "00": [
        step("Choose your tenant", "Check the tenant", "the sandbox responds"),
        killed("Choose your tenant", "Check the tenant", "the sandbox responds"),
        check,
    ],
    "01": [
        in_the_call("/oauth/token", "Sign in", "Sign in as Ada"),
        killed(),
        step("Sign in", "Sign in as Ada", "You have an MFA token"),
        killed(),
        check,
        picking("Your task", "Write the function"),
        kept("Write the function"),
        killed(),
        writing(EXERCISES["two-answers"].ladder.solution),
        step("Your task", "Run and check", "Done: "),
    ],
    "02": [
        killed(),
        typing("Associate the address", "Email", MINE),
        kept(MINE),
        killed(),
        still("Associate the address", "Email", MINE),
        step("Associate the address", "Send me a code", "an email with six digits"),
        killed(),
        check,
    ],
    "03": [
        killed(),
        step(CONFIRM, "Check the inbox", "this is the newest email"),
        killed(CONFIRM, "Check the inbox", "this is the newest email"),
        in_the_call("/oauth/token", CONFIRM, "Confirm"),
        killed(CONFIRM, "Catch up", "you have caught up"),
        *with_the_mail(CONFIRM, "Confirm", "your email is confirmed"),
        killed(),
        check,
    ],
    "04": [
        step("Sign in", "Sign in as Ada", "You have an MFA token"),
        killed(),
        step("List the authenticators", "List my authenticators", "of which 1 is a confirmed email"),
        killed("List the authenticators", "List my authenticators", "of which 1 is a confirmed email"),
        step("List the authenticators", "Use this one", "you picked the email"),
        killed(),
        check,
    ],
    "05": [
        step("Send a challenge", "Send me a code", "an email with six digits"),
        killed(),
        *with_the_mail(CODE, "Complete the login", "both factors are verified"),
        killed(CODE, "Catch up", "you have caught up"),
        check,
    ],
    "06": [
        step(MOMENT, MOMENT, "an access token, valid for 10 minutes"),
        trying("list", "associate"),
        killed(),
        trying("challenge"),
        typing("Associate a second address", "Email", SECOND),
        step("Associate a second address", "Send a code", f"on its way to {SECOND}"),
        killed(),
        *with_the_mail(AGAIN, "Confirm", "the second address is confirmed"),
        step(REMOVE, "List all", "listed"),
        step(REMOVE, "Remove it", "removed."),
        killed(),
        check,
    ],
    "07": [
        step("Set up the tenant", "Turn on", "the tenant is set up"),
        killed(),
        picking("Sign in as a user", "two emails and an authenticator app"),
        step("Sign in as a user", "Sign in", "challenge: otp, email."),
        killed("Sign in as a user", "Sign in", "challenge: otp, email."),
        step(BY, "Challenge", "there's a new email to ada@example.com."),
        step(BY, "List authenticators", "3 listed"),
        picking(BY, "authenticator_id of the email ada.******@exam*******"),
        step(BY, "Challenge", "there's a new email to ada.second@example.com."),
        typing(TEMPLATE, "Subject", "{{ code }} is yours"),
        kept("{{ code }} is yours"),
        killed(),
        still(TEMPLATE, "Subject", "{{ code }} is yours"),
        step(TEMPLATE, "Save it and send me an email", "the tenant has saved the template"),
        *with_the_mail(CODE, "Complete the login", "both factors are verified"),
        killed(),
        step(BACK, "Restore settings", "Customizable MFA off"),
        check,
    ],
    "08": [
        step("Set up the tenant", "Turn on", "the tenant is set up"),
        step(APP, "Enroll an app", "scan the code"),
        killed(),
        step(APP, "Show my phone's code", "in the field"),
        step(APP, "Send the code", "confirmed, so it's active"),
        step(APP, "Challenge it", "nothing is sent"),
        killed(),
        half_a_minute_later,  # each code works once
        step(APP, "Show my phone's code", "in the field"),
        step(APP, "Send the code", "tokens of a login with two factors"),
        typing(PHONE, "Phone number", "+15550100168"),
        step(PHONE, "Enroll this number", "a text message with six digits"),
        killed(),
        still(PHONE, "Phone number", "+15550100168"),
        *with_the_phone("confirmed, so it's active"),
        step(PHONE, "Challenge it", "a text message with six digits"),
        *with_the_phone("tokens of a login with two factors"),
        step(PUSH, "Enroll the phone", "your phone asks"),
        killed(),
        step(PUSH, "Approve", "you approved"),
        step(PUSH, "Poll once", "confirmed, so it's active"),
        step(PUSH, "Challenge it", "a push is on your phone"),
        step(PUSH, "Approve", "you approved"),
        killed(),
        step(PUSH, "Poll once", "tokens of a login with two factors"),
        step(LOST, "Use my newest code", "it's in the field"),
        killed(LOST, "Use my newest code", "it's in the field"),
        step(LOST, "Sign in with it", "that code no longer works"),
        killed(),
        step(BACK, "Restore settings", "factor otp off"),
        check,
    ],
    "09": [
        *cured("grant-off", killed(), killed()),
        *cured("never"),
        *cured("wrong-audience"),
        *cured("factor-off"),
        killed(),
        *cured("access-token"),
        killed(),
        check,
    ],
    "10": [
        *(partial(predict, number=number) for number in (1, 2, 3, 4)),
        killed(heading(4), "Send again", "compare what the printed line does"),
        *(partial(predict, number=number) for number in range(5, len(PREDICTED) + 1)),
        killed(),
        picking(PRACTICE, "/mfa/challenge", "application/json", "the MFA token of this login"),
        kept("the MFA token of this login"),
        killed(),
        picking(PRACTICE, "authenticator_id"),
        step(PRACTICE, "Send the request", "Done: the code went to ada+work@example.com."),
        killed(),
        check,
    ],
    "11": [
        decide(*SITUATIONS[:6]),
        lambda person: person.expect_status(which_api.FITS, "You've decided 6 of 12 correctly."),
        killed(),
        decide(*SITUATIONS[6:]),
        lambda person: person.expect_status(which_api.FITS, "Done: you've decided all of them correctly."),
        killed(),
        *(grant(id) for id in [*REQUESTS][:3]),
        killed(),
        *(grant(id) for id in [*REQUESTS][3:]),
        killed(),
        check,
    ],
    "12": [
        killed(),
        picking("Your task", "Write the function"),
        kept("Write the function"),
        killed(),
        writing(EXERCISES["list-without-type"].ladder.solution),
        step("Your task", "Run and check", "Done: "),
        killed(),
        check,
    ],
    "13": [
        killed(),
        picking("Your task", "Write the function"),
        kept("Write the function"),
        killed(),
        writing(EXERCISES["capstone"].ladder.solution),
        step("Your task", "Run and check", "Done: "),
        killed(),
        check,
    ],
    "14": [
        picking(TERMS, QUESTIONS[0].right),
        kept(QUESTIONS[0].right),
        killed(),
        picking(TERMS, *(one.right for one in QUESTIONS[1:])),
        step(TERMS, "Check my answers", "Done: all five are correct."),
        killed(),
        check,
    ],
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LabServer, Browser]]:
    folder = tmp_path_factory.mktemp("killed")
    (folder / "config").mkdir()
    (folder / "config" / "jupyter_server_config.json").write_text(json.dumps(IMPATIENT))
    with chromium() as browser, lab_server(folder) as lab:
        yield lab, browser


@pytest.mark.parametrize("name", NAMES)
def test_after_a_kernel_was_killed_a_learner_goes_on_within_three_clicks(
    name: str, course: tuple[LabServer, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, browser = course
    for variable, place in (("MFA_SANDBOX_STATE", "sandbox.sqlite3"), ("JUPYTER_RUNTIME_DIR", "runtime")):
        monkeypatch.setenv(variable, str(server.folder / place))
    lab = Lab()
    lab.reset()
    lab.catch_up(*NEEDED.get(name[:2], ()))
    page = new_page(browser)
    page.set_viewport_size({"width": 1280, "height": 14_000})
    page.add_init_script(COUNT)
    person = Learner(page, server, "light")
    person.open(name)
    person.run_all()
    for deed in LIVES[name[:2]]:
        deed(person)
    person.leave()
    page.context.close()
