"""A network that does not do: each gets its sentence in a form, in time; what was typed last works once the network does."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mfa_helpers.client.id_token import verify_id_token
from mfa_helpers.forms import SignInForm
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.storage.handover import Handover

from .conftest import Run

PROXIES = {
    name: "http://127.0.0.1:9"
    for upper in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    for name in (upper, upper.lower())
}


def test_past_a_dead_proxy_the_sandbox_does_the_whole_flow(child: Run) -> None:
    """Also what a learner writes with plain requests, and the errata's second tenant."""
    said = child(
        """
import requests
from mfa_helpers.lessons.errata.tenant import ErrataTenant
from mfa_helpers.lab import Lab
lab = Lab()
lab.catch_up("challenge")
told(lambda: lab.complete(lab.newest_code()).token_type)
told(lambda: requests.get(lab.tenant.base_url + "/.well-known/jwks.json", timeout=120).status_code)
practice = ErrataTenant()
told(lambda: practice.send("GET", "/.well-known/jwks.json").status)
practice.close()
""",
        NO_PROXY=None,
        no_proxy=None,
        **PROXIES,
    )
    assert said == ["'Bearer'", "200", "200"]


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.ServedSandbox]:
    running = server.start(tmp_path_factory.mktemp("tls") / "sandbox.sqlite3", tls=True)
    yield running
    running.stop()


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port on which a connection is neither taken nor refused: its queue is full, so the kernel drops what comes."""
    with ExitStack() as held, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def live(domain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: server.ServedSandbox | None = None) -> Lab:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MFA_HANDS_FREE", raising=False)
    for name, value in {
        "AUTH0_DOMAIN": domain,
        "AUTH0_CLIENT_ID": user.client_id if user else "x",
        "AUTH0_CLIENT_SECRET": user.client_secret if user else "secret",
        "AUTH0_AUDIENCE": user.audience if user else "",
        "AUTH0_USERNAME": user.username if user else "ada@example.com",
    }.items():
        monkeypatch.setenv(name, value)
    return Lab("live", handover=Handover(tmp_path / "handover.json"))


def sign_in(lab: Lab, password: str = "hunter2-hunter2") -> str:
    form = SignInForm(lab)
    form.password.value = password
    form.submit()
    assert password not in form.status and form.password.value == ""
    return form.status


def test_a_black_hole_is_given_up_in_five_seconds(
    black_hole: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = live(f"http://127.0.0.1:{black_hole}", tmp_path, monkeypatch)
    began = time.monotonic()
    assert sign_in(lab) == (
        "Problem: The tenant didn't respond in time. Wait a moment, and try again. "
        "If it keeps happening, check the domain and your network."
    )
    assert 4.5 < time.monotonic() - began < 60  # Linux itself would try for two minutes


def test_a_name_that_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = sign_in(live("tenant.invalid", tmp_path, monkeypatch))
    assert said.startswith("Problem: The name 'tenant.invalid' can't be found on this network. Check the domain.")


def test_a_dead_proxy_before_a_real_tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**PROXIES, "NO_PROXY": "", "no_proxy": ""}.items():
        monkeypatch.setenv(name, value)
    assert sign_in(live("tenant.invalid", tmp_path, monkeypatch)) == (
        "Problem: The proxy in your environment blocked the request. "
        "Check HTTP_PROXY, HTTPS_PROXY, and NO_PROXY, and then restart the kernel."
    )


def test_an_unknown_authority_and_then_its_ca_file(
    over_tls: server.ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trusting is all that was missing: the same form signs in then."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    lab = live(over_tls.base_url, tmp_path, monkeypatch, over_tls)
    assert sign_in(lab, over_tls.password) == (
        "Problem: This machine doesn't trust the server's certificate. If your company inspects TLS, set "
        "REQUESTS_CA_BUNDLE to its CA file, and restart the kernel. Don't turn off certificate verification."
    )
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(over_tls.ca_file))
    assert sign_in(lab, over_tls.password).startswith("Done: ")


@pytest.mark.parametrize("hours", [1, -1])
def test_clocks_an_hour_apart(hours: int, learner: Lab, sandbox: server.ServedSandbox) -> None:
    """The tenant's clock against this machine's: the whole flow works, the id_token holds, and a wait is told in true seconds."""
    learner.tenant.require_controls().advance(hours * 3600)
    learner.catch_up("challenge")
    learner.complete(learner.newest_code())
    assert learner.tokens is not None and learner.tokens.id_token is not None
    described = learner.client.discovery()
    claims = verify_id_token(
        learner.tokens.id_token,
        jwks=learner.client.jwks(),
        issuer=described["issuer"],
        client_id=learner.tenant.client_id,
    )
    assert claims["email"] == learner.tenant.username
    assert learner.tenant.controls is not None
    learner.tenant.controls.go_wrong("/oauth/token", "rate_limit", 45)
    assert "45 seconds" in sign_in(learner)
    assert "You have an MFA token" in sign_in(learner, str(sandbox.password))
