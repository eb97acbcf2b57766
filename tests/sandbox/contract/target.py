"""What the contract is checked against: the sandbox, or the tenant that AUTH0_DOMAIN names."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pyotp
import requests

from ...support.sandbox_api import MFA_OTP, MFA_RECOVERY, PASSWORD, PASSWORD_REALM, Api
from .inbox import Asked, Imap, Inbox, NoMail, SandboxInbox

#: What a scenario may need, and what is said if the target has it not.
ABILITIES = {
    "setup": "it needs a setting that only the sandbox has",
    "clock": "it needs a clock that can be moved",
    "phone": "it needs a phone, to answer a push or to read a text",
    "faults": "it needs a fault on demand",
    "management": "it needs AUTH0_MANAGEMENT_CLIENT_ID and AUTH0_MANAGEMENT_CLIENT_SECRET",
    "public": "it needs AUTH0_PUBLIC_CLIENT_ID",
    "harsh": "it locks the user out for minutes: set MFA_TEST_HARSH=1",
}
REQUIRED = ("AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET", "AUTH0_USERNAME", "AUTH0_PASSWORD", "MFA_TEST_INBOX")
MFA_SCOPES = "enroll read:authenticators remove:authenticators"
ME_SCOPES = "create:me:authentication_methods read:me:authentication_methods read:me:factors"
_SECRET = re.compile(r"(token|secret|barcode_uri|oob_code|recovery_codes?|code|otp)$")
#: Who it was: an address, or an id of a user or an authenticator.
_WHO = re.compile(r"[\w.+-]+@[\w.-]+\w|\b[\w-]+\|[\w.-]+")
_SHAPES = re.compile(r"Fe26\.2[\w.*~-]+|eyJ[\w.-]+|v1\.[\w-]{20,}")


class Unusable(Exception):
    """The tenant cannot be tested. The text is one sentence for whoever set it up."""


class Target(Api):
    """A tenant, and what it can do. A login asks for scope `profile`: no openid, hence no id_token."""

    def __init__(self, tenant: Any, abilities: frozenset[str], name: str) -> None:
        super().__init__(tenant)
        self.abilities = abilities
        self.name = name
        self.inbox: Inbox = SandboxInbox(self.mails, tenant.username)
        self._sent: tuple[str, int] | None = None  # to whom the newest code went, and since when to look for it
        self.last: requests.Response | None = None
        self._management_token = ""

    @property
    def is_live(self) -> bool:
        return False

    def begin_test(self, needs: frozenset[str]) -> None:
        """Back to the first state."""
        self.set_up()

    def end_test(self) -> None:
        pass

    def close(self) -> None:
        self.http.close()

    # calls

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        self.last = super().call(method, path, **kwargs)
        return self.last

    def login_fields(self, **changed: Any) -> dict[str, Any]:
        return super().login_fields(**{"audience": self.sandbox.audience or None, "scope": "profile", **changed})

    def mfa_token(self, **changed: Any) -> str:
        """What else comes with it does not matter here."""
        answer = self.login(**changed)
        body = answer.json()
        assert (answer.status_code, body.get("error")) == (403, "mfa_required"), answer.text
        return str(body["mfa_token"])

    def access_token(self, **changed: Any) -> str:
        return super().access_token(**{"scope": MFA_SCOPES, **changed})

    def associate(self, token: str, **changed: Any) -> requests.Response:
        since = self.inbox.mark()
        answer = super().associate(token, **changed)
        if answer.ok and answer.json().get("binding_method") == "prompt":
            self._sent = changed.get("phone_number") or changed.get("email") or self.sandbox.username, since
        return answer

    def challenge(self, mfa_token: str | None, as_form: bool = False, **changed: Any) -> requests.Response:
        since = self.inbox.mark()
        if as_form:
            fields = {"mfa_token": mfa_token, "challenge_type": "oob", **self._client(), **changed}
            answer = self.call("POST", "/mfa/challenge", data=fields)
        else:
            answer = super().challenge(mfa_token, **changed)
        if answer.ok and "binding_method" in answer.json():
            self._sent = self.sandbox.username, since
        return answer

    def code(self, to: str | None = None) -> str:
        """The code of the newest mail (or text, where there is a phone)."""
        assert self._sent is not None
        (address, since), self._sent = self._sent, None
        return self.inbox.code(to or address, since)

    @property
    def address(self) -> str:
        """Another address of the same mailbox; the user's own, if it is not known to have any."""
        local, at, domain = self.inbox.owner.partition("@")
        return f"{local}+contract@{domain}" if at else str(self.sandbox.username)

    # the My Account API

    @property
    def me_audience(self) -> str:
        return f"{self.sandbox.mfa_audience.removesuffix('mfa/')}me/"

    def me_token(self, scope: str = ME_SCOPES) -> str:
        """Of a user with nothing enrolled, on a tenant without a policy."""
        answer = self.login(audience=self.me_audience, scope=scope)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def me(self, method: str, path: str, token: str, **kwargs: Any) -> requests.Response:
        return self.bearer(method, f"/me/v1/{path}", token, **kwargs)

    def add_email(self, token: str, email: str | None = None) -> requests.Response:
        since, address = self.inbox.mark(), email or self.address
        answer = self.me("POST", "authentication-methods", token, json={"type": "email", "email": address})
        if answer.ok:
            self._sent = address, since
        return answer

    def verify_email(self, token: str, added: Mapping[str, str], code: str) -> requests.Response:
        path = f"authentication-methods/{quote(added['id'], safe='')}/verify"
        return self.me("POST", path, token, json={"auth_session": added["auth_session"], "otp_code": code})

    # authenticator apps, phones, recovery codes

    def now(self) -> float:
        answer = self.call("POST", "/sandbox/clock", json={"advance_seconds": 0})
        return datetime.fromisoformat(answer.json()["now"]).timestamp()

    def otp(self, secret: str, steps: int = 0) -> str:
        """The app's code, of this half minute or of `steps` later. Never in the last two seconds of one."""
        now = self.now()
        if now % 30 > 28:
            time.sleep(30.1 - now % 30)
            now = self.now()
        return pyotp.TOTP(secret).at(int(now) + 30 * steps)

    def verify_otp(self, mfa_token: str, code: Any) -> requests.Response:
        return self.verify(mfa_token, None, None, grant_type=MFA_OTP, otp=code)  # type: ignore[arg-type]

    def verify_recovery(self, mfa_token: str, code: str) -> requests.Response:
        return self.verify(mfa_token, None, None, grant_type=MFA_RECOVERY, recovery_code=code)  # type: ignore[arg-type]

    def associate_otp(self, mfa_token: str) -> requests.Response:
        return self.associate(mfa_token, authenticator_types=["otp"], oob_channels=None)

    def enroll_otp(self) -> tuple[str, str]:
        """An authenticator app, confirmed: its secret, and the code that was used."""
        token = self.mfa_token()
        secret = self.associate_otp(token).json()["secret"]
        code = self.otp(secret)
        assert self.verify_otp(token, code).status_code == 200
        return secret, code

    def enroll_push(self) -> None:
        token = self.mfa_token()
        oob_code = self.associate(token, oob_channels=["auth0"]).json()["oob_code"]
        self.answer_push("approve")
        assert self.verify(token, oob_code, None).status_code == 200

    def answer_push(self, answer: str) -> None:
        waiting = self.call("GET", "/sandbox/push").json()[0]
        assert self.call("POST", f"/sandbox/push/{waiting['id']}", json={"answer": answer}).status_code == 200

    def enroll_with_recovery_code(self) -> str:
        """An email, confirmed: the recovery code that came with it."""
        token = self.mfa_token()
        body = self.associate(token).json()
        assert self.verify(token, body["oob_code"], self.code()).status_code == 200
        return str(body["recovery_codes"][0])

    # the Management API

    def machine(self, **changed: Any) -> requests.Response:
        fields = {
            "grant_type": "client_credentials",
            "client_id": self.sandbox.management_client_id,
            "client_secret": self.sandbox.management_client_secret,
            "audience": self.sandbox.management_audience,
            **changed,
        }
        return self.call("POST", "/oauth/token", json={name: it for name, it in fields.items() if it is not None})

    def manage(self, method: str, path: str, body: Any = None) -> requests.Response:
        if not self._management_token:
            self._management_token = self.machine().json()["access_token"]
        more = {} if body is None else {"json": body}
        return self.bearer(method, "/api/v2/" + path, self._management_token, **more)

    @contextmanager
    def changed(
        self,
        *,
        mfa_policy: list[str] | None = None,
        factors: Mapping[str, bool] = {},
        settings: Mapping[str, Any] = {},
        client: Mapping[str, Any] = {},
        user: Mapping[str, Any] = {},
    ) -> Iterator[None]:
        """Set the tenant up otherwise through the Management API, and back again at the end."""
        undo: list[tuple[str, str, Any]] = []
        try:
            if mfa_policy is not None:
                self._swap(undo, "PUT", "guardian/policies", self._read("guardian/policies"), mfa_policy)
            if factors:
                enabled = {row["name"]: row["enabled"] for row in self._read("guardian/factors")}
                for name, wanted in factors.items():
                    path = f"guardian/factors/{name}"
                    self._swap(undo, "PUT", path, {"enabled": enabled[name]}, {"enabled": wanted})
            if settings:
                self._patch(undo, "tenants/settings", settings)
            if client:
                self._patch(undo, f"clients/{self.sandbox.client_id}", client)
            if user:
                self._patch(undo, f"users/{self.user_id()}", user)
            yield
        finally:
            left = [step for step in reversed(undo) if not self._undone(*step)]
            if left:
                raise Unusable(f"These settings of the tenant couldn't be restored: {left}.")

    def user_id(self) -> str:
        """As it stands in a path."""
        found = self.manage("GET", f"users-by-email?email={quote(self.sandbox.username)}").json()
        return quote(found[0]["user_id"], safe="")

    def _undone(self, method: str, path: str, body: Any) -> bool:
        try:
            return self.manage(method, path, body).ok
        except requests.RequestException:
            return False

    def _read(self, path: str) -> Any:
        answer = self.manage("GET", path)
        assert answer.ok, answer.text
        return answer.json()

    def _patch(self, undo: list[tuple[str, str, Any]], path: str, wanted: Mapping[str, Any]) -> None:
        found = self._read(path)
        # What is off is often not told at all: a flag that is missing is off.
        before = {name: found.get(name, type(value)()) for name, value in wanted.items()}
        self._swap(undo, "PATCH", path, before, dict(wanted))

    def _swap(self, undo: list[tuple[str, str, Any]], method: str, path: str, before: Any, wanted: Any) -> None:
        if before != wanted:
            undo.append((method, path, before))  # first: it may be changed and the answer be lost
            answer = self.manage(method, path, wanted)
            assert answer.ok, answer.text

    # secrets

    def mask(self, text: str) -> str:
        return text

    def anonymous(self, text: str) -> str:
        """For others to read: neither a secret nor whose tenant it was."""
        return text


