"""Which tenant the lesson talks to, and where its settings come from."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mfa_helpers.client.errors import InvalidInput, SandboxUnusable, StepMissing
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.sandbox_controls import SandboxControls
from mfa_helpers.client.secret import Secret, secret
from mfa_helpers.sandbox.hosting import in_process, server
from mfa_helpers.storage import browser
from mfa_helpers.tenants.environment import read_settings
from mfa_helpers.tenants.opening import from_settings, open_tenant
from mfa_helpers.tenants.tenant import CLASS, Tenant

from ..conftest import Doubtful
from ..support.deadline import DEADLINE
from ..support.sandbox_api import Api

LEAST = {"AUTH0_DOMAIN": " https://T.eu.auth0.com/ ", "AUTH0_CLIENT_ID": "app"}


@pytest.fixture(autouse=True)
def _away_from_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a `.env`, and no setting in the environment."""
    (tmp_path / "lesson").mkdir()
    monkeypatch.chdir(tmp_path / "lesson")
    for name in os.environ:
        if name.startswith("AUTH0_"):
            monkeypatch.delenv(name)


@pytest.fixture
def opened(sandbox: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """The sandbox as a lesson opens it."""
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(sandbox.state))
    return open_tenant("sandbox")


def test_the_sandbox_brings_all_that_is_needed(opened: Tenant, sandbox: server.ServedSandbox) -> None:
    assert opened.is_sandbox
    assert (opened.base_url, opened.client_id, opened.username) == (
        sandbox.base_url,
        sandbox.client_id,
        "ada@example.com",
    )
    assert (opened.client_secret, opened.password) == (Secret(sandbox.client_secret), Secret(sandbox.password))
    assert opened.audience == sandbox.audience
    assert opened.realm is None
    assert opened.controls is not None


def test_the_sandboxs_address_is_a_number_on_this_machine(opened: Tenant) -> None:
    assert opened.base_url.startswith("http://127.0.0.1:")


def test_the_sandboxs_port_is_no_part_of_its_key(opened: Tenant) -> None:
    assert opened.key == "sandbox"


def test_a_tenant_shows_its_user_and_no_secret(opened: Tenant, sandbox: server.ServedSandbox) -> None:
    assert sandbox.password not in repr(opened) and sandbox.client_secret not in repr(opened)
    assert "ada@example.com" in repr(opened)


def test_another_kind_of_tenant_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        open_tenant("production")
    assert caught.value.what == "There's no tenant named 'production'."
    assert caught.value.next_step == 'Use tenant = "sandbox", tenant = "class", or tenant = "live".'


# Your own tenant


def test_a_live_tenant_needs_a_domain_and_a_client_id_only() -> None:
    tenant = from_settings(LEAST)
    assert not tenant.is_sandbox
    assert (tenant.base_url, tenant.client_id) == ("https://t.eu.auth0.com", "app")
    assert (tenant.client_secret, tenant.audience, tenant.username, tenant.realm) == (None, None, None, None)
    assert tenant.password is None and tenant.controls is None


def test_a_live_tenant_takes_what_else_is_set() -> None:
    tenant = from_settings(
        {
            **LEAST,
            "AUTH0_CLIENT_SECRET": "s3cret",
            "AUTH0_AUDIENCE": "https://api/",
            "AUTH0_USERNAME": "ada@example.com",
            "AUTH0_REALM": "Users",
            "AUTH0_PASSWORD": "hunter22",
        }
    )
    assert (tenant.client_secret, tenant.audience, tenant.username, tenant.realm) == (
        Secret("s3cret"),
        "https://api/",
        "ada@example.com",
        "Users",
    )
    assert tenant.password is None
    assert "s3cret" not in repr(tenant) and "https://api/" in repr(tenant)


def capabilities(tenant: Tenant) -> set[str]:
    names = ("can_sign_in", "can_read_mail", "has_phone", "can_change_settings", "can_move_clock")
    return {name for name in names if getattr(tenant, name)}


