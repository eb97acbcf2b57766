"""Up and down, alone and together, without a sound."""

import gc
import http.client
import socket
import sqlite3
import ssl
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import requests

from mfa_helpers import sandbox as package
from mfa_helpers.sandbox.app import create_app
from mfa_helpers.sandbox.hosting import event_loop_thread
from mfa_helpers.sandbox.store import StateUnusable, Store

from ...support.sandbox_api import JSON, MFA_REQUIRED, Api, refusal
from ...support.sandbox_processes import DEADLINE
from ...support.transport import needs_a_socket, needs_ipv6

pytestmark = needs_a_socket


@pytest.fixture
def start(state, tmp_path, monkeypatch):
    """`start()`: the notebooks' way, on a file of this test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # for the certificate
    started = []

    def start(path=state, **kwargs):
        started.append(package.start(path, **kwargs))
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.stop()


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "mfa-sandbox"]


def port_of(sandbox):
    return int(sandbox.base_url.rpartition(":")[2])


def login(sandbox):
    api = Api(sandbox)
    answer = api.login()
    api.http.close()
    return refusal(answer)


# one tenant a process


def test_ten_starts_give_one_server(start):
    before = len(threads())
    assert len({id(start()) for _ in range(10)}) == 1
    assert len(threads()) == before + 1


def test_starts_from_several_threads_give_one_server(start):
    before = len(threads())
    barrier = threading.Barrier(4)

    def together(_):
        barrier.wait(DEADLINE)
        return start()

    with ThreadPoolExecutor(4) as pool:
        sandboxes = list(pool.map(together, range(4)))
    assert len({sandbox.base_url for sandbox in sandboxes}) == 1
    assert len(threads()) == before + 1
    assert login(sandboxes[0]) == MFA_REQUIRED


def test_the_same_file_by_another_name_is_the_same_tenant(start, state, monkeypatch):
    monkeypatch.chdir(state.parent)
    assert start(state) is start(state.name) is start(str(state.parent / "." / state.name))


def test_without_a_file_the_environment_names_it(state, monkeypatch):
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(state))
    sandbox = package.start()
    assert sandbox.state == state.resolve()
    sandbox.stop()


def test_two_files_are_two_tenants_on_two_ports(start, tmp_path):
    first, second = start(), start(tmp_path / "second.sqlite3")
    assert first.base_url != second.base_url and first.smtp != second.smtp
    mixed = SimpleNamespace(**{**vars(second), "client_secret": first.client_secret})
    assert login(mixed) == (401, "access_denied", "Unauthorized")
    assert (login(first), login(second)) == (MFA_REQUIRED, MFA_REQUIRED)


# up and down


def test_it_listens_on_this_machines_own_address_only(start):
    sandbox = start()
    assert sandbox.base_url.startswith("http://127.0.0.1:")
    assert sandbox.smtp.startswith("127.0.0.1:")
    for address in (sandbox.base_url.removeprefix("http://"), sandbox.smtp):
        port = int(address.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), 1).close()
        with pytest.raises(OSError):  # 127.0.0.2 would be answered by a server of all addresses
            socket.create_connection(("127.0.0.2", port), 1).close()


@needs_ipv6
def test_localhost_leads_to_it_by_either_of_its_numbers(start):
    sandbox = start()
    for number in ("127.0.0.1", "::1"):
        with closing(http.client.HTTPConnection(number, port_of(sandbox), timeout=DEADLINE)) as line:
            line.request("GET", "/.well-known/jwks.json")
            assert line.getresponse().status == 200
    sandbox.stop()
    with pytest.raises(OSError):
        socket.create_connection(("::1", port_of(sandbox)), 1).close()


@needs_ipv6
def test_where_the_other_number_of_localhost_is_taken_it_does_without(start):
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        sandbox = start(port=other.getsockname()[1])
        assert login(sandbox) == MFA_REQUIRED


def test_after_a_stop_nobody_listens_and_the_port_is_free(start):
    sandbox = start()
    sandbox.stop()
    assert not sandbox.is_running
    with pytest.raises(requests.ConnectionError):
        login(sandbox)
    again = start(port=port_of(sandbox))
    assert again is not sandbox and again.base_url == sandbox.base_url
    assert login(again) == MFA_REQUIRED


@pytest.mark.parametrize("change", ["one more", "one less"])
def test_a_tenant_with_other_applications_than_at_first_starts_again(start, state, change):
    first = start()
    with closing(Store(state)) as store:
        if change == "one more":
            store.add_client("made", client_secret="s", name="Made", auth_method="none", grant_types="[]", keys="[]")
        else:
            store.remove_client(first.client_id)
    first.stop()
    again = start()
    kept = ("client_id", "public_client_id", "management_client_id", "management_client_secret")
    assert [getattr(again, name) for name in kept] == [getattr(first, name) for name in kept]
    assert again.client_secret == (first.client_secret if change == "one more" else "")


def test_stopping_twice_does_no_harm(start):
    sandbox = start()
    sandbox.stop()
    sandbox.stop()
    assert login(start()) == MFA_REQUIRED


def test_an_open_connection_does_not_keep_it_from_stopping(start):
    sandbox = start()
    api = Api(sandbox)
    api.login()  # stays open, for the next request
    with socket.create_connection(("127.0.0.1", port_of(sandbox)), 5) as half:
        half.sendall(b"POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab")
        sandbox.stop()
        assert not sandbox.is_running
    api.http.close()


def test_a_taken_port_is_the_callers_error_at_once(start, tmp_path):
    taken = port_of(start())
    with pytest.raises(OSError):
        package.start(tmp_path / "other.sqlite3", port=taken)
    assert login(start()) == MFA_REQUIRED


def test_a_file_that_is_no_tenant_leaves_no_server_behind(tmp_path):
    before = threads()
    path = tmp_path / "letter.sqlite3"
    path.write_text("This is a letter to grandmother. " * 300)
    for _ in range(2):
        with pytest.raises(StateUnusable):
            package.start(path)
    assert threads() == before
    path.unlink()
    package.start(path).stop()


def test_the_thread_ends_with_its_process(start):
    start()
    assert all(thread.daemon for thread in threads())


def test_no_secret_shows_when_a_sandbox_is_printed(start):
    sandbox = start()
    assert sandbox.base_url in repr(sandbox)
    assert sandbox.password not in repr(sandbox) and sandbox.client_secret not in repr(sandbox)


def test_over_tls_nothing_is_said_in_plain(start):
    sandbox = start(tls=True)
    assert sandbox.base_url == f"https://localhost:{port_of(sandbox)}"
    assert login(sandbox) == MFA_REQUIRED
    with pytest.raises(requests.ConnectionError):
        login(SimpleNamespace(**{**vars(sandbox), "base_url": sandbox.base_url.replace("https", "http")}))
    with pytest.raises(requests.exceptions.SSLError, match="certificate verify failed"):
        login(SimpleNamespace(**{**vars(sandbox), "ca_file": None}))


def test_a_tls_connection_that_rested_too_long_is_cut_when_the_sandbox_stops(start, monkeypatch):
    """The sandbox has said farewell and waits for the client's, which never comes; pytest would tell of an open socket."""
    monkeypatch.setattr(event_loop_thread, "_KEEP_ALIVE", 0)
    sandbox = start(tls=True)
    context = ssl.create_default_context(cafile=sandbox.ca_file)
    with socket.create_connection(("127.0.0.1", port_of(sandbox)), 5) as plain:
        secured = context.wrap_socket(plain, server_hostname="localhost")
        secured.sendall(b"GET /.well-known/jwks.json HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert secured.recv(15) == b"HTTP/1.1 200 OK"
        while secured.recv(65_536):  # to the end: the farewell has come
            pass
        sandbox.stop()
        secured.close()
    gc.collect()


def test_the_certificate_is_for_the_number_too_and_for_no_other_name(start):
    sandbox = start(tls=True)
    number = sandbox.base_url.replace("localhost", "127.0.0.1")
    assert login(SimpleNamespace(**{**vars(sandbox), "base_url": number})) == MFA_REQUIRED
    context = ssl.create_default_context(cafile=sandbox.ca_file)
    with socket.create_connection(("127.0.0.1", port_of(sandbox)), 5) as connection:
        with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
            context.wrap_socket(connection, server_hostname="elsewhere.example")


# what nobody has is answered as JSON


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/", 404, "Not Found"),
        ("GET", "/login", 404, "Not Found"),
        ("POST", "/oauth/token/", 404, "Not Found"),
        ("POST", "/%2Foauth/token", 404, "Not Found"),  # some versions of requests make one slash of two
        ("POST", "/oauth/../mfa/nothing", 404, "Not Found"),
        ("GET", "/oauth/token", 405, "Method Not Allowed"),
        ("PATCH", "/mfa/authenticators", 405, "Method Not Allowed"),
        ("GET", "/mfa/authenticators/email%7Cdev_0123456789abcdef", 405, "Method Not Allowed"),
        ("OPTIONS", "/mfa/challenge", 405, "Method Not Allowed"),
    ],
)
def test_a_page_that_is_not_there_is_json_too(api, method, path, status, text):
    answer = api.call(method, path, allow_redirects=False)
    assert (answer.status_code, answer.headers["content-type"]) == (status, JSON)
    assert answer.json() == {"statusCode": status, "error": text, "message": text}


