"""Two questions at the start of a notebook, on earlier ones.

A wrong answer that somebody has believed has its report beside it: the ids are those of `tests/field`. The others are made up.
"""

from __future__ import annotations

from ..client.lifetimes import CODE_LIFETIME, MFA_TOKEN_LIFETIME, minutes
from .question import Question

_CODE, _LOGIN = minutes(CODE_LIFETIME), minutes(MFA_TOKEN_LIFETIME)

#: By the notebook's topic.
WARM_UPS: dict[str, tuple[Question, Question]] = {
    "sign-in": (
        Question(
            id="inbox",
            text="Where do the sandbox's emails go?",
            answers=(
                ("to the inbox of the sandbox, on this machine", ""),
                ("to a real mailbox", "The sandbox's user is made up, and its emails never leave this machine."),
                (
                    "out through a mail server that you set up",
                    "The sandbox sends nothing out, so it needs no mail server.",
                ),
            ),
        ),
        Question(
            id="issuer",
            text="What is the issuer in the discovery document?",
            answers=(
                (
                    "the address that requests go to",
                    "They can differ, for example with a custom domain. The issuer is a name.",
                ),
                ("the name of the tenant, which appears in every token that it signs", ""),
                (
                    "the user who signs in",
                    "The user is the subject of a token, and the issuer is the tenant that signs it.",
                ),
            ),
        ),
    ),
    "associate": (
        Question(
            id="mfa-token",
            text="The response is 403 mfa_required, and it has an mfa_token. What is that token for?",
            answers=(
                ("It gives access to your API.", "Only an access token does that, and there's none yet."),
                (
                    "Nothing: the login failed.",
                    "The password was correct. The login is half finished, and this token continues it.",
                ),
                (f"It continues this login, for {_LOGIN}.", ""),
            ),
        ),
        Question(
            id="branch",
            text="A wrong password gets 403, too. What should your program compare?",
            answers=(
                ("the status", "It's 403 for both."),
                ("the error field", ""),
                ("the error_description field", "A description is for people, and it can change at any time."),
            ),
        ),
    ),
    "confirm": (
        Question(
            id="body",
            text="Which body does POST /mfa/associate take?",
            answers=(
                ("a form with authenticator_types=oob", "authenticator_types is an array, so the body is JSON."),
                (
                    "JSON with authentication_types",
                    "A table on Auth0's page has that name, but the field is authenticator_types.",
                ),
                ("JSON with authenticator_types, an array", ""),
            ),
        ),
        Question(
            id="unconfirmed",
            text="You enroll an email twice and confirm it once. What does the user have?",
            answers=(
                (
                    "one authenticator",
                    "Each enrollment leaves a row. The one that was never confirmed stays, with active: false.",
                ),
                ("one that is active, and one that isn't", ""),
                ("two that work", "Only the one whose code was confirmed is active."),
            ),
        ),
    ),
    "authenticators": (
        Question(
            id="zeros",
            text="The email says 004217. What do you send as binding_code?",
            answers=(
                ("the string 004217", ""),
                ("the number 4217", "A number loses its leading zeros, so always handle codes as strings."),
                ("the oob_code", "The oob_code identifies the message, and the six digits prove that someone read it."),
            ),
        ),
        Question(
            id="expired",
            text=f"The code was typed {minutes(CODE_LIFETIME + 60)} after its email was sent. What now?",
            answers=(
                (
                    "Sign in again.",
                    f"The MFA token is valid for {_LOGIN}, but the code is valid for only {_CODE}.",
                ),
                ("Request a new code with the same login.", ""),
                ("Send the same code again.", "The tenant rejects an expired code, however often you send it."),
            ),
        ),
    ),
    "challenge": (
        Question(
            id="inactive",
            text="The list has a row with active: false. What is it?",
            answers=(
                ("an authenticator that the user turned off", "Users can't turn one off. It was never confirmed."),
                ("an enrollment that was never confirmed", ""),
                ("one that has been used too often", "Using an authenticator doesn't change active."),
            ),
        ),
        Question(
            id="kind",
            text="Which field tells you that a row is an email?",
            answers=(
                ("oob_channel", ""),
                (
                    "type",
                    "Only some tenants send it. With all others, an SDK that filtered by type returned an empty list.",
                ),
                ("name", "Names are masked, and some kinds of rows have none."),
            ),
        ),
    ),
    "second-token": (
        Question(
            id="enrolled",
            text="The user has a confirmed email. You send POST /mfa/associate with the MFA token of a new login. What comes back?",
            answers=(
                ("200 with an oob_code", "An MFA token can enroll only until an authenticator is confirmed."),
                (
                    "401, because the MFA token is too old",
                    "It's new. The tenant rejects it because the user has an authenticator.",
                ),
                ("403 “User is already enrolled.”", ""),
            ),
        ),
        Question(
            id="spent",
            text="The login is complete. What can you still do with its MFA token?",
            answers=(
                ("nothing", ""),
                (
                    f"list authenticators, until its {_LOGIN} have passed",
                    "A complete login ends its MFA token at once.",
                ),
                ("send another challenge", "A complete login ends its MFA token at once."),
            ),
        ),
    ),
    "choosing": (
        Question(
            id="no-id",
            text="You challenge without authenticator_id, and the user has several emails. Who gets the code?",
            answers=(
                ("each of them", "One challenge sends one code."),
                ("one that the tenant chooses, and the response doesn't say which", ""),
                ("nobody, because the field is required", "It's optional, which is why it's easy to forget."),
            ),
        ),
        Question(
            id="which-token",
            text="Which token does POST /mfa/challenge take?",
            answers=(
                ("the MFA token, in the body", ""),
                (
                    "an access token, as a bearer token",
                    "The tenant rejects it with “Malformed mfa_token”, whatever its audience is.",
                ),
                ("the oob_code", "That's what the challenge returns."),
            ),
        ),
    ),
    "other-factors": (
        Question(
            id="audience",
            text="A request is rejected with “Service not enabled within domain”. What is wrong?",
            answers=(
                (
                    "the body: a form instead of JSON",
                    "/oauth/token takes both. One developer spent hours looking there.",
                ),
                ("the audience", ""),
                ("the client secret", "A wrong secret gets “Unauthorized”."),
            ),
        ),
        Question(
            id="remove",
            text="Which token can remove an authenticator?",
            answers=(
                (
                    "the MFA token of a login",
                    "It can list and challenge authenticators but not remove them, because it proves only one factor.",
                ),
                ("an access token for your API", "A token gives access only to the API that its audience names."),
                ("an access token for the MFA API, with the scope for it", ""),
            ),
        ),
    ),
    "clinic": (
        Question(
            id="recovery",
            text="A user signed in with a recovery code. What should your program do with the response?",
            answers=(
                ("Show the new recovery code from it, once.", ""),
                (
                    "Keep only the tokens.",
                    "The old code is used up. An SDK that dropped the new one locked its users out later.",
                ),
                ("Tell the user to keep the old code.", "A recovery code works once."),
            ),
        ),
        Question(
            id="challenge-type",
            text="The user's only authenticator is an app, and you challenge with challenge_type oob. What comes back?",
            answers=(
                (
                    "200, and the app shows a message",
                    "The tenant can't send anything to an app, which only computes codes.",
                ),
                ("401 unsupported_challenge_type", ""),
                ("403 invalid_grant", "The token is fine. The user has no authenticator of that type."),
            ),
        ),
    ),
    "errata": (
        Question(
            id="grant-off",
            text="“Grant type … not allowed for the client.” Where is the fault?",
            answers=(
                (
                    "in the code: grant_type is misspelled",
                    "A name that doesn't exist gets unsupported_grant_type instead.",
                ),
                ("in the application's settings", ""),
                ("with the user, who isn't allowed to sign in", "The tenant hasn't checked the user yet."),
            ),
        ),
        Question(
            id="retry",
            text="The response is 429. When do you send the request again?",
            answers=(
                ("at once, in a loop", "Each attempt counts, so a loop makes the wait longer."),
                ("after a second", "The response says how long to wait, so don't guess."),
                ("after the wait that Retry-After states", ""),
            ),
        ),
    ),
    "which-api": (
        Question(
            id="email-only",
            text="Email is the user's only factor. You send the password and ask for a token for the MFA audience. What comes back?",
            answers=(
                (
                    "403 mfa_required",
                    "This audience asks for a second factor only if the user has one besides email.",
                ),
                (
                    "403, because email can't be the only factor",
                    "A tenant can't offer email alone, but a user can have nothing else.",
                ),
                ("the access token, without a second factor", ""),
            ),
        ),
        Question(
            id="no-status",
            text="A copied sample never looks at the status. The code was wrong. What does the program do?",
            answers=(
                ("It stops with an error.", "Most HTTP libraries raise nothing at a 403."),
                ("It continues without an access token.", ""),
                ("It gets a new code by email.", "A wrong code sends nothing. It only counts."),
            ),
        ),
    ),
    "sdk": (
        Question(
            id="print-the-error",
            text="A request fails, and your program prints the whole error. What can be in it?",
            answers=(
                ("tokens and the client secret", ""),
                (
                    "the status and a message, and nothing else",
                    "Many libraries keep the request in the error, with its body.",
                ),
                (
                    "only what the tenant returned",
                    "The request is often there, too, and responses hold tokens as well.",
                ),
            ),
        ),
        Question(
            id="requirements",
            text="The tenant requires email, and the user's list has an email. What do you send as challenge_type?",
            answers=(
                ("email", "That's the type of the factor. The tenant doesn't support it as a challenge_type."),
                ("the authenticator's id", "That's authenticator_id, which you send as well."),
                ("oob", ""),
            ),
        ),
    ),
    "capstone": (
        Question(
            id="no-token",
            text="The response is mfa_required, but it has no mfa_token. What should your program do?",
            answers=(
                ("Go on without it.", "Every later request needs it, so they would all fail."),
                ("Stop, and say how to set up the tenant.", ""),
                (
                    "Sign in again.",
                    "The response will be the same, because MFA was turned on in a way that doesn't issue an MFA token.",
                ),
            ),
        ),
        Question(
            id="how-often",
            text="How many times does a program send the code from an email?",
            answers=(
                (
                    "every few seconds, until it's accepted",
                    "That's for push notifications. Each wrong code counts toward the limit.",
                ),
                ("once, after the user has typed it", ""),
                ("three times, in case one gets lost", "A code works once, so the second time is an error."),
            ),
        ),
    ),
}