def test_in_your_own_sandbox_everything_can_be_done(opened: Tenant) -> None:
    assert capabilities(opened) == {
        *("can_sign_in", "can_read_mail", "has_phone", "can_change_settings", "can_move_clock")
    }
    assert opened.log is opened.management
    assert opened.require_controls() is opened.controls and opened.require_management() is opened.management


def test_in_a_class_settings_and_clock_are_everybodys(opened: Tenant) -> None:
    shared = replace(opened, kind=CLASS, management=None)
    assert capabilities(shared) == {"can_sign_in", "can_read_mail", "has_phone"}
    assert shared.log is shared.controls


def test_on_a_live_tenant_nothing_can_be_done_from_here_and_each_says_so() -> None:
    tenant = from_settings(LEAST)
    assert capabilities(tenant) == set()
    assert (tenant.mails(), tenant.mails("ada@example.com")) == ([], [])
    assert (tenant.log.newest_event(), tenant.log.events_since("1")) == ("", [])
    assert abs(tenant.now() - time.time()) < DEADLINE
    for require in (tenant.require_controls, tenant.require_management):
        with pytest.raises(StepMissing) as caught:
            require()
        assert caught.value.what.startswith("This needs the sandbox")


def test_the_tenants_time_is_the_one_that_a_lesson_has_moved(opened: Tenant) -> None:
    before = opened.now()
    opened.require_controls().advance(3600)
    assert 3600 <= opened.now() - before < 3660


