"""Two questions at the start of a notebook, on earlier ones.

A wrong answer that somebody has believed or done has its report beside it: the ids are those of `tests/field`. The others
are mistakes that the notebooks warn of. What is said of each is what the tenant, or a program, then does.
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
            text="Where do you read the emails that the sandbox sends?",
            answers=(
                ("in the notebooks, which have an inbox", ""),
                (
                    "at a localhost address in your browser",  # N-20
                    "On Binder, localhost is your own computer, so nothing responds there.",
                ),
                ("in the mailbox that you use every day", "The sandbox sends nothing out, so no email arrives there."),
            ),
        ),
        Question(
            id="issuer",
            text="A token names its issuer. What does your program compare that with?",
            answers=(
                (
                    "the address that it sends requests to",
                    "With a custom domain, the two differ, so it would reject valid tokens.",
                ),
                ("the issuer in the discovery document", ""),
                (
                    "the tenant's domain, without https://",
                    "The issuer begins with https:// and ends with a slash, so it would reject each token.",
                ),
            ),
        ),
    ),
    "associate": (
        Question(
            id="mfa-token",
            text="The response is 403 mfa_required, and it has an mfa_token. What do you do with it?",
            answers=(
                ("You call your API with it.", "It isn't an access token, so your API rejects it."),
                (
                    "Nothing, because a 403 is an error.",
                    "Then nobody can sign in. The password was correct, and this token continues the login.",
                ),
                (f"You continue the login, within {_LOGIN}.", ""),
            ),
        ),
        Question(
            id="branch",
            text="A wrong password gets 403, too. What should your program check?",
            answers=(
                ("the status", "It's 403 for both, so a wrong password would lead to the second factor."),
                ("the error field", ""),
                (
                    "the error_description field",
                    "Its words are for people. If they change, nobody can sign in.",
                ),
            ),
        ),
    ),
    "confirm": (
        Question(
            id="body",
            text="Which body does POST /mfa/associate accept?",
            answers=(
                (
                    "JSON that has no content type",
                    "The tenant doesn't read it as JSON, so the response is 400.",
                ),
                (
                    "JSON with authentication_types",
                    "A table on Auth0's page has that name. Then the required parameter is missing, so the response is 400.",
                ),
                ("JSON with authenticator_types", ""),
            ),
        ),
        Question(
            id="unconfirmed",
            text="You enroll an email twice and confirm it once. What does the user have?",
            answers=(
                (
                    "one, which is active",
                    "Each enrollment leaves a row. The one that was never confirmed stays, with active: false.",
                ),
                ("one that is active, and one that isn't", ""),
                (
                    "two, which are both active",
                    "A challenge to the other one gets 404, because it was never confirmed.",
                ),
            ),
        ),
    ),
    "authenticators": (
        Question(
            id="zeros",
            text="The user pastes 004217 and a space. What do you send as binding_code?",
            answers=(
                ("the string without the space", ""),
                (
                    "the string as it was pasted",
                    "The space makes it a different code, so the tenant rejects it.",
                ),
                ("the number that it contains", "4217 has lost its zeros, so the tenant rejects it."),
            ),
        ),
        Question(
            id="expired",
            text=f"The user types the code {minutes(CODE_LIFETIME + 60)} after its email was sent. What now?",
            answers=(
                (
                    "Start again with the password.",
                    f"You don't have to. The code is valid for {_CODE}, but the MFA token is valid for {_LOGIN}.",
                ),
                ("Request a code with the same login.", ""),
                (
                    "Send it, because the login is still valid.",
                    f"The code is valid for only {_CODE}, so the tenant returns “oob_code is expired”.",
                ),
            ),
        ),
    ),
    "challenge": (
        Question(
            id="offer",
            text="The list has several emails. Which of them do you offer the user?",
            answers=(
                ("all of them", "If one was never confirmed, a challenge to it gets 404."),
                ("the newest one", "If it was never confirmed, a challenge to it gets 404."),
                ("the active ones", ""),
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
                ("authenticator_type", "It's oob for phones, too, so they'd be in your list of emails."),
            ),
        ),
    ),
    "second-token": (
        Question(
            id="enrolled",
            text="The user has a confirmed email. You send POST /mfa/associate with the MFA token of a new login. What comes back?",
            answers=(
                (
                    "200 with an oob_code",
                    "An MFA token can enroll only until an authenticator is confirmed. Then the response is 403.",
                ),
                (
                    "403 mfa_required",
                    "That's the response to a password. This one is 403 access_denied, because the user has an authenticator.",
                ),
                ("403 “User is already enrolled.”", ""),
            ),
        ),
        Question(
            id="spent",
            text="The login is complete. What can you still do with its MFA token?",
            answers=(
                ("nothing at all", ""),
                (
                    f"list authenticators, for {_LOGIN}",
                    "Completing a login invalidates its MFA token at once, so the tenant returns 401.",
                ),
                ("call your API", "Your API rejects it, because only an access token is for your API."),
            ),
        ),
    ),
    "choosing": (
        Question(
            id="which-email",
            text="The user has an email and a phone. How do you make the tenant challenge the email?",
            answers=(
                (
                    "with oob_channel: email",
                    "An old version of Auth0's page had that parameter. The tenant ignores it, and chooses itself.",
                ),
                ("with the email's authenticator_id", ""),
                (
                    "with challenge_type: email",
                    "That isn't a challenge type, so the tenant returns 401 unsupported_challenge_type.",
                ),
            ),
        ),
        Question(
            id="which-token",
            text="Which token does POST /mfa/challenge take?",
            answers=(
                ("the MFA token, in the body", ""),
                (
                    "an access token, in the body",
                    "The tenant rejects it with “Malformed mfa_token”, whatever its audience is.",
                ),
                (
                    "the MFA token, as a bearer token",
                    "This request doesn't read it there, so the tenant returns 400, because mfa_token is missing.",
                ),
            ),
        ),
    ),
    "other-factors": (
        Question(
            id="audience",
            text="A request is rejected with “Service not enabled within domain”. What is wrong?",
            answers=(
                (
                    "a form instead of JSON",
                    "/oauth/token takes both, so another encoding gets the same response. One developer spent hours on it.",
                ),
                ("the audience", ""),
                (
                    "the grant types",
                    "If one is turned off, the response says “Grant type … not allowed for the client” instead.",
                ),
            ),
        ),
        Question(
            id="remove",
            text="Which token can remove an authenticator?",
            answers=(
                (
                    "the MFA token of a login",
                    "It can list and challenge authenticators. Here, the tenant returns 401.",
                ),
                (
                    "an access token for your API",
                    "A token gives access only to the API that its audience names, so the tenant returns 401.",
                ),
                ("an access token for the MFA API", ""),
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
                    "Keep its tokens, and nothing else.",
                    "The old code is used up. An SDK that dropped the new one locked its users out later.",
                ),
                (
                    "Tell the user that the old code stays valid.",
                    "A recovery code works once. The next time, the tenant rejects it.",
                ),
            ),
        ),
        Question(
            id="challenge-type",
            text="The user's only authenticator is an app, and you challenge with challenge_type oob. What comes back?",
            answers=(
                (
                    "200, and the app shows a message",
                    "The tenant can't send anything to an app, so it returns 401.",
                ),
                ("401 unsupported_challenge_type", ""),
                (
                    "200 with challenge_type otp",
                    "The tenant considers only the types that you send, so it returns 401. Send otp, too.",
                ),
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
                (
                    "in the code: a form instead of JSON",
                    "The tenant names the grant, so it has read the body. JSON gets the same response.",
                ),
            ),
        ),
        Question(
            id="retry",
            text="The response is 429. When do you send the request again?",
            answers=(
                ("at once, in a loop", "Until the wait is over, the tenant rejects each attempt."),
                ("always after one second", "It's often too soon, so the tenant returns 429 again."),
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
                    "This audience asks for a second factor only if the user has one besides email, so you get the token.",
                ),
                (
                    "403, because there has to be another factor",
                    "A tenant can't offer email alone, but a user can have nothing else, so you get the token.",
                ),
                ("the access token, without a second factor", ""),
            ),
        ),
        Question(
            id="no-status",
            text="A copied sample never checks the status. The code was wrong. What does the program do?",
            answers=(
                (
                    "It stops when it sees the status.",
                    "Most HTTP libraries don't raise an error for a 403, so the program continues without an access token.",
                ),
                ("It continues without an access token.", ""),
                (
                    "It stops, because the body isn't JSON.",
                    "The tenant's errors are JSON, so the program continues. A proxy's HTML page would stop it.",
                ),
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
                    "the status and a message, and nothing else",  # S-21
                    "Many libraries keep the request in the error, so its secrets are printed, too.",
                ),
                (
                    "what the tenant returned, and nothing else",
                    "Many libraries keep the request in the error, and responses hold tokens as well.",
                ),
            ),
        ),
        Question(
            id="refresh",
            text="The MFA policy is Always. A job sends the refresh token of a complete login at night. What comes back?",
            answers=(
                (
                    "200 with new tokens",  # K-02
                    "The policy requires a second factor for each refresh, too, so the job gets 403 and has no user who could continue.",
                ),
                (
                    "401, because the refresh token has expired",
                    "It's still valid. The policy requires a second factor for each refresh, too, so the job gets 403.",
                ),
                ("403 mfa_required", ""),
            ),
        ),
    ),
    "capstone": (
        Question(
            id="no-token",
            text="The response is mfa_required, but it has no mfa_token. What should your program do?",
            answers=(
                ("Go on with an empty one.", "Every later request needs it, so they would all fail."),
                ("Stop, and say what to set up.", ""),
                (
                    "Send the password again.",
                    "The response will be the same, because MFA was turned on in a way that doesn't issue an MFA token.",
                ),
            ),
        ),
        Question(
            id="how-often",
            text="How many times does a program send the code from an email?",
            answers=(
                (
                    "again and again, until it's accepted",
                    "Each wrong code counts toward the limit. After that, even a correct one gets 429.",
                ),
                ("once, after the user has typed it", ""),
                (
                    "once for each click on the button",  # N-08
                    "A code works once, so a double click ends with an error, although the login is complete.",
                ),
            ),
        ),
    ),
}
