"""The plain curl command of each call, as somebody pastes it into a shell: it's sent as written, and the response is seen."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from mfa_helpers.client.errors import MfaError
from mfa_helpers.client.secret import Secret
from mfa_helpers.client.transport import Transport
from mfa_helpers.languages import command, placeholders

from ...support.management import Manage
from ...support.misbehaving_server import answering, reply
from ...support.sandbox_api import Api
from .conftest import _absent
from .report import CALLS
from .test_calls import CHANGES, SCENES, Record, _after
from .test_escaping import FORM_SECRET, NASTY
from .toolchains import DEADLINE, TOOLCHAINS, environment

#: bash replaces `!` only where somebody types, unless it's told so.
SHELLS = {"bash": ["bash", "-o", "history", "-o", "histexpand", "-s"], "sh": ["sh", "-s"]}


@pytest.fixture(params=SHELLS)
def paste(request: pytest.FixtureRequest) -> Callable[..., tuple[int, Any, str]]:
    """`paste(source, PASSWORD=…)`: the status, the body, and what curl complains about. No secret that was sent is seen."""
    if reason := TOOLCHAINS["curl"].missing():
        _absent("curl", reason)
    if shutil.which(request.param) is None:
        _absent("curl", f"{request.param} is not installed")

    def carry_out(source: str, **secrets: str) -> tuple[int, Any, str]:
        __tracebackhide__ = True
        done = subprocess.run(
            SHELLS[request.param],
            input=source.encode(),
            env=environment("curl", **secrets),
            capture_output=True,
            timeout=DEADLINE,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        leaked = [name for name, value in secrets.items() if len(value) > 6 and value in out + err]
        assert leaked == []
        if done.returncode != 0:
            return 0, out, err
        head, _, body = out.partition("\r\n\r\n")
        return int(head.split()[1]), json.loads(body) if body else None, err

    return carry_out


@pytest.mark.parametrize("call", CALLS)
def test_the_tenant_sees_the_call_and_the_response_is_shown(
    call: str, paste: Callable[..., tuple[int, Any, str]], api: Api, record: Record, manage: Manage
) -> None:
    scene = SCENES[call](api, record)
    assert set(scene.secrets) == set(placeholders(scene.exchange))
    before, logged = _after(call, api), len(manage.types())
    status, body, err = paste(command(scene.exchange, api.sandbox.ca_file), **scene.secrets)
    assert status == scene.status, err
    if scene.refused:
        assert (body["error"], body["error_description"]) == scene.refused and body["mfa_token"]
    else:
        shown = {row["id"] for row in body} if call == "list" else set(body or {})
        assert shown == scene.printed
    assert tuple(manage.types()[logged:]) == scene.logged
    assert (before, _after(call, api)) == CHANGES.get(call, (None, None))


def test_a_rejection_shows_its_status_and_the_tenants_words(
    paste: Callable[..., tuple[int, Any, str]], api: Api, record: Record
) -> None:
    scene = SCENES["challenge"](api, record)
    source = command(scene.exchange, api.sandbox.ca_file)
    status, body, _ = paste(source, **scene.secrets | {"MFA_TOKEN": "of-nobody"})
    assert (status, body["error"]) == (401, "invalid_grant") and body["error_description"]
    status, body, _ = paste(source)  # nothing was set in the environment
    assert 400 <= status < 500 and body["error"] and body["error_description"]


def test_without_the_tenants_authority_nothing_is_sent(
    paste: Callable[..., tuple[int, Any, str]], api: Api, record: Record, manage: Manage
) -> None:
    scene = SCENES["associate"](api, record)
    logged = manage.types()
    status, out, err = paste(command(scene.exchange), **scene.secrets)
    assert (status, out) == (0, "") and "certificate" in err
    assert manage.types() == logged
    assert paste(command(scene.exchange), CURL_CA_BUNDLE=api.sandbox.ca_file, **scene.secrets)[0] == 200


@pytest.mark.parametrize("kind", ["form", "json_body"])
def test_whatever_is_in_a_field_arrives(kind: str, paste: Callable[..., tuple[int, Any, str]]) -> None:
    fields: dict[str, Any] = {f"field{number}": value for number, value in enumerate(NASTY)}
    fields |= {value: "name" for value in NASTY if value.isprintable() and value.strip() == value}
    secret = FORM_SECRET if kind == "form" else "$HOME`id`a-token's text é漢😀!!"
    with answering(reply(200, {"right": 1})) as server:
        wire = Transport(server.base_url)
        with suppress(MfaError):
            wire.send("POST", "/some%7Cwhere", bearer="a.b*c~d-e", **{kind: {**fields, "password": Secret(secret)}})
        assert wire.last is not None
        found = paste(command(wire.last), ACCESS_TOKEN="a.b*c~d-e", PASSWORD=secret)
        assert found[:2] == (200, {"right": 1}), found[2]
    ours, theirs = server.asked
    assert (theirs.method, theirs.path) == (ours.method, ours.path) == ("POST", "/some%7Cwhere")
    for name in ("accept", "authorization"):
        assert theirs.headers[name] == ours.headers[name]
    assert theirs.headers["content-type"].split(";")[0].lower() == ours.headers["content-type"]
    received = theirs.form if kind == "form" else theirs.json
    assert received == {**fields, "password": secret} == (ours.form if kind == "form" else ours.json)
