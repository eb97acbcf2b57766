"""The sandbox's phone in a browser, when its cookie opens nothing any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mfa_helpers import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.lessons.other_factors import Factors

from ..support.end_sandbox import end_sandbox


def test_a_phone_that_is_no_longer_let_in_says_so_and_offers_nothing(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(tmp_path / "sandbox.sqlite3"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    lab = Lab()
    try:
        lab.companion(TenantSetup).switch_on("push-notification")
        lab.companion(Factors).enroll("push")
        page.goto(lab.tenant.require_controls().link())
        status, approve = page.get_by_role("status"), page.get_by_role("button", name="Approve")
        expect(status).to_have_text("1 waiting.")
        expect(approve).to_be_visible()

        page.context.clear_cookies()  # what a restart of the sandbox does to it
        expect(status).to_contain_text("no longer has access")
        expect(approve).to_have_count(0)

        page.goto(lab.tenant.require_controls().link())
        expect(status).to_have_text("1 waiting.")
    finally:
        end_sandbox()
