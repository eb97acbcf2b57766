"""A tenant that is sent odd requests: it says no in its documented shapes, and goes on.

Each request is sent twice (see `twin`). The tenant runs as a process of its own, because Hypothesis moves the recursion
limit of its own process. A failure tells the request as it went over the wire, what had changed before it, and the seed.
Up to five failures are told, none is made smaller: the tenant remembers, so the same request need not fail again.
"""

import http.client
import json
import re
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import quote, urlencode, urlsplit

import psutil
import pyotp
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.configuration import set_hypothesis_home_dir

from mfa_helpers.sandbox.defaults import TENANT_NAME
from mfa_helpers.sandbox.store import Store
from mfa_helpers.sandbox.store.log_search import Matches, Some
from mfa_helpers.sandbox.tenant.messages import CHANNELS

from .odd_requests import CALLBACK, CREDENTIAL, FACTORS, PEM, RAW, SCENE_NAMES, Known, requests_, twin
from .run_report import count, tell
from .sandbox_api import FORM, JSON, MFA_RECOVERY, Api, own
from .sandbox_processes import command

PATIENCE = 3  # seconds of the processor for any answer: nothing that anybody sends may keep the tenant busy
#: Addresses that a person's browser opens.
PAGES = re.compile(r"/authorize$|/u/|/(v2|oidc)/logout$")
SCENE = 300  # requests until everything starts again, so that most of them find what they need


