"""Reports about the way to the tenant: domain-url, transport, server-life, binder-network."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.transport import Transport
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.hosting import server

from ..support.misbehaving_server import answering, reply
from ..support.notebook_files import PATHS
from ..support.places import ROOT

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.ServedSandbox]:
    sandbox = server.start_on_own_address(tmp_path_factory.mktemp("tls") / "sandbox.sqlite3", tls=True)
    yield sandbox
    sandbox.stop()


@pytest.mark.parametrize(
    ("typed", "base_url"),
    [
        ("https://t.eu.auth0.com", "https://t.eu.auth0.com"),
        ("t.eu.auth0.com/", "https://t.eu.auth0.com"),
        (" T.EU.auth0.com ", "https://t.eu.auth0.com"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("t.auth0.com/api/v2", None),
    ],
)
def test_a_15_a_domain_is_cleaned_or_refused_at_once(typed: str, base_url: str | None) -> None:
    if base_url is not None:
        assert MfaClient(typed, "app").base_url == base_url
    else:
        with pytest.raises(ValueError, match="Did you mean 't.auth0.com'"):
            MfaClient(typed, "app")


def test_a_22_an_unknown_authority_gets_a_short_message_and_its_ca_file_helps(
    over_tls: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(errors.CertificateRefused, match="set REQUESTS_CA_BUNDLE") as caught:
        Transport(over_tls.base_url).send("GET", DISCOVERY)
    assert len(str(caught.value)) < 400 and caught.value.__cause__ is None
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(over_tls.ca_file))
    assert Transport(over_tls.base_url).send("GET", DISCOVERY).status == 200


def test_a_22_certificates_are_always_checked_and_nobody_waits_without_end() -> None:
    texts = [path.read_text("utf-8") for path in [*(ROOT / "mfa_helpers").rglob("*.py"), *PATHS]]
    assert len(texts) > 80
    assert [text for text in texts if re.search(r"verify\s*=\s*False|CERT_NONE|_create_unverified", text)] == []
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(errors.TenantTimedOut):
            Transport(f"http://127.0.0.1:{mute.getsockname()[1]}", timeout=(0.3, 0.3)).send("GET", "/x")


def test_n_17_the_sandbox_is_named_by_number_so_that_no_name_is_looked_up(sandbox: server.ServedSandbox) -> None:
    assert sandbox.base_url.startswith("http://127.0.0.1:") and sandbox.inbox_url.startswith("http://127.0.0.1:")
    assert Transport(sandbox.base_url).send("GET", DISCOVERY).status == 200
    with pytest.raises(OSError):  # a server on 0.0.0.0 would answer
        socket.create_connection(("127.0.0.2", int(sandbox.base_url.rpartition(":")[2])), 1).close()


def test_n_18_a_dead_proxy_is_for_others_and_the_ca_file_counts_all_the_same(
    sandbox: server.ServedSandbox, over_tls: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert Transport(sandbox.base_url).send("GET", DISCOVERY).status == 200
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(over_tls.ca_file))
    assert Transport(over_tls.base_url).send("GET", DISCOVERY).status == 200
    with answering(reply(403, "no", "text/plain")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
        with pytest.raises(errors.ProxyRefused):
            Transport("https://tenant.invalid").send("GET", DISCOVERY)
    assert [(asked.method, asked.path) for asked in proxy.asked] == [("CONNECT", "tenant.invalid:443")]


def test_n_20_the_mail_is_shown_in_the_notebook(lab: Lab) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    form.look()
    assert lab.newest_code().reveal() in form.mail.value and "href" not in form.mail.value
