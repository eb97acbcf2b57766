"""The switch to a real tenant, rehearsed: a second sandbox over TLS plays it, a real IMAP server keeps its mail."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mfa_helpers.sandbox.fidelity import ROWS

from ..sandbox.contract.inbox import Imap, NoMail
from ..sandbox.contract.rows import SCENARIOS, load_all
from ..sandbox.contract.target import ABILITIES, Target, Unusable, live_target, sandbox_target
from ..support import sandbox_processes
from ..support.deadline import DEADLINE
from ..support.imap_server import OWNER, PASSWORD, Post, post
from ..support.places import ROOT

pytestmark = [
    pytest.mark.skipif(bool(os.environ.get("AUTH0_DOMAIN")), reason="the contract is checked on a real tenant"),
    pytest.mark.skipif(sys.platform == "win32", reason="the IMAP server, pymap, needs POSIX"),
]


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with post(tmp_path_factory.mktemp("post")) as running:
        yield running


@pytest.fixture(scope="module")
def tenant(mailbox: Post, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """What the ready line told, and `state`, its file. Its mail goes to the mailbox."""
    folder = tmp_path_factory.mktemp("live")
    state = folder / "sandbox.sqlite3"
    with sandbox_processes.command(folder, "--tls", "--json", "--state", str(state)) as running:
        ready = running.ready()
        with closing(admin(ready)) as dashboard:
            credentials = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.smtp_port}
            provider = {"name": "smtp", "enabled": True, "credentials": credentials}
            assert dashboard.manage("POST", "emails/provider", provider).status_code == 201
        yield SimpleNamespace(**vars(ready), state=state)


def admin(tenant: Any) -> Target:
    """What somebody at the tenant's Dashboard can do; the contract's run cannot."""
    return sandbox_target(tenant)


class Run:
    """`pytest tests/sandbox/contract` in a process of its own, with the settings of a real tenant."""

    def __init__(self, tenant: Any, inbox: str, folder: Path, *arguments: str, **settings: str) -> None:
        self._tenant, self._inbox = tenant, inbox
        more = {
            "AUTH0_DOMAIN": tenant.base_url.removeprefix("https://"),
            "AUTH0_CLIENT_ID": tenant.client_id,
            "AUTH0_CLIENT_SECRET": tenant.client_secret,
            "AUTH0_USERNAME": tenant.username,
            "AUTH0_PASSWORD": tenant.password,
            "AUTH0_AUDIENCE": tenant.audience,
            "AUTH0_PUBLIC_CLIENT_ID": tenant.public_client_id,
            "REQUESTS_CA_BUNDLE": tenant.ca_file,
            "MFA_TEST_INBOX": inbox,
            "NO_PROXY": "localhost,127.0.0.1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # others' plugins take longer than these rows
            **settings,
        }
        command = [
            sys.executable,
            "-m",
            "pytest",
            "tests/sandbox/contract",
            "-o",
            "addopts=-ra",
            "-p",
            "tests.sandbox.contract.watch",
        ]
        self.process = subprocess.Popen(
            [
                *command,
                "-p",
                "no:cacheprovider",
                "--ignore=tests/sandbox/contract/test_table.py",
                *arguments,
            ],
            cwd=ROOT,
            env=sandbox_processes.environment(folder, **more),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._watchdog = threading.Timer(120, self.process.kill)
        self._watchdog.daemon = True
        self._watchdog.start()

    def result(self) -> tuple[int, str]:
        """Exit code and what was printed: no secret, and nothing was asked of anybody but the tenant."""
        out, _ = self.process.communicate()
        self._watchdog.cancel()
        secrets = [self._tenant.client_secret, self._tenant.password, self._tenant.management_client_secret, PASSWORD]
        assert not [secret for secret in [*secrets, self._inbox.removeprefix("ask")] if secret and secret in out]
        assert not re.search(r"Fe26\.2|eyJ|otpauth", out)
        asked = re.findall("^asked (.*) [0-9]+$", out, re.M)
        assert asked in ([], [f"{self._tenant.base_url} /"]), asked
        return self.process.returncode, out


def manager(tenant: Any) -> dict[str, str]:
    return {
        "AUTH0_MANAGEMENT_CLIENT_ID": tenant.management_client_id,
        "AUTH0_MANAGEMENT_CLIENT_SECRET": tenant.management_client_secret,
    }


@pytest.fixture
def time_passes(tenant: SimpleNamespace) -> Iterator[None]:
    """Limits fill up again, as they do within an hour: a real tenant's run waits for that."""
    ended = threading.Event()

    def pass_time() -> None:
        with closing(sqlite3.connect(tenant.state, timeout=DEADLINE, isolation_level=None)) as connection:
            while not ended.wait(0.2):
                connection.execute("DELETE FROM buckets")

    thread = threading.Thread(target=pass_time)
    thread.start()
    yield
    ended.set()
    thread.join()


