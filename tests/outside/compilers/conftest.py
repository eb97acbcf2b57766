"""Fixtures: a sandbox over TLS as a process of its own, the course's client, and the programs of each language."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mfa_helpers.client.errors import MfaError
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Exchange
from mfa_helpers.languages import LANGUAGES, code, placeholders

from ...support import sandbox_processes
from ...support.management import Manage
from ...support.run_report import tell
from ...support.sandbox_api import Api
from ..sdk.driving import Driver
from ..sdk.environments import Unavailable
from . import dotnet
from .report import REPORT
from .toolchains import TOOLCHAINS, Outcome, compile_it, run, trust_store, written

Run = Callable[..., Outcome]


class Tenant(SimpleNamespace):
    """What the ready line told."""

    def __repr__(self) -> str:  # pytest prints it where a test fails: without the secrets
        return f"<tenant at {self.base_url}>"


@pytest.fixture(scope="session")
def _tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    folder = tmp_path_factory.mktemp("languages-tenant")
    with sandbox_processes.command(folder, "--tls", "--json", "--state", str(folder / "sandbox.sqlite3")) as running:
        yield Tenant(**vars(running.ready()))


@pytest.fixture
def api(_tenant: Tenant) -> Iterator[Api]:
    """Plain calls at that tenant, which is as on its first day."""
    api = Api(_tenant)
    api.set_up()
    yield api
    api.http.close()


@pytest.fixture
def manage(api: Api) -> Manage:
    """What an administrator of that tenant sees."""
    return Manage(api)


@pytest.fixture
def record(api: Api, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Exchange]:
    """`record("login", …)`: let the course's client make a call, whatever comes of it; the exchange, masked."""
    tenant = api.sandbox
    client = MfaClient(tenant.base_url, tenant.client_id, tenant.client_secret)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", tenant.ca_file)

    def make(method: str, *args: Any, **kwargs: Any) -> Exchange:
        __tracebackhide__ = True
        with suppress(MfaError):
            getattr(client, method)(*args, **kwargs)
        assert client.last_exchange is not None and client.last_exchange.status is not None
        return client.last_exchange

    return make


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn, if what it needs is there."""
    name: str = request.param
    reason = TOOLCHAINS[name].missing()
    if reason:
        _absent(name, reason)
    if name == "csharp":
        request.getfixturevalue("_dotnet")
    if name not in REPORT.tools:
        REPORT.tools[name] = ".NET 8, Roslyn 4.12" if name == "csharp" else TOOLCHAINS[name].name()
    return name


def _absent(language: str, reason: str) -> None:
    REPORT.missing[language] = reason
    if os.environ.get("MFA_LANGUAGES") == "required":
        pytest.fail(f"{LANGUAGES[language]} cannot be run: {reason}", pytrace=False)
    pytest.skip(f"{LANGUAGES[language]} cannot be run: {reason}")


@pytest.fixture(scope="session")
def _trusted(_tenant: Tenant) -> str:
    """The file of the authority that the programs trust."""
    if not TOOLCHAINS["java"].missing():
        trust_store(_tenant.ca_file)
    return str(_tenant.ca_file)


@pytest.fixture(scope="session")
def _dotnet() -> Path:
    try:
        return dotnet.environment()
    except Unavailable as fault:
        _absent("csharp", f"it cannot be installed: {fault}")
        raise


@pytest.fixture(scope="session")
def _compiler(_dotnet: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    python = next(_dotnet / place for place in ("bin/python", "Scripts/python.exe") if (_dotnet / place).exists())
    command = [str(python), str(Path(__file__).parent / "csharp_compiler.py"), str(_dotnet)]
    driver = Driver(command, tmp_path_factory.mktemp("compiler") / "stderr.txt")
    yield driver
    driver.close()


@pytest.fixture
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """`start(exchange, language, ca, again=False, PASSWORD=…)`: save the program as it says, run it as it says.

    `again=True` is for a program that is run several times: it is compiled once.
    """

    def compiled(language: str, source: str) -> list[str]:
        file, command = written(source)
        (tmp_path / file).write_text(source, "utf-8")
        if language == "go":
            compile_it(language, ["go", "build", "-o", "program", file], tmp_path)
            return [str(tmp_path / "program")]
        if language == "java":
            compile_it(language, ["javac", file], tmp_path)
            return ["java", "Main"]
        return as_it_says(language, source)

    def as_it_says(language: str, source: str) -> list[str]:
        file, command = written(source)
        (tmp_path / file).write_text(source, "utf-8")
        if language != "csharp":
            return command
        assert command == ["dotnet", "run"]  # which compiles the file, and runs it
        folder: Path = request.getfixturevalue("_dotnet")
        target = tmp_path / "program.dll"
        said = request.getfixturevalue("_compiler").do("compile", source=source, target=str(target))["said"]
        assert said == []  # neither an error nor a warning
        settings = (folder / "runtimeconfig.json").read_text("utf-8")
        (tmp_path / "program.runtimeconfig.json").write_text(settings, "utf-8")
        return [str(folder / "runtime" / "dotnet"), str(target)]

    commands: dict[str, list[str]] = {}

    def carry_out(
        exchange: Exchange, language: str, ca: str | None = None, again: bool = False, **secrets: str
    ) -> Outcome:
        __tracebackhide__ = True
        source = code(exchange, language)
        if source not in commands:
            commands[source] = (compiled if again else as_it_says)(language, source)
        return run(language, commands[source], tmp_path, ca, secrets)

    return carry_out


@pytest.fixture
def execute(start: Run, _trusted: str) -> Run:
    """`execute(exchange, language, PASSWORD=…)`: run the program of a call with these secrets.

    `trusting=False` runs it without the tenant's authority.
    """

    def carry_out(exchange: Exchange, language: str, *, trusting: bool = True, **secrets: str) -> Outcome:
        __tracebackhide__ = True
        assert set(secrets) == set(placeholders(exchange))
        return start(exchange, language, _trusted if trusting else None, **secrets)

    return carry_out


def pytest_sessionfinish(session: pytest.Session) -> None:
    if lines := REPORT.lines():
        tell(session.config, "languages", *lines)
