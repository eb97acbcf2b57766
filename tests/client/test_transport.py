"""One request in, one answer out; whatever comes instead of an answer has a name."""

from __future__ import annotations

import http.client
import socket
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
import requests

from mfa_helpers.client import errors
from mfa_helpers.client.secret import STARS, Secret, describe_token
from mfa_helpers.client.transport import TIMEOUT, Transport
from mfa_helpers.sandbox.hosting import server

from ..support.deadline import DEADLINE
from ..support.misbehaving_server import SILENCE, Answer, answering, reply

QUICK = (0.3, 0.3)  # seconds
PASSWORD = "hunter+22 pass"  # a name: tracebacks quote the lines of this file
HTML = "<html><style>p {color: red}</style><h1>Bad gateway</h1><script>alert(1)</script><p>no luck</p></html>"
SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a proxy nor a CA file of the machine colors a test."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in CA_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def tls_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.ServedSandbox]:
    """A tenant over TLS, with an authority that nobody knows."""
    sandbox = server.start_on_own_address(tmp_path_factory.mktemp("tls") / "sandbox.sqlite3", tls=True)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def mute_port() -> Iterator[int]:
    """A port where connections succeed and nobody ever says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is taken, and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def send(answer: Answer, timeout: tuple[float, float] = TIMEOUT, **how: Any) -> Any:
    """Get `/x` from a server that answers so."""
    with answering(answer) as ill:
        return Transport(ill.base_url, timeout=timeout).send("GET", "/x", **how)


# What is sent


def test_a_form_is_sent_as_a_form_with_everything_encoded() -> None:
    with answering(reply(200, {})) as ill:
        Transport(ill.base_url).send("POST", "/oauth/token", form={"username": "ada+lab@example.test", "scope": "a b"})
    assert ill.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert ill.asked[0].body == "username=ada%2Blab%40example.test&scope=a+b"


def test_json_is_sent_as_json_and_says_so() -> None:
    with answering(reply(200, {})) as ill:
        Transport(ill.base_url).send(
            "POST", "/mfa/associate", json_body={"authenticator_types": ["oob"], "email": "j@ü.de"}
        )
    assert ill.asked[0].headers["content-type"] == "application/json"
    assert ill.asked[0].json == {"authenticator_types": ["oob"], "email": "j@ü.de"}


def test_without_a_body_no_content_type_is_claimed() -> None:
    with answering(reply(200, {})) as ill:
        Transport(ill.base_url).send("GET", "/x")
    assert "content-type" not in ill.asked[0].headers
    assert ill.asked[0].headers["accept"] == "application/json"


def test_empty_fields_are_left_out() -> None:
    with answering(reply(200, {})) as ill:
        wire = Transport(ill.base_url)
        wire.send("POST", "/x", form={"a": "1", "b": "", "c": None})  # type: ignore[dict-item]
        wire.send("POST", "/x", json_body={"a": "1", "b": "", "c": None})
    assert ill.asked[0].form == {"a": "1"}
    assert ill.asked[1].json == {"a": "1"}


@pytest.mark.parametrize("kind", ["form", "json_body"])
def test_a_secret_travels_in_plain_text(kind: str) -> None:
    with answering(reply(200, {})) as ill:
        Transport(ill.base_url).send("POST", "/x", **{kind: {"password": Secret("pä ss&=+")}})  # type: ignore[arg-type]
    sent = ill.asked[0].form if kind == "form" else ill.asked[0].json
    assert sent == {"password": "pä ss&=+"}


@pytest.mark.parametrize("token", [SEAL, Secret(SEAL)])
def test_a_bearer_token_goes_into_the_authorization_header(token: str) -> None:
    with answering(reply(200, {})) as ill:
        Transport(ill.base_url).send("GET", "/x", bearer=token)
        Transport(ill.base_url).send("GET", "/x")
    assert ill.asked[0].headers["authorization"] == f"Bearer {SEAL}"
    assert "authorization" not in ill.asked[1].headers


def test_netrc_does_not_replace_the_authorization_header(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with answering(reply(200, {})) as ill:
        Transport(ill.base_url).send("GET", "/x", bearer="token")
        Transport(ill.base_url).send("GET", "/x")
        requests.get(ill.base_url, headers={"authorization": "Bearer token"}, timeout=DEADLINE)
    assert [asked.headers.get("authorization", "")[:6] for asked in ill.asked] == ["Bearer", "", "Basic "]


def test_cookies_are_not_kept() -> None:
    with answering(reply(200, {}, Set_Cookie="did=1; Path=/")) as ill:
        wire = Transport(ill.base_url)
        wire.send("GET", "/x")
        wire.send("GET", "/x")
        with requests.Session() as session:
            session.get(ill.base_url, timeout=DEADLINE)
            session.get(ill.base_url, timeout=DEADLINE)
    assert ["cookie" in asked.headers for asked in ill.asked] == [False, False, False, True]


# What is kept of it


def test_the_exchange_tells_all_but_the_secrets() -> None:
    with answering(reply(200, {"access_token": SEAL, "expires_in": 5}, Set_Cookie="did=1")) as ill:
        wire = Transport(ill.base_url)
        answer = wire.send("POST", "/x", form={"username": "ada", "password": Secret("hunter22")}, bearer="tok-plain")
    assert wire.last is answer.exchange
    kept = answer.exchange
    assert (kept.method, kept.path, kept.url) == ("POST", "/x", ill.base_url + "/x")
    assert kept.request_body == {"username": "ada", "password": STARS}
    assert kept.request_headers["authorization"] == "Bearer <opaque text, 9 characters>"
    assert (kept.status, kept.reason) == (200, "OK")
    assert kept.response_headers == {"content-type": "application/json"}
    assert kept.response_body == {"access_token": describe_token(SEAL), "expires_in": 5}
    assert kept.elapsed_ms > 0
    for hidden in ("hunter22", "tok-plain", SEAL):
        assert hidden not in repr(kept)


def test_the_answer_itself_is_not_masked() -> None:
    assert send(reply(200, {"access_token": SEAL})).body == {"access_token": Secret(SEAL)}


def test_an_exchange_without_an_answer_has_no_status(closed_port: int) -> None:
    wire = Transport(f"http://127.0.0.1:{closed_port}")
    with pytest.raises(errors.TenantUnreachable) as caught:
        wire.send("POST", "/x", form={"username": "ada", "password": Secret("hunter22")})
    assert wire.last is caught.value.exchange
    assert wire.last is not None and wire.last.status is None
    assert wire.last.request_body == {"username": "ada", "password": STARS}


# Yes


@pytest.mark.parametrize(("body", "kind"), [({"a": 1}, dict), ([], list), ([{"a": 1}], list)])
def test_a_readable_yes_is_returned(body: object, kind: type) -> None:
    answer = send(reply(200, body), expect=kind)
    assert (answer.status, answer.body) == (200, body)


def test_the_content_type_is_not_what_makes_json() -> None:
    assert send(reply(200, {"a": 1}, kind="text/html")).body == {"a": 1}


@pytest.mark.parametrize("answer", [reply(204), reply(204, kind=""), reply(200), reply(200, {"deleted": True})])
def test_where_no_body_is_expected_any_yes_is_a_yes(answer: bytes) -> None:
    assert send(answer, expect=type(None)).body is None


def test_where_no_body_is_expected_a_no_is_still_a_no() -> None:
    with pytest.raises(errors.ScopeMissing) as caught:
        send(reply(403, {"error": "insufficient_scope", "error_description": "No."}), expect=type(None))
    assert (caught.value.status, caught.value.error) == (403, "insufficient_scope")
    assert caught.value.error_description == "No."


# No, in a shape that nobody can read


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (
            reply(502, HTML, "text/html"),
            'The response (502, text/html) isn\'t one that the MFA API sends: "Bad gateway no luck".',
        ),
        (
            reply(502, HTML, "application/json"),
            'The response (502, application/json) isn\'t one that the MFA API sends: "Bad gateway no luck".',
        ),
        (
            reply(200, "<html><b>Log in to the hotel</b></html>", "text/html"),
            'The response (200, text/html) isn\'t one that the MFA API sends: "Log in to the hotel".',
        ),
        (reply(503, kind=""), "The response (503, no content type) isn't one that the MFA API sends. It's empty."),
        (reply(200), "The response (200, application/json) isn't one that the MFA API sends. It's empty."),
        (reply(200, "[]"), 'The response (200, application/json) isn\'t one that the MFA API sends: "[]".'),
        (reply(200, "null"), 'The response (200, application/json) isn\'t one that the MFA API sends: "null".'),
        (reply(200, '"yes"'), 'The response (200, application/json) isn\'t one that the MFA API sends: ""yes"".'),
        (reply(403, "[]"), 'The response (403, application/json) isn\'t one that the MFA API sends: "[]".'),
        (
            reply(200, '{"access_token": '),
            'The response (200, application/json) isn\'t one that the MFA API sends: "{"access_token":".',
        ),
        (
            reply(200, b"\xff\xfe\x00"),
            None,
        ),
    ],
)
def test_what_is_not_json_is_named_with_a_short_preview(answer: bytes, what: str | None) -> None:
    with pytest.raises(errors.UnreadableAnswer) as caught:
        send(answer)
    error = caught.value
    if what is not None:
        assert error.what == what
    assert error.next_step == "Something between you and the tenant, such as a proxy, might have responded. Try again."
    assert error.error is None
    assert error.exchange is not None and error.exchange.status == error.status


def test_a_list_is_not_an_object_and_an_object_not_a_list() -> None:
    with pytest.raises(errors.UnreadableAnswer):
        send(reply(200, [1]))
    with pytest.raises(errors.UnreadableAnswer):
        send(reply(200, {"a": 1}), expect=list)


def test_a_preview_is_short_and_without_tags() -> None:
    with pytest.raises(errors.UnreadableAnswer) as caught:
        send(reply(502, "<p>" + "long text " * 500, "text/html"))
    assert len(caught.value.what) < 250
    assert "<p>" not in caught.value.what and "long text" in caught.value.what


def test_json_that_is_nested_without_end_is_unreadable() -> None:
    with pytest.raises(errors.UnreadableAnswer):
        send(reply(200, "[" * 200_000))


def test_a_compressed_answer_that_is_not_compressed_is_unreadable() -> None:
    with pytest.raises(errors.UnreadableAnswer):
        send(reply(200, {"a": 1}, Content_Encoding="gzip"))


def test_an_answer_that_breaks_off_is_unreadable() -> None:
    whole = reply(200, {"access_token": "abc", "expires_in": 5})
    with pytest.raises(errors.UnreadableAnswer):
        send(whole[:-10])


@pytest.mark.parametrize("spelled", [PASSWORD, quote_plus(PASSWORD)])
def test_a_page_that_repeats_the_password_does_not_show_it(spelled: str) -> None:
    with answering(reply(502, f"<pre>user=ada password={spelled} end</pre>", "text/html")) as ill:
        with pytest.raises(errors.UnreadableAnswer) as caught:
            Transport(ill.base_url).send("POST", "/x", form={"username": "ada", "password": Secret(PASSWORD)})
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.exchange)
    assert spelled not in shown
    assert "user=ada" in shown


def test_a_description_that_repeats_the_password_does_not_show_it() -> None:
    said = {"error": "invalid_grant", "error_description": f"no user ada with {PASSWORD}"}
    with answering(reply(403, said)) as ill:
        with pytest.raises(errors.Refused) as caught:
            Transport(ill.base_url).send("POST", "/x", form={"username": "ada", "password": Secret(PASSWORD)})
    assert (caught.value.error, caught.value.error_description) == ("invalid_grant", f"no user ada with {STARS}")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert PASSWORD not in shown
    assert "no user ada with" in shown


def test_an_exchange_whose_answer_repeats_the_password_does_not_show_it() -> None:
    said = {"error": "invalid_grant", "error_description": f"no user ada with {PASSWORD}", "hint": ["a", PASSWORD]}
    with answering(reply(403, said)) as ill:
        wire = Transport(ill.base_url)
        with pytest.raises(errors.Refused):
            wire.send("POST", "/x", form={"username": "ada", "password": Secret(PASSWORD)})
    assert wire.last is not None
    assert "no user ada with" in wire.last.body_text
    assert PASSWORD not in wire.last.body_text


@pytest.mark.parametrize(
    "how",
    [
        {"form": {"username": "ada", "password": Secret(PASSWORD)}},
        {"json_body": {"username": "ada", "password": Secret(PASSWORD)}},
        {"form": {"username": "ada"}, "bearer": Secret(PASSWORD)},
    ],
    ids=["form", "json", "bearer"],
)
def test_a_traceback_that_prints_what_frames_hold_shows_no_secret(how: Any, closed_port: int) -> None:
    with pytest.raises(errors.TenantUnreachable) as caught:
        Transport(f"http://127.0.0.1:{closed_port}").send("POST", "/x", **how)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert PASSWORD not in shown
    assert "ada" in shown


# 429


@pytest.mark.parametrize(
    "body",
    [
        {"statusCode": 429, "error": "Too Many Requests", "message": "Slow.", "errorCode": "too_many_requests"},
        {"statusCode": 429, "error": "Too Many Requests"},
        {"error": "too_many_requests", "error_description": "Slow."},
        "",
        "[]",
        HTML,
    ],
)
@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({}, None, None),
        ({"Retry_After": "42"}, 42, 42),
        ({"Retry_After": "soon"}, None, None),
        ({"X_RateLimit_Reset": "+100"}, 95, 100),
        ({"X_RateLimit_Reset": "-100"}, 0, 0),
        ({"X_RateLimit_Reset": "never"}, None, None),
    ],
)
def test_every_429_is_slow_down_and_tells_the_wait(
    body: object, headers: dict[str, str], low: int | None, high: int | None
) -> None:
    headers = {
        name: str(int(time.time()) + int(value)) if value[0] in "+-" else value for name, value in headers.items()
    }
    with pytest.raises(errors.SlowDown) as caught:
        send(reply(429, body, **headers))
    error = caught.value
    assert error.status == 429
    assert error.what == "Too many requests were sent in a short time."
    if low is None or high is None:
        assert error.retry_after is None
    else:
        assert error.retry_after is not None and low <= error.retry_after <= high


def test_a_429_is_not_tried_again() -> None:
    with answering(reply(429, Retry_After="0")) as ill:
        with pytest.raises(errors.SlowDown):
            Transport(ill.base_url).send("GET", "/x")
    assert len(ill.asked) == 1


# No answer at all


def test_a_closed_port_is_unreachable_and_named(closed_port: int) -> None:
    with pytest.raises(errors.TenantUnreachable) as caught:
        Transport(f"http://127.0.0.1:{closed_port}").send("GET", "/x")
    assert caught.value.what == f"Nothing responds at 127.0.0.1:{closed_port}."
    assert caught.value.next_step.startswith("Check the domain.")
    assert "refused" in (caught.value.cause or "").lower()


def test_a_name_that_does_not_resolve_is_unreachable_and_named() -> None:
    with pytest.raises(errors.TenantUnreachable) as caught:
        Transport("https://no-such-tenant.invalid", timeout=QUICK).send("GET", "/x")
    assert caught.value.what == "The name 'no-such-tenant.invalid' can't be found on this network."


def test_a_connection_that_is_cut_is_not_an_answer() -> None:
    with pytest.raises(errors.NotReached) as caught:
        send(b"")
    assert caught.value.status is None
    assert not isinstance(caught.value, errors.Refused)


def test_a_silent_server_is_given_up_in_time(mute_port: int) -> None:
    with pytest.raises(errors.TenantTimedOut) as caught:
        Transport(f"http://127.0.0.1:{mute_port}", timeout=QUICK).send("GET", "/x")
    assert caught.value.what == "The tenant didn't respond in time."


def test_a_server_that_is_silent_in_the_tls_handshake_is_given_up_in_time(mute_port: int) -> None:
    with pytest.raises(errors.TenantTimedOut):
        Transport(f"https://127.0.0.1:{mute_port}", timeout=QUICK).send("GET", "/x")


def test_an_answer_that_stops_in_the_middle_is_given_up_in_time() -> None:
    whole = reply(200, {"access_token": "abc", "expires_in": 5})
    with pytest.raises(errors.TenantTimedOut) as caught:
        send((whole[:-10], SILENCE), QUICK)
    assert caught.value.what == "The tenant didn't respond in time."


def test_a_slow_answer_within_the_time_out_is_an_answer() -> None:
    whole = reply(200, {"a": 1})
    assert send((whole[:20], whole[20:])).body == {"a": 1}


def test_there_is_always_a_time_out() -> None:
    assert Transport("https://t.example").timeout == TIMEOUT == (5.0, 10.0)


@pytest.mark.parametrize("timeout", [TIMEOUT, QUICK, (DEADLINE, DEADLINE)])
def test_the_time_out_that_is_given_is_the_one_that_counts(
    timeout: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[object] = []
    with answering(reply(200, {})) as tenant:
        wire = Transport(tenant.base_url, timeout=timeout)
        send = wire.session.send
        monkeypatch.setattr(
            wire.session, "send", lambda *args, **kw: (used.append(kw["timeout"]), send(*args, **kw))[1]
        )
        wire.send("GET", "/x")
    assert used == [timeout]


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with answering(reply(200, {"caught": "you"})) as thief:
        with answering(reply(status, Location=thief.base_url + "/steal")) as ill:
            with pytest.raises(errors.UnexpectedRedirect) as caught:
                Transport(ill.base_url).send("POST", "/x", form={"password": Secret("hunter22")}, bearer="token")
    assert thief.asked == []
    assert len(ill.asked) == 1
    assert caught.value.status == status
    assert caught.value.what == (
        "The server redirected the request to another address (127.0.0.1). The client didn't follow, because the request contains secrets."
    )
    assert caught.value.next_step == "Check the domain. The MFA API never redirects."


@pytest.mark.parametrize("location", ["/elsewhere", "", "http://[half-an-address", "https://a\u00e9:b@x:99999/"])
def test_a_redirect_to_whatever_is_a_redirect(location: str) -> None:
    with pytest.raises(errors.UnexpectedRedirect):
        send(reply(302, Location=location))


# Proxies


@pytest.fixture
def dead_proxy(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> int:
    """Every proxy variable names a port where nobody listens."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
        monkeypatch.setenv(name.upper(), f"http://127.0.0.1:{closed_port}")
    return closed_port