class LiveTarget(Target):
    """A real tenant. Certificates are verified as `requests` does; nothing of the sandbox is asked for.

    It is patient: a 429 that no scenario wants is waited for. Auth0 lets one user have 20 logins and
    20 emails at once and then one a minute or so, and a whole run needs more.
    """

    def __init__(
        self,
        tenant: Any,
        abilities: frozenset[str],
        name: str,
        inbox: Inbox,
        secrets: list[str],
        settings: dict[str, str],
    ) -> None:
        super().__init__(tenant, abilities, name)
        self.inbox = inbox
        self.http.trust_env = True  # proxies, REQUESTS_CA_BUNDLE
        self.http.auth = lambda request: request  # but no .netrc, which would replace our tokens
        self.http.verify = os.environ.get("SSL_CERT_FILE") or True
        self._secrets = set(secrets)
        self._settings = settings
        self._patient = True
        self._access_token: tuple[str, float] = "", 0.0

    @property
    def is_live(self) -> bool:
        return True

    def login_fields(self, **changed: Any) -> dict[str, Any]:
        realm = {"grant_type": PASSWORD_REALM, "realm": self.sandbox.realm} if self.sandbox.realm else {}
        if changed.get("grant_type") == PASSWORD:
            realm = {}
        return super().login_fields(**{**realm, **changed})

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        assert not path.startswith("/sandbox"), f"{path} exists only in the sandbox"
        self._note(kwargs.get("json"))
        self._note(kwargs.get("data"))
        for _ in range(10):
            answer = super().call(method, path, **kwargs)
            if answer.status_code != 429 or not self._patient:
                break
            reset = float(answer.headers.get("x-ratelimit-reset") or 0)  # seconds since 1970
            time.sleep(min(float(answer.headers.get("retry-after") or max(reset - time.time(), 5)), 600))
        with suppress(ValueError):
            self._note(answer.json())
        return answer

    def begin_test(self, needs: frozenset[str]) -> None:
        """No authenticator: they are removed one by one, with an access token for the MFA API."""
        self._patient = True
        self._sent = None
        token = self._own_access_token()
        if self.authenticators(token).status_code == 401:  # it was for the password alone, and now there is a factor
            self._access_token = "", 0.0
            token = self._own_access_token()
        for row in self.rows(token):
            answer = self.delete(token, row["id"])
            if answer.status_code == 400:
                raise Unusable(
                    f"The address of {self.sandbox.username} is verified, so it's an authenticator that can't be "
                    "removed. Test with a user whose address isn't verified."
                )
            if answer.status_code not in (204, 404):  # 404: it went with its twin
                raise Unusable(f"An authenticator of {self.sandbox.username} can't be removed ({answer.status_code}).")
        self._patient = "harsh" not in needs

    def end_test(self) -> None:
        self._patient = True
        if self._sent is not None:
            to, since = self._sent
            self.inbox.drain(to, since)

    def close(self) -> None:
        super().close()
        if isinstance(self.inbox, Imap):
            self.inbox.close()

    def now(self) -> float:
        return time.time()

    def mask(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "…")
        return _SHAPES.sub("…", text)

    def anonymous(self, text: str) -> str:
        text = self.mask(text)
        for name, value in sorted(self._settings.items(), key=lambda item: len(item[1]), reverse=True):
            text = text.replace(value, f"{{{name}}}")
        return _WHO.sub("…", text)

    def _own_access_token(self) -> str:
        token, until = self._access_token
        if time.monotonic() < until:
            return token
        answer = self.login(audience=self.sandbox.mfa_audience, scope=MFA_SCOPES)
        if (
            answer.status_code == 403
            and answer.json().get("error") == "mfa_required"
            and "management" in self.abilities
        ):
            self.manage("DELETE", f"users/{self.user_id()}/authentication-methods")
            answer = self.login(audience=self.sandbox.mfa_audience, scope=MFA_SCOPES)
        if not answer.ok:
            raise Unusable(_why_no_access(answer, self.sandbox.username))
        self._access_token = answer.json()["access_token"], time.monotonic() + 300
        return self._access_token[0]

    def _note(self, body: Any) -> None:
        """Remember what must not be shown."""
        if isinstance(body, dict):
            for name, value in body.items():
                for text in value if isinstance(value, list) else [value]:
                    if isinstance(text, str) and len(text) > 5 and _SECRET.search(name):
                        self._secrets.add(text)


