"""What a learner predicts before an important request is sent, and what each wrong prediction overlooks."""

from __future__ import annotations

from .question import Question

#: By the step that the request belongs to.
PREDICTIONS: dict[str, Question] = {
    one.id: one
    for one in (
        Question(
            id="sign-in",
            text="The password is correct, and the tenant requires a second factor. What does the tenant return?",
            answers=(
                (
                    "200 with tokens",
                    "Tokens come only after both factors are verified, so the password alone gets none.",
                ),
                (
                    "401",
                    "401 is for an application that doesn't identify itself correctly. The password is correct, so the status is 403.",
                ),
                ("403 mfa_required", ""),
            ),
        ),
        Question(
            id="associate",
            text="The address is new to the tenant. What comes back when you associate it?",
            answers=(
                ("the six digits", "The digits are sent only by email, so they prove that the user can read it."),
                ("an oob_code", ""),
                ("tokens", "The email isn't confirmed yet, so the login isn't complete."),
            ),
        ),
        Question(
            id="confirm",
            text="The code is correct. What comes back when you confirm the email?",
            answers=(
                ("only that it's confirmed", "A correct code also completes the login, so the response has tokens."),
                ("a new MFA token", "The login is complete, so there's nothing left for an MFA token to continue."),
                ("tokens", ""),
            ),
        ),
        Question(
            id="list",
            text="Which authenticators are in the list?",
            answers=(
                ("the confirmed ones", "Enrollments that were never confirmed are listed, too, with active: false."),
                ("all, with active true or false", ""),
                (
                    "the emails, readable in full",
                    "Names are masked, because knowing the password must not reveal the address.",
                ),
            ),
        ),
        Question(
            id="challenge",
            text="What comes back when you challenge the email?",
            answers=(
                ("an oob_code", ""),
                ("the six digits", "The digits are sent only by email, so they prove that the user can read it."),
                ("tokens", "A challenge only sends the code. Tokens come when you send it back."),
            ),
        ),
        Question(
            id="complete",
            text="The code is correct. Which tokens come back?",
            answers=(
                ("an access token and an ID token", ""),
                ("the MFA token again", "Its login is complete, so it's no longer valid."),
                ("only an ID token", "The login named an audience, so there's an access token, too."),
            ),
        ),
    )
}
