"""The Management API over plain calls."""

from __future__ import annotations

from typing import Any

import requests

from .sandbox_api import Api

MANAGEMENT = "application/json; charset=utf-8"


class Manage:
    """`manage("PUT", "guardian/policies", [])`: a call with a token that may do everything, or with another one."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._token = ""

    def token(self, scope: str | None = None) -> str:
        fields = {
            "grant_type": "client_credentials",
            "client_id": self.api.sandbox.management_client_id,
            "client_secret": self.api.sandbox.management_client_secret,
            "audience": self.api.sandbox.management_audience,
        }
        answer = self.api.call(
            "POST", "/oauth/token", data={**fields, **({"scope": scope} if scope is not None else {})}
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **kwargs: Any
    ) -> requests.Response:
        if token is None:
            token = self._token = self._token or self.token()
        more = {"json": body} if body is not None else {}
        return self.api.bearer(method, f"/api/v2/{path}", token, **more, **kwargs)

    def done(self, method: str, path: str, body: Any = None, status: int = 200, **kwargs: Any) -> Any:
        """The body of a yes; `None` if it has none."""
        answer = self(method, path, body, **kwargs)
        assert answer.status_code == status, answer.text
        if status == 204:
            assert answer.content == b""
            return None
        assert answer.headers["content-type"] == MANAGEMENT
        return answer.json()

    def refused(self, answer: requests.Response) -> tuple[int, str | None, str]:
        """Status, `errorCode` and `message`. What every refusal shares is checked on the way."""
        body = answer.json()
        assert answer.headers["content-type"] == MANAGEMENT
        assert list(body) == ["statusCode", "error", "message", *(["errorCode"] if "errorCode" in body else [])]
        assert (body["statusCode"], body["error"]) == (answer.status_code, answer.reason)
        return answer.status_code, body.get("errorCode"), body["message"]

    def user_id(self) -> str:
        """The course's own user."""
        (user,) = self.done("GET", "users-by-email", params={"email": self.api.sandbox.username})
        return str(user["user_id"])

    def types(self) -> list[str]:
        """The type codes of the log, oldest first, without what the management token did."""
        events = self.done("GET", "logs", params={"sort": "date:1", "per_page": 100})
        return [event["type"] for event in events if event["type"] not in ("seccft", "sapi", "fapi")]
