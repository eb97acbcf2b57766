"""What goes wrong inside is on the operator's stderr with its traceback, and no secret is in it."""

import http.client
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests

from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.storage.handover import Handover
from mfa_helpers.tenants import environment as environment_of_notebooks
from mfa_helpers.tenants.class_tenant import management

from ..support.sandbox_api import Api
from ..support.sandbox_processes import DEADLINE, command, environment

PLANTED = "planted-7f3a-in-this-request"
TOKEN = "an-instructor's-token-of-32-letters"
AUTHORIZATION = {"authorization": f"Bearer {PLANTED}"}

resource = pytest.importorskip("resource", reason="limits of POSIX")


@pytest.fixture
def run(tmp_path):
    """`run(*arguments)`: the command line on a file of its own, as a context."""
    state = str(tmp_path / "tenant.sqlite3")
    return lambda *arguments, **environment: command(tmp_path, "--json", "--state", state, *arguments, **environment)


def damage(tmp_path, sql):
    """Let the tenant's file be as no request could make it."""
    with closing(sqlite3.connect(tmp_path / "tenant.sqlite3", isolation_level=None)) as db:
        db.execute(sql)


def log_in(ready, **more):
    """A login with a secret planted wherever one could be."""
    fields = {
        "grant_type": "password",
        "username": ready.username,
        "password": PLANTED,
        "client_id": ready.client_id,
        "client_secret": ready.client_secret,
        "mfa_token": PLANTED,
        "otp": PLANTED,
    }
    url = ready.base_url + "/oauth/token?x=" + PLANTED
    verify = getattr(ready, "ca_file", True)
    with requests.Session() as session:
        session.trust_env = False
        return session.post(url, data={**fields, **more}, headers=AUTHORIZATION, timeout=120, verify=verify)


def assert_no_secret(text, ready):
    secrets = (PLANTED, TOKEN, ready.password, ready.client_secret, ready.management_client_secret)
    assert [secret for secret in secrets if secret in text] == []


def test_a_500_is_told_with_its_traceback_and_without_a_secret(run, tmp_path):
    with run() as sandbox:
        ready = sandbox.ready()
        damage(tmp_path, "DROP TABLE users")
        assert log_in(ready, password=ready.password).status_code == 500
        code, out, err = sandbox.end()
    assert (code, out) == (0, "")
    assert err.count("Exception in ASGI application\nTraceback (most recent call last):\n") == 1
    assert "oauth.py" in err and err.endswith("sqlite3.OperationalError: no such table: users\n")
    assert_no_secret(err, ready)


def test_what_an_exception_says_is_left_out_because_it_may_be_a_secret(run, tmp_path):
    with run() as sandbox:
        ready = sandbox.ready()
        damage(tmp_path, f"INSERT OR REPLACE INTO facts VALUES ('clock_offset', '{PLANTED}')")
        assert log_in(ready, password=ready.password).status_code == 500
        _, _, err = sandbox.end()
    assert err.endswith("ValueError (its message is left out, because it could contain a secret)\n")
    assert "Traceback (most recent call last):" in err
    assert_no_secret(err, ready)


def test_a_full_disk_is_told(run):
    with run() as sandbox:
        ready = sandbox.ready()
        resource.prlimit(sandbox.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        assert log_in(ready).status_code == 500
        resource.prlimit(sandbox.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        assert log_in(ready).status_code == 403
        _, _, err = sandbox.end()
    assert err.count("Traceback (most recent call last):") == 1
    assert err.endswith(("sqlite3.OperationalError: disk I/O error\n", "database or disk is full\n"))
    assert_no_secret(err, ready)


def test_a_mail_that_cannot_be_kept_is_told(run, tmp_path):
    with run() as sandbox:
        ready = sandbox.ready()
        damage(tmp_path, "DROP TABLE mails")
        token = log_in(ready, password=ready.password).json()["mfa_token"]
        answer = requests.post(
            ready.base_url + "/mfa/associate",
            json={"authenticator_types": ["oob"], "oob_channels": ["email"]},
            headers={"authorization": f"Bearer {token}"},
            timeout=120,
        )
        assert answer.status_code == 502
        _, _, err = sandbox.end()
    assert err.endswith("sqlite3.OperationalError: no such table: mails\n")
    assert_no_secret(err, ready)
    assert token not in err


def test_a_class_tells_its_instructor(run, tmp_path):
    arguments = ("--class", "--host", "127.0.0.1", "--port", "0", "--name", "localhost")
    with run(*arguments, MFA_SANDBOX_TOKEN=TOKEN) as sandbox:
        ready = sandbox.ready()
        damage(tmp_path, "DROP TABLE users")
        assert log_in(ready, password=ready.password).status_code == 500
        _, _, err = sandbox.end()
    assert err.endswith("sqlite3.OperationalError: no such table: users\n")
    assert_no_secret(err, ready)


def test_the_process_of_notebooks_stays_silent(run, tmp_path):
    with run("--while-used") as sandbox:
        ready = sandbox.ready()
        damage(tmp_path, "DROP TABLE users")
        assert log_in(ready, password=ready.password).status_code == 500
        assert sandbox.end() == (0, "", "")


def test_what_is_no_error_of_the_sandbox_is_not_told(run):
    """Refusals, faults that were asked for, callers that go away, and what is no HTTP."""
    with run() as sandbox:
        ready = sandbox.ready()
        for kind in ("cut", "cut_after", "unavailable", "rate_limit"):
            body = {"path": "/oauth/token", "kind": kind}
            assert Api(ready).call("POST", "/sandbox/faults", json=body).status_code == 200
            try:
                log_in(ready)
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                assert kind.startswith("cut")
        assert log_in(ready).status_code == 403
        parts = urlsplit(ready.base_url)
        for sent in (
            b"POST /oauth/token HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n\r\nhalf",
            b"\x16\x03 ?\r\n\r\n",
        ):
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
            connection.connect()
            connection.sock.sendall(sent)
            connection.close()
        assert log_in(ready).status_code == 403
        assert sandbox.end(signal.SIGTERM) == (0, "", "")


def test_requests_that_are_still_under_way_when_the_server_ends_are_not_told(run):
    with run() as sandbox:
        parts = urlsplit(sandbox.ready().base_url)
        with closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)) as connection:
            connection.connect()
            connection.sock.sendall(
                b"POST /oauth/token HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 99\r\n\r\n"
            )
            assert connection.sock.recv(100).startswith(b"HTTP/1.1 100")  # it waits for the body
            assert sandbox.end(signal.SIGTERM) == (0, "", "")


