"""Exchanges and errors in words: true, masked, and the same at every run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mfa_helpers import errors, view
from mfa_helpers.client import MfaClient
from mfa_helpers.masking import STARS
from mfa_helpers.models import Exchange
from mfa_helpers.sandbox import server


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
        '{\n  "error": "invalid_grant"\n}'
    )


def test_a_json_body_is_shown_as_json() -> None:
    shown = view.exchange_text(
        exchange(request_headers={"content-type": "application/json"}, request_body={"email": "jörg@example.com"})
    )
    assert '{\n  "email": "jörg@example.com"\n}' in shown


def test_an_exchange_without_an_answer_says_so() -> None:
    assert view.exchange_text(exchange()) == "GET /x HTTP/1.1\nHost: t.eu.auth0.com\n\n(no answer came)"


def test_an_answer_without_a_reason_and_a_body_leaves_nothing_behind() -> None:
    assert view.exchange_text(exchange(status=204)).endswith("\n\n\nHTTP/1.1 204")


@pytest.mark.parametrize("url", ["http://127.0.0.1:49152/x", "https://localhost:49152/x", "http://[::1]:49152/x"])
def test_the_sandboxs_port_is_not_shown(url: str) -> None:
    shown = view.exchange_text(exchange(url=url))
    assert "49152" not in shown
    assert "Host: 127.0.0.1 (your sandbox)" in shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/mfa/authenticators/email%7Cdev_AAAABBBBCCCCDDDD", "/mfa/authenticators/email%7Cdev_<16 characters>"),
        ("/mfa/authenticators/email|dev_a1B2c3D4e5F6g7H8", "/mfa/authenticators/email|dev_<16 characters>"),
        ("/mfa/authenticators/email|device", "/mfa/authenticators/email|device"),
    ],
)
def test_the_random_part_of_an_id_is_named_instead_of_shown(path: str, shown: str) -> None:
    assert view.exchange_text(exchange(path=path)).startswith(f"GET {shown} HTTP/1.1")


def test_a_real_exchange_is_the_same_at_every_run(
    client: MfaClient, sandbox: server.Sandbox, set_up: Callable[..., None]
) -> None:
    def run() -> list[str]:
        set_up()
        with pytest.raises(errors.MfaRequired) as caught:
            client.login(sandbox.username, sandbox.password)
        texts = [view.exchange_text(caught.value.exchange or exchange())]
        client.enroll_authenticator(caught.value.mfa_token)
        client.list_authenticators(caught.value.mfa_token)
        return [*texts, view.exchange_text(client.last_exchange or exchange())]

    first, second = run(), run()
    assert first == second
    assert '"id": "email|dev_<16 characters>"' in first[1]


def test_a_real_exchange_shows_no_secret_and_all_the_rest(client: MfaClient, sandbox: server.Sandbox) -> None:
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
        "The code is older than 5 minutes. Ask for a new code; your login is kept. "
        "(The tenant said: 401 expired_token, “oob_code is expired”)"
    )


def test_a_tenant_of_few_words_is_quoted_as_such() -> None:
    assert view.error_text(errors.ClientRefused(status=401, error="invalid_client")).endswith(
        "(The tenant said: 401 invalid_client, “no more words”)"
    )


def test_without_an_answer_nobody_is_quoted() -> None:
    assert view.error_text(errors.TenantTimedOut()) == (
        "The tenant did not answer in time. "
        "Wait a moment and try again. If it stays so, check the domain and your network."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ("2", " Wait 2 seconds."),
        ("89", " Wait 89 seconds."),
        ("90", " Wait 2 minutes."),
        ("360", " Wait 6 minutes."),
        ("361", " Wait 7 minutes."),
        ("0", ""),
    ],
)
def test_the_wait_is_told_in_seconds_or_minutes(seconds: str, words: str) -> None:
    error = errors.SlowDown(status=429, headers={"retry-after": seconds})
    assert view.error_text(error) == "Too many requests in a short time. Wait, then try again." + words


def test_only_a_429_tells_a_wait() -> None:
    error = errors.TenantFailed(status=503, headers={"retry-after": "30"})
    assert "30" not in view.error_text(error)


def test_a_fault_of_the_course_is_named_by_its_kind_only() -> None:
    text = view.error_text(json.JSONDecodeError("hunter22", "doc", 0))
    assert text == (
        "Something in the course itself broke (JSONDecodeError). Nothing you typed is the cause. "
        "Run the notebook's cells again from the top."
    )
