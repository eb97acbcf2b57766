"""Reports of the second collection about refusals in shapes of their own (K-14)."""

from __future__ import annotations

from typing import Any

import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.lab import Lab
from mfa_helpers.show.text import error_text

from ..support.misbehaving_server import answering, reply

SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"

#: What came, and what of it a learner reads.
SHAPES: list[tuple[Any, str]] = [
    ({"message": "Forbidden"}, "403, “Forbidden”"),
    ({"error_description": "Not from here"}, "403, “Not from here”"),
    ({"errors": [{"message": "Forbidden"}]}, "403, “Forbidden”"),
    ({"errors": ["one", "two"]}, "403, “one, two”"),
    ({"errors": [{"code": 10000, "message": "Authentication error"}]}, "403, “10000, Authentication error”"),
    ({"errors": {"email": ["is taken"]}}, "403, “email: is taken”"),
    ({"message": "Validation failed", "errors": [{"field": "email"}]}, "403, “Validation failed, field: email”"),
    ({"error": {"code": "blocked", "message": "Not from here"}}, "403 blocked, “Not from here”"),
    ({"error": {"type": "blocked", "reason": "country"}}, "403 blocked, “reason: country”"),
    (
        {"error": {"code": 403, "message": "Not here", "status": "PERMISSION_DENIED"}},
        "403 PERMISSION_DENIED, “Not here”",
    ),
    ({"errors": [{"code": "blocked", "message": "Not from here"}]}, "403, “blocked, Not from here”"),
    ({"error": {"code": "004217", "message": "Not here"}}, "403, “Not here”"),  # it may be one that opens something
    ({"error": ["blocked", "for good"]}, "403, “blocked, for good”"),
    ({"title": "Forbidden", "status": 403, "detail": "Not from here"}, "403, “Forbidden, Not from here”"),
    ({"description": "Not from here"}, "403, “Not from here”"),
    ({"reason": "waf", "ray": 7}, "403, “reason: waf, ray: 7”"),
    ({"statusCode": 403, "error": "Forbidden", "message": "Not here"}, "403 Forbidden, “Not here”"),
    ({"error": "invalid_thing"}, "403 invalid_thing, “no description”"),
    ({"message": ["a", "b"]}, "403, “a, b”"),
    ({"error": None, "message": "Forbidden"}, "403, “Forbidden”"),
    ({"error": True, "error_description": {"text": "no"}}, "403, “text: no”"),
]


@pytest.mark.parametrize(("body", "told"), SHAPES)
def test_k_14_the_words_that_came_are_read_whatever_their_shape(body: Any, told: str) -> None:
    with answering(reply(403, body)) as ill, pytest.raises(errors.Refused) as caught:
        MfaClient(ill.base_url, "app").list_authenticators(SEAL)
    assert error_text(caught.value).endswith(f"(The tenant's response: {told})")
    assert told in str(caught.value) and not set("{}") & set(str(caught.value))


@pytest.mark.parametrize("status", [400, 403, 500, 503])
@pytest.mark.parametrize(
    "body", [{}, {"error": ""}, {"error": None}, {"message": ""}, {"errors": []}, {"statusCode": 1}]
)
def test_k_14_where_nothing_came_nobody_is_sent_to_read_it(body: Any, status: int) -> None:
    with answering(reply(status, body)) as ill, pytest.raises(errors.Refused) as caught:
        MfaClient(ill.base_url, "app").list_authenticators(SEAL)
    assert "own words" not in str(caught.value) and f"(status {status})" in str(caught.value)


def test_k_14_a_form_shows_the_words(lab: Lab) -> None:
    lab.login()
    form = forms.AuthenticatorForm(lab)
    with answering(reply(403, {"errors": [{"message": "Forbidden by <b>policy</b>"}]})) as ill:
        lab.client = MfaClient(ill.base_url, "app")
        form.submit()
    assert (
        "(The tenant's response: 403, “Forbidden by <b>policy</b>”)" in form.status and "<b>" not in form._status.value
    )


def test_k_14_a_secret_among_the_words_is_hidden() -> None:
    body = {"errors": [{"message": f"bad token {SEAL}", "mfa_token": SEAL, "at": 7}]}
    with answering(reply(403, body)) as ill, pytest.raises(errors.Refused) as caught:
        MfaClient(ill.base_url, "app").list_authenticators(SEAL)
    assert "ab12" not in str(caught.value) and "bad token" in str(caught.value)


def test_k_14_a_book_for_an_answer_is_cut() -> None:
    with answering(reply(403, {"errors": ["x" * 50] * 1000})) as ill, pytest.raises(errors.Refused) as caught:
        MfaClient(ill.base_url, "app").list_authenticators(SEAL)
    assert len(str(caught.value)) < 800