def test_what_breaks_inside_is_answered_in_json_and_the_server_goes_on(state, serve):
    api = serve(state)
    with closing(sqlite3.connect(state)) as db, db:
        db.execute("ALTER TABLE users RENAME TO lost")
    answer = api.login()
    broken = (500, "server_error", "The sandbox failed. Please report what you sent.")
    assert refusal(answer) == broken
    with closing(sqlite3.connect(state)) as db, db:
        db.execute("ALTER TABLE lost RENAME TO users")
    db.close()
    assert login(api.sandbox) == MFA_REQUIRED


@pytest.mark.parametrize(("method", "path"), [("POST", "/mfa/associate"), ("DELETE", "/mfa/authenticators/x")])
def test_an_answer_after_which_the_server_ends_the_connection_says_so(method, path, state, serve):
    """Else a client sends its next request into the closing connection, and reads that nobody is there."""
    api = serve(state)
    token = api.mfa_token()
    with closing(sqlite3.connect(state)) as db, db:
        db.execute("ALTER TABLE users RENAME TO lost")
    answer = api.bearer(method, path, token, json={"authenticator_types": ["oob"], "oob_channels": ["email"]})
    assert (answer.status_code, answer.headers["connection"]) == (500, "close")
    with closing(sqlite3.connect(state)) as db, db:
        db.execute("ALTER TABLE lost RENAME TO users")


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\nX: \x00\r\n\r\n", b"\x16\x03\x01\r\n\r\n"])
def test_what_is_no_http_is_refused_and_the_connection_ends(api, sent):
    with connected(api) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as answer:
            assert answer.read().startswith(b"HTTP/1.1 400 Bad Request\r\n")


