"""No page of the web reads or drives the sandbox, and it does not listen beyond this machine unasked."""

from __future__ import annotations

import http.client
import json
import socket

import pytest

from mfa_helpers.sandbox.app import create_app
from mfa_helpers.sandbox.gateway import guard
from mfa_helpers.sandbox.gateway.guard import is_loopback
from mfa_helpers.sandbox.hosting import server

from ...support.deadline import DEADLINE
from ...support.transport import needs_a_socket

pytestmark = needs_a_socket

TOKEN = "a token of a class, 5193"
FOREIGN_HOST = "The sandbox accepts only this machine's own names, like 127.0.0.1 and localhost."
FOREIGN_PAGE = "A page from another origin can't use the sandbox unless an application lists that origin."
NO_TOKEN = guard.NO_TOKEN
OWN = [
    (method, route.path.replace("{id}", "x"))
    for route in create_app(None).routes  # type: ignore[arg-type]
    for method in sorted(route.methods - {"HEAD"})
    if route.path.startswith("/sandbox/")
]
TENANTS = [
    ("GET", "/.well-known/jwks.json"),
    ("POST", "/oauth/token"),
    ("GET", "/mfa/authenticators"),
    ("GET", "/none"),
]


class Raw:
    """Requests whose every header is said."""

    def __init__(self, address: tuple[str, int], token: str = "") -> None:
        self.address = address
        self.token = {"x_sandbox_token": token}

    def __call__(self, method, path, **headers):
        line = http.client.HTTPConnection(*self.address, timeout=DEADLINE)
        line.putrequest(method, path, skip_host=True)
        for name, value in headers.items():
            line.putheader(name.replace("_", "-"), value)
        line.endheaders()
        response = line.getresponse()
        body = response.read()
        line.close()
        return response.status, body

    def refused(self, method, path, **headers):
        status, body = self(method, path, **headers)
        return status, json.loads(body).get("error_description") if status in (401, 403) else None


@pytest.fixture
def raw(sandbox):
    host, port = sandbox.base_url.removeprefix("http://").split(":")
    return Raw((host, int(port)), sandbox.sandbox_token)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example",
                                  "127.0.0.1:{port}@evil.example", "127.0.0.1:80.evil.example", "10.0.0.1", "[::2]", "a b"])  # fmt: skip
def test_a_name_that_was_made_to_lead_here_is_refused_everywhere(raw, host):
    host = host.format(port=raw.address[1])
    for method, path in OWN + TENANTS:
        assert raw.refused(method, path, host=host) == (403, FOREIGN_HOST), (method, path)


def test_the_management_api_refuses_in_its_own_shape(raw):
    status, body = raw("GET", "/api/v2/logs", host="evil.example")
    assert status == 403 and json.loads(body) == {
        "statusCode": 403, "error": "Forbidden", "message": FOREIGN_HOST, "errorCode": "forbidden",
    }  # fmt: skip


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "127.0.0.1", "localhost:{port}", "LOCALHOST", "[::1]:{port}",
                                  "127.9.9.9", "sandbox.localhost:{port}"])  # fmt: skip
def test_every_name_of_this_machine_is_answered(raw, host):
    assert raw("GET", "/sandbox/inbox", host=host.format(port=raw.address[1]), **raw.token)[0] == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"])
def test_a_page_from_elsewhere_cannot_use_the_sandboxs_own_addresses(raw, origin):
    port = raw.address[1]
    headers = {"host": f"127.0.0.1:{port}", "origin": origin.format(port=port)}
    for method, path in OWN:
        assert raw.refused(method, path, **headers) == (401, FOREIGN_PAGE), (method, path)


def test_nor_can_it_without_saying_where_it_comes_from(raw):
    headers = {"host": f"127.0.0.1:{raw.address[1]}", "sec_fetch_site": "cross-site"}
    for method, path in OWN:
        assert raw.refused(method, path, **headers) == (401, FOREIGN_PAGE), (method, path)


def test_the_phones_own_page_can_and_nobody_may_put_a_frame_around_it(raw, api):
    here = f"127.0.0.1:{raw.address[1]}"
    headers = {"host": here, "origin": f"http://{here}", "sec_fetch_site": "same-origin"}
    assert raw("GET", "/sandbox/push", **headers, **raw.token) == (200, b"[]")
    assert "frame-ancestors 'none'" in api.call("GET", "/sandbox/phone").headers["content-security-policy"]