def read_report(path: Path, tenant: Any, mailbox: Post) -> Any:
    """What others get: no secret, no token, and nothing that tells whose tenant it was."""
    text = path.read_text("utf-8")
    secrets = [tenant.client_secret, tenant.password, tenant.management_client_secret, PASSWORD, mailbox.url]
    names = [
        tenant.base_url.removeprefix("https://"),
        tenant.client_id,
        tenant.public_client_id,
        tenant.username,
        OWNER,
    ]
    assert not [word for word in [*secrets, *names, tenant.audience] if word in text]
    assert not re.search(r"Fe26\.2|eyJ|otpauth|auth0\||dev_\w", text)
    return json.loads(text)


def rows_without(*abilities: str) -> set[str]:
    load_all()
    return {id for id, tests in SCENARIOS.items() if tests[0].needs & set(abilities)}  # type: ignore[attr-defined]


def test_the_contract_holds_there_and_what_cannot_be_done_is_skipped(
    tenant: SimpleNamespace, mailbox: Post, tmp_path: Path, time_passes: None
) -> None:
    report = tmp_path / "report.json"
    code, out = Run(tenant, mailbox.url, tmp_path, "-q", "--contract-report", str(report), **manager(tenant)).result()
    skipped = len(rows_without("setup", "clock", "phone", "faults", "harsh"))
    assert 20 < skipped < len(ROWS) / 2
    domain = tenant.base_url.removeprefix("https://")
    assert f"contract ({domain}): {len(ROWS) - skipped} rows held, 0 differed, {skipped} skipped" in out, out
    assert code == 0
    for ability in ("setup", "clock", "phone", "faults", "harsh"):
        assert ABILITIES[ability] in out
    assert f"asked {tenant.base_url} /" in out
    told = read_report(report, tenant, mailbox)
    assert told["rows"] == {"held": len(ROWS) - skipped, "differed": 0, "skipped": skipped}
    assert told["differed"] == {} and told["target"] == "a tenant of Auth0"


def test_it_leaves_the_tenant_as_it_was(tenant: SimpleNamespace, mailbox: Post, tmp_path: Path) -> None:
    paths = ("guardian/policies", "guardian/factors", "tenants/settings", "clients", "emails/provider")
    with closing(admin(tenant)) as dashboard:

        def seen() -> list[Any]:
            return [dashboard.manage("GET", path).json() for path in (*paths, f"users/{dashboard.user_id()}")]

        before = seen()
        chosen = "login_ok or grant_off or requirements or implicit or factor_off or otp_ok or no_default_directory or user_blocked"
        code, out = Run(tenant, mailbox.url, tmp_path, "-q", "-k", chosen, **manager(tenant)).result()
        assert code == 0, out
        after = seen()
    for user in (before[-1], after[-1]):
        user.pop("updated_at")
    assert after == before


def test_without_the_management_api_its_rows_are_skipped_and_a_limit_is_waited_for(
    tenant: SimpleNamespace, mailbox: Post, tmp_path: Path
) -> None:
    with closing(admin(tenant)) as behind:
        fault = {"path": "/oauth/token", "kind": "rate_limit", "seconds": 1}
        assert behind.call("POST", "/sandbox/faults", json=fault).ok
    chosen = "login_ok or otp_not_enrolled or oob_confirms or user_info or challenge_other_client"
    code, out = Run(tenant, mailbox.url, tmp_path, "-q", "-k", chosen, AUTH0_PUBLIC_CLIENT_ID="").result()
    assert code == 0, out
    assert "3 rows held, 0 differed, 2 skipped" in out
    assert ABILITIES["management"] in out and ABILITIES["public"] in out