class Tenant:
    """The tenant's process, and the scene in it that the requests are about."""

    def __init__(self, running, state):
        self.process = psutil.Process(running.process.pid)
        self.api, self.store = Api(running.ready()), Store(state)
        self.line = None
        self.left = 0
        self.sent, self.scenes = Counter(), 0
        self.failures = []
        self.past = []

    def close(self):
        self.api.http.close()
        self.store.close()
        if self.line:
            self.line.close()

    def busy(self):
        """Seconds that the processor has worked for the tenant."""
        times = self.process.cpu_times()
        return times.user + times.system

    # the scene

    def begin(self):
        """Everything from the start: two people, one with a second factor, one without; what each of them holds."""
        api, ready = self.api, self.api.sandbox
        self.scenes += 1
        api.set_up(
            factors=FACTORS,
            email_verified=self.scenes % 3 == 0,
            customize_mfa_in_postlogin_action=self.scenes % 4 == 0,
            callbacks=[CALLBACK],
            allowed_logout_urls=[CALLBACK],
        )
        know = {**vars(ready), "factor": "sms", "template": "mfa_oob_code"}
        management = good(api.login(grant_type="client_credentials", username=None, password=None, client_id=ready.management_client_id, client_secret=ready.management_client_secret, audience=ready.management_audience))["access_token"]  # fmt: skip
        know["management_token"] = management

        def manage(method, path, body=None):
            return good(api.bearer(method, "/api/v2/" + path, management, json=body))

        key = manage("POST", f"clients/{ready.client_id}/credentials", {**CREDENTIAL, "pem": PEM})
        know |= {"pem": PEM, "credential_id": key["id"]}
        user = manage("GET", "users-by-email?email=" + quote(ready.username))[0]["user_id"]
        know["user_id"] = user
        methods = f"users/{quote(user)}/authentication-methods"
        secret = pyotp.random_base32()
        know["email_id"] = manage("POST", methods, {"type": "email", "email": ready.username})["id"]
        know["otp_id"] = manage("POST", methods, {"type": "totp", "totp_secret": secret})["id"]
        know["otp"] = pyotp.TOTP(secret).now()
        know["recovery_code"] = manage("POST", f"users/{quote(user)}/recovery-code-regeneration")["recovery_code"]
        if self.scenes % 2:
            manage("POST", "emails/provider", {"name": "mailgun", "credentials": {"api_key": "x"}})
        new = {"username": "bob@example.com", "password": "bob's"}
        manage("POST", "users", {"connection": "Username-Password-Authentication", "email": new["username"], "password": new["password"]})  # fmt: skip

        tokens = good(api.call("POST", "/oauth/token", data={"grant_type": MFA_RECOVERY, "mfa_token": api.login(scope="openid offline_access").json()["mfa_token"], "recovery_code": know["recovery_code"], "client_id": ready.client_id, "client_secret": ready.client_secret}))  # fmt: skip
        know |= {name: tokens[name] for name in ("access_token", "id_token", "refresh_token", "recovery_code")}
        know["mfa_access_token"] = good(api.login(audience=ready.mfa_audience, **new))["access_token"]
        me = {"audience": ready.mfa_audience.removesuffix("mfa/") + "me/", "scope": "create:me:authentication_methods read:me:authentication_methods read:me:factors"}  # fmt: skip
        tokens = good(api.call("POST", "/oauth/token", data={"grant_type": MFA_RECOVERY, "mfa_token": api.login(**me).json()["mfa_token"], "recovery_code": know["recovery_code"], "client_id": ready.client_id, "client_secret": ready.client_secret}))  # fmt: skip
        know |= {"me_access_token": tokens["access_token"], "recovery_code": tokens["recovery_code"]}
        know["new_mfa_token"] = api.login(**new).json()["mfa_token"]
        know["push_code"] = good(api.associate(know["new_mfa_token"], oob_channels=["auth0"]))["oob_code"]
        know["push_id"] = good(api.call("GET", "/sandbox/push"))[0]["id"]
        know["mfa_token"] = api.login().json()["mfa_token"]
        know["oob_code"] = good(api.challenge(know["mfa_token"], authenticator_id=know["email_id"]))["oob_code"]
        know["binding_code"] = api.code()
        know["log_id"] = manage("GET", "logs?per_page=1")[0]["log_id"]
        assert all(know[name] for name in SCENE_NAMES)
        self.know, self.left, self.past = know, SCENE, []

    def filled(self, value):
        if isinstance(value, Known):
            return self.know[value.name]
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if isinstance(value, dict):
            return {name: self.filled(item) for name, item in value.items()}
        return value

    # one request

    def visit(self, odd):
        """Send it, and look at the answer."""
        if self.left <= 0:
            try:
                self.begin()
            except Exception as error:
                before = "\n".join(self.past)
                self.failures.append(
                    f"no fresh start after a reset: {type(error).__name__}: {error}\nchanges before it:\n{before}"
                )
                return
        self.left -= 1
        wire = self.wire(odd)
        method, target = wire[0], wire[1]
        status, headers, content = 0, {}, b""
        began = self.busy()
        try:
            status, headers, content = self.send(*wire)
            took = self.busy() - began
            self.sent[status] += 1
            fault = fault_of(method, urlsplit(target).path if target[0] == "/" else target, status, headers, content)
            if fault is None and status >= 500 and not self.is_asked_for(status, json.loads(content)):
                fault = "a server error that nobody asked for"
            if fault is None and took > PATIENCE:
                fault = f"an answer that took {took:.1f} seconds of the processor"
        except Exception as error:  # no answer, or none that can be read
            fault = f"{type(error).__name__}: {error}"
        if fault is not None:
            self.left = 0
            before = "\n".join(self.past[-8:])
            self.failures.append(
                f"{odd.method} {odd.path}: {fault}\n{shown(*wire)}\n"
                f"answered: {status} {headers.get('content-type')} {content[:600]!r}\nchanges before it:\n{before}"
            )
            return
        if status < 300 and method != "GET":
            self.past.append(f"{method} {target[:200]} {wire[3][:300]!r}")
            self.see_to(urlsplit(target).path, method)

    def see_to(self, path, method):
        """What must not go on until the end of the scene: a moved clock, an emptied tenant, faults."""
        if path == "/sandbox/reset" or abs(float(self.store.get("clock_offset") or 0)) > 60:
            self.left = 0
        if path == "/sandbox/faults" and method == "POST":
            (fault,) = self.store.faults()
            if fault["kind"] != "slow":
                count("faults injected")
                self.feel(fault)
            assert self.api.call("DELETE", "/sandbox/faults").status_code == 200

    def feel(self, fault):
        """The fault that was asked for happens, as it was asked for."""
        if fault["kind"] == "mail":
            answer = self.api.challenge(self.know["mfa_token"], authenticator_id=self.know["email_id"])
            assert answer.status_code < 500 or answer.json()["error"] == "bad_gateway", answer.text
            return
        try:
            status, headers, content = self.send("GET", quote(fault["path"], errors="replace"), {}, b"", tries=1)
        except (http.client.HTTPException, OSError):
            assert fault["kind"] in ("cut", "cut_after"), dict(fault)
        else:
            assert status == {"rate_limit": 429, "unavailable": 503}[fault["kind"]], (dict(fault), status)
            assert status == 503 or fault_of("GET", fault["path"], status, headers, content) is None, content

    def is_asked_for(self, status, body):
        if status == 501:
            return body["error"] == "unsupported_grant_type"
        if status == 500:
            told = body["error"], body["error_description"]
            is_told = told == ("server_error", "Authorization server not configured with default connection.")
            return is_told and not self.store.settings().default_directory
        return status == 502 and body["error"] == "bad_gateway" and self.is_unsendable()

    def is_unsendable(self):
        """Whether the last message that did not go out could not have: by what the tenant has been set up to."""
        wanted = Some(tuple(Matches("type", (channel.failed,)) for channel in CHANNELS.values()))
        reason = self.store.logs(wanted, ascending=False, skip=0, take=1)[0]["description"]
        if reason == "Unsendable":
            return bool(self.store.get("email_templates")) or self.store.settings().friendly_name != TENANT_NAME
        return "smtp_host" in (self.store.get("email_provider") or "") or not reason.startswith("Conn")

    def wire(self, odd):
        """Method, target, headers and body."""
        place, fields = self.filled(odd.in_path), self.filled(odd.fields)
        target = re.sub(r"\{.+?\}", lambda _: quote(str(place)[:9000], safe="", errors="replace"), odd.path)
        headers = {"connection": "keep-alive", **own(self.api.sandbox), **odd.headers}
        body = b""
        if fields is not None and odd.method == "GET":
            target += "?" + urlencode(as_pairs(fields), errors="replace")[:12_000]
        elif fields is not None and odd.content_type == FORM:
            body = urlencode(as_pairs(fields), errors="replace").encode()
        elif fields is not None:
            body = json.dumps(fields).encode()
            body = re.sub(rb'"<raw (\d+)>"', lambda found: RAW[int(found[1])], body)
        if odd.content_type is not None:
            headers["content-type"] = odd.content_type
        if odd.bearer is not None:
            token = str(self.filled(odd.bearer)).split("\n")[0]
            headers["authorization"] = (odd.scheme + token).strip()[:12_000]
        return odd.method, target, headers, body if odd.body is None else odd.body

    def send(self, method, target, headers, body, tries=3):
        """Over a connection that is kept. Whoever is sent too much may hang up before all of it has arrived."""
        for left in reversed(range(tries)):
            fresh = self.line is None
            if fresh:
                there = urlsplit(self.api.sandbox.base_url)
                self.line = http.client.HTTPConnection(there.hostname, there.port, timeout=120)
            try:
                self.line.putrequest(method, target, skip_host="host" in headers, skip_accept_encoding=True)
                for name, value in headers.items():
                    self.line.putheader(name, value.encode("latin-1", "replace"))
                self.line.putheader("content-length", str(len(body)))
                self.line.endheaders(body or None)
                answer = self.line.getresponse()
                return answer.status, answer.headers, answer.read()
            except (http.client.HTTPException, OSError):
                self.line.close()
                self.line = None
                if not left or (fresh and len(body) <= 100_000):
                    raise
        raise AssertionError("the last try raises")


