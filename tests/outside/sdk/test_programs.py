"""Each program of the tabs with an SDK, run over TLS: what the tenant saw of it. And what an SDK is said to lack, it lacks."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mfa_helpers.client.errors import MfaError
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Exchange
from mfa_helpers.languages.request import Request
from mfa_helpers.languages.sdks import SDKS, programs

from ...support.deadline import DEADLINE
from ...support.login_page import Browser
from ...support.management import Manage
from ...support.run_report import tell
from ...support.sandbox_api import Api, public
from ..compilers.report import CALLS
from ..compilers.test_calls import CHANGES, SCENES, _after
from .conftest import SCOPE, Tenant
from .driving import Driver

DONE: dict[str, list[str]] = {}
ADDRESS = "ada+1@example.com"
CALLBACK = "http://localhost:3000/auth/callback"
Record = Callable[..., Exchange]


@pytest.fixture(scope="module", autouse=True)
def _report(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    for name, calls in DONE.items():
        tell(request.config, "SDKs", f"executed: {name} {SDKS[name].version}, {len(calls)} of {len(CALLS)} calls")


@pytest.fixture
def record(api: Api, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Let the course's client make a call, whatever comes of it; the exchange, masked."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", api.sandbox.ca_file)

    def make(method: str, *args: Any, **kwargs: Any) -> Exchange:
        client = MfaClient(api.sandbox.base_url, api.sandbox.client_id, api.sandbox.client_secret)
        with suppress(MfaError):
            getattr(client, method)(*args, **kwargs)
        assert client.last_exchange is not None and client.last_exchange.status is not None
        return client.last_exchange

    return make


@pytest.fixture
def program(record: Record) -> Callable[..., str]:
    """`program("auth0-spa-js", "list")`: the text of a tab after such a call. That the call itself is refused changes nothing."""

    def text(name: str, call: str, id: str = "email|dev_x") -> str:
        exchange = {
            "login": lambda: record("login", "ada", "mistyped"),
            "associate": lambda: record("enroll_authenticator", "rubbish", ADDRESS),
            "list": lambda: record("list_authenticators", "rubbish"),
            "challenge": lambda: record("challenge_authenticator", mfa_token="rubbish", authenticator_id=id),
            "verify": lambda: record("verify", mfa_token="rubbish", oob_code="rubbish", binding_code="000000"),
            "delete": lambda: record("delete_authenticator", "rubbish", id),
        }[call]()
        DONE.setdefault(name, [])
        return programs(Request.of(exchange))[name]

    return text


# auth0-auth-js


@pytest.mark.parametrize("call", CALLS)
def test_auth_js_makes_each_call(call: str, api: Api, record: Record, _node: Path, tmp_path: Path) -> None:
    scene = SCENES[call](api, record)
    manage = Manage(api)
    before, logged = _after(call, api), len(manage.types())
    file = _node / "drivers" / f"{tmp_path.name}.mjs"  # below the package that it imports
    file.write_text(programs(Request.of(scene.exchange))["auth0-auth-js"], "utf-8")
    done = run(file, api.sandbox.ca_file, CLIENT_ID=api.sandbox.client_id, **scene.secrets)
    if call == "login":
        assert (done.returncode, done.stderr) == (1, "mfa_required: Multifactor authentication required\n")
    else:
        assert (done.returncode, done.stderr) == (0, "")
    printed = set(done.stdout.split())
    wanted = {
        "login": set(),
        "associate": {"authenticatorType", "oobCode", "oobChannel", "bindingMethod"},
        "list": scene.printed,
        "challenge": {"challengeType", "oobCode", "bindingMethod"},
        "delete": {"Removed."},
    }
    assert printed >= wanted.get(call, {"accessToken", "idToken", "scope"}), done.stdout
    assert tuple(manage.types()[logged:]) == scene.logged
    assert (before, _after(call, api)) == CHANGES.get(call, (None, None))
    DONE.setdefault("auth0-auth-js", []).append(call)


def run(file: Path, ca: str | None, **secrets: str) -> subprocess.CompletedProcess[str]:
    """Run it, and make sure that nothing secret was printed."""
    __tracebackhide__ = True
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    trust = {"NODE_EXTRA_CA_CERTS": ca} if ca else {}
    done = subprocess.run(
        ["node", str(file)], env={**kept, **trust, **secrets}, capture_output=True, text=True, timeout=DEADLINE
    )
    hidden = [value for name, value in secrets.items() if name != "CLIENT_ID"]
    assert not any(value in done.stdout + done.stderr for value in [*hidden, "Fe26.2*", "eyJ"]), "a secret was printed"
    return done


def test_auth_js_does_not_connect_without_the_tenants_authority(api: Api, record: Record, _node: Path) -> None:
    exchange = record("list_authenticators", "rubbish")
    file = _node / "drivers" / "untrusting.mjs"
    file.write_text(programs(Request.of(exchange))["auth0-auth-js"], "utf-8")
    done = run(file, None, CLIENT_ID="x", MFA_TOKEN="rubbish")
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith("No usable response: ")


# The others: from an MFA token that the SDK itself knows to the tokens, twice


def story(
    name: str,
    driver: Driver,
    api: Api,
    program: Callable[..., str],
    again: Callable[[], object],
    confirmed: set[str],
) -> None:
    """Associate, confirm, then list, challenge, and complete after `again`, each by the program of its tab."""
    driver.do("run", source=program(name, "associate"))
    answer = driver.do("run", source=program(name, "verify"), code=api.code(ADDRESS))
    assert set(answer["names"]) >= confirmed
    again()
    (row,) = driver.do("run", source=program(name, "list"))["rows"]
    assert row["active"] is True and row["id"].startswith("email|dev_")
    sent = len(api.mails(ADDRESS))
    driver.do("run", source=program(name, "challenge", row["id"]))
    assert len(api.mails(ADDRESS)) == sent + 1
    answer = driver.do("run", source=program(name, "verify"), code=api.code(ADDRESS))
    assert set(answer["names"]) >= confirmed
    DONE[name] += ["associate", "confirm", "list", "challenge", "complete"]


def check_gaps(name: str, driver: Driver, program: Callable[..., str]) -> None:
    """It has nothing to sign in with a password, and nothing to remove an authenticator with."""
    assert set(SDKS[name].lacks) == {"login", "delete"}
    names = driver.do("methods")["names"]
    assert len(names) > 10
    found = [one for one in names if re.search(r"password(?!_?less)|(delete|remove).*auth", one, re.I)]
    assert [one for one in found if "passkey" not in one.lower()] == []
    for call in SDKS[name].lacks:
        assert (
            program(name, call)
            .partition("\n")[0]
            .endswith(f"{name} {SDKS[name].version} has no function for this call.")
        )


def test_spa_js_makes_the_calls_that_it_has(
    drive: Callable[..., Driver], tenant: Tenant, api: Api, program: Callable[..., str]
) -> None:
    driver = drive("spa_js.mjs", NODE_EXTRA_CA_CERTS=tenant.ca_file)
    driver.do("start", **tenant.public)

    def sign_in() -> None:
        token = api.login(audience=tenant.audience, scope=SCOPE, **public(tenant)).json()["mfa_token"]
        driver.do("prime", mfa_token=token, scope=SCOPE, audience=tenant.audience)

    sign_in()
    api.sandbox = SimpleNamespace(**{**vars(tenant), "client_id": tenant.public_client_id, "client_secret": None})
    story("auth0-spa-js", driver, api, program, sign_in, {"access_token", "id_token"})
    check_gaps("auth0-spa-js", driver, program)


def test_nextjs_makes_the_calls_that_it_has(
    drive: Callable[..., Driver], tenant: Tenant, api: Api, program: Callable[..., str]
) -> None:
    driver = drive("login/nextjs_auth0.mjs", NODE_EXTRA_CA_CERTS=tenant.ca_file)
    driver.do("start", **tenant.confidential, redirect_uri=CALLBACK, audience=tenant.audience)
    api.set_up(callbacks=[CALLBACK], mfa_policy=[])
    browser = Browser(api)
    answer = browser.password(browser.open(driver.do("begin", redirect_uri=CALLBACK)["url"]))
    driver.do("complete", url=answer.headers["location"])
    Manage(api).done("PUT", "guardian/policies", ["all-applications"])

    def refresh(scope: str) -> None:
        assert "mfa_required" in driver.do("access", side="server", scope=scope, audience=tenant.audience)

    refresh("read:reports")
    story("nextjs-auth0", driver, api, program, lambda: refresh("read:more"), {"success"})
    check_gaps("nextjs-auth0", driver, program)


def test_server_python_makes_the_calls_that_it_has(
    drive: Callable[..., Driver], tenant: Tenant, api: Api, program: Callable[..., str]
) -> None:
    driver = drive("server_python.py", SSL_CERT_FILE=tenant.ca_file)
    driver.do("start", **tenant.confidential)

    def sign_in() -> None:
        token = api.mfa_token(audience=tenant.audience, scope=SCOPE)
        driver.do("wrap", mfa_token=token, audience=tenant.audience, scope=SCOPE)

    sign_in()
    story("auth0-server-python", driver, api, program, sign_in, {"access_token", "id_token"})
    check_gaps("auth0-server-python", driver, program)
