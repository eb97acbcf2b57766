"""Five questions about the whole course, and what each wrong answer mistakes for what."""

from __future__ import annotations

from collections.abc import Mapping

from ..client.errors import InvalidInput
from ..client.lifetimes import CODE_LIFETIME, MFA_TOKEN_LIFETIME, minutes
from ..learner.session import LearnerSession
from .question import Question

QUESTIONS = (
    Question(
        id="sign-in",
        text="The password is correct, and the tenant requires a second factor. What does the tenant return?",
        answers=(
            ("200 with tokens", "Tokens come when both factors are verified, not before."),
            (
                "401, because the password alone isn't enough",
                "401 is for an application that doesn't identify itself correctly. The password was correct.",
            ),
            ("403 mfa_required with an MFA token", ""),
        ),
    ),
    Question(
        id="challenge",
        text="Which token does POST /mfa/challenge take?",
        answers=(
            ("the MFA token, in the body", ""),
            (
                "an access token, as a bearer token",
                "The tenant rejects it with “Malformed mfa_token”, wherever you put it.",
            ),
            ("the oob_code", "That's what the challenge returns."),
        ),
    ),
    Question(
        id="wrong-code",
        text="The user mistypes the code: 403 invalid_grant. What now?",
        answers=(
            ("sign in again, because the MFA token was used up", "Only a correct code uses up the MFA token."),
            ("ask for the code again, because the login and the oob_code are still valid", ""),
            ("the account is blocked", "Ten wrong codes make the user wait, but one doesn't."),
        ),
    ),
    Question(
        id="lifetime",
        text=f"The email was sent {minutes(CODE_LIFETIME + 60)} ago. What is still valid?",
        answers=(
            ("the code", f"A code and its oob_code are valid for {minutes(CODE_LIFETIME)}."),
            ("the MFA token, so request a new code", ""),
            (
                "nothing, so sign in again",
                f"An MFA token is valid for {minutes(MFA_TOKEN_LIFETIME)}, so a new code is enough.",
            ),
        ),
    ),
    Question(
        id="second",
        text="A user with a confirmed email wants to add an authenticator. Which token does POST /mfa/associate take?",
        answers=(
            (
                "the MFA token of a new login",
                "That gets “User is already enrolled.” after an authenticator is confirmed.",
            ),
            (
                "the access token for your API",
                "It gives access only to your API. The MFA API needs one for its own audience.",
            ),
            ("an access token for the MFA audience, with scope enroll", ""),
        ),
    ),
)


class Quiz:
    """The answers of one learner. `passed` holds once all of them were right at the same time."""

    def __init__(self, session: LearnerSession) -> None:
        self._session = session
        self.passed = bool(session.noted("passed"))

    def grade(self, given: Mapping[str, str | None]) -> list[tuple[int, str]]:
        """The number of each wrong answer and what is wrong with it.

        `given` is by the questions' ids. Raises `InvalidInput` if an answer is missing.
        """
        missing = [str(number) for number, one in enumerate(QUESTIONS, 1) if not given.get(one.id)]
        if missing:
            raise InvalidInput(
                f"Not answered yet: {', '.join(missing)}.", "Choose an answer to each question, and then check again."
            )
        wrong = [
            (number, next(mistaken for answer, mistaken in one.answers if answer == given[one.id]))
            for number, one in enumerate(QUESTIONS, 1)
            if given[one.id] != one.right
        ]
        if not wrong:
            self.passed = True
            self._session.note("passed", True)
        return wrong