def test_harsh_rows_run_when_they_are_asked_for(tenant: SimpleNamespace, mailbox: Post, tmp_path: Path) -> None:
    chosen = "brute_force or oob_eleventh"
    code, out = Run(tenant, mailbox.url, tmp_path, "-q", "-k", chosen, MFA_TEST_HARSH="1", **manager(tenant)).result()
    assert "2 rows held, 0 differed, 0 skipped" in out, out
    assert code == 0


def test_another_tenant_is_caught(tenant: SimpleNamespace, mailbox: Post, tmp_path: Path, time_passes: None) -> None:
    """An administrator took the grant away; and the scenario that breaks off half-way says so without its tokens."""
    grants = ["password", "http://auth0.com/oauth/grant-type/password-realm", "refresh_token"]
    with closing(admin(tenant)) as dashboard, dashboard.changed(client={"grant_types": grants}):
        chosen = "(oob_confirms or oob_used_code or mfa_required) and not refresh and not my_account"
        code, out = Run(tenant, mailbox.url, tmp_path, "-k", chosen).result()
    assert code == 1
    assert "1 rows held, 3 differed, 0 skipped" in out, out
    line = (
        "  oob-confirms: expected 200 access_token, expires_in, scope, token_type, got 403 unauthorized_client "
        "\"Grant type 'http://auth0.com/oauth/grant-type/mfa-oob' not allowed for the client.\""
    )
    assert line in out.splitlines()
    assert "  oob-used-code: broke off: assert 403 == 200; the last answer was 403 unauthorized_client" in out, out


def test_a_wrong_setting_is_seen_in_every_row_that_uses_it(
    tenant: SimpleNamespace, mailbox: Post, tmp_path: Path
) -> None:
    chosen = "(mfa_required or login_json or wrong_password) and not refresh and not my_account and not page"
    code, out = Run(tenant, mailbox.url, tmp_path, "-k", chosen, AUTH0_AUDIENCE="https://other.example/").result()
    assert code == 1
    assert '"Service not enabled within domain: https://other.example/"' in out
    assert "0 rows held, 3 differed, 0 skipped" in out, out


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    tenant: SimpleNamespace, mailbox: Post, tmp_path: Path
) -> None:
    code, out = Run(tenant, mailbox.url, tmp_path, "-k", "mfa_required", REQUESTS_CA_BUNDLE="").result()
    assert code == 4
    assert "CERTIFICATE_VERIFY_FAILED" in out, out


def test_the_report_for_others_has_what_differed_and_no_secret_that_the_tenant_repeats(
    tenant: SimpleNamespace, mailbox: Post, tmp_path: Path
) -> None:
    """The canary: the tenant says the audience again, and this one has a secret and a name in it."""
    report, canary = tmp_path / "report.json", f"https://{tenant.client_secret}.example/{tenant.username}/"
    chosen = ["-k", "(wrong_password or unknown_audience) and not page", "--contract-report", str(report)]
    code, out = Run(tenant, mailbox.url, tmp_path, *chosen, AUTH0_AUDIENCE=canary).result()
    assert code == 1 and f"The report for others is in {report}." in out
    told = read_report(report, tenant, mailbox)
    assert told["rows"] == {"held": 1, "differed": 1, "skipped": 0}
    assert told["differed"]["wrong-password"] == {
        "found": 'expected 403 invalid_grant "Wrong email or password.", got 403 access_denied '
        '"Service not enabled within domain: https://….example/{AUTH0_USERNAME}/"',
        "mark": "sdk",
        "source": "Auth0.Android, Auth0.swift",
        "looked": told["differed"]["wrong-password"]["looked"],
    }
    assert list(told["versions"]) == ["mfa-helpers", "fidelity", "python", "requests", "system"]


def test_a_report_that_cannot_be_written_is_said(tenant: SimpleNamespace, mailbox: Post, tmp_path: Path) -> None:
    chosen = ["-k", "login_json", "--contract-report", str(tmp_path)]
    code, out = Run(tenant, mailbox.url, tmp_path, *chosen).result()
    assert code == 0 and "The report couldn't be written: Is a directory. Choose another file" in out, out


