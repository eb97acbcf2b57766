"""The Management API: reading and changing how a tenant is set up, and reading its log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from . import errors
from .secret import Secret
from .transport import Session, Transport

#: Events that the log gives at once (documentation, retrieve-log-events-using-mgmt-api).
PAGE = 100


class Management:
    """A client of the Management API, with its own client-credentials token.

    `audience` is the Management API's identifier: the issuer and `api/v2/`
    (documentation, management API access tokens). The client requests the token at the
    first call, and again when the tenant no longer accepts it.

    Every method raises a subclass of `NotReached` if no usable response arrived, one of
    `Refused` if the tenant rejects the request, and `InvalidInput` if it rejects a token
    that was passed in.
    """

    def __init__(self, base_url: str, client_id: str, client_secret: Secret, audience: str) -> None:
        self._transport = Transport(base_url)
        self._identity: dict[str, str | Secret] = {
            "client_id": client_id,
            "client_secret": client_secret,
            "audience": audience,
        }
        self._token: Secret | None = None

    @classmethod
    def with_token(cls, base_url: str, token: Secret) -> Management:
        """With an existing Management API token, which is valid for one day (documentation, get Management API tokens for testing)."""
        made = cls(base_url, "", token, "")
        made._identity, made._token = {}, token
        return made

    def use(self, session: Session) -> None:
        """Send through `session`, the client's, so that certificates and proxies are the same for all."""
        self._transport.session = session

    def get(self, path: str, **query: str | int) -> Any:
        """The body of `GET /api/v2/…`, parsed: `path` begins after `/api/v2`. What is secret in it is a `Secret`."""
        return self._ask("GET", path + ("?" + urlencode(query) if query else ""), None)

    def change(self, method: str, path: str, body: Mapping[str, Any] | list[Any] | None = None) -> Any:
        """The body of the answer to `POST`, `PUT`, `PATCH` or `DELETE` with a JSON body; `None` where it has none."""
        return self._ask(method, path, body)

    def newest_event(self) -> str:
        """The `log_id` of the newest event of the tenant's log; empty if there is none."""
        newest = self.get("/logs", per_page=1)
        return str(newest[0]["log_id"]) if newest else ""

    def events_since(self, log_id: str = "") -> list[dict[str, Any]]:
        """What has happened after that event, oldest first; everything, if it is not in the log."""
        found: list[dict[str, Any]] = []
        page = 0
        while True:
            rows = self.get("/logs", per_page=PAGE, page=page, sort="date:-1")
            for row in rows:
                if row["log_id"] == log_id:
                    return found[::-1]
                found.append(row)
            if len(rows) < PAGE:
                return found[::-1]
            page += 1

    def oldest_since(self, moment: datetime) -> list[dict[str, Any]]:
        """The oldest event since `moment` (which knows its time zone), in a list; an empty one if there is none.

        Source: documentation, log search query syntax.
        """
        since = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        found: list[dict[str, Any]] = self.get("/logs", q=f"date:[{since} TO *]", sort="date:1", per_page=1)
        return found

    def events_after(self, log_id: str) -> list[dict[str, Any]]:
        """The next events after that one, oldest first; at most `PAGE`. Source: documentation, logs by checkpoint."""
        query: dict[str, str | int] = {"from": log_id, "take": PAGE}
        found: list[dict[str, Any]] = self.get("/logs", **query)
        return found

    def _ask(self, method: str, path: str, body: Any) -> Any:
        try:
            return self._sent(method, path, body)
        except errors.Refused as error:
            if error.status != 401:
                raise
            if not self._identity:
                raise errors.InvalidInput(
                    "The tenant doesn't accept this Management API token. Such a token is valid for one day.",
                    "Get a new one in the Dashboard, under Applications > APIs > Auth0 Management API > API Explorer.",
                ) from None
            # The tenant's clock was moved, or the tenant was reset: its word on the token counts.
            self._token = None
            return self._sent(method, path, body)

    def _sent(self, method: str, path: str, body: Any) -> Any:
        if self._token is None:
            grant = {"grant_type": "client_credentials", **self._identity}
            self._token = Secret(self._transport.send("POST", "/oauth/token", form=grant).body["access_token"])
        return self._transport.send(method, "/api/v2" + path, json_body=body, bearer=self._token, expect=object).body
