"""A mailbox for the tests: mail comes in over SMTP (aiosmtpd, into a Maildir) and is read over IMAP (pymap)."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from .sandbox_processes import DEADLINE, environment

OWNER, PASSWORD = "ada@example.com", "the mailbox's /secret?"


@dataclass
class Post:
    smtp_port: int
    imap_port: int

    @property
    def url(self) -> str:
        """For MFA_TEST_INBOX."""
        return f"imap://{quote(OWNER)}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.imap_port}/INBOX"


@contextmanager
def post(folder: Path) -> Iterator[Post]:
    from pysasl.hashing import BuiltinHash

    home = folder / "imap"
    home.mkdir()
    (home / "pymap-etc-passwd").write_text(f"{OWNER}:::::mailbox:\n")
    (home / "pymap-etc-shadow").write_text(f"{OWNER}:{BuiltinHash(rounds=1000).hash(PASSWORD)}:::::::\n")
    smtp = Controller(Mailbox(home / "mailbox"), "127.0.0.1", port=_free_port())
    smtp.start()
    port = _free_port()
    command = [sys.executable, "-c", "from pymap.main import main; main()", "--host", "127.0.0.1", "--port", str(port)]
    with open(folder / "imap.txt", "w") as log:
        imap = subprocess.Popen(
            [*command, "--no-tls", "maildir", str(home)], stdout=log, stderr=log, env=environment(folder)
        )
    try:
        _wait_for(imap, port, folder / "imap.txt")
        yield Post(smtp.port, port)
    finally:
        imap.terminate()
        imap.wait(DEADLINE)
        smtp.stop()


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port: int = server.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"pymap does not answer: {log.read_text()}")
