"""How true the sandbox is: every endpoint and condition, its answer, and how sure that is.

`python -m mfa_helpers.sandbox.fidelity` writes the table into `FIDELITY.md` beside
this file. Each row has a contract test of the same name, which
runs against the sandbox or against a real tenant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from . import refusals
from .refusals import RefusalText


@dataclass(frozen=True)
class Yes:
    """An answer that is no error: status, the keys of its body in their order, how sure, and by which source.

    `keys` is `[]` for a list, the name of a Python type for a bare value (`int`), `text` for one, and empty for no body.
    """

    status: int
    keys: str
    mark: str
    source: str


@dataclass(frozen=True)
class Row:
    """One endpoint under one condition, and how it answers.

    `id` is the name of its contract test, too. `looked` is the day on which somebody last looked at its source.
    """

    id: str
    endpoint: str
    condition: str
    answer: RefusalText | Yes
    looked: str


_PASSWORD = "POST /oauth/token (password)"
_OOB = "POST /oauth/token (mfa-oob)"
_OTP = "POST /oauth/token (mfa-otp)"
_RECOVERY = "POST /oauth/token (mfa-recovery-code)"
_REFRESH = "POST /oauth/token (refresh_token)"
_MACHINE = "POST /oauth/token (client_credentials)"
_ASSOCIATE = "POST /mfa/associate"
_LIST = "GET /mfa/authenticators"
_DELETE = "DELETE /mfa/authenticators/{id}"
_CHALLENGE = "POST /mfa/challenge"

_AUTHORIZE = "GET /authorize"
_LOGIN = "POST /u/login"
_FACTOR = "POST /u/mfa-…-challenge"
_CODE = "POST /oauth/token (authorization_code)"
_LOGOUT = "GET /v2/logout"
_OIDC_LOGOUT = "GET /oidc/logout"
_ME = "/me/v1/authentication-methods"
_PROBLEM = "title, type, detail, status"

_TOKENS = "access_token, expires_in, scope, token_type"
_OOB_ENROLLMENT = "authenticator_type, binding_method, oob_channel, oob_code"
_RECORDED_OOB = "TestMFAAddAuthenticator, OOB (SMS channel)"

ROWS = [
    # the password
    Row(
        "login-ok",
        _PASSWORD,
        "correct password, no policy",
        Yes(200, _TOKENS, "recorded", "TestOAuthLoginWithPassword"),
        "2026-11-25",
    ),
    Row(
        "login-with-openid",
        _PASSWORD,
        "correct password, no policy, scope openid",
        Yes(
            200,
            "access_token, id_token, expires_in, scope, token_type",
            "documented",
            "get-token; place of id_token assumed",
        ),
        "2026-11-25",
    ),
    Row(
        "login-unknown-scope",
        _PASSWORD,
        "correct password, no policy, an unknown scope",
        Yes(200, "access_token, expires_in, token_type", "recorded", "TestOAuthLoginWithPassword, extra options"),
        "2026-11-25",
    ),
    Row(
        "login-offline",
        _PASSWORD,
        "correct password, no policy, scope offline_access",
        Yes(200, "access_token, refresh_token, expires_in, scope, token_type", "documented", "refresh-tokens"),
        "2026-11-25",
    ),
    Row("login-json", _PASSWORD, "JSON in place of a form, policy on", refusals.MFA_REQUIRED, "2026-11-29"),
    Row(
        "login-basic",
        _PASSWORD,
        "client ID and secret in the Authorization header, policy on",
        refusals.MFA_REQUIRED,
        "2026-11-29",
    ),
    Row(
        "login-private-key-jwt",
        _PASSWORD,
        "client_assertion signed by a registered key, policy on",
        refusals.MFA_REQUIRED,
        "2026-11-29",
    ),
    Row(
        "login-other-algorithm",
        _PASSWORD,
        "client_assertion by another algorithm than the credential's",
        refusals.UNAUTHORIZED,
        "2026-11-29",
    ),
    Row(
        "login-assertion-without-jti", _PASSWORD, "client_assertion without a jti", refusals.UNAUTHORIZED, "2026-11-29"
    ),
    Row("login-public", _PASSWORD, "public client, no secret, policy on", refusals.MFA_REQUIRED, "2026-11-29"),
    Row("mfa-required", _PASSWORD, "correct password, policy on", refusals.MFA_REQUIRED, "2026-11-29"),
    Row(
        "mfa-requirements-challenge",
        _PASSWORD,
        "Customizable MFA on, an active factor: mfa_requirements.challenge",
        refusals.MFA_REQUIRED,
        "2026-11-29",
    ),
    Row(
        "mfa-requirements-enroll",
        _PASSWORD,
        "Customizable MFA on, nothing enrolled: mfa_requirements.enroll, never email",
        refusals.MFA_REQUIRED,
        "2026-11-29",
    ),
    Row(
        "mfa-audience",
        _PASSWORD,
        "audience of the MFA API, no factor but email: no challenge, 600 s",
        Yes(200, _TOKENS, "documented", "manage-authenticator-factors-mfa-api"),
        "2026-11-25",
    ),
    Row(
        "mfa-audience-other-factor",
        _PASSWORD,
        "audience of the MFA API, active factor other than email",
        refusals.MFA_REQUIRED,
        "2026-11-29",
    ),
    Row("wrong-password", _PASSWORD, "wrong password", refusals.WRONG_CREDENTIALS, "2026-11-29"),
    Row("unknown-user", _PASSWORD, "unknown user", refusals.WRONG_CREDENTIALS, "2026-11-29"),
    Row("missing-username", _PASSWORD, "no username", refusals.MISSING, "2026-11-29"),
    Row("missing-password", _PASSWORD, "no password", refusals.MISSING, "2026-11-29"),
    Row("missing-client-id", _PASSWORD, "no client_id", refusals.MISSING, "2026-11-29"),
    Row("bad-scope", _PASSWORD, "scope is a number (JSON)", refusals.BAD_SCOPE, "2026-11-29"),
    Row("not-text", _PASSWORD, "username is a number (JSON)", refusals.NOT_TEXT, "2026-11-29"),
    Row("too-large", _PASSWORD, "a body of more than 100,000 bytes", refusals.TOO_LARGE, "2026-11-29"),
    Row("bad-charset", _PASSWORD, "a form with a byte that isn't UTF-8", refusals.BAD_CHARSET, "2026-11-29"),
    Row("encoded-body", _PASSWORD, "a body that is compressed with gzip", refusals.ENCODED, "2026-11-29"),
    Row("origin-not-listed", _PASSWORD, "a page whose origin isn't listed", refusals.ORIGIN_NOT_LISTED, "2026-11-29"),
    Row(
        "origin-of-another-application",
        _PASSWORD,
        "a page whose origin another application lists, in web_origins or allowed_origins",
        refusals.ORIGIN_NOT_LISTED,
        "2026-11-29",
    ),
    Row(
        "origin-listed",
        _PASSWORD,
        "a page whose origin the application lists: access-control-allow-origin names it (set-up-cors)",
        refusals.MFA_REQUIRED,
        "2026-11-29",
    ),
    Row(
        "preflight",
        "OPTIONS /oauth/token",
        "a browser's request for a page whose origin an application lists",
        Yes(200, "", "reported", "auth0.js issue 742, the status; headers assumed: Starlette's, as for any CORS"),
        "2026-11-29",
    ),
    Row(
        "preflight-not-listed",
        "OPTIONS /oauth/token",
        "a browser's request for a page whose origin no application lists: no access-control-allow-origin",
        replace(
            refusals.ORIGIN_NOT_LISTED,
            mark="searched",
            source="auth0.js issue 742: 200 without the header, which a browser takes alike; here as for the request",
        ),
        "2026-11-29",
    ),
    Row("grant-off", _PASSWORD, "grant not enabled for the application", refusals.GRANT_NOT_ALLOWED, "2026-11-29"),
    Row("bad-secret", _PASSWORD, "wrong client secret", refusals.UNAUTHORIZED, "2026-11-29"),
    Row("no-secret", _PASSWORD, "confidential client without its secret", refusals.UNAUTHORIZED, "2026-11-29"),
    Row("unknown-client", _PASSWORD, "unknown client_id", refusals.UNAUTHORIZED, "2026-11-29"),
    Row(
        "two-client-authentications",
        _PASSWORD,
        "secret in the header and in the body",
        refusals.TWO_METHODS,
        "2026-11-29",
    ),
    Row("unknown-audience", _PASSWORD, "audience of no API", refusals.UNKNOWN_AUDIENCE, "2026-11-29"),
    Row("no-default-directory", _PASSWORD, "no Default Directory", refusals.NO_DIRECTORY, "2026-11-29"),
    Row(
        "unknown-realm",
        _PASSWORD,
        "password-realm with a realm that doesn't exist",
        refusals.UNKNOWN_REALM,
        "2026-11-29",
    ),
    Row("brute-force", _PASSWORD, "correct password after ten wrong ones", refusals.BLOCKED, "2026-11-29"),
    Row("user-blocked", _PASSWORD, "user blocked by an administrator", refusals.USER_BLOCKED, "2026-11-29"),
    Row("unsupported-grant", _PASSWORD, "grant_type that doesn't exist", refusals.UNSUPPORTED_GRANT, "2026-11-29"),
    Row(
        "request-limit",
        _PASSWORD,
        "31st request within a second (limit turned on)",
        refusals.TOO_MANY_REQUESTS,
        "2026-11-29",
    ),
    Row(
        "login-limit",
        _PASSWORD,
        "21st login of one user within a minute (limit turned on)",
        refusals.TOO_MANY_LOGINS,
        "2026-11-29",
    ),
    # associate
    Row(
        "associate-email",
        _ASSOCIATE,
        "email, with its address",
        Yes(200, _OOB_ENROLLMENT, "documented", "enroll-and-challenge-email-authenticators; order as recorded for SMS"),
        "2026-11-29",
    ),
    Row(
        "associate-email-of-profile",
        _ASSOCIATE,
        "email without an address: the profile's",
        Yes(200, _OOB_ENROLLMENT, "documented", "archived email guide; auth0-spa-js"),
        "2026-11-29",
    ),
    Row(
        "associate-otp",
        _ASSOCIATE,
        "otp",
        Yes(200, "authenticator_type, secret, barcode_uri", "recorded", "TestMFAAddAuthenticator, OTP"),
        "2026-11-25",
    ),
    Row("associate-sms", _ASSOCIATE, "sms", Yes(200, _OOB_ENROLLMENT, "recorded", _RECORDED_OOB), "2026-11-29"),
    Row("associate-voice", _ASSOCIATE, "voice", Yes(200, _OOB_ENROLLMENT, "sdk", "auth0-auth-js"), "2026-11-29"),
    Row(
        "associate-push",
        _ASSOCIATE,
        "push: no binding_method",
        Yes(
            200,
            "authenticator_type, barcode_uri, oob_channel, oob_code",
            "recorded",
            "TestMFAAddAuthenticator, OOB (Auth0 channel)",
        ),
        "2026-11-25",
    ),
    Row(
        "associate-first-recovery-code",
        _ASSOCIATE,
        "first enrollment, recovery-code factor on",
        Yes(
            200,
            "authenticator_type, binding_method, recovery_codes, oob_channel, oob_code",
            "recorded",
            _RECORDED_OOB,
        ),
        "2026-11-25",
    ),
    Row(
        "associate-second-no-recovery-code",
        _ASSOCIATE,
        "second enrollment, recovery-code factor on",
        Yes(200, _OOB_ENROLLMENT, "recorded", "TestMFAAddAuthenticator, in sequence"),
        "2026-11-29",
    ),
    Row(
        "already-enrolled",
        _ASSOCIATE,
        "mfa_token while an authenticator is active",
        refusals.ALREADY_ENROLLED,
        "2026-11-29",
    ),
    Row(
        "associate-with-access-token",
        _ASSOCIATE,
        "access token with scope enroll while an authenticator is active",
        Yes(200, _OOB_ENROLLMENT, "documented", "add-an-authenticator"),
        "2026-11-29",
    ),
    Row(
        "associate-beside-implicit",
        _ASSOCIATE,
        "mfa_token, only the implicit email is active",
        replace(
            refusals.ALREADY_ENROLLED,
            mark="searched",
            source="it is listed as active, and only active ones count; TestMFAListAuthenticators hints otherwise, no thread decides",
        ),
        "2026-11-29",
    ),
    Row(
        "associate-beside-implicit-with-access-token",
        _ASSOCIATE,
        "access token with scope enroll, only the implicit email is active",
        Yes(200, _OOB_ENROLLMENT, "documented", "enroll-and-challenge-email-authenticators; add-an-authenticator"),
        "2026-11-29",
    ),
    Row("associate-other-client", _ASSOCIATE, "mfa_token of another client", refusals.OTHER_CLIENT, "2026-11-29"),
    Row(
        "associate-bad-bearer",
        _ASSOCIATE,
        "bearer token that the tenant didn't issue",
        refusals.TOKEN_INVALID,
        "2026-11-29",
    ),
    Row("associate-expired", _ASSOCIATE, "mfa_token older than 10 minutes", refusals.TOKEN_EXPIRED, "2026-11-29"),
    Row("associate-no-bearer", _ASSOCIATE, "no Authorization header", refusals.NO_BEARER, "2026-11-29"),
    Row("associate-no-scope", _ASSOCIATE, "access token without scope enroll", refusals.SCOPE_MISSING, "2026-11-29"),
    Row("associate-factor-off", _ASSOCIATE, "factor turned off", refusals.FACTOR_OFF, "2026-11-29"),
    Row("associate-bad-channel", _ASSOCIATE, "oob_channels: pigeon", refusals.BAD_CHANNEL, "2026-11-29"),
    Row("associate-bad-email", _ASSOCIATE, "email without @", refusals.BAD_EMAIL, "2026-11-29"),
    Row(
        "associate-unseen-sign", _ASSOCIATE, "email that contains a zero-width space", refusals.BAD_EMAIL, "2026-11-29"
    ),
    Row("associate-bad-phone", _ASSOCIATE, "phone_number that isn't in E.164 format", refusals.BAD_PHONE, "2026-11-29"),
    Row(
        "associate-slip", _ASSOCIATE, "authentication_types, as the page's table has it", refusals.MISSING, "2026-11-29"
    ),
    Row("associate-51", _ASSOCIATE, "52nd authenticator", refusals.TOO_MANY_ROWS, "2026-11-29"),
    Row("associate-mail-fails", _ASSOCIATE, "the mail server refuses", refusals.MAIL_FAILED, "2026-11-29"),
    Row("email-limit", _ASSOCIATE, "21st email within a minute", refusals.TOO_MANY_MAILS, "2026-11-29"),
    Row("sms-limit", _ASSOCIATE, "11th SMS within an hour", refusals.TOO_MANY_TEXTS, "2026-11-29"),
    # list
    Row(
        "list",
        _LIST,
        "an active email: id, authenticator_type, active, oob_channel, name",
        Yes(200, "[]", "recorded", "TestMFAListAuthenticators"),
        "2026-11-25",
    ),
    Row("list-empty", _LIST, "nothing enrolled", Yes(200, "[]", "documented", "list-authenticators"), "2026-11-25"),
    Row(
        "list-inactive",
        _LIST,
        "an unconfirmed enrollment is listed, active: false",
        Yes(200, "[]", "recorded", "TestMFAListAuthenticators"),
        "2026-11-25",
    ),
    Row(
        "list-implicit",
        _LIST,
        "verified profile address, email factor on: listed, active",
        Yes(200, "[]", "documented", "manage-authenticator-factors-mfa-api"),
        "2026-11-25",
    ),
    Row(
        "list-type",
        _LIST,
        "Customizable MFA on: each with type",
        Yes(200, "[]", "documented", "enroll-and-challenge-email-authenticators; Auth0.swift"),
        "2026-11-25",
    ),
    Row(
        "list-with-access-token",
        _LIST,
        "access token with scope read:authenticators",
        Yes(200, "[]", "documented", "manage-authenticator-factors-mfa-api"),
        "2026-11-25",
    ),
    Row(
        "list-token-before-factor",
        _LIST,
        "access token from the password only, after an app was confirmed",
        replace(
            refusals.TOKEN_INVALID,
            mark="searched",
            source="the audience enforces the factor (manage page); no source says what happens to an older token",
        ),
        "2026-11-29",
    ),
    Row("list-bad-bearer", _LIST, "bearer token that the tenant didn't issue", refusals.TOKEN_INVALID, "2026-11-29"),
    Row("list-expired", _LIST, "mfa_token older than 10 minutes", refusals.TOKEN_EXPIRED, "2026-11-29"),
    Row("list-no-scope", _LIST, "access token without scope read:authenticators", refusals.SCOPE_MISSING, "2026-11-29"),
    # delete
    Row(
        "delete",
        _DELETE,
        "access token with scope remove:authenticators",
        Yes(204, "", "recorded", "TestMFADeleteAuthenticator"),
        "2026-11-25",
    ),
    Row(
        "delete-twins",
        _DELETE,
        "push is removed with its code, SMS with voice",
        Yes(204, "", "documented", "manage-authenticator-factors-mfa-api"),
        "2026-11-25",
    ),
    Row(
        "delete-with-mfa-token", _DELETE, "mfa_token in place of the access token", refusals.TOKEN_INVALID, "2026-11-29"
    ),
    Row("delete-unknown", _DELETE, "unknown id", refusals.UNKNOWN_AUTHENTICATOR, "2026-11-29"),
    Row("delete-escaped-slash", _DELETE, "an id with an escaped slash", refusals.UNKNOWN_AUTHENTICATOR, "2026-11-29"),
    Row("delete-implicit", _DELETE, "the profile's verified email", refusals.IMPLICIT, "2026-11-29"),
    Row(
        "delete-no-scope",
        _DELETE,
        "access token without scope remove:authenticators",
        refusals.SCOPE_MISSING,
        "2026-11-29",
    ),
    # challenge
    Row(
        "challenge-email",
        _CHALLENGE,
        "an active email",
        Yes(200, "challenge_type, oob_code, binding_method", "documented", "enroll-and-challenge-email-authenticators"),
        "2026-11-25",
    ),
    Row(
        "challenge-sms",
        _CHALLENGE,
        "an active phone number",
        Yes(
            200,
            "challenge_type, oob_code, binding_method",
            "documented",
            "enroll-and-challenge-sms-voice-authenticators",
        ),
        "2026-11-25",
    ),
    Row(
        "challenge-otp",
        _CHALLENGE,
        "an active OTP",
        Yes(200, "challenge_type", "recorded", "TestMFAChallenge, OTP"),
        "2026-11-25",
    ),
    Row(
        "challenge-push",
        _CHALLENGE,
        "an active push",
        Yes(200, "challenge_type, oob_code", "recorded", "TestMFAChallenge, OOB"),
        "2026-11-25",
    ),
    Row(
        "challenge-form",
        _CHALLENGE,
        "a form in place of JSON",
        Yes(200, "challenge_type, oob_code, binding_method", "documented", "cte-example-use-cases"),
        "2026-11-25",
    ),
    Row(
        "challenge-any",
        _CHALLENGE,
        "neither challenge_type nor authenticator_id: the oldest active one",
        Yes(
            200, "challenge_type, oob_code, binding_method", "documented", "request-mfa-challenge; which one is assumed"
        ),
        "2026-11-25",
    ),
    Row(
        "challenge-type-not-enrolled",
        _CHALLENGE,
        "challenge_type oob, only OTP enrolled",
        refusals.TYPE_NOT_ENROLLED,
        "2026-11-29",
    ),
    Row("challenge-not-enrolled", _CHALLENGE, "nothing enrolled", refusals.NOT_ENROLLED, "2026-11-29"),
    Row("challenge-access-token", _CHALLENGE, "access token as mfa_token", refusals.MALFORMED_TOKEN, "2026-11-29"),
    Row(
        "challenge-garbage",
        _CHALLENGE,
        "mfa_token that the tenant didn't issue",
        refusals.MALFORMED_TOKEN,
        "2026-11-29",
    ),
    Row("challenge-expired", _CHALLENGE, "mfa_token older than 10 minutes", refusals.TOKEN_EXPIRED, "2026-11-29"),
    Row("challenge-other-client", _CHALLENGE, "mfa_token of another client", refusals.OTHER_CLIENT, "2026-11-29"),
    Row("challenge-bad-secret", _CHALLENGE, "wrong client secret", refusals.UNAUTHORIZED, "2026-11-29"),
    Row(
        "challenge-unknown-authenticator",
        _CHALLENGE,
        "unknown authenticator_id",
        refusals.UNKNOWN_AUTHENTICATOR,
        "2026-11-29",
    ),
    Row(
        "challenge-inactive",
        _CHALLENGE,
        "authenticator_id of an unconfirmed enrollment",
        refusals.UNKNOWN_AUTHENTICATOR,
        "2026-11-29",
    ),
    Row("challenge-missing-token", _CHALLENGE, "no mfa_token", refusals.MISSING, "2026-11-29"),
    Row(
        "challenge-json-as-form",
        _CHALLENGE,
        "JSON labeled as a form, as the page's cURL sample sends it",
        refusals.MISSING,
        "2026-11-29",
    ),
    Row("challenge-email-limit", _CHALLENGE, "21st email within a minute", refusals.TOO_MANY_MAILS, "2026-11-29"),
    Row("challenge-push-limit", _CHALLENGE, "6th push within a minute", refusals.TOO_MANY_PUSHES, "2026-11-29"),
    # mfa-oob
    Row(
        "oob-confirms",
        _OOB,
        "correct code of an enrollment",
        Yes(200, _TOKENS, "recorded", "TestMFAVerifyWithOOB"),
        "2026-11-25",
    ),
    Row(
        "oob-ok",
        _OOB,
        "correct code of a challenge",
        Yes(200, _TOKENS, "recorded", "TestMFAVerifyWithOOB"),
        "2026-11-25",
    ),
    Row(
        "oob-confirms-with-access-token",
        _OOB,
        "enrollment begun with an access token, which is the mfa_token here",
        Yes(200, _TOKENS, "sdk", "auth0.net; one report disagrees"),
        "2026-11-25",
    ),
    Row(
        "oob-second-enrollment",
        _OOB,
        "enrollment begun with an mfa_token before another factor was confirmed",
        replace(
            refusals.ALREADY_ENROLLED,
            mark="searched",
            source="as at /mfa/associate, asked again; no recording, no thread",
        ),
        "2026-11-29",
    ),
    Row("oob-wrong-code", _OOB, "wrong code", refusals.WRONG_CODE, "2026-11-29"),
    Row("oob-short-code", _OOB, "five digits", refusals.WRONG_CODE, "2026-11-29"),
    Row("oob-used-code", _OOB, "a code for the second time", refusals.WRONG_CODE, "2026-11-29"),
    Row("oob-missing-code", _OOB, "no binding_code", refusals.MISSING, "2026-11-29"),
    Row("oob-garbage", _OOB, "oob_code that the tenant didn't issue", refusals.MALFORMED_OOB, "2026-11-29"),
    Row("oob-expired", _OOB, "code older than 5 minutes", refusals.OOB_EXPIRED, "2026-11-29"),
    Row("oob-other-login", _OOB, "oob_code of another login", refusals.OOB_OF_OTHER_LOGIN, "2026-11-29"),
    Row("oob-mfa-token-expired", _OOB, "mfa_token older than 10 minutes", refusals.TOKEN_EXPIRED, "2026-11-29"),
    Row(
        "oob-mfa-token-garbage", _OOB, "mfa_token that the tenant didn't issue", refusals.MALFORMED_TOKEN, "2026-11-29"
    ),
    Row("oob-other-client", _OOB, "mfa_token of another client", refusals.OTHER_CLIENT, "2026-11-29"),
    Row("oob-grant-off", _OOB, "grant not enabled for the application", refusals.GRANT_NOT_ALLOWED, "2026-11-29"),
    Row(
        "oob-another-factor",
        _OOB,
        "correct code, and an Action demands another factor: a new mfa_token",
        replace(
            refusals.MFA_REQUIRED,
            mark="sdk",
            source="auth0-server-python, verify; nextjs-auth0, verify; that the first mfa_token is spent is assumed",
        ),
        "2026-11-30",
    ),
    Row("oob-eleventh", _OOB, "11th wrong code", refusals.TOO_MANY_CODES, "2026-11-29"),
    Row("push-pending", _OOB, "push not answered yet", refusals.PENDING, "2026-11-29"),
    Row("push-slow-down", _OOB, "polled again within a second", refusals.SLOW_DOWN, "2026-11-29"),
    Row("push-rejected", _OOB, "push rejected", refusals.PUSH_REJECTED, "2026-11-29"),
    Row("push-approved", _OOB, "push approved", Yes(200, _TOKENS, "recorded", "TestMFAVerifyWithOOB"), "2026-11-25"),
    # mfa-otp
    Row(
        "otp-ok", _OTP, "code of this half minute", Yes(200, _TOKENS, "recorded", "TestMFAVerifyWithOTP"), "2026-11-25"
    ),
    Row(
        "otp-previous",
        _OTP,
        "code of the half minute before",
        Yes(200, _TOKENS, "documented", "support article on the TOTP window"),
        "2026-11-25",
    ),
    Row("otp-wrong", _OTP, "wrong code", refusals.WRONG_OTP, "2026-11-29"),
    Row("otp-used", _OTP, "a code for the second time", refusals.WRONG_OTP, "2026-11-29"),
    Row("otp-not-enrolled", _OTP, "no OTP enrolled", refusals.OTP_NOT_ENROLLED, "2026-11-29"),
    Row(
        "otp-second-enrollment",
        _OTP,
        "enrollment begun with an mfa_token before another factor was confirmed",
        replace(
            refusals.ALREADY_ENROLLED,
            mark="searched",
            source="as at /mfa/associate, asked again; no recording, no thread",
        ),
        "2026-11-29",
    ),
    Row("otp-missing", _OTP, "no otp", refusals.MISSING, "2026-11-29"),
    Row("otp-eleventh", _OTP, "11th wrong code", refusals.TOO_MANY_CODES, "2026-11-29"),
    # mfa-recovery-code
    Row(
        "recovery-ok",
        _RECOVERY,
        "correct code: a new one is returned with the tokens",
        Yes(200, _TOKENS + ", recovery_code", "recorded", "TestMFAVerifyWithRecoveryCode"),
        "2026-11-25",
    ),
    Row("recovery-wrong", _RECOVERY, "wrong code", refusals.WRONG_RECOVERY_CODE, "2026-11-29"),
    Row("recovery-used", _RECOVERY, "a code that was replaced", refusals.WRONG_RECOVERY_CODE, "2026-11-29"),
    Row(
        "recovery-of-unconfirmed",
        _RECOVERY,
        "code of an enrollment that was not confirmed, beside one that was",
        refusals.WRONG_RECOVERY_CODE,
        "2026-11-29",
    ),
    Row("recovery-none", _RECOVERY, "no code on file", refusals.NO_RECOVERY_CODE, "2026-11-29"),
    Row("recovery-eleventh", _RECOVERY, "11th wrong code", refusals.TOO_MANY_CODES, "2026-11-29"),
    # the rest of /oauth
    Row(
        "refresh-ok",
        _REFRESH,
        "valid token, no policy",
        Yes(
            200,
            "access_token, refresh_token, expires_in, scope, token_type",
            "recorded",
            "TestRefreshToken; order assumed",
        ),
        "2026-11-29",
    ),
    Row(
        "refresh-mfa-required",
        _REFRESH,
        "valid token, policy on: the mfa_token continues as after a login",
        replace(
            refusals.MFA_REQUIRED,
            source="use-refresh-tokens, Bypass MFA and Customize MFA; status reported by Auth0.Android issue 562",
        ),
        "2026-11-29",
    ),
    Row(
        "refresh-completed",
        _OOB,
        "correct code of a challenge that a refresh required: another refresh token is returned",
        Yes(
            200,
            "access_token, refresh_token, expires_in, scope, token_type",
            "searched",
            "that the mfa_token continues is documented (use-refresh-tokens); no SDK's fixture shows which refresh token is returned",
        ),
        "2026-11-29",
    ),
    Row(
        "refresh-bypassed",
        _REFRESH,
        "valid token, policy on, setting mfa_at_refresh off (an Action that bypasses MFA there)",
        Yes(
            200,
            "access_token, refresh_token, expires_in, scope, token_type",
            "documented",
            "use-refresh-tokens, Bypass MFA; order assumed",
        ),
        "2026-11-29",
    ),
    Row(
        "refresh-reduced",
        _REFRESH,
        "no policy, fewer scopes requested",
        Yes(
            200,
            "access_token, refresh_token, expires_in, scope, token_type",
            "recorded",
            "TestRefreshToken, reduced scopes",
        ),
        "2026-11-29",
    ),
    Row(
        "refresh-mfa-audience",
        _REFRESH,
        "token for the MFA audience, active factor other than email",
        replace(
            refusals.MFA_REQUIRED,
            mark="searched",
            source="documented for the password; the manage page lets a token be refreshed, and leaves open when it asks",
        ),
        "2026-11-29",
    ),
    Row("refresh-unknown", _REFRESH, "token that the tenant didn't issue", refusals.BAD_REFRESH_TOKEN, "2026-11-29"),
    Row("refresh-revoked", _REFRESH, "revoked token", refusals.BAD_REFRESH_TOKEN, "2026-11-29"),
    Row("revoke", "POST /oauth/revoke", "any token", Yes(200, "", "recorded", "TestRevokeRefreshToken"), "2026-11-25"),
    Row(
        "machine-ok",
        _MACHINE,
        "audience of the Management API",
        Yes(200, _TOKENS, "documented", "client-credentials-flow"),
        "2026-11-25",
    ),
    Row("machine-no-audience", _MACHINE, "no audience", refusals.NO_AUDIENCE, "2026-11-29"),
    Row("machine-no-client-grant", _MACHINE, "audience of another API", refusals.NO_CLIENT_GRANT, "2026-11-29"),
    Row(
        "machine-public", _MACHINE, "an application whose auth method is none", refusals.GRANT_NOT_ALLOWED, "2026-11-29"
    ),
    # a login in a browser: the keys are those of the query that goes back to the application; `page` is a page
    Row(
        "authorize-page",
        _AUTHORIZE,
        "no user is signed in",
        Yes(200, "page", "documented", "authorize-application; its address /u/login as at a real tenant"),
        "2026-11-29",
    ),
    Row(
        "authorize-session",
        _AUTHORIZE,
        "a user is signed in, no policy",
        Yes(302, "code, state", "documented", "configure-silent-authentication; session-lifetime-limits"),
        "2026-11-29",
    ),
    Row(
        "authorize-silently",
        _AUTHORIZE,
        "a user is signed in, no policy, prompt=none",
        Yes(302, "code, state", "documented", "configure-silent-authentication"),
        "2026-11-29",
    ),
    Row(
        "authorize-login-required",
        _AUTHORIZE,
        "no user is signed in, prompt=none",
        refusals.LOGIN_REQUIRED,
        "2026-11-29",
    ),
    Row(
        "authorize-factor-required",
        _AUTHORIZE,
        "a user is signed in, acr_values asks for multi-factor, prompt=none",
        refusals.FACTOR_REQUIRED,
        "2026-11-29",
    ),
    Row(
        "authorize-step-up",
        _AUTHORIZE,
        "a user is signed in, acr_values asks for multi-factor",
        Yes(200, "page", "documented", "configure-step-up-authentication-for-web-apps, by its Action"),
        "2026-11-29",
    ),
    Row(
        "authorize-prompt-login",
        _AUTHORIZE,
        "a user is signed in, prompt=login",
        Yes(200, "page", "documented", "max-age-reauthentication"),
        "2026-11-29",
    ),
    Row(
        "authorize-web-message",
        _AUTHORIZE,
        "prompt=none, response_mode=web_message, origin listed: a page that posts the response",
        Yes(200, "page", "documented", "configure-silent-authentication"),
        "2026-11-29",
    ),
    Row(
        "authorize-web-origin",
        _AUTHORIZE,
        "response_mode=web_message, origin not listed: an error page",
        refusals.WEB_ORIGIN_NOT_LISTED,
        "2026-11-29",
    ),
    Row(
        "authorize-unknown-client",
        _AUTHORIZE,
        "unknown client_id: an error page",
        refusals.UNKNOWN_CLIENT,
        "2026-11-29",
    ),
    Row(
        "authorize-callback",
        _AUTHORIZE,
        "redirect_uri that doesn't match a callback exactly: an error page",
        refusals.CALLBACK_MISMATCH,
        "2026-11-29",
    ),
    Row(
        "authorize-response-type", _AUTHORIZE, "response_type other than code", refusals.BAD_RESPONSE_TYPE, "2026-11-29"
    ),
    Row(
        "authorize-challenge-method",
        _AUTHORIZE,
        "code_challenge_method other than S256",
        refusals.BAD_PARAMETER,
        "2026-11-29",
    ),
    Row(
        "authorize-grant-off",
        _AUTHORIZE,
        "authorization_code not enabled for the application",
        replace(
            refusals.GRANT_NOT_ALLOWED, status=302, mark="reported", source="auth0-spa-js issue 51, ambassador-docs 143"
        ),
        "2026-11-29",
    ),
    Row("authorize-audience", _AUTHORIZE, "audience of no API", refusals.UNKNOWN_SERVICE, "2026-11-29"),
    Row("authorize-connection", _AUTHORIZE, "connection that doesn't exist", refusals.UNKNOWN_CONNECTION, "2026-11-29"),
    Row(
        "login-page-ok",
        _LOGIN,
        "correct password, no policy",
        Yes(302, "code, state", "documented", "authorization-code-flow"),
        "2026-11-29",
    ),
    Row(
        "login-page-factor",
        _LOGIN,
        "correct password, policy on: the page of the factor, a code is sent",
        Yes(200, "page", "documented", "configure-email-notifications-for-mfa; for an unverified address assumed"),
        "2026-11-29",
    ),
    Row(
        "login-page-wrong-password",
        _LOGIN,
        "wrong password: the page again, with the API's text",
        Yes(400, "page", "documented", "customize-text-elements, wrong-email-credentials; the status is one report's"),
        "2026-11-29",
    ),
    Row("login-page-over", _LOGIN, "state of another browser, or of an hour ago", refusals.LOGIN_OVER, "2026-11-29"),
    Row(
        "login-page-user-blocked",
        _LOGIN,
        "correct password, user blocked by an administrator",
        replace(refusals.USER_BLOCKED, status=302, mark="reported", source="community articles 124408 and 57619"),
        "2026-11-29",
    ),
    Row("login-page-no-factor", _LOGIN, "policy on, email off, nothing enrolled", refusals.NO_FACTOR, "2026-11-29"),
    Row(
        "login-page-code",
        _FACTOR,
        "correct code",
        Yes(302, "code, state", "documented", "configure-step-up-authentication-for-web-apps"),
        "2026-11-29",
    ),
    Row(
        "login-page-wrong-code",
        _FACTOR,
        "wrong code: the page again",
        Yes(400, "page", "searched", "the text is the MFA API's; no report of the status"),
        "2026-11-29",
    ),
    Row(
        "code-ok",
        _CODE,
        "scope openid; the ID token has sid, and nonce as it was sent",
        Yes(
            200,
            "access_token, id_token, expires_in, scope, token_type",
            "recorded",
            "TestLoginWithAuthCode; place of id_token and scope assumed; sid documented (log-users-out-of-auth0)",
        ),
        "2026-11-29",
    ),
    Row(
        "code-after-factor",
        _CODE,
        "a factor was verified in this login: acr, and amr with mfa",
        Yes(
            200,
            "access_token, id_token, expires_in, scope, token_type",
            "documented",
            "configure-step-up-authentication-for-web-apps",
        ),
        "2026-11-29",
    ),
    Row("code-used", _CODE, "a code for the second time", refusals.BAD_AUTHORIZATION_CODE, "2026-11-29"),
    Row(
        "code-expired",
        _CODE,
        "code that is 10 minutes old",
        replace(
            refusals.BAD_AUTHORIZATION_CODE,
            mark="searched",
            source="RFC 6749 allows at most 10 minutes; the documentation says short-lived, without a number",
        ),
        "2026-11-29",
    ),
    Row(
        "code-verifier",
        _CODE,
        "code_verifier that doesn't match code_challenge, or none",
        refusals.BAD_VERIFIER,
        "2026-11-29",
    ),
    Row("code-other-redirect", _CODE, "redirect_uri other than at /authorize", refusals.OTHER_REDIRECT, "2026-11-29"),
    Row(
        "logout-ok",
        _LOGOUT,
        "returnTo that is listed",
        Yes(302, "", "documented", "redirect-users-after-logout"),
        "2026-11-29",
    ),
    Row(
        "logout-not-listed",
        _LOGOUT,
        "returnTo that isn't listed: an error page",
        refusals.LOGOUT_NOT_LISTED,
        "2026-11-29",
    ),
    Row(
        "oidc-logout-ok",
        _OIDC_LOGOUT,
        "id_token_hint of the session, address that is listed",
        Yes(302, "", "documented", "log-users-out-of-auth0"),
        "2026-11-29",
    ),
    Row(
        "oidc-logout-asked",
        _OIDC_LOGOUT,
        "no hint: a page asks the user",
        Yes(200, "page", "documented", "log-users-out-of-auth0, logout consent prompt"),
        "2026-11-29",
    ),
    Row(
        "oidc-logout-contradiction",
        _OIDC_LOGOUT,
        "client_id other than in id_token_hint",
        refusals.BAD_LOGOUT,
        "2026-11-29",
    ),
    # what the tokens open, and what the tenant says of itself
    Row(
        "userinfo",
        "GET /userinfo",
        "access token with scope openid profile email",
        Yes(200, "sub, nickname, name, picture, updated_at, email, email_verified", "recorded", "TestUserInfo"),
        "2026-11-25",
    ),
    Row(
        "userinfo-no-token",
        "GET /userinfo",
        "token that the tenant didn't issue: www-authenticate has invalid_token",
        Yes(
            401,
            "text",
            "reported",
            "react-native-auth0 issue 241: the header, and a body that is no JSON; its word assumed",
        ),
        "2026-11-29",
    ),
    Row(
        "discovery",
        "GET /.well-known/openid-configuration",
        "issuer ends in a slash; mfa_challenge_endpoint, and none for associate or list; open to every page, and kept for a moment",
        Yes(
            200,
            "issuer, …",
            "documented",
            "configure-applications-with-oidc-discovery; headers recorded by DockYard/openid_connect",
        ),
        "2026-11-29",
    ),
    Row(
        "discovery-alias",
        "GET /.well-known/oauth-authorization-server",
        "the same",
        Yes(200, "issuer, …", "documented", "configure-applications-with-oidc-discovery"),
        "2026-11-29",
    ),
    Row(
        "jwks",
        "GET /.well-known/jwks.json",
        "one key, RS256; x5t is made of the digest's bytes; open to every page, and kept for a moment",
        Yes(
            200,
            "keys",
            "documented",
            "json-web-key-set-properties; x5t and headers recorded by DockYard/openid_connect",
        ),
        "2026-11-29",
    ),
    # the My Account API
    Row(
        "my-account-token",
        _PASSWORD,
        "audience of the My Account API, no policy, nothing enrolled",
        Yes(200, _TOKENS, "documented", "my-account-api, Default Policy"),
        "2026-11-29",
    ),
    Row(
        "my-account-mfa-required",
        _PASSWORD,
        "audience of the My Account API, no policy, an active email",
        replace(refusals.MFA_REQUIRED, source="my-account-api, Default Policy (early access); here always on"),
        "2026-11-29",
    ),
    Row(
        "my-account-list",
        f"GET {_ME}",
        "an active email: id, type, confirmed, email, usage, created_at",
        Yes(200, "authentication_methods", "documented", "oas/myaccount; the page my-account-api shows a bare array"),
        "2026-11-29",
    ),
    Row(
        "my-account-add",
        f"POST {_ME}",
        "an email: a code is sent, and Location names the method",
        Yes(202, "id, auth_session", "documented", "oas/myaccount; my-account-api"),
        "2026-11-29",
    ),
    Row(
        "my-account-verify",
        f"POST {_ME}/{{id}}/verify",
        "correct code: the method is active, and Location names it",
        Yes(201, "id, type, confirmed, email, usage, created_at", "documented", "oas/myaccount"),
        "2026-11-29",
    ),
    Row(
        "my-account-factors",
        "GET /me/v1/factors",
        "the factors that are on, and the password",
        Yes(200, "factors", "documented", "oas/myaccount; that the password is among them is assumed"),
        "2026-11-29",
    ),
    Row(
        "my-account-no-token",
        "any /me/v1/…",
        "no token",
        Yes(401, _PROBLEM, "sdk", "auth0-server-python, A0E-401-0003"),
        "2026-11-29",
    ),
    Row(
        "my-account-other-audience",
        "any /me/v1/…",
        "access token for another audience",
        Yes(401, _PROBLEM, "sdk", "auth0-server-python, A0E-401-0003"),
        "2026-11-29",
    ),
    Row(
        "my-account-scope",
        "any /me/v1/…",
        "access token without the scope",
        Yes(403, _PROBLEM, "sdk", "Auth0's universal components, A0E-403-0002; words assumed"),
        "2026-11-29",
    ),
    Row(
        "my-account-bad-email",
        f"POST {_ME}",
        "email without @",
        Yes(400, _PROBLEM + ", validation_errors", "sdk", "Auth0.swift, A0E-400-0003 of a phone; words assumed"),
        "2026-11-29",
    ),
    Row(
        "my-account-other-type",
        f"POST {_ME}",
        "a type other than email",
        Yes(400, _PROBLEM + ", validation_errors", "documented", "oas/myaccount, BadRequest; a real tenant adds more"),
        "2026-11-29",
    ),
    Row(
        "my-account-factor-off",
        f"POST {_ME}",
        "email, its factor turned off",
        Yes(403, _PROBLEM, "searched", "the status is among oas/myaccount's; which one is in no SDK's fixture"),
        "2026-11-29",
    ),
    Row(
        "my-account-form",
        f"POST {_ME}",
        "a form in place of JSON",
        Yes(415, _PROBLEM, "documented", "oas/myaccount; words assumed"),
        "2026-11-29",
    ),
    Row(
        "my-account-wrong-code",
        f"POST {_ME}/{{id}}/verify",
        "wrong code",
        Yes(403, _PROBLEM, "searched", "the status is among oas/myaccount's; which one is in no SDK's fixture"),
        "2026-11-29",
    ),
    Row(
        "my-account-expired",
        f"POST {_ME}/{{id}}/verify",
        "code older than 5 minutes",
        Yes(
            400,
            _PROBLEM + ", validation_errors",
            "searched",
            "the lifetime of a code; which status is in no SDK's fixture",
        ),
        "2026-11-29",
    ),
    # the Management API
    Row(
        "management-factors",
        "GET /api/v2/guardian/factors",
        "name, enabled, trial_expired of eight factors",
        Yes(200, "[]", "recorded", "TestAccGuardian"),
        "2026-11-25",
    ),
    Row(
        "management-factor",
        "PUT /api/v2/guardian/factors/{name}",
        "turned on or off",
        Yes(200, "enabled", "recorded", "TestAccGuardian"),
        "2026-11-25",
    ),
    Row(
        "management-policies",
        "PUT /api/v2/guardian/policies",
        "echoes the list",
        Yes(200, "[]", "recorded", "TestAccGuardian"),
        "2026-11-25",
    ),
    Row(
        "management-client-changed",
        "PATCH /api/v2/clients/{id}",
        "what it shows itself: app_type, callbacks, web_origins, jwt_configuration, refresh_token",
        Yes(200, "client_id, …", "recorded", "auth0-deploy-cli, recordings of its end-to-end tests"),
        "2026-11-29",
    ),
    Row(
        "management-client-made",
        "POST /api/v2/clients",
        "only a name: the usual grants, and the secret",
        Yes(201, "client_id, …", "recorded", "TestAccClient…; client_secret is in it"),
        "2026-11-29",
    ),
    Row(
        "management-client-removed",
        "DELETE /api/v2/clients/{id}",
        "an application",
        Yes(204, "", "recorded", "auth0-deploy-cli, recordings of its end-to-end tests"),
        "2026-11-29",
    ),
    Row(
        "management-unknown-field",
        "any /api/v2/…",
        "a field that doesn't exist",
        Yes(
            400,
            "statusCode, error, message, errorCode",
            "recorded",
            "TestAccNetworkACL…, for the shape; the text as reported",
        ),
        "2026-11-29",
    ),
    Row(
        "management-credential",
        "POST /api/v2/clients/{id}/credentials",
        "a public key with expires_at: kid and dates, and not the key",
        Yes(
            201,
            "id, credential_type, kid, alg, name, created_at, updated_at, expires_at",
            "recorded",
            "TestAccClientCredentialsPrivateKeyJWTFullRotation",
        ),
        "2026-11-29",
    ),
    Row(
        "management-credentials",
        "GET /api/v2/clients/{id}/credentials",
        "always a list, whatever include_totals is",
        Yes(200, "[]", "recorded", "TestAccClientCredentialsPrivateKeyJWTFullRotation"),
        "2026-11-29",
    ),
    Row(
        "management-fields",
        "GET /api/v2/clients/{id}",
        "fields=client_id&include_fields=true: only these",
        Yes(
            200,
            "client_id",
            "recorded",
            "TestAccClientCredentialsPrivateKeyJWTFullRotation; a real tenant adds signing_keys",
        ),
        "2026-11-29",
    ),
    Row(
        "management-totals",
        "GET /api/v2/clients",
        "include_totals=true: no length",
        Yes(200, "total, start, limit, clients", "recorded", "auth0-deploy-cli, recordings of its end-to-end tests"),
        "2026-11-29",
    ),
    Row(
        "management-checkpoint",
        "GET /api/v2/client-grants",
        "take=50: no totals; next, if there is more",
        Yes(200, "client_grants, …", "recorded", "auth0-deploy-cli, recordings of its end-to-end tests"),
        "2026-11-29",
    ),
    Row(
        "management-client-grant",
        "POST /api/v2/client-grants",
        "an application's own token for an API",
        Yes(201, "id, …", "recorded", "TestAccClientGrant"),
        "2026-11-29",
    ),
    Row(
        "machine-own-api",
        _MACHINE,
        "audience of an API for which there is a client grant",
        Yes(200, _TOKENS, "documented", "client-credentials-flow"),
        "2026-11-29",
    ),
    Row(
        "management-api",
        "POST /api/v2/resource-servers",
        "signing_alg, token_lifetime, and a scope's description, which are kept",
        Yes(201, "id, …", "recorded", "TestAccResourceServer; TestAccResourceServerScopes"),
        "2026-11-29",
    ),
    Row(
        "management-settings",
        "PATCH /api/v2/tenants/settings",
        "flags, session_lifetime, enabled_locales, which are kept",
        Yes(200, "enabled_locales, …", "recorded", "TestAccTenant_Main"),
        "2026-11-29",
    ),
    Row(
        "management-user-made",
        "POST /api/v2/users",
        "with metadata, names, picture, and user_id",
        Yes(201, "created_at, …", "recorded", "TestAccUser"),
        "2026-11-29",
    ),
    Row(
        "management-user",
        "GET /api/v2/users/{id}",
        "created_at, picture, and identities",
        Yes(200, "created_at, …", "recorded", "TestAccUser"),
        "2026-11-29",
    ),
    Row(
        "management-users",
        "GET /api/v2/users",
        'q=email:"…", include_totals=true',
        Yes(200, "total, start, limit, length, users", "documented", "reference: get-users; its order assumed"),
        "2026-11-29",
    ),
    Row(
        "management-user-metadata",
        "PATCH /api/v2/users/{id}",
        "metadata is merged, its first level only",
        Yes(200, "created_at, …", "documented", "manage-user-metadata"),
        "2026-11-29",
    ),
    Row(
        "management-user-removed",
        "DELETE /api/v2/users/{id}",
        "a user",
        Yes(204, "", "recorded", "TestAccUser"),
        "2026-11-29",
    ),
    Row(
        "management-connections",
        "GET /api/v2/connections",
        "the database of users, with its options and applications",
        Yes(200, "[]", "recorded", "auth0-deploy-cli, recordings of its end-to-end tests"),
        "2026-11-29",
    ),
    Row(
        "management-connection-clients",
        "PATCH /api/v2/connections/{id}/clients",
        "client_id and status of one application",
        Yes(204, "", "recorded", "auth0-deploy-cli, recordings of its end-to-end tests"),
        "2026-11-29",
    ),
    Row(
        "management-email-provider",
        "PATCH /api/v2/emails/provider",
        "a new name: no settings of the old provider",
        Yes(200, "name, enabled, default_from_address, credentials", "recorded", "TestAccEmail"),
        "2026-11-29",
    ),
    Row(
        "management-email-provider-removed",
        "DELETE /api/v2/emails/provider",
        "a mail server",
        Yes(204, "", "recorded", "TestAccEmail"),
        "2026-11-29",
    ),
    Row(
        "management-message-types",
        "PUT /api/v2/guardian/factors/phone/message-types",
        "kept and shown",
        Yes(200, "message_types", "recorded", "TestAccGuardianPhone"),
        "2026-11-29",
    ),
    Row(
        "management-selected-provider",
        "PUT /api/v2/guardian/factors/phone/selected-provider",
        "kept and shown",
        Yes(200, "provider", "recorded", "auth0-deploy-cli, recordings of its end-to-end tests"),
        "2026-11-29",
    ),
    Row(
        "management-sms-templates",
        "PUT /api/v2/guardian/factors/sms/templates",
        "kept and shown",
        Yes(200, "enrollment_message, verification_message", "sdk", "node-auth0; GET recorded by auth0-deploy-cli"),
        "2026-11-29",
    ),
    Row(
        "management-push-provider",
        "PUT /api/v2/guardian/factors/push-notification/providers/sns",
        "GET shows it without its secret",
        Yes(200, "aws_access_key_id, aws_region", "recorded", "TestAccGuardianPush"),
        "2026-11-29",
    ),
    Row(
        "management-none",
        "GET /api/v2/rules",
        "a list of something that the tenant doesn't have, include_totals=true",
        Yes(200, "total, start, limit, rules", "recorded", "auth0-deploy-cli, recordings of its end-to-end tests"),
        "2026-11-29",
    ),
    Row(
        "management-theme",
        "GET /api/v2/branding/themes/default",
        "no theme: errorCode theme_not_found",
        Yes(
            404,
            "statusCode, error, message, errorCode",
            "recorded",
            "auth0-deploy-cli, recordings of its end-to-end tests",
        ),
        "2026-11-29",
    ),
    Row(
        "management-method",
        "GET /api/v2/users/{id}/authentication-methods/{method}",
        "a confirmed email",
        Yes(
            200,
            "id, type, confirmed, created_at, email, last_auth_at",
            "documented",
            "manage-authentication-methods-with-management-api; order assumed",
        ),
        "2026-11-29",
    ),
    Row(
        "management-method-renamed",
        "PATCH /api/v2/users/{id}/authentication-methods/{method}",
        "a name",
        Yes(200, "id, …", "documented", "reference: patch-authentication-methods-by-authentication-method-id"),
        "2026-11-29",
    ),
    Row(
        "management-methods-replaced",
        "PUT /api/v2/users/{id}/authentication-methods",
        "a list that replaces all",
        Yes(200, "[]", "sdk", "node-auth0 4: PutAuthenticationMethods200Response"),
        "2026-11-29",
    ),
    Row(
        "management-phone",
        "POST /api/v2/users/{id}/authentication-methods",
        "a phone: id phone|dev_…, texts and calls inside",
        Yes(
            201,
            "id, type, confirmed, created_at, phone_number, authentication_methods, preferred_authentication_method",
            "sdk",
            "node-auth0's types; Auth0.swift's samples of ids; order assumed",
        ),
        "2026-11-29",
    ),
    Row(
        "management-recovery-code",
        "POST /api/v2/users/{id}/recovery-code-regeneration",
        "a new recovery code",
        Yes(200, "recovery_code", "sdk", "node-auth0 4: PostRecoveryCodeRegeneration200Response"),
        "2026-11-29",
    ),
    Row(
        "management-origins",
        "PATCH /api/v2/clients/{id}",
        "web_origins, allowed_origins: kept and shown",
        Yes(200, "client_id, …", "documented", "application-settings; recordings of terraform-provider-auth0"),
        "2026-11-29",
    ),
    Row(
        "management-no-token",
        "any /api/v2/…",
        "no token: statusCode, error, message",
        Yes(401, "statusCode, error, message", "reported", "many reports"),
        "2026-11-25",
    ),
    Row(
        "management-scope",
        "any /api/v2/…",
        "token without the scope: errorCode insufficient_scope",
        Yes(403, "statusCode, error, message, errorCode", "reported", "many reports"),
        "2026-11-25",
    ),
    Row(
        "management-logs",
        "GET /api/v2/logs",
        "events with Auth0's type codes, newest first",
        Yes(200, "[]", "documented", "log-event-type-codes; retrieve-logs-with-management-api"),
        "2026-11-25",
    ),
    Row(
        "management-logs-query",
        "GET /api/v2/logs",
        "q with OR, NOT, parentheses, a wildcard, and a range of dates",
        Yes(200, "[]", "documented", "log-search-query-syntax"),
        "2026-11-29",
    ),
    Row(
        "management-logs-bad-query",
        "GET /api/v2/logs",
        "q with an unclosed quote: errorCode invalid_query_string",
        Yes(
            400,
            "statusCode, error, message, errorCode",
            "reported",
            "code of guardian-error-code-reference and of OpenStandia's connector for Auth0; keys as recorded",
        ),
        "2026-11-29",
    ),
    Row(
        "management-log",
        "GET /api/v2/logs/{id}",
        "an event has what the published schema of its type requires",
        Yes(200, "date, type, description, …", "documented", "oas/tenant-logs/logs-schema.json; isMobile as reported"),
        "2026-11-29",
    ),
]

#: Where the facts disagree or say nothing, and what was chosen.
CHOICES = [
    "`mfa_required` is 403, as in the guides and every SDK; the OpenAPI file says 401.",
    "`expired_token` is always 401; older notes say 403. In your client, check `error` instead of the status.",
    "A wrong client secret is 401 `access_denied`, as many reports show; the documentation says `invalid_client`.",
    "An unsupported grant type is 501, as in the standard table; the OpenAPI file says 400.",
    "A rejected push is `access_denied`, as recorded in 2024; the documentation says `invalid_grant`.",
    "Open question 1: the implicit email closes /mfa/associate to an mfa_token, as an explicit one does. A recording suggests "
    "otherwise, but then someone who has only the password could enroll a factor of their own beside the verified address.",
    "When an enrollment is confirmed with an mfa_token, the sandbox checks again whether a factor is active. Otherwise, an "
    "enrollment that was begun before the owner's could be confirmed after it.",
    "Each login that begins an enrollment gets its own recovery code. Only the code of the enrollment that is confirmed "
    "first is ever valid. When the last factor is removed, the recovery code is removed, too.",
    "While email is a user's only factor, the MFA audience asks for none (documented). So on a tenant where email is the only "
    "factor, someone who has the password can still enroll another one with such an access token; the sandbox doesn't hide that. "
    "This ends with the first factor other than email: tokens that were issued for the password only are rejected at /mfa/, except "
    "the one that enrolled the factor, and a refresh asks for the factor.",
    "With an mfa_token, the list shows masked names as always (documented), because users choose an authenticator from it.",
    "An access token for the MFA or My Account API has a `jti`, and a claim of the sandbox's own if a factor was verified for it.",
    "The My Account API asks for a second factor as soon as the user has one, at each login and refresh, as its Default Policy "
    "does (early access; there, a refresh asks again only after a while). A token that was issued for the password only becomes "
    "invalid with the first factor, except the one that enrolled it.",
    "The list of the My Account API is an object, as in the OpenAPI file and the SDKs. It never contains the implicit email.",
    "Open question 2: an access token for the MFA audience confirms an enrollment that it began, but /mfa/challenge rejects it as malformed.",
    "Open question 3: the MFA audience is the same with or without its trailing slash.",
    "Open question 4: a wrong code is 403, an expired one 401, as above.",
    "Completing a login uses up its mfa_token; a wrong code doesn't. A code works once, and a newer code doesn't invalidate an older one.",
    "An unconfirmed enrollment can be confirmed only by the token that began it.",
    "Without authenticator_id, the oldest active authenticator of a matching type is challenged; the implicit email comes last.",
    "A recovery code by itself doesn't count as an enrollment.",
    "A refresh token stays the same when it's used. If a second factor is required, the response that completes it contains another "
    "refresh token if offline_access is among the scopes, and the first one stays valid.",
    "The application's secret is accepted in the body or in the header, but not in both at once.",
    "Listing a callback doesn't allow its origin (reported: auth0-cli issue 193, auth0.js issue 742); the "
    "documentation says that it does (set-up-cors). /userinfo responds to the pages of all applications (assumed).",
    "`slow_down` is returned if a client asks about an unanswered push twice within a second.",
    "A list entry never has `oob_channels`, although auth0-auth-js reads only that, because the recordings have `oob_channel`.",
    "The Management API lists unconfirmed authentication methods too, but never the implicit email.",
    "In a browser, the policy asks for a factor once in a session, and `acr_values` each time, as the documented Action does. Only a login "
    "in which a factor was verified has `amr` (documented).",
    "The login page sends a code to the profile's address if the user has nothing enrolled, and the correct code enrolls that address. A "
    "real login page enrolls the other factors, and uses email only if the address is verified.",
    "Wrong passwords and codes on the pages count together with those at the API.",
    "Any attempt of its application uses up an authorization code, even one with a wrong verifier. An application without a "
    "secret needs PKCE. `redirect_uri` is required at /oauth/token if /authorize had one (documented).",
    "A login in a browser is valid for an hour, and only in the browser that began it.",
    "In a log query, NOT binds tighter than AND, and AND than OR. Terms side by side mean OR, as the Lucene page that the "
    "documentation links to says, and NOT by itself finds everything else. A date stands for its whole year, month, day, or second. "
    "Fields and characters that the documentation doesn't name are rejected.",
    "The published schemas of log events don't include fapi and gd_recovery_rate_limit_exceed, so those events have the fields that sapi and "
    "gd_recovery_failed share with all others. What no schema requires is left out.",
    "A client secret is shown only once, when the application is created, because showing it later would need the scope read:client_keys, which no client has here.",
    "If no authenticator is named, a phone is challenged by its preferred method first.",
    "An expired credential isn't accepted.",
    "An address is rejected, everywhere with the same text, if it contains a control character, an invisible character, or a leading quote; "
    "if the part before the @ begins or ends with a dot or has two dots in a row; or if the domain has no dot, ends in a number, or isn't valid "
    "in IDNA 2008 (because of a full-width dot, for example). It's stored in composed form (NFC).",
    "A phone number is rejected if it contains the zero that is dialed only within its country (+49030…).",
    "Users and mailboxes are compared without case, in composed form, and by the xn-- form of the domain, in all scripts.",
]

#: What differs on purpose.
DIFFERENCES = [
    "Addresses under /sandbox/ exist only here: inbox, clock, push, phone, faults, link, requests, reset. Each response says so. So does GET /health, "
    "which is 200 if HTTP, SMTP, and the store respond, and 503 if one of them doesn't.",
    "A tenant can begin with users, enrolled factors, settings, APIs, and origins (--seed, POST /sandbox/reset): what an administrator "
    "and the users themselves would have done one call at a time.",
    "A Host that is neither a name of this machine nor the one in --name is rejected (403 forbidden), unless the sandbox is served beyond this "
    "machine (--public). If it's also --open, it accepts addresses, one-word names, names that can't be registered, and its own --name.",
    "A page from another origin (by the headers Origin and Sec-Fetch-Site) is rejected on every path, including the Management API's: 401 "
    "access_denied, and the event fco in the log, even for a browser's preflight request. These stay open: discovery and JWKS; a link that opens a page of the "
    "sandbox in a tab of its own (GET /sandbox/phone and /sandbox/inbox, and those for signing in and out); silent authentication in a "
    "frame; and pages whose origin an application lists in web_origins or allowed_origins, as on a real tenant. "
    "Those may also use a sandbox in a private network (Access-Control-Allow-Private-Network). Programs that aren't browsers send neither header, so they aren't affected.",
    "Discovery names two addresses that a sandbox doesn't have: device_authorization_endpoint and registration_endpoint (404).",
    "A compressed body (Content-Encoding) is rejected with 415.",
    "Under /sandbox/, a token is needed (header x-sandbox-token; 403 forbidden), unless the sandbox was started with --open or runs inside "
    "a web page. 60 wrong tokens from one address are answered with 403, then one a second; the others get 429, and the log has fapi. To open a page, "
    "a client gets an address that works once (POST /sandbox/link), which sets a cookie for the inbox, the phone, and its pushes.",
    "A class's tenant (--class) makes a user for each learner (POST /sandbox/join) and lets learners read under /sandbox/ only "
    "what their own user caused. Learners can also tell their instructor who they are and how far they've come (POST /sandbox/learner), which the user's name and "
    "app_metadata keep. For the next group, the instructor empties it and changes its join token (POST /sandbox/group). "
    "500 learners can sign in; of those who joined but never signed in, 2,000 are kept. "
    "Wrong passwords and logins are counted, and blocked, by user and address, as a real tenant does, and the whole tenant's requests together.",
    "A request must be complete within 20 seconds, and its headers can be up to 64 kB (431). If one address has more than 512 connections on which a "
    "request is still to come or a response isn't read, the oldest is closed. Other connections aren't counted.",
    "Of the logins in a browser that still need a password, the newest 2,000 are kept.",
    "The log keeps 20,000 events, and 500 of one type for each user, so rejected logins don't displace other users' events.",
    "Each application may use the My Account API for its users; on a real tenant, it must be activated, and each application needs a "
    "client grant. Its routes are list, add, verify, and factors, and only emails can be added.",
    "SMS and voice calls are delivered to the local inbox, under the phone number, and say so. Email never leaves the machine: "
    "a mail server set through the Management API is used only if it's on this machine.",
    "With the setting codes_begin_with_zero, each code that is sent begins with a zero, and so do the first codes of a new authenticator app.",
    "A push is approved or rejected on a page (/sandbox/phone) or with POST /sandbox/push/{id}. A push enrollment's barcode isn't scanned.",
    "The limits of requests, of a user's logins, and of a login's codes that are exchanged are off unless the setting "
    "request_limits is on; then every response has x-ratelimit-* headers. Limits of a user's emails, texts, pushes, and wrong codes, "
    "and the block after wrong passwords, are always on.",
    "A body is decoded by its declared charset, or else as UTF-8; bytes that can't be decoded are rejected with 400, even if a "
    "form escapes them. JSON that is nested more than 100 levels deep is treated as invalid. An escaped slash (%2F) belongs to an ID and doesn't divide the path.",
    "An email template can take half a second to render, and the size of its tags, texts, lists, and numbers is limited. "
    "So are the length, the number of values, and the time of a log query.",
    "The sandbox's own mail server accepts messages of at most a megabyte that can be decoded in half a second, with at most 50 "
    "recipients, and rejects impossible addresses. The inbox shows the newest 200, or fewer if they are long.",
    "An application with the authentication method none doesn't get a client_credentials token. An assertion needs a jti, which can be "
    "used again, isn't valid before its nbf, and must be signed with its credential's algorithm.",
    "A brute-force block ends after ten minutes by the tenant's clock, or with DELETE /api/v2/user-blocks/{id}.",
    "Passwords are hashed at low cost, for speed, because a sandbox's users are throwaway users.",
    "In notebooks, the issuer is https://sandbox.localhost/ whatever the port is; from the command line, it's the sandbox's address.",
    "At first, the tenant has one connection, one custom API and three applications, which can't be removed. There are no Actions, no organizations, and no "
    "consent page. Objects that the sandbox doesn't support are listed as empty and can't be created.",
    "The login page is the sandbox's own, plain and without scripts. It supports passwords, codes that are sent, authenticator apps, and "
    "recovery codes, but not push, sign-up, or password reset. It doesn't remember browsers.",
    "/authorize supports only the code flow, with the response in the query, the fragment, a form, or a web_message. Addresses in callbacks "
    "and allowed_logout_urls have no wildcards.",
    "The cookie of the session has the port in its name (auth0-8443), because all ports of a machine share their cookies, and there's no fallback "
    "cookie (auth0_compat). Over HTTP it is SameSite=Lax, so that silent authentication in a frame needs the page on the same host. Over TLS it is "
    "SameSite=None, which browsers that block third-party cookies don't send from another site, as with a real tenant.",
    "A session ends after 7 days, or 3 days without use; a tenant's settings don't change that.",
    "Of the values that the Management API accepts, these have an effect: of an application, its name, grant types, callbacks, allowed_logout_urls, "
    "origins, authentication method, and keys with their expiry; an API's scopes, allow_offline_access and token_lifetime; client "
    "grants; of a user, all but user_id's prefix and phone_number; default_directory, friendly_name, support_email, support_url, "
    "allowed_logout_urls, customize_mfa_in_postlogin_action; the mail server and its template. The rest is stored and returned. "
    "Nothing is checked inside an object that is only stored, and an API whose signing_alg isn't RS256 is rejected.",
    "The list of applications omits the global one, except with is_global=true. The setup application's own client grant can't be changed.",
    "Users can be searched with field:value and AND, and sorted by one field.",
    "Email can be the only factor that is turned on. According to Auth0's pages, it needs another one as well.",
    "The policy confidence-score never asks for a second factor, because the sandbox doesn't assess risk.",
    "The factors duo and webauthn can be turned on but not enrolled, because the MFA API doesn't support them either.",
]

#: Where the source of a row was looked for, before it was marked `searched`.
PLACES = [
    "Auth0's documentation: auth0/docs-v2 with its OpenAPI files and log schemas (2026-08-20), and the archived auth0/docs.",
    "Recordings: auth0/go-auth0, auth0/terraform-provider-auth0, auth0/auth0-deploy-cli, DockYard/openid_connect.",
    "SDKs and their fixtures: Auth0.swift, Auth0.Android, react-native-auth0, auth0.net, auth0-auth-js, auth0-spa-js, nextjs-auth0, "
    "node-auth0, auth0-server-python (snapshots of July and August 2026).",
    "Issues and pull requests of these and of other public repositories, the community's and the support's articles, and public code.",
]

MARKS = {
    "documented": "Auth0's documentation says so",
    "recorded": "an exchange with a real tenant shows it",
    "sdk": "an official SDK, or its fixtures, match it exactly",
    "reported": "several people report the exact text; the status follows the standard table",
    "searched": "not found when it was looked for, on its date; the sandbox's own choice",
    "assumed": "not looked for yet; the sandbox's own choice",
}


def as_markdown() -> str:
    """The whole page."""
    used = [mark for mark in MARKS if _count(mark)]
    lines = [
        "# How closely the sandbox follows Auth0",
        "",
        "The command `python -m mfa_helpers.sandbox.fidelity` writes this page, and a test compares it with the code. Each row has a contract test",
        "of the same name in `tests/sandbox/contract/`, which also runs against a real tenant.",
        "",
        *(f"- **{mark}**: {MARKS[mark]}." for mark in used),
        "",
        "The mark applies to the text. If the source says that the status, the code, or an order is assumed, that part is the",
        "sandbox's own choice.",
        "",
        f"{len(ROWS)} rows: " + ", ".join(f"{_count(mark)} {mark}" for mark in used) + ".",
        "",
        "| row | endpoint | condition | status | error | text, or the body's keys | mark | source | looked at |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_line(row) for row in ROWS),
        "",
        "## What was chosen where sources disagree or say nothing",
        "",
        *(f"- {choice}" for choice in CHOICES),
        "",
        "## Where sources were looked for",
        "",
        *(f"- {place}" for place in PLACES),
        "",
        "## Deliberate differences",
        "",
        *(f"- {difference}" for difference in DIFFERENCES),
        "",
    ]
    return "\n".join(lines)


def _count(mark: str) -> int:
    return sum(row.answer.mark == mark for row in ROWS)


def _line(row: Row) -> str:
    answer = row.answer
    if isinstance(answer, Yes):
        cells = [str(answer.status), "", f"`{answer.keys}`" if answer.keys else "empty"]
    else:
        cells = [str(answer.status), f"`{answer.error}`", answer.text]
    cells = [f"`{row.id}`", row.endpoint, row.condition, *cells, answer.mark, answer.source, row.looked]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    Path(__file__).with_name("FIDELITY.md").write_text(as_markdown(), "utf-8")
