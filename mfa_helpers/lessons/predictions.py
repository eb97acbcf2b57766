"""What a learner predicts before a request is sent, and what each wrong prediction overlooks."""

from __future__ import annotations

from .question import Question

#: By the step that the request belongs to; `error 1` and so on are the errata that notebook 10 sends.
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
                    "401 is for an application that doesn't identify itself correctly. A required second factor gets 403, and so does a wrong password.",
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
        Question(
            id="access",
            text="The MFA policy is Always, and email is the user's only factor. What does the tenant return for the audience of the MFA API?",
            answers=(
                ("403 mfa_required", "For this audience, the tenant asks only for factors other than email."),
                ("200 with a token", ""),
                ("403 access_denied", "That's the response to an audience that the tenant doesn't know."),
            ),
            because="For this audience, the tenant asks only for factors other than email.",
        ),
        Question(
            id="token to list",
            text="Which token lists the user's authenticators?",
            answers=(
                ("both", ""),
                ("only the MFA token", "The access token has the scope read:authenticators, so it lists them, too."),
                (
                    "only the access token",
                    "A login has to find out what it can challenge, so its token lists them, too.",
                ),
            ),
        ),
        Question(
            id="token to associate",
            text="The user has a confirmed email. Which token associates another one?",
            answers=(
                ("both", "An MFA token associates only the first one, so now it gets 403 access_denied."),
                ("only the MFA token", "It associates only the first one, so now it gets 403 access_denied."),
                ("only the access token", ""),
            ),
        ),
        Question(
            id="token to challenge",
            text="Which token starts a challenge?",
            answers=(
                ("both", "An access token belongs to no login, so it gets “Malformed mfa_token”."),
                ("only the MFA token", ""),
                ("only the access token", "It belongs to no login, so it gets “Malformed mfa_token”."),
            ),
        ),
        Question(
            id="token to remove",
            text="Which token removes an authenticator?",
            answers=(
                ("both", "The MFA token proves only the password, so it gets 401 invalid_grant."),
                ("only the MFA token", "It proves only the password, so it gets 401 invalid_grant."),
                ("only the access token", ""),
            ),
        ),
        Question(
            id="second-confirm",
            text="The code is correct. What comes back when the access token stands in for the MFA token?",
            answers=(
                (
                    "tokens for your API",
                    "The request names no audience, so the tokens have the audience of the access token.",
                ),
                ("tokens for the MFA API", ""),
                ("only that it's confirmed", "A correct code returns tokens here, too."),
            ),
        ),
        Question(
            id="second-delete",
            text="You remove the selected authenticator. What comes back?",
            answers=(
                ("204 without a body", ""),
                (
                    "an oob_code",
                    "Nothing is left to confirm. The authenticator is gone as soon as the tenant responds.",
                ),
                (
                    "the authenticators that are left",
                    "The response has no body, so a program that parses it fails. To see what is left, list again.",
                ),
            ),
        ),
        Question(
            id="requirements",
            text="A user has no authenticator, and your tenant has email and apps turned on. Which types can they enroll, according to mfa_requirements?",
            answers=(
                ("email", "The tenant never lists email here, although you can associate one."),
                ("otp", ""),
                ("email and otp", "The tenant never lists email here, although you can associate one."),
            ),
            because="The tenant never lists email here, although you can associate one.",
        ),
        Question(
            id="challenge-by",
            text="You challenge by the type oob. What does the response say about the authenticator?",
            answers=(
                ("its ID", "The response has an oob_code but no ID. Only the list has IDs."),
                ("its masked name", "The response has an oob_code but no name. Only the list has names."),
                ("nothing", ""),
            ),
            because="So your page can't tell the user where to look.",
        ),
        Question(
            id="otp-challenge",
            text="You challenge the app. What does the tenant send to the phone?",
            answers=(
                ("nothing", ""),
                ("the six digits", "The app computes them itself, so the tenant has nothing to send."),
                ("a message to approve", "Only a phone that's enrolled for push notifications gets one."),
            ),
            because="The app computes the digits from the secret and the time, so the phone doesn't need a network connection.",
        ),
        Question(
            id="phone-challenge",
            text="You challenge the phone number. What's in the response?",
            answers=(
                ("the six digits", "The digits go only to the phone, so they prove that the user has it."),
                ("an oob_code", ""),
                (
                    "the number, masked",
                    "Only the list has the masked number, so keep what your page shows the user from there.",
                ),
            ),
        ),
        Question(
            id="push-challenge",
            text="You challenge the phone. What's in the response, and when does it come?",
            answers=(
                (
                    "tokens, when the user approves",
                    "The tenant doesn't wait for the user. You get the tokens later, when you poll /oauth/token.",
                ),
                (
                    "six digits to type, at once",
                    "The user types no code. They approve or reject the push on the phone.",
                ),
                ("an oob_code, at once", ""),
            ),
            because="The user hasn't responded yet, so your application polls /oauth/token with the oob_code.",
        ),
        Question(
            id="recovery",
            text="The recovery code is correct. What comes back?",
            answers=(
                ("only tokens", "The code is used up, so the response has a new one, too."),
                ("tokens and a new recovery code", ""),
                (
                    "an MFA token",
                    "The recovery code is the second factor, so the login is complete.",
                ),
            ),
        ),
        Question(
            id="error 1",
            text="You enroll an email with the parameter from the table. What does the tenant return?",
            answers=(
                (
                    "200, and the email is enrolled",
                    "The tenant ignores a name that it doesn't know, so the required parameter is missing.",
                ),
                ("400, a parameter is missing", ""),
                ("404 Not Found", "The path is right, so it's found. The error is in the body."),
            ),
            because="The tenant ignores the name that it doesn't know, and the required one is missing.",
        ),
        Question(
            id="error 2",
            text="The code is wrong, and the program prints the error. What is in your log?",
            answers=(
                ("403 and the error code", "The library's error also contains the request, and that is printed, too."),
                ("the tenant's whole response", "The response is in it, but so is the request."),
                ("the client secret and the MFA token", ""),
            ),
            because="The error contains the request, so everyone who can read the log gets both.",
        ),
        Question(
            id="error 3",
            text="Your machine doesn't trust the practice tenant's certificate. What does a client that verifies certificates do?",
            answers=(
                ("it refuses to connect", ""),
                (
                    "it sends the request, and warns you",
                    "A warning would be too late, because the tokens would already have been sent.",
                ),
                (
                    "it gets 401 from the tenant",
                    "The certificate is verified before the request is sent, so there's no response.",
                ),
            ),
            because="The certificate is verified before anything is sent, so nobody in between gets a token.",
        ),
        Question(
            id="error 4",
            text="You've challenged the first email and completed the login. Which token enrolls the second one?",
            answers=(
                (
                    "the MFA token of a new sign-in",
                    "It proves only the password. A user who has a factor can't enroll another one with it.",
                ),
                (
                    "the access token of that login",
                    "It's for your API, and the MFA API accepts only a token for its own audience.",
                ),
                ("neither of them", ""),
            ),
            because="The MFA token proves only the password, and the access token is for your API.",
        ),
        Question(
            id="error 5",
            text="You replaced every {…} with your values. What does the tenant return?",
            answers=(
                ("401 access_denied", ""),
                (
                    "403, the MFA token is malformed",
                    "It is, but the tenant verifies the application first, and its secret isn't replaced either.",
                ),
                ("400, a parameter is missing", "Every parameter has a value. Some values are still placeholders."),
            ),
            because="The secret is still a placeholder, and the tenant verifies the application first.",
        ),
        Question(
            id="error 6",
            text="How long is the access token for your API valid?",
            answers=(
                (
                    "10 minutes, as printed",
                    "Only tokens for the MFA audience are that short. The response says 86400 seconds.",
                ),
                ("one day", ""),
                ("10 hours", "That's the ID token. The response says 86400 seconds for the access token."),
            ),
            because="The response says 86400 seconds. Only tokens for the MFA audience are as short as printed.",
        ),
        Question(
            id="error 7",
            text="The body is JSON, but it's labeled as a form. What does the tenant return?",
            answers=(
                (
                    "200 with an oob_code",
                    "The tenant goes by the label, so it looks for the fields of a form and finds none.",
                ),
                (
                    "415 Unsupported Media Type",
                    "A form is a supported type, so the tenant reads it as one and finds no fields.",
                ),
                ("400, the mfa_token is missing", ""),
            ),
            because="The tenant goes by the label, so it looks for the fields of a form and finds none.",
        ),
        Question(
            id="error 8",
            text="You send the authenticator_type of the second email. Which email gets the code?",
            answers=(
                ("the second", "Nothing in the request says which one you mean. Both have the type oob."),
                ("the first", ""),
                ("neither, because it's rejected", "The tenant ignores the parameter, and it chooses an email itself."),
            ),
            because="Nothing in the request says which one you mean, so the tenant chooses.",
        ),
    )
}
