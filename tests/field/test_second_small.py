"""Small reports of the second collection (K-16): causes that were not named, and things that were dropped in silence."""

from __future__ import annotations

import io
import sqlite3
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers import forms
from mfa_helpers.client import errors
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.validation import clean_domain
from mfa_helpers.doctor import __main__ as doctor
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox import __main__ as command
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.sandbox.store import connection

from ..support.misbehaving_server import answering, reply
from ..support.sandbox_api import Api, refusal
from ..support.transport import needs_ipv6

SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"


@needs_ipv6
@pytest.mark.parametrize("tls", [False, True])
def test_k_16_the_sandbox_listens_on_ipv6_too(tls: bool, state: Path) -> None:
    running = server.start_on_own_address(state, host="::1", tls=tls)
    try:
        assert tls or running.base_url.startswith("http://[::1]:")
        client = MfaClient(running.base_url, running.client_id, running.client_secret)
        client.session.verify = running.ca_file or True
        with pytest.raises(errors.MfaRequired) as caught:
            client.login(running.username, running.password)
        client.enroll_authenticator(caught.value.mfa_token)
        assert client.discovery()["issuer"] == running.base_url + "/"
        assert Api(running).code()
    finally:
        running.stop()


@pytest.mark.parametrize(("typed", "host"), [("::1", "::1"), ("[::1]", "::1"), (" 127.0.0.1 ", "127.0.0.1")])
def test_k_16_a_host_may_have_the_brackets_of_an_address(typed: str, host: str) -> None:
    assert command._host(typed) == host


