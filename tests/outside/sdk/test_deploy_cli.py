"""auth0-deploy-cli against the tenant: what it exports, it can import, and then it exports the same."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ...support.management import Manage
from ...support.sandbox_api import Api
from .conftest import Tenant

_DEADLINE = 600  # seconds for one run; usually it takes 12 (export) or 30 (import), most of them waits of its own
#: All of them: the tool itself merges what it imports with the options that are there.
OPTIONS = {
    "mfa": {"active": True, "return_enroll_settings": True},
    "passwordPolicy": "excellent",
    "strategy_version": 2,
    "brute_force_protection": True,
    "disable_self_service_change_password": False,
}
#: Seven kinds of resources, each with something that a fresh tenant hasn't got: path, method, and body.
SET_UP: list[tuple[str, str, Any]] = [
    ("PATCH", "clients/{client_id}", {"callbacks": ["https://zoo.example/"], "web_origins": ["https://zoo.example"]}),
    ("PATCH", "clients/{client_id}", {"refresh_token": {"rotation_type": "rotating", "expiration_type": "expiring"}}),
    ("POST", "clients", {"name": "Zoo", "app_type": "spa", "client_metadata": {"team": "zoo"}}),
    (
        "POST",
        "resource-servers",
        {
            "identifier": "https://zoo.example/api",
            "name": "Zoo API",
            "scopes": [{"value": "read:zoo", "description": "See the animals"}],
            "token_lifetime": 1800,
        },
    ),
    (
        "PATCH",
        "tenants/settings",
        {
            "friendly_name": "Zoo",
            "session_lifetime": 24,
            "enabled_locales": ["en", "de"],
            "flags": {"revoke_refresh_token_grant": True},
        },
    ),
    (
        "POST",
        "emails/provider",
        {
            "name": "mandrill",
            "default_from_address": "zoo@example.com",
            "credentials": {"api_key": "##MANDRILL_API_KEY##"},
        },
    ),
    (
        "POST",
        "email-templates",
        {
            "template": "mfa_oob_code",
            "syntax": "liquid",
            "body": "<html>Yours: {{ code }}</html>\n",
            "from": "zoo@example.com",
            "subject": "Your code",
            "enabled": True,
        },
    ),
    ("PUT", "guardian/factors/otp", {"enabled": True}),
    ("PUT", "guardian/factors/sms", {"enabled": True}),
    ("PUT", "guardian/factors/phone/message-types", {"message_types": ["sms", "voice"]}),
    ("PUT", "guardian/factors/sms/templates", {"enrollment_message": "Enroll", "verification_message": "Sign in"}),
    ("PUT", "guardian/policies", []),
    ("PATCH", "connections/con_SandboxUsers0001", {"options": OPTIONS}),
    ("PATCH", "attack-protection/brute-force-protection", {"max_attempts": 5}),
    ("PATCH", "branding", {"colors": {"primary": "#0059d6", "page_background": "#000000"}}),
    ("PATCH", "prompts", {"identifier_first": True}),
    ("PUT", "prompts/login/custom-text/en", {"login": {"title": "Hello"}}),
]
#: What shows that all of it was exported: a file, and something in it.
EXPORTED = {
    "clients/Zoo.json": {"app_type": "spa", "client_metadata": {"team": "zoo"}},
    "clients/Course application.json": {"callbacks": ["https://zoo.example/"], "web_origins": ["https://zoo.example"]},
    "resource-servers/Zoo API.json": {"token_lifetime": 1800},
    "tenant.json": {"friendly_name": "Zoo", "session_lifetime": 24, "enabled_locales": ["en", "de"]},
    "emails/provider.json": {"name": "mandrill", "default_from_address": "zoo@example.com"},
    "emails/mfa_oob_code.json": {"subject": "Your code"},
    "guardian/factors/otp.json": {"enabled": True},
    "guardian/policies.json": {"policies": []},
    "database-connections/Username-Password-Authentication/database.json": {"options": OPTIONS},
}

Deploy = Callable[..., str]


@pytest.fixture
def deploy(_set_up: Path, tenant: Tenant, tmp_path: Path) -> Deploy:
    """`deploy("export", …)`: run it as the setup application; what it says."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    environment |= {
        "HOME": str(tmp_path),
        "NODE_EXTRA_CA_CERTS": tenant.ca_file,
        "AUTH0_DOMAIN": tenant.domain,
        "AUTH0_CLIENT_ID": tenant.set_up["client_id"],
        "AUTH0_CLIENT_SECRET": tenant.set_up["client_secret"],
    }
    program = [str(_set_up / "node_modules/.bin/a0deploy")]

    def run(*arguments: str) -> str:
        command = [*program, *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=_DEADLINE, check=False
        )
        said = (done.stdout + done.stderr).replace(environment["AUTH0_CLIENT_SECRET"], "…")
        assert done.returncode == 0, said[-4000:]
        return said

    return run


def test_the_whole_tenant_is_exported_and_a_fresh_one_that_imports_it_exports_the_same(
    deploy: Deploy, api: Api, tmp_path: Path
) -> None:
    _set_tenant_up(api)
    said = deploy("export", "--format", "directory", "--output_folder", "first")
    assert "Export Successful" in said
    first = _files(tmp_path / "first")
    for name, known in EXPORTED.items():
        found = json.loads(first[name])
        assert found == {**found, **known}, name
    api.set_up()
    assert "Import Successful" in deploy("import", "--input_file", "first")
    deploy("export", "--format", "directory", "--output_folder", "second")
    second = _files(tmp_path / "second")
    assert sorted(second) == sorted(first)
    assert {name: text for name, text in second.items() if text != first[name]} == {}


def _set_tenant_up(api: Api) -> None:
    manage = Manage(api)
    for method, path, body in SET_UP:
        answer = manage(method, path.format(client_id=api.sandbox.client_id), body)
        assert answer.ok, (path, answer.text)


def _files(folder: Path) -> dict[str, str]:
    """Each file of an export, with its text."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }
