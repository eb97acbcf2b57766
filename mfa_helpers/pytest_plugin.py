"""A pytest plugin: the fixture `mfa_tenant`, a tenant of the test's own.

pytest loads this module in every run of an environment in which the package is installed, so nothing but pytest
is imported before a test asks for the fixture.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from .client.sandbox_controls import Mail, SandboxControls
    from .sandbox.hosting.server import ServedSandbox

_SCOPE, _TLS = "mfa_tenant_scope", "mfa_tenant_tls"
_LOOK_AGAIN = 0.05  # seconds


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two settings of the fixture."""
    parser.addini(
        _SCOPE, "mfa_tenant: a fresh tenant for each function (the default), or one for the session", default="function"
    )
    parser.addini(_TLS, "mfa_tenant: serve HTTPS, and set ca_file to the CA to trust", type="bool", default=False)


class _Unshown(str):
    """A secret like any other text, except that pytest doesn't write it out when an assertion fails."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


def pytest_configure(config: pytest.Config) -> None:
    """Raises `pytest.UsageError` if the fixture's scope is not one that it can have."""
    wanted = config.getini(_SCOPE)
    if wanted not in ("function", "session"):
        raise pytest.UsageError(f"{_SCOPE} is {wanted!r}. Use function or session.")


@dataclass(frozen=True)
class Inbox:
    """What the tenant has sent."""

    _controls: SandboxControls = field(repr=False)
    _own_address: str

    def messages(self, to: str | None = None) -> list[Mail]:
        """The messages to an address or a phone number, or all of them; newest first."""
        return self._controls.mails(to)

    def code(self, to: str | None = None, *, within: float = 5) -> str:
        """The code in the newest message to an address or a phone number (of `mfa_tenant.username`, if none is named).

        Waits up to `within` seconds for the first one. Raises `AssertionError` if none has come.
        """
        wanted, deadline = to or self._own_address, time.monotonic() + within
        while True:
            found = [mail.code for mail in self.messages(wanted) if mail.code]
            if found:
                return _Unshown(found[0].reveal())
            if time.monotonic() > deadline:
                others = sorted({mail.to for mail in self.messages()})
                told = f"There are messages to {', '.join(others)}." if others else "The inbox is empty."
                raise AssertionError(f"No code was sent to {wanted} within {within:g} seconds. {told}")
            time.sleep(_LOOK_AGAIN)


@dataclass(frozen=True)
class Clock:
    """The tenant's time, which the lifetimes of codes and tokens follow."""

    _controls: SandboxControls = field(repr=False)

    def advance(self, seconds: float) -> None:
        """Move it forward, or back if `seconds` is negative."""
        self._controls.advance(seconds)

    def now(self) -> float:
        """Seconds since 1970."""
        return self._controls.now()


@dataclass(frozen=True)
class Faults:
    """Responses of the tenant that fail on purpose."""

    _controls: SandboxControls = field(repr=False)

    def add(self, path: str, kind: str, *, times: int = 1, seconds: float = 1) -> None:
        """Make the next `times` responses at `path` fail: `slow`, `rate_limit`, `unavailable`, `cut`, `cut_after`, or `mail`.

        `seconds` is how long a slow response takes, or the wait that a `rate_limit` asks for. Raises `ValueError`.
        """
        __tracebackhide__ = True
        from .client.errors import MfaError

        try:
            self._controls.go_wrong(path, kind, seconds, times)
        except MfaError as error:
            raise ValueError(error.error_description or str(error)) from None

    def clear(self) -> None:
        """Cancel the faults that are still to come."""
        self._controls.go_well()


class MfaTenant:
    """A running tenant: its addresses and credentials, and what a test does to it."""

    def __init__(self, served: ServedSandbox) -> None:
        from .client.sandbox_controls import SandboxControls
        from .client.secret import Secret
        from .client.transport import new_session

        self.base_url, self.issuer, self.ca_file = served.base_url, served.issuer, served.ca_file
        self.client_id, self.client_secret = served.client_id, _Unshown(served.client_secret)
        self.public_client_id = served.public_client_id
        self.management_client_id = served.management_client_id
        self.management_client_secret = _Unshown(served.management_client_secret)
        self.audience, self.mfa_audience = served.audience, served.mfa_audience
        self.management_audience = served.management_audience
        self.username, self.password = served.username, _Unshown(served.password)
        self.smtp, self.sandbox_token = served.smtp, _Unshown(served.sandbox_token)
        self._controls = SandboxControls(served.base_url, token=Secret(served.sandbox_token))
        self._session = new_session(served.ca_file)
        self._controls.use(self._session)
        self.inbox = Inbox(self._controls, served.username)
        self.clock = Clock(self._controls)
        self.faults = Faults(self._controls)

    def __repr__(self) -> str:
        return f"<mfa_tenant at {self.base_url}>"

    @property
    def password_grant(self) -> dict[str, str]:
        """The fields of `POST /oauth/token` with which the tenant's user signs in at its confidential application."""
        user = {"grant_type": "password", "username": self.username, "password": self.password}
        return {**user, "client_id": self.client_id, "client_secret": self.client_secret}

    def seed(self, told: Mapping[str, Any] | str | Path | None = None, /, **parts: Any) -> None:
        """Start again as a seed says: the path of a file, or its parts as `users=[…]`, `settings={…}`, `apis=[…]`, `origins=[…]`.

        What the tenant held before is gone. Raises `ValueError` with the place of what is wrong.
        """
        __tracebackhide__ = True
        from .sandbox.hosting import seed_file
        from .sandbox.tenant import seed

        try:
            body = seed_file.read(Path(told)).source if isinstance(told, (str, Path)) else dict(told or {})
            wanted = seed.read({"settings": {}, **body, **parts}).source
        except ValueError as error:
            raise ValueError(str(error)) from None  # the place in the seed, not in here
        self._controls.reset(wanted)

    def reset(self) -> None:
        """Start again: nothing enrolled, no mail, the clock right."""
        self.seed()

    def close(self) -> None:
        """Let go of the connections to it."""
        self._session.close()


def _scope(fixture_name: str, config: pytest.Config) -> Literal["function", "session"]:
    return "session" if config.getini(_SCOPE) == "session" else "function"


@pytest.fixture(scope="session")
def _mfa_tenants() -> Iterator[Path]:
    """The file of a tenant on its first day. Its copies share the key, because a new one takes its time."""
    from .sandbox.store import Store

    with tempfile.TemporaryDirectory(prefix="mfa-tenants-", ignore_cleanup_errors=True) as folder:
        first = Path(folder, "first-day.sqlite3")
        with closing(Store(first)) as store:
            store.signing_key()
        yield first


@pytest.fixture(scope=_scope)
def mfa_tenant(_mfa_tenants: Path, request: pytest.FixtureRequest) -> Iterator[MfaTenant]:
    """A tenant that nobody else uses: fresh for each test, or one for the session (`mfa_tenant_scope = session`)."""
    from .sandbox.hosting.server import start_on_own_address

    with tempfile.TemporaryDirectory(dir=_mfa_tenants.parent, ignore_cleanup_errors=True) as folder:
        served = start_on_own_address(
            shutil.copy(_mfa_tenants, Path(folder, "tenant.sqlite3")), tls=request.config.getini(_TLS)
        )
        tenant = MfaTenant(served)
        try:
            yield tenant
        finally:
            tenant.close()
            served.stop()