def _why_no_access(answer: requests.Response, username: str) -> str:
    body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    if body.get("error") == "mfa_required":
        return (
            f"{username} has an authenticator other than email, and removing it would need that factor. Remove it in "
            "the Dashboard, or set an application for the Management API."
        )
    said = f"{answer.status_code} {body.get('error')}: {body.get('error_description')}"
    return f"{username} doesn't get an access token for the MFA API ({said})."


def sandbox_target(tenant: Any) -> Target:
    return Target(tenant, frozenset(ABILITIES), "sandbox")


def live_target(env: Mapping[str, str], ask: Callable[[str], str]) -> LiveTarget:
    """The tenant that `AUTH0_…` name. Raises `Unusable`."""
    missing = [name for name in REQUIRED if not env.get(name)]
    if missing:
        raise Unusable(f"AUTH0_DOMAIN is set, so the contract is checked there; that also needs {', '.join(missing)}.")
    domain = env["AUTH0_DOMAIN"].removeprefix("https://").rstrip("/")
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:[0-9]+)?", domain):
        raise Unusable("AUTH0_DOMAIN must be the name of a tenant, like your-tenant.eu.auth0.com.")
    try:
        inbox: Inbox = Asked(ask) if env["MFA_TEST_INBOX"] == "ask" else Imap(env["MFA_TEST_INBOX"])
    except (NoMail, ValueError) as fault:  # ValueError: a port that is none; its text could repeat the URL
        raise Unusable(str(fault) if isinstance(fault, NoMail) else "MFA_TEST_INBOX isn't an address.") from None
    abilities = {
        "management": bool(env.get("AUTH0_MANAGEMENT_CLIENT_ID") and env.get("AUTH0_MANAGEMENT_CLIENT_SECRET")),
        "public": bool(env.get("AUTH0_PUBLIC_CLIENT_ID")),
        "harsh": env.get("MFA_TEST_HARSH") == "1",
    }
    base_url = f"https://{domain}"
    tenant = SimpleNamespace(
        base_url=base_url,
        client_id=env["AUTH0_CLIENT_ID"],
        client_secret=env["AUTH0_CLIENT_SECRET"],
        public_client_id=env.get("AUTH0_PUBLIC_CLIENT_ID", ""),
        management_client_id=env.get("AUTH0_MANAGEMENT_CLIENT_ID", ""),
        management_client_secret=env.get("AUTH0_MANAGEMENT_CLIENT_SECRET", ""),
        username=env["AUTH0_USERNAME"],
        password=env["AUTH0_PASSWORD"],
        audience=env.get("AUTH0_AUDIENCE", ""),
        realm=env.get("AUTH0_REALM", ""),
        mfa_audience=f"{base_url}/mfa/",
        management_audience=f"{base_url}/api/v2/",
    )
    secrets = [env["AUTH0_CLIENT_SECRET"], env["AUTH0_PASSWORD"], env.get("AUTH0_MANAGEMENT_CLIENT_SECRET", "")]
    secrets += [env["MFA_TEST_INBOX"], inbox.password] if isinstance(inbox, Imap) else []
    able = frozenset(name for name, has in abilities.items() if has)
    settings = {name: value for name, value in env.items() if name.startswith("AUTH0_") and value}
    settings["AUTH0_DOMAIN"] = domain
    return LiveTarget(tenant, able, domain, inbox, [secret for secret in secrets if secret], settings)
