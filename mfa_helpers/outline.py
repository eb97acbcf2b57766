"""The course in one table: its notebooks, the calls of its flow, and what each step needs from those before it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notebook:
    """One notebook. `topic` is its stable id: files and progress are kept under it, because numbers may change.

    `minutes` is how long a reader takes, in minutes, as the notebook itself states it. `needs` and `gives` are keys of `NEEDS`.
    """

    topic: str
    number: str
    file: str
    title: str
    minutes: int
    needs: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()


#: In the order of the course.
NOTEBOOKS = (
    Notebook("tenant", "00", "00_start_here.ipynb", "Start here", 7),
    Notebook("sign-in", "01", "01_get_the_mfa_token.ipynb", "Get the MFA token", 6, gives=("login",)),
    Notebook(
        *("associate", "02", "02_associate_an_email.ipynb", "Associate an e-mail", 6),
        needs=("login",),
        gives=("enrolment",),
    ),
    Notebook(
        *("confirm", "03", "03_confirm_the_email.ipynb", "Confirm the e-mail", 6),
        needs=("login", "enrolment"),
        gives=("enrolled",),
    ),
    Notebook(
        *("authenticators", "04", "04_list_authenticators.ipynb", "List authenticators", 7),
        needs=("enrolled",),
        gives=("login", "authenticator"),
    ),
    Notebook(
        *("challenge", "05", "05_challenge_with_email.ipynb", "Challenge with e-mail", 9),
        needs=("login", "authenticator"),
        gives=("challenge", "tokens"),
    ),
    Notebook("choosing", "06", "06_choose_a_factor.ipynb", "Choose a factor", 11),
    Notebook("second-token", "07", "07_enrol_at_any_moment.ipynb", "Enrol at any moment", 11),
    Notebook("other-factors", "08", "08_the_other_factors.ipynb", "The other factors", 13),
    Notebook("clinic", "09", "09_when_it_goes_wrong.ipynb", "When it goes wrong", 15),
    Notebook("errata", "10", "10_errata.ipynb", "Errata", 18),
    Notebook("capstone", "11", "11_capstone.ipynb", "Capstone", 7),
    Notebook("glossary", "12", "12_glossary.ipynb", "Glossary", 10),
)
BY_TOPIC = {notebook.topic: notebook for notebook in NOTEBOOKS}
BY_NUMBER = {notebook.number: notebook for notebook in NOTEBOOKS}

#: What a notebook may need from those before it, in the order of the flow.
NEEDS = {
    "login": "an MFA token",
    "enrolment": "a code for a new e-mail on its way",
    "enrolled": "a confirmed e-mail",
    "authenticator": "a chosen authenticator",
    "challenge": "a code for your login on its way",
    "tokens": "the tokens of your login",
}


@dataclass(frozen=True)
class Stage:
    """One call of the flow. `worth` says what a good answer brings; `mails` and `typed` tell when the inbox takes part."""

    name: str
    topic: str
    words: str
    worth: str
    mails: bool = False
    typed: bool = False

    @property
    def number(self) -> str:
        """The number of its notebook; empty for a call that is no step of the flow."""
        return BY_TOPIC[self.topic].number if self.topic else ""


#: The calls of 01 to 05, in their order.
FLOW = (
    Stage("login", "sign-in", "sign in", ": as wanted"),
    Stage("associate", "associate", "associate", " with an oob_code", mails=True),
    Stage("confirm", "confirm", "confirm", " with tokens", typed=True),
    Stage("login again", "authenticators", "sign in again", ": as wanted"),
    Stage("list", "authenticators", "list", " with your authenticators"),
    Stage("challenge", "challenge", "challenge", " with an oob_code", mails=True),
    Stage("complete", "challenge", "complete", " with tokens", typed=True),
)


@dataclass(frozen=True)
class Outcome:
    """What became of one call of the flow, fit to be kept: nothing in it is secret.

    `status` is `None` if no answer came; `error` is the answer's error code, or empty.
    """

    method: str
    path: str
    status: int | None
    error: str
    good: bool
