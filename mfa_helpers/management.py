"""The Management API: reading and changing how a tenant is set up, and reading its log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from . import errors
from .masking import Secret
from .wire import Wire

if TYPE_CHECKING:
    import requests

_PAGE = 100  # events that the log gives at once (documentation, retrieve-log-events-using-mgmt-api)


class Management:
    """Speaks as the application that may set the tenant up, with a client-credentials token of its own.

    `audience` is the Management API's identifier: the issuer and `api/v2/`
    (documentation, management API access tokens).
    """

    def __init__(self, base_url: str, client_id: str, client_secret: Secret, audience: str) -> None:
        self._wire = Wire(base_url)
        self._identity = {"client_id": client_id, "client_secret": client_secret, "audience": audience}
        self._token: Secret | None = None

    def use(self, session: requests.Session) -> None:
        """Go through `session`, the client's: there is one door to the network."""
        self._wire.session = session

    def get(self, path: str, **query: str | int) -> Any:
        """The answer of `GET /api/v2/…`; `path` begins after `/api/v2`. Raises subclasses of `MfaError`, as the others do."""
        return self._ask("GET", path + ("?" + urlencode(query) if query else ""), None)

    def change(self, method: str, path: str, body: Mapping[str, Any] | list[Any] | None = None) -> Any:
        """The answer of `POST`, `PUT`, `PATCH` or `DELETE` with a JSON body."""
        return self._ask(method, path, body)

    def newest_event(self) -> str:
        """The `log_id` of the newest event of the tenant's log; empty if there is none."""
        newest = self.get("/logs", per_page=1)
        return str(newest[0]["log_id"]) if newest else ""

    def events_since(self, log_id: str = "") -> list[dict[str, Any]]:
        """What has happened after that event, oldest first."""
        found: list[dict[str, Any]] = []
        page = 0
        while True:
            rows = self.get("/logs", per_page=_PAGE, page=page, sort="date:-1")
            for row in rows:
                if row["log_id"] == log_id:
                    return found[::-1]
                found.append(row)
            if len(rows) < _PAGE:
                return found[::-1]
            page += 1

    def _ask(self, method: str, path: str, body: Any) -> Any:
        try:
            return self._sent(method, path, body)
        except errors.Refused as error:
            if error.status != 401:
                raise
            # The tenant's clock was moved, or the tenant set up afresh: its word on the token counts.
            self._token = None
            return self._sent(method, path, body)

    def _sent(self, method: str, path: str, body: Any) -> Any:
        if self._token is None:
            grant = {"grant_type": "client_credentials", **self._identity}
            self._token = Secret(self._wire.send("POST", "/oauth/token", form=grant).body["access_token"])
        return self._wire.send(method, "/api/v2" + path, json_body=body, bearer=self._token, expect=object).body
