"""What a program did wrong, by what the tenant saw of it: runs that only look right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from mfa_helpers.lessons.exercises.evidence import Request, Seen
from mfa_helpers.lessons.judge import rules
from mfa_helpers.lessons.judge.faults import FAULTS
from mfa_helpers.lessons.judge.program import Ended
from mfa_helpers.lessons.judge.rules import Run, told

PASSWORD = Request(method="POST", path="/oauth/token", status=403, fields={"grant_type": "password"}, response={"error": "mfa_required", "mfa_token": "mfa 1"})  # fmt: skip
ALONE = replace(PASSWORD, status=200, response={"access_token": "access"})
CHALLENGE = Request(method="POST", path="/mfa/challenge", status=200, response={"oob_code": "oob"})
CODE = Request(
    method="POST",
    path="/oauth/token",
    status=200,
    fields={"grant_type": "http://auth0.com/oauth/grant-type/mfa-oob", "binding_code": "222222", "mfa_token": "mfa 1"},
    response={"access_token": "access"},
)
USER = Request(method="GET", path="/userinfo", status=200, token="access")
KEYS = Request(method="GET", path="/.well-known/jwks.json", status=200)
LIMITED = replace(CHALLENGE, status=429, response={"error": "too_many_requests"})
LATER = replace(CHALLENGE, at=2.0)
CHOSEN = replace(CHALLENGE, fields={"authenticator_id": "email|1"})
LIST = Request(method="GET", path="/mfa/authenticators", status=200)
PAGE = replace(CHALLENGE, status=503, response=None)
WRONG = replace(CODE, status=403, response={"error": "invalid_grant"}, fields={**CODE.fields, "binding_code": "111111"})
EXPIRED = replace(WRONG, status=401, response={"error": "expired_token"})
CHAINED = replace(WRONG, status=403, response={"error": "mfa_required", "mfa_token": "mfa 2"})
SECOND = replace(CODE, fields={**CODE.fields, "mfa_token": "mfa 2"})
TYPED = ("111111", "222222")
OTHER_TAB = replace(CODE, fields={**CODE.fields, "binding_code": "111111", "mfa_token": "mfa 2"})


def mistake(fault: str, *requests: Request, typed: Sequence[str] = TYPED, **more: Any) -> str:
    seen = Seen(requests=requests, is_whole=more.pop("is_whole", True))
    run = {"client_id": "", "tabs": [Ended(0, "")], "limit": 5, **more}
    return told(FAULTS[fault].mistakes(Run(seen=seen, typed=typed, **run)))


def refused(description: str, path: str = "/oauth/token", **more: Any) -> Request:
    said = {"error": "invalid_request", "error_description": description}
    return Request(**{"method": "POST", "path": path, "status": 400, "response": said, **more})


FORM = "application/x-www-form-urlencoded"
#: What the exercises say to somebody who writes Python, of a program in any language.
IN_ANY_LANGUAGE = {
    "Your program signed in 2 times. One login is enough: keep its mfa_token.": (PASSWORD, PASSWORD),
    "The client ID or the client secret is wrong. Send MFA_CLIENT_ID and MFA_CLIENT_SECRET.": (refused("Unauthorized"),),
    "The tenant has no API with the audience that you sent. Send MFA_AUDIENCE.": (refused("Service not enabled within domain: x"),),
    "The user name or the password is wrong. Send MFA_USERNAME and MFA_PASSWORD.": (refused("Wrong email or password."),),
    "The email was sent, but its code didn't come back to /oauth/token, so there are no tokens. Get the code from MFA_CODE_URL, and send what it returns.": (PASSWORD, LIST, CHOSEN),
    "GET /mfa/authenticators was sent without a token. It belongs in the Authorization header.": (replace(LIST, status=401),),
    "The body of POST /oauth/token has no Content-Type, so the tenant can't read it. Send application/json, or the type of a form.": (refused("", has_body=True),),
    "You sent the fields of POST /oauth/token in the URL. Send them in the body.": (refused("", query={"a": "1"}),),
    "You sent a form to /mfa/associate. It takes JSON, because authenticator_types and oob_channels are arrays.": (refused("", "/mfa/associate", has_body=True, content_type=FORM),),
    "The application isn't allowed to use the grant_type that you sent.": (refused("Grant type 'x' not allowed for the client."),),
    "The user has no confirmed authenticator for this call. Enroll one first.": (refused("User is not enrolled."),),
    "Unsupported oob channel.": (refused("Unsupported oob channel.", "/mfa/associate", scheme="Bearer", token="x"),),
}  # fmt: skip


RIGHT = {
    "wrong-code": (PASSWORD, CHALLENGE, WRONG, CODE, USER),
    "expired-code": (PASSWORD, CHALLENGE, EXPIRED, CHALLENGE, CODE, USER),
    "rate-limit": (PASSWORD, LIMITED, KEYS, LATER, CODE, USER),
    "page": (PASSWORD, PAGE, KEYS, CHALLENGE, CODE, USER),
    "another-factor": (PASSWORD, CHALLENGE, CHAINED, CHALLENGE, SECOND, USER),
}


@pytest.mark.parametrize("fault", RIGHT)
def test_a_right_run_is_not_rejected(fault: str) -> None:
    assert mistake(fault, *RIGHT[fault]) == ""


def test_two_right_tabs_are_not_rejected() -> None:
    requests = (PASSWORD, CHALLENGE, PASSWORD, CHALLENGE, OTHER_TAB, USER, CODE, USER)
    assert mistake("two-tabs", *requests, tabs=[Ended(0, ""), Ended(0, "")]) == ""


AROUND = {
    "wrong-code": "It didn't send the wrong code",
    "expired-code": "It didn't send the expired code",
    "rate-limit": "It didn't send the request that goes wrong.",
    "page": "It didn't send the request that goes wrong.",
    "another-factor": "It signed in without the code that the user typed",
    "two-tabs": "the second tab wasn't opened",
}


@pytest.mark.parametrize("fault", AROUND)
def test_a_fault_that_was_not_met_is_not_survived(fault: str) -> None:
    assert AROUND[fault] in mistake(fault, PASSWORD, CHALLENGE, CODE, USER)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_code_that_nobody_typed_is_a_mistake(fault: str) -> None:
    requests = RIGHT.get(fault, (PASSWORD, CHALLENGE, CODE, USER))
    asked = 1 if fault == "expired-code" else 0  # it reads the second code where it isn't meant to
    assert mistake(fault, *requests, typed=TYPED[:asked]).startswith("It sent a code that the user hadn't typed.")


def test_a_limited_request_has_to_be_sent_again_and_accepted() -> None:
    again = "After 429 with Retry-After: 2, it ended with exit code 0 without sending POST /mfa/challenge again."
    assert mistake("rate-limit", PASSWORD, LIMITED, KEYS, CODE, USER) == again
    refused = replace(LATER, status=404, response={"error": "not_found"})
    assert "but the tenant never accepted it" in mistake("rate-limit", PASSWORD, LIMITED, refused, CODE, USER)
    soon = mistake("rate-limit", PASSWORD, LIMITED, replace(LATER, at=0.5), CODE, USER)
    assert soon.startswith("It sent POST /mfa/challenge 0.5 seconds after a 429")


def test_a_token_for_the_password_alone_shows_no_second_factor() -> None:
    told = mistake("rate-limit", PASSWORD, LIMITED, LATER, ALONE, USER)
    assert told == "It used tokens that the tenant issued without a code. Verify the second factor in each login."


@pytest.mark.parametrize("fault", RIGHT)
def test_what_was_not_seen_whole_is_not_right(fault: str) -> None:
    assert mistake(fault, *RIGHT[fault], is_whole=False).startswith("It sent too much to be checked.")


def test_what_was_not_printed_whole_is_not_right() -> None:
    told = mistake("page", *RIGHT["page"], tabs=[Ended(0, "", is_whole=False)])
    assert told == "It printed more than 4 MB, which is too much to be checked for secrets. Print less."


def test_a_login_that_was_not_seen_whole_is_told_first() -> None:
    run = Run(seen=Seen(requests=[PASSWORD], is_whole=False), client_id="", tabs=[Ended(0, "")], limit=5)
    assert told(rules.login(run)).startswith("It sent too much to be checked.")


def in_python(requests: Sequence[Request]) -> Iterator[str]:
    """What the exercises say of these requests, to somebody who writes Python."""
    run = Run(seen=Seen(requests=requests), client_id="", email_id="email|1", tabs=[Ended(1, "")], limit=5)
    enrolls = any(one.path == "/mfa/associate" for one in requests)  # the rule of the login says only that
    return rules.page(run) if enrolls else rules.login(run)


@pytest.mark.parametrize("sentence", IN_ANY_LANGUAGE)
def test_what_is_said_of_a_program_holds_in_any_language(sentence: str) -> None:
    assert told(in_python(IN_ANY_LANGUAGE[sentence])) == sentence


def test_no_word_is_replaced_that_no_sentence_has() -> None:
    first = [next(in_python(requests)) for requests in IN_ANY_LANGUAGE.values()]
    for python, _ in rules._WORDS:
        assert any(python in sentence for sentence in first), python
