"""When something is not as it should be, a program says so in a line, ends with a status, and shows no secret."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from mfa_helpers.client.errors import MfaError
from mfa_helpers.client.models import Exchange
from mfa_helpers.client.secret import Secret
from mfa_helpers.client.transport import Transport
from mfa_helpers.languages import code

from ...support.management import Manage
from ...support.misbehaving_server import IllBehaved, answering, reply
from ...support.sandbox_api import Api
from .conftest import Run
from .toolchains import DEADLINE, TOOLCHAINS, Outcome, environment, written

SECRETS = {"MFA_TOKEN": "Fe26.2*a-token-that-nobody-shows", "CLIENT_SECRET": "a-secret-that-nobody-shows"}


def call(server: IllBehaved) -> Exchange:
    """A recorded call with a secret in its header and one in its body; the server forgets it."""
    wire = Transport(server.base_url)
    with suppress(MfaError):
        body = {"client_secret": Secret(SECRETS["CLIENT_SECRET"])}
        wire.send("POST", "/mfa/associate", bearer=SECRETS["MFA_TOKEN"], json_body=body)
    server.asked.clear()
    assert wire.last is not None
    return wire.last


def brief(outcome: Outcome) -> bool:
    """A failure in a line or two, without a traceback."""
    lines = outcome.err.splitlines()
    return outcome.status != 0 and len(lines) <= 2 and len(outcome.err) < 300 and "Traceback" not in outcome.err


def test_without_the_tenants_authority_nothing_is_sent(
    language: str, api: Api, record: Callable[..., Exchange], manage: Manage, execute: Run
) -> None:
    exchange = record("enroll_authenticator", api.mfa_token(), "ada+1@example.com")
    logged, token = manage.types(), api.mfa_token()
    outcome = execute(exchange, language, trusting=False, MFA_TOKEN=token)
    assert outcome.status != 0 and outcome.out == ""
    assert re.search(r"SSL|certificate|VERIFY|AuthenticationException", outcome.err), outcome.err
    assert len(outcome.err.splitlines()) <= 8 and "Traceback" not in outcome.err  # cURL adds where to read more
    assert manage.types() == [*logged, "mfar"] and len(api.mails("ada+1@example.com")) == 1


def test_odd_answers_are_told_briefly(language: str, start: Run) -> None:
    words = {"error": "access_denied", "error_description": "User is already enrolled."}
    refusal = reply(403, {**words, "mfa_token": "eyJx"})
    page = reply(502, "<html><title>Bad Gateway</title></html>", "text/html")
    cut = reply(200, {"access_token": "eyJ0eXAi.eyJhdWQi.c2ln", "more": "x" * 40})[:-30]
    with answering(refusal) as server:
        exchange = call(server)

        def answered(answer: bytes) -> Outcome:
            server.answers = [answer]
            return start(exchange, language, again=True, **SECRETS)

        outcome = answered(refusal)
        assert outcome.out == "HTTP 403\n" and brief(outcome), outcome.err
        assert "access_denied" in outcome.err and "User is already enrolled." in outcome.err

        outcome = answered(page)
        assert outcome.out == "HTTP 502\n" and brief(outcome), outcome.err
        assert "Bad Gateway" not in outcome.err

        server.asked.clear()
        outcome = answered(reply(307, location=server.base_url + "/elsewhere"))
        assert outcome.out == "HTTP 307\n" and brief(outcome), outcome.err
        assert [asked.path for asked in server.asked] == ["/mfa/associate"]  # a secret is not carried on

        assert brief(answered(cut))
        server.asked.clear()

        outcome = start(exchange, language, again=True, MFA_TOKEN=SECRETS["MFA_TOKEN"])
        assert brief(outcome) and outcome.out == "" and "CLIENT_SECRET" in outcome.err, outcome.err
        assert re.search(r"\b[Ss]et\b.+in the environment first", outcome.err) and server.asked == []

        outcome = start(exchange, language, again=True, **{**SECRETS, "MFA_TOKEN": "copied-with-a\nline-break"})
        assert len(outcome.err.splitlines()) <= 2 and "Traceback" not in outcome.err
    outcome = start(exchange, language, again=True, **SECRETS)
    assert brief(outcome) and outcome.err and outcome.out == "", outcome.err


@pytest.mark.parametrize("language", [name for name, chain in TOOLCHAINS.items() if chain.judge], indirect=True)
def test_the_languages_own_tools_find_nothing(language: str, tmp_path: Path) -> None:
    with answering(reply(200, {})) as server:
        source = code(call(server), language)
    file, _ = written(source)
    (tmp_path / file).write_text(source, "utf-8")
    command = [*TOOLCHAINS[language].judge, file]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(language), capture_output=True, text=True, timeout=DEADLINE
    )
    assert (done.returncode, done.stdout.replace("Syntax OK\n", "") + done.stderr) == (0, "")