def test_a_web_app_from_elsewhere_may_use_the_tenant_itself(raw):
    """A single-page app has an origin of its own, here as at a real tenant."""
    headers = {"host": f"127.0.0.1:{raw.address[1]}", "origin": "https://app.example", "sec_fetch_site": "cross-site"}
    assert raw("GET", "/.well-known/jwks.json", **headers)[0] == 200


@pytest.mark.parametrize("name", ["localhost", "a.localhost", "LocalHost.", "127.0.0.1", "127.255.0.9", "::1", "[::1]"])
def test_names_of_this_machine(name):
    assert is_loopback(name)


@pytest.mark.parametrize(
    "name", ["", "0.0.0.0", "::", "192.168.0.1", "localhost.example", "notlocalhost", "example.com", "１27.0.0.1"]
)
def test_names_that_may_lead_elsewhere(name):
    assert not is_loopback(name)


def test_it_answers_to_the_name_that_it_was_given_and_to_no_other(state):
    """Behind a proxy of this machine, or with a line in the file of hosts."""
    sandbox = server.start_on_own_address(state, name="auth.example")
    try:
        port = int(sandbox.base_url.rpartition(":")[2])
        assert sandbox.base_url == f"http://auth.example:{port}"
        raw = Raw(("127.0.0.1", port), sandbox.sandbox_token)
        for host in (f"auth.example:{port}", "Auth.Example", "localhost"):
            assert raw("GET", "/sandbox/inbox", host=host, **raw.token)[0] == 200
        for host in ("other.example", "x.auth.example", "auth.example.evil.example"):
            assert raw.refused("GET", "/sandbox/inbox", host=host, **raw.token) == (403, FOREIGN_HOST)
    finally:
        sandbox.stop()


# beyond this machine


@pytest.mark.parametrize("host", ["0.0.0.0", "", "192.168.77.1"])
@pytest.mark.parametrize("token", ["", TOKEN])
def test_it_does_not_listen_beyond_this_machine_unasked(state, host, token):
    with pytest.raises(server.NotOpen) as refused:
        server.start(state, host=host, token=token)
    assert str(refused.value) == (f"{host} can be reached from other machines. If that's what you want, add --public.")


def test_an_open_one_answers_to_no_name_that_a_page_could_have_made_lead_here(state):
    sandbox = server.start_on_own_address(state, host="0.0.0.0", public=True, open=True, name="box.example")
    try:
        raw = Raw(("127.0.0.1", int(sandbox.base_url.rpartition(":")[2])))
        for host in (
            "evil.example",
            "evil.example:8080",
            "127.0.0.1.nip.io",
            "internal.example",
            "a b",
            "box.example.evil.example",
        ):
            for method, path in OWN + TENANTS:
                assert raw.refused(method, path, host=host) == (403, guard.FOREIGN_NAME), (host, path)
        inside = (
            "127.0.0.1",
            "192.168.0.1:80",
            "[::1]:80",
            "mfa-sandbox:8080",
            "host.docker.internal",
            "pod.svc.cluster.local",
        )
        for host in (*inside, "box.example", "BOX.example:443"):
            assert raw("GET", "/sandbox/inbox", host=host) == (200, b"[]"), host
    finally:
        sandbox.stop()


def test_if_asked_to_it_does_and_any_host_is_right(state):
    sandbox = server.start_on_own_address(state, host="0.0.0.0", token=TOKEN, public=True)
    try:
        port = int(sandbox.base_url.rpartition(":")[2])
        raw = Raw((socket.gethostbyname("127.0.0.1"), port))
        for method, path in OWN:
            for token in ({}, {"x_sandbox_token": ""}, {"x_sandbox_token": TOKEN[:-1]}):
                assert raw.refused(method, path, host="class.example", **token) == (403, NO_TOKEN)
        assert raw("GET", "/sandbox/inbox", host="class.example", x_sandbox_token=TOKEN) == (200, b"[]")
        assert raw("GET", "/.well-known/jwks.json", host="class.example")[0] == 200
        page = {"host": "class.example", "origin": "http://evil.example", "x_sandbox_token": TOKEN}
        assert raw.refused("POST", "/sandbox/reset", **page) == (401, FOREIGN_PAGE)
        assert TOKEN not in repr(sandbox) and sandbox.ready()["sandbox_token"] == TOKEN
    finally:
        sandbox.stop()