def good(answer):
    assert answer.status_code in (200, 201), f"{answer.request.url} {answer.request.body}: {answer.text}"
    return answer.json()


def as_pairs(fields):
    return (
        [(str(name), str(value)) for name, value in fields.items()]
        if isinstance(fields, dict)
        else [("x", str(fields))]
    )


def shown(method, target, headers, body, limit=3000):
    long = f" … {len(body)} bytes" if len(body) > limit else ""
    headers = {name: value[:400] for name, value in headers.items()}
    return f"{method} {target[:800]} {headers}\n{body[:limit]!r}{long}"


def fault_of(method, path, status, headers, content):
    """What is wrong with an answer; `None` if it is fine."""
    if method == "HEAD" or status == 204:
        return "a body" if content else None
    if b"Traceback" in content:
        return "a stack trace"
    if status == 200 and (path, content) == ("/oauth/revoke", b""):
        return None
    if status == 401 and (path, content) == ("/userinfo", b"Unauthorized"):  # its row: userinfo-no-token
        return None
    kind = headers.get("content-type", "")
    if PAGES.match(path) and not kind.startswith(JSON):
        if status in (302, 303):
            return None if headers.get("location") else "a redirect that leads nowhere"
        is_page = kind.startswith("text/html") and status in (200, 400, 403, 413, 429)
        return None if is_page or content == b"OK" else "no page"
    if status == 200 and path == "/sandbox/phone":
        return None if kind.startswith("text/html") else "no page"
    if not kind.startswith(JSON):
        return "no JSON"
    body = json.loads(content, parse_constant=lambda name: 1 / 0)
    if status < 400:
        return None
    if path.startswith("/me/") and "title" in body:
        more = ["validation_errors"] if "validation_errors" in body else []
        is_right = list(body) == ["title", "type", "detail", "status", *more] and body["status"] == status
        return None if is_right else "another shape of error"
    if not isinstance(body, dict) or not all(isinstance(value, (str, int, dict)) for value in body.values()):
        return "an error that is no object of texts"
    is_routers = status in (400, 404, 405) and body.get("error") in ("Bad Request", "Not Found", "Method Not Allowed")
    if path.startswith("/api/v2/") or is_routers:
        shape = ["statusCode", "error", "message", *(["errorCode"] if "errorCode" in body else [])]
        return None if list(body) == shape and body["statusCode"] == status else "another shape of error"
    more = ["mfa_token"] if body.get("error") == "mfa_required" else []
    more += ["mfa_requirements"] if "mfa_requirements" in body and more else []
    return None if list(body) == ["error", "error_description", *more] else "another shape of error"


