"""The sandbox's inbox and its other addresses under `/sandbox/`, over HTTP. A real tenant doesn't have them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from .secret import Secret, secret
from .transport import Reply, Session, Transport


@dataclass(frozen=True)
class Mail:
    """One received message: an email, a text, or a call. `code` is the six digits found in it, if any.

    `id` grows with each message. `to` is an address or a number. `text` and `html` hold the code, so they are not shown.
    `fingerprint` is that of the `oob_code` that the code belongs to: the first 16 hexadecimal digits of its SHA-256.
    """

    id: int
    to: str
    sender: str
    subject: str
    text: str = field(repr=False)
    code: Secret | None = None
    html: str = field(default="", repr=False)
    fingerprint: str = ""

    def belongs_to(self, oob_code: Secret) -> bool:
        """Whether its code and this `oob_code` were made together."""
        return self.fingerprint == hashlib.sha256(oob_code.reveal().encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Push:
    """A push that waits on the sandbox's phone; `purpose` is `enrollment` or `challenge`."""

    id: str
    email: str
    purpose: str


class SandboxControls:
    """What a sandbox has beside the API, under `/sandbox/…`: its inbox, its phone, its clock, and faults on request.

    `token` opens all of it. In a class, `key` opens what this learner has set off,
    and nothing else; clock and faults are the instructor's there.

    Every method raises a subclass of `NotReached` if no usable answer came, and
    one of `Refused` if the sandbox says no.

    Source of the addresses: `mfa_helpers/sandbox/app.py`.
    """

    def __init__(self, base_url: str, key: Secret | None = None, token: Secret | None = None) -> None:
        self._transport = Transport(base_url)
        self._key = key
        self._token = token

    def use(self, session: Session) -> None:
        """Send through `session`, the client's, so that certificates and proxies are the same for all."""
        self._transport.session = session

    # Inbox

    def mails(self, to: str | None = None) -> list[Mail]:
        """Emails and texts to one address or number, or to all; newest first."""
        query = f"?to={quote(to, safe='')}" if to else ""
        rows = self._send("GET", "/sandbox/inbox" + query, expect=list).body
        return [
            Mail(
                id=row["id"],
                to=row["to"],
                sender=row["from"],
                subject=row["subject"],
                text=row["text"],
                code=secret(row["code"]),
                html=row["html"],
                fingerprint=row.get("fingerprint", ""),  # an older sandbox has none
            )
            for row in rows
        ]

    # Phone

    def pushes(self) -> list[Push]:
        """What waits on the sandbox's phone, newest first."""
        rows = self._send("GET", "/sandbox/push", expect=list).body
        return [Push(row["id"], row["email"], row["purpose"]) for row in rows]

    def answer_push(self, push_id: str, answer: str) -> None:
        """Tap `approve` or `reject` on the sandbox's phone."""
        self._send("POST", f"/sandbox/push/{quote(push_id, safe='')}", json_body={"answer": answer})

    def link(self, page: str = "/sandbox/phone") -> str:
        """An address that opens `page` in a browser, once and within five minutes."""
        return str(self._send("POST", "/sandbox/link", json_body={"page": page}).body["url"])

    # Clock

    def now(self) -> float:
        """The tenant's time, in seconds since 1970: a lesson may have moved its clock."""
        return datetime.fromisoformat(self._send("GET", "/sandbox/clock").body["now"]).timestamp()

    def advance(self, seconds: float) -> None:
        """Move the tenant's clock by `seconds`: forwards, or back if they are negative."""
        self._send("POST", "/sandbox/clock", json_body={"advance_seconds": seconds})

    def refill_limits(self) -> None:
        """Forget what counts for the limits: emails, codes, passwords."""
        self._send("DELETE", "/sandbox/limits")

    # In a class, what a learner may see of the tenant's log

    def newest_event(self) -> str:
        """The `log_id` of the newest event of one's own; empty if there is none."""
        newest = self._send("GET", "/sandbox/log", expect=list).body[:1]
        return str(newest[0]["log_id"]) if newest else ""

    def events_since(self, log_id: str = "") -> list[dict[str, Any]]:
        """What has happened to one's own user after that event, oldest first; the newest 200 at most."""
        rows = self._send("GET", "/sandbox/log", expect=list).body
        return [row for row in rows[::-1] if row["log_id"] > log_id]

    def tell_about(self, name: str = "", topics: Mapping[str, Any] | None = None) -> None:
        """Tell the instructor who this learner is, and what their notebooks have noted (`storage.progress`); only what is given changes."""
        about = {"name": name or None, "topics": topics}
        self._send("POST", "/sandbox/learner", json_body={key: value for key, value in about.items() if value})

    # What has arrived, at a tenant that was started with `records=True`

    def requests(self) -> list[dict[str, Any]]:
        """Each request as the tenant has read it, and its response, oldest first.

        Source of the names: `mfa_helpers/sandbox/endpoints/extras/recorder.py`.
        """
        return list(self._send("GET", "/sandbox/requests", expect=list).body)

    def forget_requests(self) -> None:
        """What has arrived until now does not count any more."""
        self._send("DELETE", "/sandbox/requests")

    # The whole sandbox

    def reset(self, seed: Mapping[str, Any] | None = None) -> None:
        """Empty the sandbox: no enrollments, no messages. In a class, only this learner's.

        A `seed` says what it begins with: its settings, origins, APIs, and users, with what they have enrolled.
        """
        self._send("POST", "/sandbox/reset", json_body=seed or {})

    def go_wrong(self, path: str, kind: str, seconds: float = 1, times: int = 1) -> None:
        """Let the next `times` answers on `path` go wrong: `slow`, `rate_limit`, `unavailable`, …

        `seconds` is how long a slow answer takes, or the wait that a `rate_limit` asks for.
        """
        self._send(
            "POST", "/sandbox/faults", json_body={"path": path, "kind": kind, "seconds": seconds, "times": times}
        )

    def go_well(self) -> None:
        """Cancel the faults that are still to come."""
        self._send("DELETE", "/sandbox/faults")

    def _send(self, method: str, path: str, **more: Any) -> Reply:
        return self._transport.send(method, path, bearer=self._key, sandbox_token=self._token, **more)