@pytest.mark.parametrize("host", ["2001:db8::1", "192.0.2.1", "no-such-name.invalid"])
def test_k_16_an_address_of_another_machine_is_no_matter_of_the_port(
    host: str, state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("mfa_helpers.sandbox.hosting.operator_log.show_errors", lambda _: None)
    monkeypatch.setenv("MFA_SANDBOX_TOKEN", "long-enough-to-be-a-token")
    monkeypatch.setattr(sys, "argv", ["sandbox", "--host", host, "--public", "--state", str(state)])
    assert command.main() == 1
    assert capsys.readouterr().err.endswith(" Use an address of this machine, such as --host 127.0.0.1.\n")


@pytest.mark.parametrize(
    ("typed", "base_url"),
    [
        ("login.bücher.example", "https://login.xn--bcher-kva.example"),
        ("LOGIN.BÜCHER.EXAMPLE", "https://login.xn--bcher-kva.example"),
        ("https://login.bu\u0308cher.example/", "https://login.xn--bcher-kva.example"),
        ("login。bücher．example｡", "https://login.xn--bcher-kva.example"),
        ("ｌｏｇｉｎ.bücher.example:8443", "https://login.xn--bcher-kva.example:8443"),
        ("login.xn--bcher-kva.example", "https://login.xn--bcher-kva.example"),
        ("例子.广告", "https://xn--fsqu00a.xn--4rr70v"),
    ],
)
def test_k_16_a_custom_domain_may_have_letters_of_any_script(typed: str, base_url: str) -> None:
    assert clean_domain(typed) == base_url


@pytest.mark.parametrize(
    "typed", ["a_b.bücher.example", "☃.example.com", "xn--a.example.com", "-ü.example.com", "ü" * 60 + ".example"]
)
def test_k_16_what_nobody_can_register_is_no_domain(typed: str) -> None:
    with pytest.raises(errors.InvalidInput, match="isn't a domain"):
        clean_domain(typed)


@pytest.mark.skipif(
    find_spec("socks") is not None, reason="PySocks is here, which Selenium brings and the course doesn't"
)
@pytest.mark.parametrize("name", ["ALL_PROXY", "HTTPS_PROXY", "all_proxy", "https_proxy"])
@pytest.mark.parametrize("proxy", ["socks5h://127.0.0.1:1080", "socks5://127.0.0.1:1080", "socks4://127.0.0.1:9"])
def test_k_16_a_socks_proxy_is_named_with_its_cure(name: str, proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    monkeypatch.setenv(name, proxy)
    with pytest.raises(errors.ProxyRefused) as caught:
        MfaClient("tenant.example.com", "app").login("ada", "secret-1")
    assert "sets a SOCKS proxy" in str(caught.value) and "pip install pysocks" in str(caught.value)


@pytest.mark.parametrize("proxy", ["http://", "https://:8080", "gopher://127.0.0.1:70", "http://[::1"])
def test_k_16_a_proxy_that_is_none_is_named(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(errors.ProxyRefused, match="Check HTTP_PROXY, HTTPS_PROXY, and NO_PROXY"):
        MfaClient("tenant.example.com", "app").login("ada", "secret-1")


def test_k_16_a_file_that_another_program_holds_is_named(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WAIT", 0.1)
    running = server.start(state)
    api = Api(running)
    token = api.mfa_token()
    other = sqlite3.connect(state, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said = (503, "server_error", "Another program is using the sandbox's file. Close that program, and then try again.")
    assert refusal(api.associate(token)) == said and refusal(api.login()) == said
    with pytest.raises(errors.TenantFailed, match="Another program is using the sandbox's file"):
        MfaClient(api.sandbox.base_url, api.sandbox.client_id, api.sandbox.client_secret).enroll_authenticator(token)
    other.execute("ROLLBACK")
    other.close()
    assert api.associate(token).status_code == 200
    api.http.close()
    running.stop()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8"])
def test_k_16_a_script_in_a_c_locale_prints_all_the_same(
    encoding: str, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    print(lab.checkpoint("login"))
    lab.login()
    print(lab.checkpoint("login"))
    monkeypatch.setattr(doctor, "told", lambda _: iter([(False, "Press “Reset sandbox” …")]))
    monkeypatch.setattr(sys, "argv", ["doctor"])
    assert doctor.main() == 1
    sys.stdout.flush()
    printed = raw.getvalue().decode(encoding)
    done, not_yet = ("✔", "✘") if encoding == "utf-8" else ("OK", "NO")
    assert f"{not_yet} Not there yet." in printed and f"{done} Checkpoint reached: " in printed
    assert ("Press “Reset sandbox” …" if encoding == "utf-8" else 'Press "Reset sandbox" ...') in printed


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "email", "phone_number": "+15550100167"}, "The factor 'email' doesn't take phone_number"),
        ({"phone_number": "+15550100167"}, "The factor 'email' doesn't take phone_number"),
        ({"kind": "otp", "phone_number": "+15550100167"}, "The factor 'otp' doesn't take phone_number"),
        ({"kind": "push", "email": "ada@example.com"}, "The factor 'push' doesn't take email"),
        (
            {"kind": "sms", "email": "ada@example.com", "phone_number": "+15550100167"},
            "The factor 'sms' doesn't take email",
        ),
    ],
)
def test_k_16_what_would_not_be_sent_is_refused(given: dict[str, Any], said: str) -> None:
    with answering(reply(200, {})) as tenant, pytest.raises(errors.InvalidInput, match=said):
        MfaClient(tenant.base_url, "app").enroll_authenticator(SEAL, **given)
    assert tenant.asked == []


@pytest.mark.parametrize("proof", [{"otp": "123456"}, {"recovery_code": "ABCD1234"}])
def test_k_16_a_second_proof_is_refused_and_not_dropped(proof: dict[str, str]) -> None:
    with answering(reply(200, {})) as tenant, pytest.raises(errors.InvalidInput, match="More than one kind of code"):
        MfaClient(tenant.base_url, "app").verify(mfa_token=SEAL, binding_code="123456", **proof)
    assert tenant.asked == []


def test_k_16_a_field_that_a_browser_filled_and_nobody_left_is_named(lab: Lab) -> None:
    form = forms.SignInForm(lab)
    form.submit()
    assert form.status.startswith("Problem: The password is missing. Type it, or click")
    assert form.status.endswith(
        "If the field looks filled in, your browser hasn't passed its value to the notebook, so type it by hand."
    )
