"""@auth0/auth0-spa-js in a page on http://localhost:3000, in Chromium: CORS as a browser minds it, over TLS."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page

from ...support.browser import chromium, new_page
from ...support.sandbox_api import Api
from .conftest import SCOPE, Tenant
from .driving import Refused

MFA_REQUIRED = {"status": 403, "error": "mfa_required", "error_description": "Multifactor authentication required"}
NOT_LET_IN = {"class": "TypeError", "error": None, "text": "Failed to fetch"}


@pytest.fixture(scope="module")
def _browser(_tenant: Tenant) -> Iterator[Browser]:
    """Chromium that trusts the tenant's own key, beside the authorities that it knows anyway."""
    host, _, port = _tenant.domain.partition(":")
    told = ssl.get_server_certificate((host, int(port)), ca_certs=_tenant.ca_file)  # checked
    key = x509.load_pem_x509_certificate(told.encode()).public_key()
    pin = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    with chromium(f"--ignore-certificate-errors-spki-list={base64.b64encode(pin).decode()}") as browser:
        yield browser


@pytest.fixture(scope="module")
def origin(_node: Path) -> Iterator[str]:
    """Where the page is: port 3000, or another one if a program of somebody else has that."""
    sdk = _node / "node_modules/@auth0/auth0-spa-js/dist/auth0-spa-js.production.js"
    files = {
        "/": ("text/html", _node / "drivers/spa_page.html"),
        "/spa_page.js": ("text/javascript", _node / "drivers/spa_page.js"),
        "/auth0-spa-js.js": ("text/javascript", sdk),
    }

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, path = files[self.path]
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


class SpaPage:
    """The page, told what to do."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def do(self, step: str, **values: Any) -> Any:
        """Carry out a step that succeeds; what it brought."""
        __tracebackhide__ = True  # the values may be secret, and pytest would print them
        answer = self.page.evaluate("run", [step, values])
        if "error" in answer:
            raise Refused(json.dumps(answer["error"], indent=1))
        return answer["result"]

    def fail(self, step: str, **values: Any) -> dict[str, Any]:
        """Carry out a step that fails; the error."""
        __tracebackhide__ = True
        answer = self.page.evaluate("run", [step, values])
        assert "error" in answer, f"{step} succeeded"
        error: dict[str, Any] = answer["error"]
        return error


@pytest.fixture
def spa(_browser: Browser, origin: str, tenant: Tenant) -> Iterator[SpaPage]:
    """A page with a fresh client of the public application."""
    page = new_page(_browser)
    page.goto(origin)
    spa = SpaPage(page)
    spa.do("start", **tenant.public, audience=tenant.audience, scope=SCOPE)
    yield spa
    page.context.close()


Manage = Callable[..., Any]


@pytest.fixture
def manage(api: Api, tenant: Tenant) -> Manage:
    """`manage("PATCH", "clients/…", {…})`: the Management API."""
    fields = {
        "grant_type": "client_credentials",
        "client_id": tenant.management_client_id,
        "client_secret": tenant.management_client_secret,
        "audience": tenant.management_audience,
    }
    token = api.call("POST", "/oauth/token", data=fields).json()["access_token"]

    def ask(method: str, path: str, body: Any = None) -> Any:
        answer = api.bearer(method, "/api/v2/" + path, token, json=body)
        assert answer.ok, answer.text
        return answer.json()

    return ask


@pytest.fixture
def listed(manage: Manage, tenant: Tenant, origin: str) -> None:
    """The page's application lists its origin."""
    manage("PATCH", f"clients/{tenant.public_client_id}", {"web_origins": [origin]})


def check(tokens: dict[str, Any], tenant: Tenant) -> None:
    assert tokens["is_new"]
    assert tokens["access_token"]["azp"] == tokens["id_token"]["aud"] == tenant.public_client_id
    assert tokens["id_token"]["iss"] == tenant.issuer and tokens["id_token"]["email"] == tenant.username
    assert (tokens["expires_in"], tokens["scope"]) == (86_400, f"{SCOPE} offline_access")


@pytest.mark.usefixtures("listed")
def test_a_page_signs_in_enrolls_confirms_lists_challenges_proves_and_refreshes(
    spa: SpaPage, api: Api, tenant: Tenant, manage: Manage
) -> None:
    assert spa.do("sign_in", **tenant.person) == MFA_REQUIRED
    assert spa.do("enroll") == {"authenticatorType": "oob", "oobChannel": "email", "bindingMethod": "prompt"}
    check(spa.do("verify", code=api.code()), tenant)

    api.advance(1)  # what is signed in the same second is the same
    assert spa.do("sign_in", **tenant.person) == MFA_REQUIRED
    (row,) = spa.do("list")["rows"]
    assert row["id"].startswith("email|dev_") and row["active"] is True
    assert spa.do("challenge", id=row["id"]) == {"challengeType": "oob", "bindingMethod": "prompt"}
    check(spa.do("verify", code=api.code()), tenant)
    assert spa.do("user")["email"] == spa.do("userinfo")["email"] == tenant.username
    assert len(spa.do("keys")["keys"]) == 1

    api.advance(1)
    manage("PUT", "guardian/policies", [])  # a refresh that asks for nothing
    check(spa.do("refresh"), tenant)
    spa.do("revoke")
    assert spa.fail("refresh")["error"] in ("missing_refresh_token", "invalid_grant")
    assert manage("GET", "logs?q=type:fco") == []


def test_a_page_that_no_application_lists_reads_nothing_and_the_log_says_why(
    spa: SpaPage, tenant: Tenant, manage: Manage, origin: str
) -> None:
    assert spa.fail("sign_in", **tenant.person) == NOT_LET_IN
    events = manage("GET", "logs?q=type:fco")
    assert {event["description"] for event in events} == {
        f"Origin {origin} is not allowed. Behavior used for check: WEB ORIGINS"
    }
    assert len(spa.do("keys")["keys"]) == 1  # these are for every page
    manage("PATCH", f"clients/{tenant.public_client_id}", {"allowed_origins": [origin]})
    assert spa.do("sign_in", **tenant.person) == MFA_REQUIRED


def test_a_page_of_another_application_is_refused_in_words_that_it_can_read(
    spa: SpaPage, tenant: Tenant, manage: Manage, origin: str
) -> None:
    manage("PATCH", f"clients/{tenant.client_id}", {"web_origins": [origin]})
    assert spa.do("sign_in", **tenant.person) == {
        "status": 401,
        "error": "access_denied",
        "error_description": "Unauthorized",
    }
