"""Security findings about who asks: pages of the web, other users of this machine, whoever answers at a port."""

from __future__ import annotations

import re
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.app import create_app
from mfa_helpers.sandbox.defaults import LIMITS
from mfa_helpers.sandbox.gateway import page_links
from mfa_helpers.sandbox.gateway.token_strength import is_weak
from mfa_helpers.sandbox.hosting import server, shared_process
from mfa_helpers.sandbox.hosting.ready import read_note
from mfa_helpers.sandbox.proof import proof

from ..support.class_of_learners import TOKEN as TOKEN
from ..support.class_of_learners import Learner, instructors
from ..support.deadline import DEADLINE
from ..support.end_sandbox import end_sandbox
from ..support.sandbox_api import FORM, MFA_REQUIRED, Api, refusal
from ..support.transport import needs_a_socket

pytestmark = needs_a_socket

ROUTES = [
    (method, route.path.replace("{id:int}", "1").replace("{id}", "x"))
    for route in create_app(None).routes  # type: ignore[arg-type]
    for method in sorted(route.methods - {"HEAD"})
]
OPEN = [("GET", f"/.well-known/{name}") for name in ("openid-configuration", "oauth-authorization-server", "jwks.json")]
FOREIGN = {
    "origin": {"origin": "https://evil.example"},
    "no origin, from a file or a frame": {"origin": "null"},
    "another port of this machine": {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"},
    "origin of a form": {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    "a picture": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    "a picture of another port": {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    "a frame": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    "a form that leads to a page": {
        "origin": "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document",
    },
}  # fmt: skip
#: Pages that are there for that: silent authentication, and the end of a session.
FOR_THAT = {"a frame": ("GET", "/authorize"), "a form that leads to a page": ("POST", "/oidc/logout")}
LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.fixture
def api(sandbox) -> Iterator[Api]:
    api = Api(sandbox)
    yield api
    api.http.close()


def error_of(answer: requests.Response) -> tuple[int, str]:
    body = answer.json()
    return answer.status_code, body.get("errorCode") or body["error"]


def events(api: Api, type: str) -> list[dict[str, object]]:
    token = api.call(
        "POST",
        "/oauth/token",
        data={
            "grant_type": "client_credentials",
            "client_id": api.sandbox.management_client_id,
            "client_secret": api.sandbox.management_client_secret,
            "audience": api.sandbox.management_audience,
        },
    ).json()["access_token"]
    return api.bearer("GET", f"/api/v2/logs?q=type:{type}", token).json()


# S-06: a page of the web


def test_s_06_eleven_forms_of_a_foreign_page_lock_nobody_out(api: Api) -> None:
    page = {"content-type": FORM, "origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    for _ in range(LIMITS.failed_logins + 1):
        answer = api.call("POST", "/oauth/token", data=api.login_fields(password="x"), headers=page)
        assert refusal(answer) == (401, "access_denied", "Unauthorized")
    assert refusal(api.login()) == MFA_REQUIRED
    assert all(event["ip"] == "127.0.0.1" for event in events(api, "fco"))
    assert len(events(api, "fco")) == LIMITS.failed_logins + 1


@pytest.mark.parametrize("name", FOREIGN)
def test_s_06_a_foreign_page_reaches_nothing(api: Api, name: str) -> None:
    for method, path in {*ROUTES, ("GET", "/none"), ("OPTIONS", "/oauth/token")} - {*OPEN, FOR_THAT.get(name)}:
        answer = api.call(method, path, headers=FOREIGN[name])
        assert error_of(answer) == (401, "access_denied"), (method, path)


@pytest.mark.parametrize("headers", [*FOREIGN.values(), LINK], ids=[*FOREIGN, "a link"])
@pytest.mark.parametrize(("method", "path"), OPEN)
def test_s_06_discovery_and_keys_stay_open_to_every_page(
    api: Api, method: str, path: str, headers: dict[str, str]
) -> None:
    assert api.call(method, path, headers=headers).status_code == 200


def test_s_06_a_link_from_elsewhere_opens_a_page_of_the_sandbox_and_nothing_else(api: Api) -> None:
    assert api.call("GET", "/sandbox/phone", headers=LINK).status_code == 200
    for method, path in [("GET", "/sandbox/push"), ("POST", "/sandbox/phone"), ("GET", "/userinfo")]:
        assert error_of(api.call(method, path, headers=LINK)) == (401, "access_denied")


@pytest.mark.parametrize("listed", ["http://localhost:3000", "http://localhost:3000/", "HTTP://LocalHost:3000"])
def test_s_06_a_page_whose_origin_is_listed_may_use_the_tenant(api: Api, listed: str) -> None:
    api.set_up(allowed_origins=[listed])
    page = {"origin": "http://localhost:3000", "sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}
    assert refusal(api.call("POST", "/oauth/token", data=api.login_fields(), headers=page)) == MFA_REQUIRED
    for other in ("http://localhost:3001", "https://localhost:3000", "http://localhost:3000.evil.example", "null"):
        answer = api.call("POST", "/oauth/token", data=api.login_fields(), headers={**page, "origin": other})
        assert error_of(answer) == (401, "access_denied")


def test_s_06_a_second_origin_helps_nobody(api: Api) -> None:
    import http.client

    host = api.sandbox.base_url.removeprefix("http://")
    for origins in ([f"http://{host}", "https://evil.example"], ["https://evil.example", f"http://{host}"]):
        line = http.client.HTTPConnection(host)
        line.putrequest("POST", "/oauth/token")
        for origin in origins:
            line.putheader("origin", origin)
        line.endheaders()
        assert line.getresponse().status == 401
        line.close()


def test_s_06_the_log_is_not_flushed_by_a_page_that_keeps_on(api: Api, advance: Callable[[float], None]) -> None:
    for _ in range(3 * LIMITS.strangers.size):
        assert api.call("GET", "/oauth/token", headers=FOREIGN["origin"]).status_code == 401
    assert len(events(api, "fco")) == LIMITS.strangers.size
    advance(LIMITS.strangers.refill)
    assert api.call("GET", "/oauth/token", headers=FOREIGN["origin"]).status_code == 401
    assert len(events(api, "fco")) == LIMITS.strangers.size + 1


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "same-origin"}])
def test_s_06_programs_and_the_sandboxs_own_pages_are_not_affected(api: Api, headers: dict[str, str]) -> None:
    own = {**headers, **({"origin": api.sandbox.base_url} if headers.get("sec-fetch-site") == "same-origin" else {})}
    assert refusal(api.call("POST", "/oauth/token", data=api.login_fields(), headers=own)) == MFA_REQUIRED
    assert api.call("GET", "/sandbox/push", headers=own).json() == []


# S-04: another user of this machine

OWN = [(method, path) for method, path in ROUTES if path.startswith("/sandbox/")]
OTHERS_TOKENS = ["", "x", "null", "0" * 43, "ä"]


def without_token(api: Api, method: str, path: str, **kwargs) -> requests.Response:
    return api.http.request(method, api.sandbox.base_url + path, timeout=DEADLINE, **kwargs)


@pytest.mark.parametrize("start", [server.start, server.start_on_own_address])
def test_s_04_without_the_token_nobody_uses_the_sandboxs_own_addresses(state, start) -> None:
    sandbox = start(state)
    api = Api(sandbox)
    try:
        assert len(sandbox.sandbox_token) == 43
        for method, path in OWN:
            for headers in ({}, *({"x-sandbox-token": token.encode()} for token in OTHERS_TOKENS[:2])):
                answer = without_token(api, method, path, headers=headers)
                assert (answer.status_code, answer.json()["error"]) == (403, "forbidden"), (method, path)
        for token in OTHERS_TOKENS:
            answer = without_token(api, "GET", "/sandbox/inbox", headers={"x-sandbox-token": token.encode()})
            assert answer.status_code == 403
        assert api.mails() == []
    finally:
        api.http.close()
        sandbox.stop()


def test_s_04_no_other_header_and_no_address_opens_them(api: Api) -> None:
    token = api.sandbox.sandbox_token
    for headers in ({"authorization": f"Bearer {token}"}, {"cookie": f"x-sandbox-token={token}"}):
        assert without_token(api, "GET", "/sandbox/inbox", headers=headers).status_code == 403
    assert without_token(api, "GET", f"/sandbox/inbox?x-sandbox-token={token}&token={token}").status_code == 403


def test_s_04_the_tenants_own_addresses_want_none(api: Api) -> None:
    assert without_token(api, "GET", "/.well-known/jwks.json").status_code == 200
    assert refusal(without_token(api, "POST", "/oauth/token", data=api.login_fields())) == MFA_REQUIRED


def test_s_04_a_token_that_is_given_counts_on_this_machine_too(state) -> None:
    sandbox = server.start_on_own_address(state, token=TOKEN)
    api = Api(sandbox)
    try:
        assert sandbox.sandbox_token == TOKEN and api.mails() == []
        assert without_token(api, "GET", "/sandbox/inbox").status_code == 403
    finally:
        api.http.close()
        sandbox.stop()


def test_s_04_it_is_the_same_after_a_restart_and_after_a_reset(state) -> None:
    told = []
    for _ in range(2):
        sandbox = server.start(state)
        Api(sandbox).set_up()
        told.append(sandbox.sandbox_token)
        sandbox.stop()
    assert told[0] == told[1]


def test_s_04_kernels_have_it_by_themselves_and_show_it_nowhere(learner: Lab, sandbox, capsys) -> None:
    learner.login()
    learner.associate()
    learner.confirm(learner.newest_code())
    learner.tenant.require_controls().advance(1)
    shown = repr(learner.tenant) + repr(vars(learner)) + repr(learner.history) + capsys.readouterr().out
    assert sandbox.sandbox_token not in shown + repr(sandbox)
    assert sandbox.sandbox_token not in learner.handover.path.read_text()


def test_s_04_a_page_is_opened_by_a_link_once(api: Api) -> None:
    answer = api.call("POST", "/sandbox/link", json={"page": "/sandbox/phone"})
    url = answer.json()["url"]
    assert answer.headers["cache-control"] == "no-store" and api.sandbox.sandbox_token not in url
    with requests.Session() as browser:
        page = browser.get(url, headers=LINK, timeout=DEADLINE)
        assert page.status_code == 200 and page.url == api.sandbox.base_url + "/sandbox/phone"
        said = page.history[0].headers
        assert "HttpOnly" in said["set-cookie"] and "SameSite=lax" in said["set-cookie"]
        assert (said["cache-control"], said["referrer-policy"]) == ("no-store", "no-referrer")
        assert browser.get(api.sandbox.base_url + "/sandbox/push", timeout=DEADLINE).json() == []
        assert browser.get(api.sandbox.inbox_url, timeout=DEADLINE).json() == []
        for method, path in [("POST", "/sandbox/reset"), ("GET", "/sandbox/clock"), ("POST", "/sandbox/link")]:
            assert browser.request(method, api.sandbox.base_url + path, timeout=DEADLINE).status_code == 403
        cross = browser.get(api.sandbox.base_url + "/sandbox/push", headers=FOREIGN["origin"], timeout=DEADLINE)
        assert cross.status_code == 401
    again = without_token(api, "GET", url.removeprefix(api.sandbox.base_url))
    assert again.status_code == 403 and "This link was already used" in again.json()["error_description"]
    assert without_token(api, "GET", "/sandbox/push", headers={"cookie": "sandbox-1=x; ;=;"}).status_code == 403


def test_s_04_cookies_of_other_programs_of_this_machine_are_in_nobodys_way(api: Api) -> None:
    url = api.call("POST", "/sandbox/link").json()["url"]
    with requests.Session() as browser:
        cookie = (
            browser.get(url, headers=LINK, allow_redirects=False, timeout=DEADLINE)
            .headers["set-cookie"]
            .partition(";")[0]
        )
    for others in ('settings={"dark": true}; ', 'a="b\\"c; ', "[]; ", "a b=c; ;; =; "):
        headers = {"cookie": others + cookie + '; user="2|1:0|10:x"'}
        assert without_token(api, "GET", "/sandbox/push", headers=headers).status_code == 200, others


def test_s_04_a_link_ends_after_five_minutes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    url = api.call("POST", "/sandbox/link").json()["url"]
    now = time.monotonic()
    monkeypatch.setattr(page_links.time, "monotonic", lambda: now + 301)
    assert without_token(api, "GET", url.removeprefix(api.sandbox.base_url)).status_code == 403


def test_s_04_a_link_leads_to_the_sandboxs_pages_only(api: Api) -> None:
    for page in ("https://evil.example", "//evil.example", "/sandbox/reset", "", 1, None):
        assert api.call("POST", "/sandbox/link", json={"page": page}).status_code == 400, page


# S-05: whoever answers at the port


class Squatter:
    """Answers at a port, as whoever pleases; what it was sent is in `heard`."""

    def __init__(self, port: int, reply: Callable[[bytes], bytes]) -> None:
        self.heard = b""
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = self._socket.getsockname()[1]
        self._reply = reply
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            with line, suppress(OSError):
                asked = line.recv(65_536)
                self.heard += asked
                line.sendall(self._reply(asked))
                while more := line.recv(65_536):
                    self.heard += more

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def staying(*headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", *headers, b"transfer-encoding: chunked", b"", b""]
    return b"\r\n".join(lines)


def echo_of_the_proof(asked: bytes) -> bytes:
    found = re.search(rb"x-sandbox-proof: (\w+)", asked, re.I)
    return staying(b"x-sandbox-proof: " + (found[1] if found else b""))


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    "the name that the tenant told everybody": lambda _: staying(b"x-sandbox-instance: known"),
    "no proof": lambda _: staying(),
    "an empty proof": lambda _: staying(b"x-sandbox-proof: "),
    "some proof": lambda _: staying(b"x-sandbox-proof: " + b"a" * 64),
    "no ASCII": lambda _: staying(b"x-sandbox-proof: \xff\xfe"),
    "the kernel's own proof": echo_of_the_proof,
    "proof without a token": lambda asked: staying(
        b"x-sandbox-proof: " + proof("", "tenant", 0, "").encode()
    ),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_s_05_who_answers_at_the_port_of_a_dead_tenant_gets_no_secret(
    own_tenant: Path, forgery: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    lab = Lab()
    first = lab.tenant
    note = read_note(own_tenant)
    assert note is not None
    end_sandbox(own_tenant)
    squatter = Squatter(int(first.base_url.rpartition(":")[2]), forgery)
    note.write(own_tenant)  # as one that was killed leaves it
    try:
        with pytest.raises(errors.TenantUnreachable):
            lab.login()  # nothing is sent: the tenant that was there has ended
        assert lab.tenant.base_url != first.base_url
        assert isinstance(lab.login(), errors.MfaRequired)  # at the new one
        assert Lab().tenant.base_url == lab.tenant.base_url
        with pytest.raises(errors.TenantUnreachable):
            first.require_controls().mails()
    finally:
        squatter.close()
    for hidden in (note.ready.password, note.ready.client_secret, note.ready.sandbox_token):
        assert hidden.encode() not in squatter.heard
    assert b"/sandbox/stay" in squatter.heard and b"/oauth/token" not in squatter.heard


def test_s_05_passing_the_question_on_to_the_real_tenant_proves_nothing(own_tenant: Path) -> None:
    real = server.start(own_tenant)
    note = read_note(own_tenant)
    assert note is not None

    def passed_on(asked: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", int(real.base_url.rpartition(":")[2])), DEADLINE) as line:
            line.sendall(asked)
            return line.recv(65_536)

    squatter = Squatter(0, passed_on)
    try:
        note.ready.base_url = f"http://127.0.0.1:{squatter.port}"
        assert shared_process._stay(note.ready) is None
    finally:
        squatter.close()
    assert b"/sandbox/stay" in squatter.heard


def test_s_05_who_answers_byte_by_byte_holds_no_kernel_up(own_tenant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_process, "_DEADLINE", 0.5)
    server.start(own_tenant)
    note = read_note(own_tenant)
    assert note is not None
    was_cut: list[bool] = []

    def drip(line: socket.socket) -> bool:
        """Whether the other side ends it before the answer is whole."""
        try:
            for _ in range(500):
                line.sendall(b"b")
                time.sleep(0.01)
        except OSError:
            return True
        return False

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\nx-a: ")
            was_cut.append(drip(line))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        squatter = threading.Thread(target=serve)
        squatter.start()
        note.ready.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert shared_process._stay(note.ready) is None
        squatter.join(DEADLINE)
    assert was_cut == [True]


def test_s_05_the_tenant_stays_for_who_proves_to_know_its_token(own_tenant: Path) -> None:
    real = server.start(own_tenant)
    assert shared_process.join(own_tenant).base_url == real.base_url
    assert real.kernels == 1
    port = int(real.base_url.rpartition(":")[2])
    for given in ("", "x", proof(real.sandbox_token, "tenant", port, "n"), proof(real.sandbox_token, "kernel", 1, "n")):
        headers = {"x-sandbox-nonce": "n", "x-sandbox-proof": given}
        assert requests.get(real.base_url + "/sandbox/stay", headers=headers, timeout=DEADLINE).status_code == 403
    right = {"x-sandbox-nonce": "n", "x-sandbox-proof": proof(real.sandbox_token, "kernel", port, "n")}
    assert requests.get(real.base_url + "/sandbox/inbox", headers=right, timeout=DEADLINE).status_code == 403


# S-10: guesses


def guess(api: Api, number: int, as_bearer: bool = False) -> requests.Response:
    token = f"a guess at the token, number {number}"
    headers = {"authorization": f"Bearer {token}"} if as_bearer else {"x-sandbox-token": token}
    return without_token(api, "GET", "/sandbox/inbox", headers=headers)


@pytest.fixture
def instructor(tmp_path: Path):
    running = server.start_class(tmp_path / "class.sqlite3", name="127.0.0.1", token=TOKEN)
    api = Api(running)
    yield api
    api.http.close()
    running.stop()


@pytest.mark.parametrize("as_bearer", [False, True])
def test_s_10_guesses_at_a_class_are_held_up_and_logged(instructor: Api, as_bearer: bool) -> None:
    answers = Counter(guess(instructor, number, as_bearer).status_code for number in range(200))
    assert set(answers) == {403, 429} and LIMITS.guesses.size <= answers[403] < 150
    held_up = guess(instructor, 0, as_bearer)
    assert (held_up.status_code, held_up.json()["error"]) == (429, "too_many_requests")
    assert int(held_up.headers["retry-after"]) >= 1
    logged = events(instructor, "fapi")
    assert LIMITS.strangers.size <= len(logged) < 60 and logged[0]["ip"] == "127.0.0.1"
    assert "guess" not in str(logged)


def test_s_10_nobody_is_locked_out_by_anothers_guesses(instructor: Api) -> None:
    one = Learner(instructor.sandbox)
    for number in range(LIMITS.guesses.size + 5):
        guess(instructor, number)
    assert guess(instructor, 0).status_code == 429
    assert one.mails() == []
    right = {"x-sandbox-token": TOKEN}
    assert without_token(instructor, "GET", "/sandbox/clock", headers=right).status_code == 200
    assert instructors(instructor.sandbox).newest_event()
    one.http.close()


def test_s_10_what_is_the_instructors_is_no_guess_of_a_learner_who_is_known(instructor: Api) -> None:
    one = Learner(instructor.sandbox)
    for _ in range(LIMITS.guesses.size + 5):
        answer = one.call("GET", "/sandbox/faults", headers={"authorization": f"Bearer {one.key}"})
        assert answer.status_code == 403
    assert events(instructor, "fapi") == []
    one.http.close()


def test_s_10_guesses_at_a_tenant_of_ones_own_are_held_up_too(api: Api) -> None:
    answers = Counter(guess(api, number).status_code for number in range(100))
    assert set(answers) == {403, 429}
    assert api.mails() == [] and len(events(api, "fapi")) >= LIMITS.strangers.size


@pytest.mark.parametrize(
    "guess",
    [{"headers": {"x-sandbox-nonce": "n", "x-sandbox-proof": "a" * 64}}, {"params": {"once": "a"}}],
    ids=["proof", "link"],
)
def test_s_10_so_are_those_by_a_proof_or_by_a_link(api: Api, guess: dict[str, dict[str, str]]) -> None:
    path = "/sandbox/stay" if "headers" in guess else "/sandbox/phone"
    answers = Counter(without_token(api, "GET", path, **guess).status_code for _ in range(100))
    assert set(answers) == {403, 429}
    assert len(events(api, "fapi")) >= LIMITS.strangers.size


def test_s_10_a_request_without_any_token_is_no_guess(api: Api) -> None:
    for _ in range(LIMITS.guesses.size + 5):
        assert without_token(api, "GET", "/sandbox/inbox").status_code == 403
    assert events(api, "fapi") == []


WEAK = ["aaaaaaaaaaaaaaaa", "a" * 60, "abababababababababab", "1234567890123456", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjkl",
        "passwordpassword", "secret-secret-secret-secret", "Auth0Auth0Auth0Auth0", "9876543210987654", "short", "0000000000000001",
        "change-me-change-me", "AaAaAaAaAaAaAaAaAa"]  # fmt: skip


@pytest.mark.parametrize("token", [*WEAK, "mit Ümlaut, 9173-kxzq", "with\nline end, 9173-kxzq"])
def test_s_10_a_token_that_could_be_guessed_is_refused_at_every_entrance(state: Path, token: str) -> None:
    for start in (
        lambda: server.start(state, token=token),
        lambda: server.start_on_own_address(state, token=token),
        lambda: server.start_on_own_address(state, host="0.0.0.0", public=True, token=token),
        lambda: server.start_class(state, name="127.0.0.1", token=token),
    ):
        with pytest.raises(server.NotOpen) as refused:
            start()
        assert str(refused.value).startswith("The token in MFA_SANDBOX_TOKEN is too easy to guess.")
        assert token not in str(refused.value)


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_urlsafe(24), lambda: secrets.token_hex(24), lambda: secrets.token_urlsafe(32)]
)
def test_s_10_a_token_that_was_made_at_random_is_taken(make: Callable[[], str]) -> None:
    assert sum(is_weak(make()) for _ in range(200)) <= 1


def test_s_10_the_class_makes_its_token_itself(tmp_path: Path) -> None:
    running = server.start_class(tmp_path / "class.sqlite3", name="127.0.0.1")
    try:
        assert not is_weak(running.sandbox_token) and len(running.sandbox_token) == 43
        assert running.sandbox_token not in running.join_line
        right = {"x-sandbox-token": running.sandbox_token}
        assert without_token(Api(running), "GET", "/sandbox/clock", headers=right).status_code == 200
    finally:
        running.stop()
