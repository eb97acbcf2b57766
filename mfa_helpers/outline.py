"""The course in one table: its notebooks, the calls of its flow, and what each step needs from those before it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
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


#: In the order of the course. Numbers may have gaps.
NOTEBOOKS = (
    Notebook(topic="tenant", number="00", file="00_start_here.ipynb", title="Start here", minutes=6),
    Notebook(
        topic="sign-in",
        number="01",
        file="01_get_the_mfa_token.ipynb",
        title="Get the MFA token",
        minutes=7,
        gives=("login",),
    ),
    Notebook(
        topic="associate",
        number="02",
        file="02_associate_an_email.ipynb",
        title="Associate an email",
        minutes=7,
        needs=("login",),
        gives=("enrollment",),
    ),
    Notebook(
        topic="confirm",
        number="03",
        file="03_confirm_the_email.ipynb",
        title="Confirm the email",
        minutes=7,
        needs=("login", "enrollment"),
        gives=("enrolled",),
    ),
    Notebook(
        topic="authenticators",
        number="04",
        file="04_list_authenticators.ipynb",
        title="List authenticators",
        minutes=7,
        needs=("enrolled",),
        gives=("login", "authenticator"),
    ),
    Notebook(
        topic="challenge",
        number="05",
        file="05_challenge_with_email.ipynb",
        title="Challenge with email",
        minutes=9,
        needs=("login", "authenticator"),
        gives=("challenge", "tokens"),
    ),
    Notebook(
        topic="second-token",
        number="06",
        file="06_enroll_at_any_moment.ipynb",
        title="Enroll at any moment",
        minutes=12,
    ),
    Notebook(topic="choosing", number="07", file="07_choose_a_factor.ipynb", title="Choose a factor", minutes=11),
    Notebook(
        topic="other-factors", number="08", file="08_the_other_factors.ipynb", title="The other factors", minutes=15
    ),
    Notebook(topic="clinic", number="09", file="09_when_it_goes_wrong.ipynb", title="When it goes wrong", minutes=16),
    Notebook(topic="errata", number="10", file="10_errata.ipynb", title="Errata", minutes=18),
    Notebook(
        topic="which-api",
        number="11",
        file="11_do_i_need_this_api.ipynb",
        title="Do I need this API?",
        minutes=12,
    ),
    Notebook(topic="sdk", number="12", file="12_the_login_you_ship.ipynb", title="The login you ship", minutes=13),
    Notebook(topic="capstone", number="13", file="13_capstone.ipynb", title="Capstone", minutes=7),
    Notebook(topic="glossary", number="14", file="14_glossary.ipynb", title="Glossary", minutes=13),
)
BY_TOPIC = {notebook.topic: notebook for notebook in NOTEBOOKS}
BY_NUMBER = {notebook.number: notebook for notebook in NOTEBOOKS}
#: Files that had other words in their names, in copies that learners made then, by topic.
FORMER_FILES = {"07_enrol_at_any_moment.ipynb": "second-token"}

#: What a notebook may need from those before it, in the order of the flow.
NEEDS = {
    "login": "an MFA token",
    "enrollment": "a code for a new email",
    "enrolled": "a confirmed email",
    "authenticator": "a chosen authenticator",
    "challenge": "a code for your login",
    "tokens": "the tokens of your login",
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One call of the flow.

    `number` is its notebook's, empty for a call that is no step of the flow. `worth` says what a good
    answer brings; `mails` and `typed` tell when the inbox takes part.
    """

    name: str
    number: str
    words: str
    worth: str
    mails: bool = False
    typed: bool = False


#: The calls of 01 to 05, in their order.
FLOW = (
    Stage(name="login", number=BY_TOPIC["sign-in"].number, words="sign in", worth=": as expected"),
    Stage(
        name="associate", number=BY_TOPIC["associate"].number, words="associate", worth=" with an oob_code", mails=True
    ),
    Stage(name="confirm", number=BY_TOPIC["confirm"].number, words="confirm", worth=" with tokens", typed=True),
    Stage(name="login again", number=BY_TOPIC["authenticators"].number, words="sign in again", worth=": as expected"),
    Stage(name="list", number=BY_TOPIC["authenticators"].number, words="list", worth=" with your authenticators"),
    Stage(
        name="challenge", number=BY_TOPIC["challenge"].number, words="challenge", worth=" with an oob_code", mails=True
    ),
    Stage(name="complete", number=BY_TOPIC["challenge"].number, words="complete", worth=" with tokens", typed=True),
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
