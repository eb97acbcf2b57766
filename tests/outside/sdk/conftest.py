"""Fixtures: one sandbox over TLS as a process of its own, and a driver for each official SDK."""

from __future__ import annotations

import base64
import hashlib
import shutil
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser

from ...support import sandbox_processes
from ...support.browser import chromium
from ...support.sandbox_api import Api
from . import environments
from .driving import Driver

SDKS = ("MFA_SDKS", "The official SDKs")
SCOPE = "openid profile email read:reports"


class Tenant(SimpleNamespace):
    """What the ready line told, how its three applications are configured in an SDK, and who signs in."""

    def __init__(self, ready: SimpleNamespace) -> None:
        super().__init__(**vars(ready))
        self.domain = ready.base_url.removeprefix("https://")
        self.confidential = {"domain": self.domain, "client_id": ready.client_id, "client_secret": ready.client_secret}
        self.public = {"domain": self.domain, "client_id": ready.public_client_id}
        self.set_up = {
            "domain": self.domain,
            "client_id": ready.management_client_id,
            "client_secret": ready.management_client_secret,
        }
        self.person = {"username": ready.username, "password": ready.password}

    def __repr__(self) -> str:  # pytest prints it where a test fails: without the secrets
        return f"<tenant at {self.domain}>"


@pytest.fixture(scope="session")
def _tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    folder = tmp_path_factory.mktemp("sdk-tenant")
    with sandbox_processes.command(folder, "--tls", "--json", "--state", str(folder / "sandbox.sqlite3")) as running:
        yield Tenant(running.ready())


@pytest.fixture
def api(_tenant: Tenant) -> Iterator[Api]:
    """Plain calls at that tenant, which is as on its first day: for mails, clock, settings."""
    api = Api(_tenant)
    api.set_up()
    yield api
    api.http.close()


@pytest.fixture
def tenant(api: Api) -> Tenant:
    """That tenant."""
    tenant: Tenant = api.sandbox
    return tenant


@pytest.fixture
def phone(api: Api) -> Callable[[str], dict[str, Any]]:
    """`phone("approve")`: answer the one push that waits; what it was for."""

    def answer(said: str) -> dict[str, Any]:
        (push,) = api.call("GET", "/sandbox/push").json()
        answered = api.call("POST", f"/sandbox/push/{push['id']}", json={"answer": said})
        assert answered.status_code == 200, answered.text
        result: dict[str, Any] = answered.json()
        return result

    return answer


@pytest.fixture
def fault(api: Api) -> Callable[..., None]:
    """`fault("/oauth/token", "cut", times=2)`: let the next answers there go wrong."""

    def add(path: str, kind: str, **more: Any) -> None:
        added = api.call("POST", "/sandbox/faults", json={"path": path, "kind": kind, **more})
        assert added.status_code == 200, added.text

    return add


@pytest.fixture(scope="session")
def _node() -> Path:
    return _with_drivers("")


@pytest.fixture(scope="session")
def _set_up() -> Path:
    return _with_drivers("set_up")


@pytest.fixture(scope="session")
def _login() -> Path:
    return _with_drivers("login")  # apart, because Next.js is large


def _with_drivers(pins: str) -> Path:
    folder = environments.or_skip(lambda: environments.node(environments.HERE / pins), *SDKS)
    # A module finds packages above itself, so the drivers have to stand below theirs.
    shutil.copytree(environments.DRIVERS, folder / "drivers", dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def _python() -> Path:
    return environments.or_skip(environments.python, *SDKS)


@pytest.fixture(scope="session")
def drive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Driver]]:
    """`drive("auth_js.mjs", NODE_EXTRA_CA_CERTS=file)`: start a driver that trusts that authority, and no other.

    A driver in JavaScript imports the packages that are pinned in the folder of the same name as its own.
    """
    with ExitStack() as stack:

        def start(name: str, **trust: str) -> Driver:
            if name.endswith(".mjs"):
                packages = request.getfixturevalue("_" + (Path(name).parent.name or "node"))
                command = ["node", str(packages / "drivers" / name)]
            else:
                # an SDK's deprecations are not ours
                command = [str(request.getfixturevalue("_python")), "-W", "ignore", str(environments.DRIVERS / name)]
            driver = Driver(command, tmp_path_factory.mktemp("driver") / "stderr.txt", **trust)
            stack.callback(driver.close)
            return driver

        yield start


@pytest.fixture(scope="session")
def _auth_js(drive: Callable[..., Driver], _tenant: Tenant) -> Driver:
    return drive("auth_js.mjs", NODE_EXTRA_CA_CERTS=_tenant.ca_file)


@pytest.fixture
def auth_js(_auth_js: Driver, tenant: Tenant) -> Driver:
    """A fresh client of auth0-auth-js."""
    _auth_js.do("start", **tenant.confidential, **tenant.person)
    return _auth_js


@pytest.fixture
def login(auth_js: Driver, tenant: Tenant) -> Callable[..., dict[str, Any]]:
    """`login()`: the password grant of auth0-auth-js."""

    def sign_in(**changed: Any) -> dict[str, Any]:
        return auth_js.do("login", **{"audience": tenant.audience, "scope": SCOPE, **changed})

    return sign_in


# In Chromium


@pytest.fixture(scope="session")
def trust(_tenant: Tenant) -> str:
    """Lets Chromium trust the tenant's own key, beside the authorities that it knows anyway."""
    host, _, port = _tenant.domain.partition(":")
    told = ssl.get_server_certificate((host, int(port)), ca_certs=_tenant.ca_file)  # checked
    key = x509.load_pem_x509_certificate(told.encode()).public_key()
    pin = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return f"--ignore-certificate-errors-spki-list={base64.b64encode(pin).decode()}"


@pytest.fixture(scope="module")
def chrome(trust: str) -> Iterator[Browser]:
    with chromium(trust) as browser:
        yield browser


@pytest.fixture(scope="session")
def origin(_node: Path) -> Iterator[str]:
    """Where single-page applications are: port 3000, or another one if a program of somebody else has that."""
    sdk = _node / "node_modules/@auth0/auth0-spa-js/dist/auth0-spa-js.production.js"
    files = {
        "/": ("text/html", _node / "drivers/login_page.html"),
        "/spa": ("text/html", _node / "drivers/spa_page.html"),
        "/spa_page.js": ("text/javascript", _node / "drivers/spa_page.js"),
        "/auth0-spa-js.js": ("text/javascript", sdk),
    }

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, path = files[self.path.partition("?")[0]]
            self.send_response(200)
            self.send_header("content-type", kind + "; charset=utf-8")
            self.end_headers()
            self.wfile.write(path.read_bytes())

        def log_message(self, *_: Any) -> None:
            pass

    try:
        server = ThreadingHTTPServer(("127.0.0.1", 3000), Files)
    except OSError:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