@pytest.mark.usefixtures("dead_proxy")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_goes_past_a_proxy(host: str) -> None:
    with answering(reply(200, {"a": 1})) as ill:
        assert Transport(f"http://{host}:{ill.port}").send("GET", "/x").body == {"a": 1}


@pytest.mark.usefixtures("dead_proxy")
def test_another_host_does_not_go_past_a_dead_proxy() -> None:
    with pytest.raises(errors.ProxyRefused) as caught:
        Transport("https://tenant.invalid").send("GET", "/x")
    assert caught.value.what == "The proxy in your environment blocked the request."
    assert "NO_PROXY" in caught.value.next_step


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_another_host_is_asked_for_at_the_proxy(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(reply(403, "no", "text/plain")) as proxy:
        monkeypatch.setenv(variable, proxy.base_url)
        with pytest.raises(errors.ProxyRefused) as caught:
            Transport("https://tenant.invalid").send("GET", "/x", bearer="token")
    assert [(asked.method, asked.path) for asked in proxy.asked] == [("CONNECT", "tenant.invalid:443")]
    assert "authorization" not in proxy.asked[0].headers
    assert "403" in (caught.value.cause or "")


def test_no_proxy_is_heeded_for_other_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(reply(403)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
        monkeypatch.setenv("NO_PROXY", "tenant.invalid")
        with pytest.raises(errors.TenantUnreachable):
            Transport("https://tenant.invalid").send("GET", "/x")
    assert proxy.asked == []


@pytest.mark.usefixtures("dead_proxy")
def test_past_the_proxy_the_ca_file_of_the_environment_still_counts(
    tls_sandbox: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_sandbox.ca_file))
    described = Transport(tls_sandbox.base_url).send("GET", "/.well-known/openid-configuration").body
    assert described["issuer"] == tls_sandbox.base_url + "/"


# Certificates


def test_an_unknown_authority_is_refused_in_few_words(tls_sandbox: server.ServedSandbox) -> None:
    with pytest.raises(errors.CertificateRefused) as caught:
        Transport(tls_sandbox.base_url).send("GET", "/.well-known/openid-configuration")
    assert caught.value.what == "This machine doesn't trust the server's certificate."
    assert "REQUESTS_CA_BUNDLE" in caught.value.next_step
    assert "Don't turn off certificate verification." in caught.value.next_step
    assert "CERTIFICATE_VERIFY_FAILED" in (caught.value.cause or "")
    assert len("".join(traceback.format_exception(caught.value))) < 3000  # no chain of the libraries' errors


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_ca_file_of_the_environment_is_trusted(
    variable: str, tls_sandbox: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tls_sandbox.ca_file))
    described = Transport(tls_sandbox.base_url).send("GET", "/.well-known/openid-configuration").body
    assert described["issuer"] == tls_sandbox.base_url + "/"


