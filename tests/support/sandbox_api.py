"""The tenant's addresses over plain `requests`. The wire's words are written out here on purpose."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from .deadline import DEADLINE

PASSWORD = "password"
PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
MFA_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
MFA_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
MFA_RECOVERY = "http://auth0.com/oauth/grant-type/mfa-recovery-code"

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

MFA_REQUIRED = (403, "mfa_required", "Multifactor authentication required")
INVALID_CODE = (403, "invalid_grant", "Invalid binding_code.")
TOO_MANY_CODES = (429, "invalid_request", "Too many failed codes. Wait for some minutes before retrying.")


def own(sandbox: Any) -> dict[str, str]:
    """The header that opens the sandbox's own addresses. In a class it's the instructor's, who says so."""
    is_class = bool(getattr(sandbox, "join_line", ""))
    return {} if is_class else {"x-sandbox-token": getattr(sandbox, "sandbox_token", "")}


class Api:
    """The calls of the course. `sandbox` is anything with what the ready line of the command line tells."""

    def __init__(self, sandbox: Any) -> None:
        self.sandbox = sandbox
        self.http = requests.Session()
        self.http.trust_env = False  # neither proxies nor certificates of this machine
        self.http.verify = getattr(sandbox, "ca_file", None) or True

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        if path.startswith("/sandbox/"):
            kwargs["headers"] = {**own(self.sandbox), **(kwargs.get("headers") or {})}
        return self.http.request(method, self.sandbox.base_url + path, timeout=DEADLINE, **kwargs)

    def bearer(self, method: str, path: str, token: str, **kwargs: Any) -> requests.Response:
        headers = {"authorization": f"Bearer {token}", **kwargs.pop("headers", {})}
        return self.call(method, path, headers=headers, **kwargs)

    # /oauth/token

    def login_fields(self, **changed: Any) -> dict[str, Any]:
        """The fields of a right login, some of them changed; `None` leaves one out."""
        fields = {
            "grant_type": PASSWORD,
            "username": self.sandbox.username,
            "password": self.sandbox.password,
            **self._client(),
            **changed,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def login(self, **changed: Any) -> requests.Response:
        return self.call("POST", "/oauth/token", data=self.login_fields(**changed))

    def mfa_token(self, **changed: Any) -> str:
        answer = self.login(**changed)
        assert refusal(answer) == MFA_REQUIRED
        return str(answer.json()["mfa_token"])

    def access_token(self, **changed: Any) -> str:
        """An access token for the MFA audience. No challenge: email is the only factor."""
        answer = self.login(audience=self.sandbox.mfa_audience, **changed)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def verify_fields(self, mfa_token: str, oob_code: str, code: Any, **changed: Any) -> dict[str, Any]:
        fields = {
            "grant_type": MFA_OOB,
            "mfa_token": mfa_token,
            "oob_code": oob_code,
            "binding_code": code,
            **self._client(),
            **changed,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def verify(self, mfa_token: str, oob_code: str, code: Any, **changed: Any) -> requests.Response:
        return self.call("POST", "/oauth/token", data=self.verify_fields(mfa_token, oob_code, code, **changed))

    # /mfa/…

    def associate(self, token: str, **changed: Any) -> requests.Response:
        body = {"authenticator_types": ["oob"], "oob_channels": ["email"], **changed}
        body = {name: value for name, value in body.items() if value is not None}
        return self.bearer("POST", "/mfa/associate", token, json=body)

    def authenticators(self, token: str) -> requests.Response:
        return self.bearer("GET", "/mfa/authenticators", token)

    def rows(self, token: str) -> list[dict[str, Any]]:
        answer = self.authenticators(token)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()
        return rows

    def delete(self, token: str, id: str) -> requests.Response:
        return self.bearer("DELETE", "/mfa/authenticators/" + quote(id, safe=""), token)

    def challenge(self, mfa_token: str | None, **changed: Any) -> requests.Response:
        body = {"mfa_token": mfa_token, "challenge_type": "oob", **self._client(), **changed}
        return self.call(
            "POST", "/mfa/challenge", json={name: value for name, value in body.items() if value is not None}
        )

    # /sandbox/…

    def mails(self, to: str | None = None) -> list[dict[str, Any]]:
        answer = self.call("GET", "/sandbox/inbox", params={"to": to} if to else {})
        assert answer.status_code == 200, answer.text
        mails: list[dict[str, Any]] = answer.json()
        return mails

    def code(self, to: str | None = None) -> str:
        return str(self.mails(to or self.sandbox.username)[0]["code"])

    def set_up(self, **settings: Any) -> None:
        answer = self.call("POST", "/sandbox/reset", json={"settings": settings})
        assert answer.status_code == 200, answer.text

    def advance(self, seconds: float) -> None:
        answer = self.call("POST", "/sandbox/clock", json={"advance_seconds": seconds})
        assert answer.status_code == 200, answer.text

    def now(self) -> datetime:
        """The tenant's time."""
        return datetime.fromisoformat(self.call("GET", "/sandbox/clock").json()["now"])

    # scenes

    def begin(self, mfa_token: str | None = None, **changed: Any) -> tuple[str, str, str]:
        """Login and unconfirmed enrollment: the MFA token, the `oob_code` and the mailed code."""
        token = mfa_token or self.mfa_token()
        answer = self.associate(token, **changed)
        assert answer.status_code == 200, answer.text
        return token, answer.json()["oob_code"], self.code(changed.get("email"))

    def enroll(self, **changed: Any) -> requests.Response:
        """Login, enrollment and its confirmation: the answer with the tokens."""
        answer = self.verify(*self.begin(**changed))
        assert answer.status_code == 200, answer.text
        return answer

    def _client(self) -> dict[str, str]:
        return {"client_id": self.sandbox.client_id, "client_secret": self.sandbox.client_secret}


def public(sandbox: Any) -> dict[str, Any]:
    """The public application in place of the confidential one: no secret at all."""
    return {"client_id": sandbox.public_client_id, "client_secret": None}


def wrong(code: str) -> str:
    """Six digits that are not `code`."""
    return f"{(int(code) + 1) % 10**6:06d}"


def refusal(answer: requests.Response) -> tuple[int, str, str]:
    """Status, `error` and `error_description`. What every refusal shares is checked on the way."""
    is_mfa = urlsplit(answer.url).path.startswith(("/mfa/", "/userinfo"))
    assert answer.headers["content-type"] == (JSON + "; charset=utf-8" if is_mfa else JSON), answer.text
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert ("retry-after" in answer.headers) == (answer.status_code == 429)
    body = answer.json()
    more = ["mfa_token"] if body["error"] == "mfa_required" else []
    assert list(body) == ["error", "error_description", *more]
    return answer.status_code, body["error"], body["error_description"]
