"""Every answer that says no: its words, its mark, its shape."""

import json
import string

import pytest

from mfa_helpers.sandbox import fidelity, refusals
from mfa_helpers.sandbox.http.responses import mfa_answer, refuse, token_answer
from mfa_helpers.sandbox.refusals import Refusal, RefusalText, Wait

ALL = {name: value for name, value in vars(refusals).items() if isinstance(value, RefusalText)}

# Official SDKs compare these letter for letter.
COMPARED = {
    "MFA_REQUIRED": ("mfa_required", "Multifactor authentication required"),
    "WRONG_CREDENTIALS": ("invalid_grant", "Wrong email or password."),
    "BLOCKED": (
        "too_many_attempts",
        "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via "
        "your preferred contact method with instructions on how to unblock it.",
    ),
    "ALREADY_ENROLLED": ("access_denied", "User is already enrolled."),
    "TOKEN_EXPIRED": ("expired_token", "mfa_token is expired"),
    "TOKEN_INVALID": ("invalid_grant", "The mfa_token provided is invalid. Try getting a new token."),
    "MALFORMED_TOKEN": ("invalid_grant", "Malformed mfa_token"),
    "WRONG_CODE": ("invalid_grant", "Invalid binding_code."),
    "MALFORMED_OOB": ("invalid_grant", "Malformed oob_code"),
    "NO_RECOVERY_CODE": ("unsupported_challenge_type", "User does not have a recovery-code."),
}

# Statuses of the table of endpoints and conditions, for the email factor.
STATUS = {
    "MFA_REQUIRED": 403, "WRONG_CREDENTIALS": 403, "BLOCKED": 429, "MISSING": 400, "GRANT_NOT_ALLOWED": 403,
    "UNAUTHORIZED": 401, "UNKNOWN_AUDIENCE": 403, "NO_DIRECTORY": 500, "UNSUPPORTED_GRANT": 501,
    "ALREADY_ENROLLED": 403, "TOKEN_INVALID": 401, "TOKEN_EXPIRED": 401, "NO_BEARER": 401, "SCOPE_MISSING": 403,
    "FACTOR_OFF": 400, "BAD_CHANNEL": 400, "BAD_EMAIL": 400, "TOO_MANY_MAILS": 429, "MAIL_FAILED": 502,
    "UNKNOWN_AUTHENTICATOR": 404, "IMPLICIT": 400, "NOT_ENROLLED": 401, "TYPE_NOT_ENROLLED": 401,
    "MALFORMED_TOKEN": 403, "OTHER_CLIENT": 400, "WRONG_CODE": 403, "MALFORMED_OOB": 403, "OOB_EXPIRED": 401,
    "OOB_OF_OTHER_LOGIN": 400, "TOO_MANY_CODES": 429, "OTP_NOT_ENROLLED": 401, "NO_RECOVERY_CODE": 403,
}  # fmt: skip


@pytest.mark.parametrize("name", COMPARED)
def test_texts_that_sdks_compare_are_as_they_compare_them(name):
    assert (ALL[name].error, ALL[name].text) == COMPARED[name]


@pytest.mark.parametrize("name", STATUS)
def test_statuses_are_those_of_the_table(name):
    assert ALL[name].status == STATUS[name]


@pytest.mark.parametrize("name", ALL)
def test_each_answer_says_how_sure_it_is(name):
    answer = ALL[name]
    assert answer.mark in fidelity.MARKS
    assert answer.source
    assert answer.status == 302 or 400 <= answer.status < 600  # 302: /authorize sends it back to the application
    assert answer.text and answer.error == answer.error.lower().replace(" ", "_")


def test_no_two_answers_say_the_same_with_another_status():
    said = {}
    for answer in ALL.values():
        assert said.setdefault((answer.error, answer.text), answer.status) == answer.status


@pytest.mark.parametrize("name", ALL)
def test_a_refusal_fills_in_what_the_text_leaves_open(name):
    fields = [field for _, field, _, _ in string.Formatter().parse(ALL[name].text) if field]
    filled = Refusal(ALL[name], **dict.fromkeys(fields, "{x} %s \\")).answer.text
    assert filled.count("{x} %s \\") == len(fields)
    assert "{x}" in filled or filled == ALL[name].text


def test_a_refusal_is_json_that_nobody_may_store():
    response = refuse(Refusal(refusals.WRONG_CODE))
    assert response.status_code == 403
    assert dict(response.headers) == {
        "cache-control": "no-store",
        "pragma": "no-cache",
        "content-length": str(len(response.body)),
        "content-type": "application/json",
    }
    assert json.loads(response.body) == {"error": "invalid_grant", "error_description": "Invalid binding_code."}


def test_a_refusal_may_carry_more_and_say_when_to_come_back():
    response = refuse(Refusal(refusals.TOO_MANY_CODES, extra={"more": 1}, wait=Wait(10, 7, 1000.5)))
    assert response.headers["retry-after"] == "7"
    assert response.headers["x-ratelimit-limit"] == "10"
    assert response.headers["x-ratelimit-remaining"] == "0"
    assert response.headers["x-ratelimit-reset"] == "1007"
    assert list(json.loads(response.body)) == ["error", "error_description", "more"]


@pytest.mark.parametrize("value", ["é 😀", "\x00", '"', "{"])
def test_a_refusal_can_quote_any_text(value):
    body = json.loads(refuse(Refusal(refusals.UNSUPPORTED_GRANT, grant=value)).body)
    assert body["error_description"].startswith("Unsupported grant type: ")


def test_a_yes_has_the_recorded_content_type():
    assert token_answer({}).headers["content-type"] == "application/json"
    assert token_answer({}).headers["cache-control"] == "no-store"
    assert mfa_answer([]).headers["content-type"] == "application/json; charset=utf-8"
