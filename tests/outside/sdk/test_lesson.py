"""Notebook 12 with the SDKs installed: its recordings are what they send, its stored outputs are the same, and its traps are true."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from mfa_helpers.lessons.sdk import recordings

from ...notebooks.refresh import stored
from ...notebooks.test_papermill import without_number
from ...support.deadline import DEADLINE
from ...support.login_page import Browser
from ...support.management import Manage
from ...support.notebook_files import cells, tags
from ...support.places import ROOT
from ...support.run_notebooks import own_surroundings, with_papermill
from ...support.sandbox_api import Api, public
from ...support.secrets_search import allowed, codes_of, leaks
from .conftest import SCOPE, Tenant
from .driving import Driver
from .record import NOTEBOOK

CALLBACK = "http://localhost:3000/auth/callback"


def test_the_recordings_are_what_the_sdks_send(_node: Path, _python: Path, tmp_path: Path) -> None:
    file = tmp_path / "recordings.json"
    # a process of its own: the SDKs keep connections open until it ends
    command = [sys.executable, "-W", "ignore", "-m", "tests.outside.sdk.record", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr[-2000:]
    assert file.read_text("utf-8") == recordings.FILE.read_text("utf-8")


def test_with_the_sdks_the_notebook_shows_what_it_shows_without_them(
    _node: Path, _python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "node_modules").symlink_to(_node / "node_modules")
    (packages,) = _python.parents[1].glob("lib/python*/site-packages")
    output = tmp_path / "out.ipynb"
    with own_surroundings(tmp_path):
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([os.environ["PYTHONPATH"], str(packages)]))
        with_papermill(NOTEBOOK, output, cwd=tmp_path, parameters={"hands_free": True})
    book = nbformat.read(output, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code" and "injected-parameters" not in tags(cell)]
    said = "".join(str(output) for cell in code for output in cell.outputs)
    assert said.count("sent just now") >= 8 and "recorded earlier" not in said
    for before, after in zip((c for c in cells(NOTEBOOK) if c["cell_type"] == "code"), code, strict=True):
        assert [without_number(one) for one in stored(after)] == [without_number(one) for one in before["outputs"]]
    assert leaks(tmp_path, codes_of(tmp_path)) == []
    files = [path for path in allowed(tmp_path) if path.parent.name == "mfa-sdk"]
    assert files and {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


# The traps


def test_spa_js_drops_what_has_no_type_once_the_tenant_names_types(
    drive: Callable[..., Driver], tenant: Tenant, api: Api
) -> None:
    driver = drive("spa_js.mjs", NODE_EXTRA_CA_CERTS=tenant.ca_file)
    driver.do("start", **tenant.public)
    api.enroll()
    token = api.login(audience=tenant.audience, scope=SCOPE, **public(tenant)).json()["mfa_token"]
    for requirements, rows in ((None, 1), ({"challenge": [{"type": "email"}]}, 0)):
        driver.do("prime", mfa_token=token, scope=SCOPE, audience=tenant.audience, mfa_requirements=requirements)
        assert len(driver.do("list")["rows"]) == rows
    assert "type" not in api.rows(token)[0]


def test_nextjs_refuses_oob_and_the_tenant_refuses_email(
    drive: Callable[..., Driver], tenant: Tenant, api: Api
) -> None:
    driver = drive("login/nextjs_auth0.mjs", NODE_EXTRA_CA_CERTS=tenant.ca_file)
    driver.do("start", **tenant.confidential, redirect_uri=CALLBACK, audience=tenant.audience)
    api.set_up(callbacks=[CALLBACK], mfa_policy=[], customize_mfa_in_postlogin_action=True, email_verified=True)
    browser = Browser(api)
    answer = browser.password(browser.open(driver.do("begin", redirect_uri=CALLBACK)["url"]))
    driver.do("complete", url=answer.headers["location"])
    Manage(api).done("PUT", "guardian/policies", ["all-applications"])
    driver.do("access", side="server", scope="read:reports", audience=tenant.audience)
    (row,) = driver.do("list", side="server")["rows"]
    ours = driver.fail("challenge", side="server", id=row["id"])
    assert ours["class"] == "MfaNoAvailableFactorsError" and ours["message"].endswith("Allowed: email")
    theirs = driver.fail("challenge", side="server", id=row["id"], type="email")
    assert (theirs["class"], theirs["error"]) == ("MfaChallengeError", "unsupported_challenge_type")


def test_the_error_of_a_refresh_has_an_mfa_token_that_is_not_sealed(
    drive: Callable[..., Driver], tenant: Tenant, api: Api
) -> None:
    driver = drive("server_python.py", SSL_CERT_FILE=tenant.ca_file)
    driver.do("start", **tenant.confidential)
    api.set_up(mfa_policy=[])
    tokens = api.login(audience=tenant.audience, scope=f"{SCOPE} offline_access").json()
    Manage(api).done("PUT", "guardian/policies", ["all-applications"])
    error = driver.fail("refresh", refresh_token=tokens["refresh_token"])
    assert (error["class"], error["code"]) == ("ApiError", "mfa_required")
    assert driver.do("refused") == {"mfa_token": {"kind": "seal", "length": len(api.mfa_token())}}  # the tenant's own
