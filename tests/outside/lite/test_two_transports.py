"""The tenant answers in a browser as it does over a socket: its HTTP tests and the contract, a second time.

In that run nothing listens, neither `cryptography` nor scrypt is there, and the
tenant is kept in a second file as a browser keeps it. Each row of the fidelity
table is compared. Tests of what only a server has (TLS, SMTP, raw HTTP, other
processes) are skipped there and say so.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from mfa_helpers.sandbox.fidelity import ROWS

from ...support.places import ROOT
from ...support.run_report import tell

REASONS = ("it needs a socket", "it needs scrypt", "could not import 'cryptography")
_WITHOUT = """
import hashlib, sys
sys.modules["cryptography"] = None
del hashlib.scrypt
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


def test_every_row_and_every_http_test_holds_without_a_socket_and_without_cryptography(
    request: pytest.FixtureRequest,
) -> None:
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=short"]
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT, *options, "tests/sandbox"],
        cwd=ROOT,
        env={**os.environ, "MFA_TRANSPORT": "in-process"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    held = f"contract (sandbox): {len(ROWS)} rows held, 0 differed, 0 skipped"
    assert held in done.stdout, done.stdout[-2000:]
    other = [
        why for why in re.findall(r"^SKIPPED \[\d+\] \S+: (.*)$", done.stdout, re.M) if not why.startswith(REASONS)
    ]
    assert other == []
    tell(request.config, "in process", f"{held}; {done.stdout.strip().splitlines()[-1]}")