def test_two_applications_of_one_tenant_have_two_keys() -> None:
    assert from_settings(LEAST).key == "https://t.eu.auth0.com app"
    assert from_settings({**LEAST, "AUTH0_CLIENT_ID": "other"}).key == "https://t.eu.auth0.com other"


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({}, "Your own tenant needs AUTH0_DOMAIN and AUTH0_CLIENT_ID."),
        ({"AUTH0_DOMAIN": "t.eu.auth0.com"}, "Your own tenant needs AUTH0_CLIENT_ID."),
        ({"AUTH0_CLIENT_ID": "app", "AUTH0_DOMAIN": ""}, "Your own tenant needs AUTH0_DOMAIN."),
    ],
)
def test_what_is_missing_is_named(settings: dict[str, str], what: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        from_settings(settings)
    assert caught.value.what == what
    assert ".env" in caught.value.next_step and "environment" in caught.value.next_step


def test_a_domain_that_is_none_is_refused_with_what_may_be_meant() -> None:
    with pytest.raises(InvalidInput, match="A domain doesn't contain a path. Did you mean 't.auth0.com'?"):
        from_settings({**LEAST, "AUTH0_DOMAIN": "t.auth0.com/api/v2"})


def test_live_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LEAST.items():
        monkeypatch.setenv(name, value)
    assert open_tenant("live").base_url == "https://t.eu.auth0.com"


# Where settings come from


def test_without_any_settings_nothing_is_found() -> None:
    assert read_settings() == {}


def _is_a_copy() -> None:
    Path(".mfa-course.json").write_text("{}")


@pytest.mark.parametrize("folder", [".", ".."])
def test_a_file_in_a_copy_of_the_notebooks_or_beside_the_copy_is_found(folder: str) -> None:
    _is_a_copy()
    Path(folder, ".env").write_text('AUTH0_DOMAIN=t.eu.auth0.com\nAUTH0_CLIENT_ID="app"\n# AUTH0_REALM=x\nOTHER=1\n')
    assert read_settings() == {"AUTH0_DOMAIN": "t.eu.auth0.com", "AUTH0_CLIENT_ID": "app"}


def test_the_nearest_file_wins() -> None:
    _is_a_copy()
    Path("../.env").write_text("AUTH0_DOMAIN=far.auth0.com\n")
    Path(".env").write_text("AUTH0_DOMAIN=near.auth0.com\n")
    assert read_settings() == {"AUTH0_DOMAIN": "near.auth0.com"}


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("AUTH0_DOMAIN=file.auth0.com\nAUTH0_CLIENT_ID=app\n")
    monkeypatch.setenv("AUTH0_DOMAIN", "environment.auth0.com")
    assert read_settings() == {"AUTH0_DOMAIN": "environment.auth0.com", "AUTH0_CLIENT_ID": "app"}


def test_reading_a_file_leaves_the_environment_as_it_is() -> None:
    Path(".env").write_text("AUTH0_DOMAIN=file.auth0.com\n")
    read_settings()
    assert "AUTH0_DOMAIN" not in os.environ


def test_blanks_around_a_value_and_empty_values_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH0_DOMAIN", "  t.eu.auth0.com\n")
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", "  ")
    assert read_settings() == {"AUTH0_DOMAIN": "t.eu.auth0.com"}


# The sandbox's inbox


@pytest.fixture
def inbox(sandbox: server.ServedSandbox) -> SandboxControls:
    return SandboxControls(sandbox.base_url, token=secret(sandbox.sandbox_token))


def test_an_inbox_is_empty_at_first(inbox: SandboxControls) -> None:
    assert inbox.mails() == []


def test_an_inbox_gives_the_newest_mail_of_one_address_first(
    inbox: SandboxControls, client: MfaClient, login: Callable[[], str]
) -> None:
    token = login()
    client.enroll_authenticator(token, "ada+lab@example.test")
    client.enroll_authenticator(token, "ada+lab@example.test")
    client.enroll_authenticator(token, "other@example.test")
    mails = inbox.mails("ada+lab@example.test")
    assert [mail.to for mail in mails] == ["ada+lab@example.test"] * 2
    assert mails[0].id > mails[1].id
    assert len(inbox.mails()) == 3


def test_a_mail_shows_its_subject_and_not_its_code(
    inbox: SandboxControls, client: MfaClient, login: Callable[[], str]
) -> None:
    client.enroll_authenticator(login())
    (mail,) = inbox.mails()
    assert isinstance(mail.code, Secret) and mail.code.reveal() in mail.text
    assert mail.code.reveal() not in repr(mail)
    assert mail.subject == "Your verification code for Course application" and mail.subject in repr(mail)
    assert mail.sender == "Sandbox tenant <no-reply@sandbox.example>"


def test_starting_again_empties_the_inbox(inbox: SandboxControls, client: MfaClient, login: Callable[[], str]) -> None:
    client.enroll_authenticator(login())
    assert inbox.mails()
    inbox.reset()
    assert inbox.mails() == []


def test_a_mail_without_a_code_has_none(inbox: SandboxControls, sandbox: server.ServedSandbox) -> None:
    import smtplib

    host, port = sandbox.smtp.split(":")
    with smtplib.SMTP(host, int(port), local_hostname="localhost", timeout=DEADLINE) as post:
        post.sendmail("eve@x.test", ["ada@example.com"], "Subject: Hello\r\n\r\nSince 2026, in color #123456.\r\n")
    (mail,) = inbox.mails("ada@example.com")
    assert (mail.subject, mail.code) == ("Hello", None)


def test_a_real_tenant_has_no_such_pages(sandbox: server.ServedSandbox) -> None:
    answer = Api(sandbox).call("GET", "/sandbox/inbox")
    assert "only in the sandbox" in answer.headers["x-sandbox-only"]


def test_in_a_page_a_tenant_that_cannot_be_read_for_once_is_not_silently_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doubtful: Doubtful
) -> None:
    monkeypatch.setattr(browser, "IS_HERE", True)
    monkeypatch.setattr(browser, "_STORAGE", tmp_path)
    monkeypatch.setattr(browser, "_OURS", tmp_path / ".mfa-course")
    monkeypatch.setattr(
        browser, "_ask", lambda method, path, **query: (200, "")
    )  # no service worker, which lends locks

    def a_page(name: str) -> Tenant:
        monkeypatch.setenv("MFA_SANDBOX_STATE", str(tmp_path / name))
        return open_tenant("sandbox")

    try:
        one = a_page("one.sqlite3")
        back = doubtful(tmp_path / ".mfa-course" / "sandbox.txt")
        with pytest.raises(SandboxUnusable, match=r"The sandbox can't start \(Input/output error\)\."):
            a_page("two.sqlite3")
        back()
        assert a_page("three.sqlite3").client_secret == one.client_secret
    finally:
        for running in list(in_process._started.values()):
            running.stop()