def connected(api):
    place = urlsplit(api.sandbox.base_url)
    return socket.create_connection((place.hostname, place.port), timeout=DEADLINE)


UPGRADES = {
    "curl --http2": "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
    "websocket": "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
}


@pytest.mark.parametrize("offer", UPGRADES)
@pytest.mark.parametrize("is_chunked", [False, True], ids=["content-length", "chunked"])
@pytest.mark.parametrize(
    "path", [route.path for route in create_app(SimpleNamespace()).routes if "POST" in route.methods]
)
def test_a_request_that_offers_an_upgrade_keeps_its_body_and_its_connection(api, path, is_chunked, offer):
    """Java's client and `curl --http2` offer one with each request over plain HTTP. Its answer is that of the request without it."""
    body, path = b'{"mfa_token": "x", "seconds": "soon", "answer": "no"}', path.replace("{id}", "none")
    length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {len(body)}"
    content = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if is_chunked else body

    def asked(connection, offered, path=path):
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n{offered}\r\n"
        connection.sendall(head.encode() + content)
        answer = http.client.HTTPResponse(connection, method="POST")
        answer.begin()
        return answer.status, answer.read()

    with connected(api) as connection:
        plain = asked(connection, "")
        assert asked(connection, UPGRADES[offer]) == plain
        assert asked(connection, UPGRADES[offer]) == plain
        # the body was read: this call wants what it holds before all else
        assert b"Missing required parameter: client_id" in asked(connection, UPGRADES[offer], "/mfa/challenge")[1]
