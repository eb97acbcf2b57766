"""Each call of the course, made by a program in each language: the tenant saw it, and nobody saw a secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from mfa_helpers.client.models import Exchange

from ...support.management import Manage
from ...support.sandbox_api import Api
from .conftest import Run
from .report import CALLS, REPORT

SCOPE = "openid profile email"
TOKENS = {"access_token", "id_token", "scope", "expires_in", "token_type"}
Record = Callable[..., Exchange]


@dataclass(frozen=True)
class Scene:
    """A recorded call, the secrets that make it come true, what the program prints, and what the tenant writes down."""

    exchange: Exchange
    secrets: dict[str, str] = field(repr=False)
    printed: set[str]
    status: int = 200
    logged: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def login(api: Api, record: Record) -> Scene:
    exchange = record("login", api.sandbox.username, "mistyped", audience=api.sandbox.audience, scope=SCOPE)
    secrets = {"PASSWORD": api.sandbox.password, "CLIENT_SECRET": api.sandbox.client_secret}
    words = ("mfa_required", "Multifactor authentication required")
    return Scene(exchange, secrets, set(), 403, ("mfar",), words)


def associate(api: Api, record: Record) -> Scene:
    exchange = record("enroll_authenticator", api.mfa_token(), "ada+1@example.com")
    printed = {"authenticator_type", "binding_method", "oob_channel", "oob_code"}
    return Scene(exchange, {"MFA_TOKEN": api.mfa_token()}, printed, logged=("gd_send_email", "gd_start_enroll"))


def confirm(api: Api, record: Record) -> Scene:
    token, oob_code, code = api.begin(api.mfa_token(scope=SCOPE))
    exchange = record("verify", mfa_token=token, oob_code="of-another-login", binding_code="000000")
    logged = ("gd_enrollment_complete", "gd_auth_succeed", "seoobft")
    return Scene(exchange, _proof(api, token, oob_code, code), TOKENS, logged=logged)


def list_authenticators(api: Api, record: Record) -> Scene:
    api.enroll()
    api.begin(api.access_token(), email="second@example.com")
    token = api.mfa_token()
    ids = {row["id"] for row in api.rows(token)}
    assert len(ids) == 2
    return Scene(record("list_authenticators", api.mfa_token()), {"MFA_TOKEN": token}, ids)


def challenge(api: Api, record: Record) -> Scene:
    api.enroll()
    (row,) = api.rows(api.mfa_token())
    exchange = record("challenge_authenticator", mfa_token=api.mfa_token(), authenticator_id=row["id"])
    secrets = {"MFA_TOKEN": api.mfa_token(), "CLIENT_SECRET": api.sandbox.client_secret}
    printed = {"challenge_type", "oob_code", "binding_method"}
    return Scene(exchange, secrets, printed, logged=("gd_send_email", "gd_start_auth"))


def complete(api: Api, record: Record) -> Scene:
    api.enroll()
    token = api.mfa_token(scope=SCOPE)
    oob_code = api.challenge(token).json()["oob_code"]
    exchange = record("verify", mfa_token=token, oob_code="of-another-login", binding_code="000000")
    secrets = _proof(api, token, oob_code, api.code())
    return Scene(exchange, secrets, TOKENS, logged=("gd_auth_succeed", "seoobft"))


def delete(api: Api, record: Record) -> Scene:
    api.enroll()
    (row,) = api.rows(api.mfa_token())
    exchange = record("delete_authenticator", api.access_token(scope="read:authenticators"), row["id"])
    assert exchange.status == 403 and exchange.url.endswith(row["id"].replace("|", "%7C"))
    return Scene(exchange, {"ACCESS_TOKEN": api.access_token()}, set(), 204, ("gd_unenroll",))


def _proof(api: Api, token: str, oob_code: str, code: str) -> dict[str, str]:
    return {
        "MFA_TOKEN": token,
        "OOB_CODE": oob_code,
        "BINDING_CODE": code,
        "CLIENT_SECRET": api.sandbox.client_secret,
    }


def _after(call: str, api: Api) -> Any:
    """What there is now that was not, or the other way round."""
    if call in ("confirm", "delete"):
        return [row["active"] for row in api.rows(api.access_token())]
    if call == "associate":
        return len(api.mails("ada+1@example.com"))
    return len(api.mails()) if call == "challenge" else None


#: The state before the program ran and after.
CHANGES = {"confirm": ([False], [True]), "delete": ([True], []), "associate": (1, 2), "challenge": (2, 3)}
SCENES = dict(zip(CALLS, (login, associate, confirm, list_authenticators, challenge, complete, delete), strict=True))


@pytest.mark.parametrize("call", CALLS)
def test_the_tenant_sees_the_call_and_nobody_a_secret(
    call: str, language: str, api: Api, record: Record, manage: Manage, execute: Run
) -> None:
    scene = SCENES[call](api, record)
    before, logged = _after(call, api), len(manage.types())
    outcome = execute(scene.exchange, language, **scene.secrets)
    first, *printed = outcome.out.splitlines()
    assert first == f"HTTP {scene.status}", outcome.err
    assert (set(printed), len(printed)) == (scene.printed, len(scene.printed))
    assert (outcome.status == 0) == (scene.status < 300)
    assert all(word in outcome.err for word in scene.refused) and bool(outcome.err) == bool(scene.refused), outcome.err
    assert tuple(manage.types()[logged:]) == scene.logged
    assert (before, _after(call, api)) == CHANGES.get(call, (None, None))
    REPORT.done.setdefault(language, []).append(call)
