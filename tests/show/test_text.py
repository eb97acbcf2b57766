"""Exchanges and errors in words: true and masked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mfa_helpers.client import errors
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Exchange
from mfa_helpers.client.secret import STARS
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.show import text as view


def exchange(**fields: Any) -> Exchange:
    return Exchange(**{"method": "GET", "url": "https://t.eu.auth0.com/x", "path": "/x", **fields})


def test_a_form_and_its_answer_are_shown_as_they_went_over_the_wire() -> None:
    shown = view.exchange_text(
        exchange(
            method="POST",
            url="https://t.eu.auth0.com/oauth/token",
            path="/oauth/token",
            request_headers={"accept": "application/json", "content-type": "application/x-www-form-urlencoded"},
            request_body={
                "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
                "username": "ada+lab@example.test",
                "binding_code": STARS,
                "mfa_token": "<sealed text Fe26.2*…, 400 characters>",
            },
            status=403,
            reason="Forbidden",
            response_headers={"content-type": "application/json"},
            response_body={"error": "invalid_grant"},
            elapsed_ms=1234.5,
        )
    )
    assert shown == (
        "POST /oauth/token HTTP/1.1\n"
        "Host: t.eu.auth0.com\n"
        "Accept: application/json\n"
        "Content-Type: application/x-www-form-urlencoded\n"
        "\n"
        "grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fmfa-oob\n"
        "&username=ada%2Blab%40example.test\n"
        f"&binding_code={STARS}\n"
        "&mfa_token=<sealed text Fe26.2*…, 400 characters>\n"
        "\n"
        "\n"
        "HTTP/1.1 403 Forbidden\n"
        "Content-Type: application/json\n"
        "\n"
        '{\n  "error": "invalid_grant"\n}\n'
        "\n"
        "(after 1,234 ms)"
    )


def test_a_json_body_is_shown_as_json() -> None:
    shown = view.exchange_text(
        exchange(request_headers={"content-type": "application/json"}, request_body={"email": "jörg@example.com"})
    )
    assert '{\n  "email": "jörg@example.com"\n}' in shown


def test_an_exchange_without_an_answer_says_so() -> None:
    shown = view.exchange_text(exchange(elapsed_ms=10003))
    assert shown == "GET /x HTTP/1.1\nHost: t.eu.auth0.com\n\n\n(no response, after 10,003 ms)"
    assert view.answer_text(exchange()) == ""


def test_words_that_wrap_do_so_between_words() -> None:
    assert view.WRAPPED in view.Words("If you didn't just sign in").html() and "word-break: normal" in view.WRAPPED


def test_an_answer_without_a_reason_and_a_body_leaves_nothing_behind() -> None:
    assert view.answer_text(exchange(status=204)) == "HTTP/1.1 204"


def test_the_learners_own_host_port_and_ids_are_shown() -> None:
    path = "/mfa/authenticators/email%7Cdev_a1B2c3D4e5F6g7H8"
    shown = view.request_text(exchange(url="http://127.0.0.1:49152" + path, path=path))
    assert shown == f"GET {path} HTTP/1.1\nHost: 127.0.0.1:49152"


def test_a_real_exchange_shows_the_row_and_the_port_of_this_run(
    client: MfaClient, sandbox: server.ServedSandbox, login: Any
) -> None:
    token = login()
    client.enroll_authenticator(token)
    (row,) = client.list_authenticators(token)
    shown = view.exchange_text(client.last_exchange or exchange())
    assert f'"id": "{row.id}"' in shown and f"Host: {sandbox.base_url.removeprefix('http://')}\n" in shown


def test_a_real_exchange_shows_no_secret_and_all_the_rest(client: MfaClient, sandbox: server.ServedSandbox) -> None:
    with pytest.raises(errors.MfaRequired) as caught:
        client.login(sandbox.username, sandbox.password)
    shown = view.exchange_text(caught.value.exchange or exchange())
    for hidden in (sandbox.password, sandbox.client_secret, caught.value.mfa_token.reveal()):
        assert hidden not in shown
    for told in ("username=ada%40example.com", sandbox.client_id, "403 Forbidden", '"mfa_required"'):
        assert told in shown


# Errors in words


def test_an_error_is_what_happened_and_what_to_do_and_the_tenants_words() -> None:
    error = errors.CodeExpired(status=401, error="expired_token", error_description="oob_code is expired")
    assert view.error_text(error) == (
        "The code is older than 5 minutes. Request a new code. You don't need to sign in again. "
        "(The tenant's response: 401 expired_token, “oob_code is expired”)"
    )


def test_a_tenant_of_few_words_is_quoted_as_such() -> None:
    assert view.error_text(errors.ClientRefused(status=401, error="invalid_client")).endswith(
        "(The tenant's response: 401 invalid_client, “no description”)"
    )


def test_without_an_answer_nobody_is_quoted() -> None:
    assert view.error_text(errors.TenantTimedOut()) == (
        "The tenant didn't respond in time. "
        "Wait a moment, and try again. If it keeps happening, check the domain and your network."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ("2", "Wait 2 seconds"),
        ("89", "Wait 89 seconds"),
        ("90", "Wait 2 minutes"),
        ("360", "Wait 6 minutes"),
        ("361", "Wait 7 minutes"),
        ("0", "Wait briefly"),
    ],
)
def test_the_wait_is_told_in_seconds_or_minutes(seconds: str, words: str) -> None:
    error = errors.SlowDown(status=429, headers={"retry-after": seconds})
    assert view.error_text(error) == f"Too many requests were sent in a short time. {words}, and then try again."


@pytest.mark.parametrize("kind", [errors.AccountBlocked, errors.TooManyCodes, errors.SlowDown, errors.TenantFailed])
def test_the_wait_is_said_once(kind: type[errors.MfaError]) -> None:
    text = view.error_text(kind(status=429, headers={"retry-after": "600"}))
    assert text.count("10 minutes") == text.lower().count("wait") == 1


def test_only_a_429_tells_a_wait() -> None:
    error = errors.TenantFailed(status=503, headers={"retry-after": "30"})
    assert "30" not in view.error_text(error)


def test_a_fault_of_the_course_is_named_by_its_kind_only() -> None:
    text = view.error_text(json.JSONDecodeError("hunter22", "doc", 0))
    assert text == (
        "Something in the course itself failed (JSONDecodeError). It wasn't caused by anything that you typed. "
        "Run the notebook's cells again from the top."
    )