@contextmanager
def _swift_switches():
    """An answer that has come does not wait long for the thread that thinks up the next request."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    yield
    sys.setswitchinterval(before)


def send_odd_requests(number, seed, state, folder, config):
    """At least so many, to a tenant on `state`; afterwards the whole flow works. How often each status was answered."""
    set_hypothesis_home_dir(folder)
    with (
        command(folder, "--json", "--state", str(state)) as running,
        closing(Tenant(running, state)) as tenant,
        ThreadPoolExecutor(1) as pool,
        _swift_switches(),
    ):
        on_the_way = [pool.submit(int)]

        def send(odd):
            for same in (odd, twin(odd)):
                if len(tenant.failures) < 5:
                    tenant.visit(same)

        @seeded(seed)
        @settings(
            max_examples=number // 2, deadline=None, database=None, derandomize=False, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(requests_())
        def visit(odd):
            on_the_way[0].result()
            on_the_way[0] = pool.submit(send, odd)  # while the next is thought up: that takes as long

        visit()
        on_the_way[0].result()
        total = tenant.sent.total()
        count("bad inputs: odd requests", total)
        answers = ", ".join(f"{status}: {times}" for status, times in sorted(tenant.sent.items()))
        tell(config, "robustness", f"{total} odd requests in {tenant.scenes} scenes, seed {seed}", f"answers {answers}")
        assert not tenant.failures, f"MFA_TEST_SEED={seed}\n" + "\n\n".join(tenant.failures)
        assert total >= number
        tenant.api.set_up()
        assert tenant.api.enroll().status_code == 200
        assert running.end() == (0, "", "")
        return tenant.sent
