"""Sixteen processes of pytest at once, each with two hundred tests that do the whole flow in a tenant of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from ..support.places import ROOT
from ..support.run_report import count
from ..support.sandbox_processes import environment

WORKERS, FLOWS = 16, 200
PATIENCE = 3600  # seconds; on two cores that do nothing else it takes some minutes

FLOW = """
import os
import pathlib
import random

import pytest
import requests

GRANT = "http://auth0.com/oauth/grant-type/mfa-oob"
ENROLL = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
TOKENS = pathlib.Path("tokens")  # of other tests, each put there whole


@pytest.mark.parametrize("n", range(FLOWS))
def test_flow(mfa_tenant, n):
    me = f"{os.environ['PYTEST_XDIST_WORKER']}-{n}@example.com"
    mfa_tenant.seed(users=[{"email": me, "password": me}])
    application = {"client_id": mfa_tenant.client_id, "client_secret": mfa_tenant.client_secret}

    def token(**fields):
        return requests.post(mfa_tenant.base_url + "/oauth/token", data={**application, **fields}, timeout=120)

    def login():
        answer = token(grant_type="password", username=me, password=me)
        assert answer.json()["error"] == "mfa_required", answer.text
        return answer.json()["mfa_token"]

    def mfa(method, path, bearer, body=None):
        url, headers = mfa_tenant.base_url + path, {"authorization": f"Bearer {bearer}"}
        return requests.request(method, url, json=body, headers=headers, timeout=120)

    mine = login()
    begun = mfa("POST", "/mfa/associate", mine, ENROLL).json()
    code = mfa_tenant.inbox.code(me, within=120)
    assert "access_token" in token(grant_type=GRANT, mfa_token=mine, oob_code=begun["oob_code"], binding_code=code).json()

    mine = login()
    (email,) = mfa("GET", "/mfa/authenticators", mine).json()  # nobody else's is among them
    asked = {**application, "mfa_token": mine, "challenge_type": "oob", "authenticator_id": email["id"]}
    begun = mfa("POST", "/mfa/challenge", mine, asked).json()
    code = mfa_tenant.inbox.code(me, within=120)
    assert "access_token" in token(grant_type=GRANT, mfa_token=mine, oob_code=begun["oob_code"], binding_code=code).json()
    assert [mail.to for mail in mfa_tenant.inbox.messages()] == [me, me]

    others = sorted(TOKENS.iterdir())
    for other in random.sample(others, min(3, len(others))):
        assert mfa("GET", "/mfa/authenticators", other.read_text()).status_code == 401, f"{other} opens a tenant of {me}"
    written = pathlib.Path(me)
    written.write_text(login())
    written.rename(TOKENS / me)
"""


def test_sixteen_times_two_hundred_flows_end_well_and_meet_nobody_elses(tmp_path: Path) -> None:
    (tmp_path / "tokens").mkdir()
    (tmp_path / "test_flow.py").write_text(FLOW.replace("FLOWS", str(FLOWS)))
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-p", "mfa_helpers.pytest_plugin"]
    command += ["--dist", "each", "--tx", f"{WORKERS}*popen", "--maxfail", "5"]
    own = environment(tmp_path, **alone)
    done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert re.search(rf"\b{WORKERS * FLOWS} passed\b", done.stdout)
    assert len(list((tmp_path / "tokens").iterdir())) == WORKERS * FLOWS
    count("flows of someone's own tests, 16 processes at once", WORKERS * FLOWS)
