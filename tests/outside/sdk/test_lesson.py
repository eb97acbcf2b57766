"""Notebook 12 with the SDKs installed: its recordings are what they send, its stored outputs are the same, and its traps are true."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from mfa_helpers.lessons.sdk import SdkLesson, recordings

from ...notebooks.refresh import stored
from ...notebooks.test_papermill import without_number
from ...support.login_page import Browser
from ...support.management import Manage
from ...support.notebook_files import cells, tags
from ...support.run_notebooks import own_surroundings, with_papermill
from ...support.sandbox_api import Api, public
from ...support.secrets_search import codes_of, leaks
from .conftest import SCOPE, Tenant
from .driving import Driver
from .record import NOTEBOOK, recorded, with_python_sdk

CALLBACK = "http://localhost:3000/auth/callback"


class _Session:
    hands_free = True


def test_the_recordings_are_what_the_sdks_send(
    _node: Path, _python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    assert recorded(_node) == json.loads(recordings.FILE.read_text("utf-8"))


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
    _python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with_python_sdk()
    lesson = SdkLesson(_Session())  # type: ignore[arg-type]
    (source,) = (cell["source"] for cell in cells(NOTEBOOK) if cell["id"] == "sdk-sign-in")
    from mfa_helpers import notebook

    monkeypatch.setitem(notebook.__dict__, "sdk", lesson)
    exec(source, {})
    seen: list[Any] = []

    @lesson.step("refresh")
    async def refresh(app: Any) -> None:
        app.turn_on_mfa()
        session = await app.client._state_store.get("_a0_session")
        try:
            await app.client.get_token_by_refresh_token({"refresh_token": session.refresh_token})
        except Exception as error:
            seen.append(error)

    (error,) = seen
    assert type(error).__name__ == "ApiError" and error.code == "mfa_required"
    assert error.mfa_token.startswith("Fe26.2*")  # the tenant's own, as it is
    assert error.mfa_token not in str(error)