def test_what_is_for_others_names_nobody() -> None:
    env = {
        "AUTH0_DOMAIN": "zoo.eu.auth0.com",
        "AUTH0_CLIENT_ID": "id-of-the-client",
        "AUTH0_CLIENT_SECRET": "canary-of-the-client",
        "AUTH0_USERNAME": "ada@zoo.example",
        "AUTH0_PASSWORD": "canary-of-ada",
        "AUTH0_AUDIENCE": "https://zoo.eu.auth0.com/api/",
        "MFA_TEST_INBOX": "imaps://ada:canary-of-the-post@mail.example/INBOX",
    }
    said = (
        "Fe26.2*a*b eyJhbGciOi.x.y canary-of-the-post canary-of-ada canary-of-the-client ada@zoo.example eve@x.example "
    )
    said += (
        "auth0|0123456789 email|dev_0123456789abcdef id-of-the-client https://zoo.eu.auth0.com/api/ zoo.eu.auth0.com"
    )
    with closing(live_target(env, input)) as target:
        told = target.anonymous(said)
    assert told == "… … … … … {AUTH0_USERNAME} … … … {AUTH0_CLIENT_ID} {AUTH0_AUDIENCE} {AUTH0_DOMAIN}"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"AUTH0_PASSWORD": ""}, "that also needs AUTH0_PASSWORD, MFA_TEST_INBOX."),
        (
            {"AUTH0_PASSWORD": "not-the-password", "MFA_TEST_INBOX": "ask"},
            "doesn't get an access token for the MFA API (403 inv",
        ),
    ],
)
def test_what_is_missing_or_refused_is_said_in_one_sentence(
    tenant: SimpleNamespace, tmp_path: Path, changed: dict[str, str], sentence: str
) -> None:
    code, out = Run(tenant, "", tmp_path, "-k", "mfa_required or login_json", **changed).result()
    assert code == 4
    assert out.count(sentence) == 1, out
    assert "Traceback" not in out and "Error" not in out


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"AUTH0_DOMAIN": "https://x.example/path"}, "AUTH0_DOMAIN must be the name of a tenant"),
        ({"MFA_TEST_INBOX": "imap://a:b@mail.example/INBOX"}, "sends the password unencrypted. Use imaps://."),
        ({"MFA_TEST_INBOX": "imaps://mail.example/INBOX"}, "MFA_TEST_INBOX must be imaps://user:password@host"),
        ({"MFA_TEST_INBOX": "imaps://a:b@mail.example:port/"}, "MFA_TEST_INBOX isn't an address."),
    ],
)
def test_what_is_written_wrong_is_said(changed: dict[str, str], sentence: str) -> None:
    env = dict.fromkeys(
        ["AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET", "AUTH0_USERNAME", "AUTH0_PASSWORD"], "x"
    )
    with pytest.raises(Unusable, match=re.escape(sentence)):
        live_target({**env, "MFA_TEST_INBOX": "ask", **changed}, input)


def test_somebody_at_the_terminal_can_type_the_code(
    tenant: SimpleNamespace, mailbox: Post, tmp_path: Path, time_passes: None
) -> None:
    with closing(Imap(mailbox.url, 10)) as inbox:
        since = inbox.mark()
        run = Run(tenant, "ask", tmp_path, "-q", "-k", "oob_confirms and not token")
        assert run.process.stdin is not None and run.process.stdout is not None
        for line in run.process.stdout:
            if line.startswith("The six digits"):
                break
        assert line == f"The six digits in the newest email to {tenant.username}:\n"
        run.process.stdin.write("12345\n" + inbox.code(tenant.username, since) + "\n")
        run.process.stdin.flush()
    code, out = run.result()
    assert "1 rows held, 0 differed, 0 skipped" in out, out
    assert code == 0


def test_the_mailbox_says_what_is_wrong(mailbox: Post) -> None:
    with closing(Imap(mailbox.url, 0.2)) as inbox:
        with pytest.raises(NoMail, match="No email with a code for nobody@example.com arrived within 0.2 seconds."):
            inbox.code("nobody@example.com", inbox.mark())
    with pytest.raises(NoMail, match="rejects the user name and password"):
        Imap(f"imap://{OWNER.replace('@', '%40')}:wrong@127.0.0.1:{mailbox.imap_port}").mark()
    with pytest.raises(NoMail, match="doesn't respond"):
        Imap("imap://a:b@127.0.0.1:1").mark()