def test_a_ca_file_that_is_not_there_is_a_named_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "no-such-file.pem"))
    with pytest.raises(errors.NotReached) as caught:
        Transport("https://127.0.0.1:9", timeout=QUICK).send("GET", "/x")
    assert "REQUESTS_CA_BUNDLE" in str(caught.value)


def test_a_ca_file_that_holds_no_certificate_is_a_named_error(
    tls_sandbox: server.ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "empty.pem"))
    with pytest.raises(errors.CertificateRefused) as caught:
        Transport(tls_sandbox.base_url).send("GET", "/x")
    assert "REQUESTS_CA_BUNDLE" in caught.value.next_step


def test_a_server_without_tls_is_not_blamed_for_its_certificate() -> None:
    with answering(reply(200, {})) as ill:
        with pytest.raises(errors.NotReached) as caught:
            Transport(f"https://127.0.0.1:{ill.port}", timeout=QUICK).send("GET", "/x")
    assert not isinstance(caught.value, errors.CertificateRefused)


def test_http_client_knows_what_a_test_sends() -> None:
    """The helper's own answer is well formed: a failure above is the product's."""
    with answering(reply(200, {"a": 1})) as ill:
        connection = http.client.HTTPConnection("127.0.0.1", ill.port, timeout=DEADLINE)
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b'{"a": 1}')
        connection.close()
