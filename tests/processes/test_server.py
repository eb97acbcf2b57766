"""A server in a kernel of its own: it makes no sound, and ends with its kernel."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from mfa_helpers import sandbox as package

from ..sandbox.hosting.test_server import login
from ..support.sandbox_api import MFA_REQUIRED
from ..support.sandbox_processes import DEADLINE, environment

QUIET = """
import http.client, smtplib, socket, sqlite3, sys, urllib.parse
from mfa_helpers.sandbox import start

sandbox = start(sys.argv[1])
host, port = "127.0.0.1", int(sandbox.base_url.rpartition(":")[2])

def post(path, **fields):
    connection = http.client.HTTPConnection(host, port, timeout=30)
    body = urllib.parse.urlencode(fields)
    connection.request("POST", path, body, {"content-type": "application/x-www-form-urlencoded"})
    status = connection.getresponse().status
    connection.close()
    return status

client = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
right = dict(client, grant_type="password", username=sandbox.username, password=sandbox.password)
told = [post("/oauth/token", **right), post("/oauth/token"), post("/nothing")]
for garbage in (b"garbage\\r\\n\\r\\n", b"POST /oauth/token HTTP/1.1\\r\\ncontent-length: 9\\r\\n\\r\\nx", b""):
    with socket.create_connection((host, port), 120) as connection:
        connection.sendall(garbage)
smtp = sandbox.smtp.split(":")
with smtplib.SMTP(smtp[0], int(smtp[1]), local_hostname="localhost", timeout=30) as letter:
    letter.sendmail("a@example.com", ["b@example.com"], b"\\xff\\xfe 123456")
with socket.create_connection((smtp[0], int(smtp[1])), 120) as connection:
    connection.sendall(b"EHLO \\xff\\r\\nNONSENSE\\r\\nMAIL FROM:<\\xff>\\r\\nDATA\\r\\n")
database = sqlite3.connect(sys.argv[1])
database.execute("ALTER TABLE users RENAME TO lost")
told.append(post("/oauth/token", **right))
database.execute("DROP TABLE mails")
try:
    with smtplib.SMTP(smtp[0], int(smtp[1]), local_hostname="localhost", timeout=30) as letter:
        letter.sendmail("a@example.com", ["b@example.com"], b"x")
except smtplib.SMTPException as fault:
    told.append(type(fault).__name__)
if sys.argv[2] == "stop":
    sandbox.stop()
sys.exit(0 if told == [403, 400, 404, 500, "SMTPDataError"] else str(told))
"""


@pytest.mark.parametrize("end", ["stop", "leave it running"])
def test_the_servers_thread_prints_nothing_whatever_happens(tmp_path, end):
    """What it printed would show in whatever cell of a notebook is running."""
    done = subprocess.run(
        [sys.executable, "-c", QUIET, str(tmp_path / "sandbox.sqlite3"), end],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


KERNEL = """
import sys
from mfa_helpers.sandbox import start

print(start(sys.argv[1], port=int(sys.argv[2])).base_url, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals and process groups")
def test_a_killed_kernel_leaves_no_process_and_its_port_can_be_had_again(tmp_path):
    state, port = tmp_path / "sandbox.sqlite3", 0
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", KERNEL, str(state), str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(tmp_path),
            start_new_session=True,
            text=True,
        ) as kernel:
            url = kernel.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:"), kernel.stderr.read()
            port = int(url.rpartition(":")[2])
            connection = socket.create_connection(("127.0.0.1", port), DEADLINE)  # open when the kernel dies
            kernel.send_signal(signal.SIGKILL)
            kernel.wait(DEADLINE)
            connection.close()
        with pytest.raises(ProcessLookupError):  # nobody of its group is left
            os.killpg(kernel.pid, 0)
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
    sandbox = package.start(state, port=port)
    assert login(sandbox) == MFA_REQUIRED
    sandbox.stop()