def test_a_server_that_ends_by_itself_says_so_and_the_command_ends_with_it(tmp_path):
    code = """
import sys, threading, time
from mfa_helpers.sandbox import __main__ as command
from mfa_helpers.sandbox.hosting import server

def let_it_end():
    while not server._running:
        time.sleep(0.01)
    (sandbox,) = server._running.values()
    def fail():
        raise SystemExit("planted")
    sandbox._thread.loop.call_soon_threadsafe(fail)

threading.Thread(target=let_it_end, daemon=True).start()
sys.argv = ["sandbox", "--json"]
sys.exit(command.main())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, timeout=DEADLINE
    )
    assert done.returncode == 1
    assert "The sandbox has stopped\nTraceback (most recent call last):\n" in done.stderr
    assert "SystemExit" in done.stderr and "planted" not in done.stderr.replace('raise SystemExit("planted")', "")


def test_a_kernel_that_serves_a_tenant_shows_nothing_of_its_errors(tmp_path):
    code = """
import sqlite3, sys, requests
from mfa_helpers.sandbox.hosting import server

sandbox = server.start(sys.argv[1])
with sqlite3.connect(sys.argv[1]) as db:
    db.execute("DROP TABLE users")
fields = {"grant_type": "password", "username": "a@b.example", "password": "x"}
application = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
answer = requests.post(sandbox.base_url + "/oauth/token", {**fields, **application}, timeout=30)
assert answer.status_code == 500

def fail():
    raise ValueError

sandbox._thread.loop.call_soon_threadsafe(fail)
assert requests.get(sandbox.base_url + "/.well-known/jwks.json", timeout=30).status_code == 200
sandbox.stop()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "tenant.sqlite3")],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_class_tells_its_board_what_failed_inside_and_a_learner_whom_to_ask(run, tmp_path):
    with run("--class", "--port", "0", MFA_SANDBOX_TOKEN=TOKEN) as sandbox:
        ready = sandbox.ready()
        lab, instructor = (
            Lab(handover=Handover(tmp_path / "handover.json")),
            management(ready.join_line, TOKEN, tmp_path),
        )
        lab.choose("class", ready.join_line)
        assert instructor.own_errors() == []
        instructor.newest_event()  # it has its token
        resource.prlimit(sandbox.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        with pytest.raises(errors.TenantFailed) as failed:
            lab.login()
        assert failed.value.what == "Something failed inside the class's tenant."
        assert failed.value.next_step.startswith("Tell your instructor, whose terminal says what it was.")
        ((when, what),) = instructor.own_errors()
        assert what == "its file can't be written, because the disk is full or the location isn't writable"
        assert abs((datetime.now(UTC) - when).total_seconds()) < DEADLINE
        resource.prlimit(sandbox.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        assert isinstance(lab.login(), errors.MfaRequired)
        damage(tmp_path, "DROP TABLE mails")
        with pytest.raises(errors.TenantFailed):
            lab.mails()
        assert [what for _, what in instructor.own_errors()][1:] == ["an error of its own (OperationalError)"]
        _, _, err = sandbox.end()
    assert err.count("Traceback (most recent call last):") == 2
    environment_of_notebooks.trust(None)
