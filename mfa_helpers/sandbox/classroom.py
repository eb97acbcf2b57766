"""One tenant for a whole class: a user for each learner, and what each may read of `/sandbox/…`.

A learner joins with the class's token and a secret that their own notebook has
made. The same secret joins again as the same user; a name could be guessed. It
is the learner's key, too: it opens what that learner's own user has set off,
and nothing else of the sandbox. Tokens and secrets travel as
`Authorization: Bearer …`.

Nobody trusts the class's certificate beforehand. So its authority is told over
plain HTTP, on a port of its own, and learners compare it with the fingerprint
in the *join line* that the instructor shows them.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import ipaddress
import json
import re
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import certificate, passwords, profile, seals
from .calls import Call, read_body
from .management.logs import as_event
from .store import Store
from .tenant import tenant_of

if TYPE_CHECKING:
    from starlette.types import Scope

ONLY_HERE = {"x-sandbox-only": "This address exists only in the sandbox. A real tenant does not have it."}
LEAST_SECRET = 32  # characters
MOST = 500  # learners: whoever has the join line can make users
_LEARNER = "learner"  # where a request carries whose it is
_OPEN = {
    *(("GET", "/sandbox/inbox"), ("GET", "/sandbox/push"), ("POST", "/sandbox/push/")),
    *(("GET", "/sandbox/log"), ("GET", "/sandbox/clock"), ("POST", "/sandbox/reset")),
}
NOT_JOINED = "This class does not know you. Join it with the join line that your instructor shows."
WRONG_TOKEN = "This is not the join token of this class."
NOT_YOURS = "This is the instructor's: it would change the tenant for the whole class."
FULL = f"The class is full: {MOST} learners have joined."


@dataclass(frozen=True)
class Opening:
    """What a class is opened with: its token, and the certificate for the name by which learners reach this machine."""

    name: str
    token: str = field(repr=False)
    ca: str = field(repr=False)
    pem: str = field(repr=False)

    def join_line(self, port: int, ca_port: int) -> str:
        """All that a learner needs: where the tenant is, where its authority's certificate is, the token, the fingerprint.

        In small letters and digits 2 to 7, so that it can be read off a projector.
        """
        return f"mfa-class/{self.name}:{port}/{ca_port}/{self.token}/{fingerprint(self.ca)}"


def opening(store: Store, name: str) -> Opening:
    """The class of that tenant. It is the same after a restart, so the join line that was shown stays good."""
    with store.change():
        token = store.get("join_token")
        if token is None:
            token = _base32(secrets.token_bytes(15))
            store.put("join_token", token)
        kept = json.loads(store.get("class_identity") or "{}")
        if kept.get("name") != name or kept["made_at"] < time.time() - (certificate.DAYS - 2) * 86_400:
            ca, pem = certificate.new(name)
            kept = {"name": name, "made_at": time.time(), "ca": ca, "pem": pem}
            store.put("class_identity", json.dumps(kept))
    return Opening(name, token, kept["ca"], kept["pem"])


def fingerprint(ca: str) -> str:
    """SHA-256 of a certificate (PEM), as small letters and digits 2 to 7."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    return _base32(x509.load_pem_x509_certificate(ca.encode()).fingerprint(hashes.SHA256()))


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def own_address() -> str | None:
    """The address of this machine in its network; `None` if there is none that others could reach."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # for documentation only (RFC 5737); choosing a way sends nothing
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if ipaddress.ip_address(found).is_loopback else found


def is_name(text: str) -> bool:
    """Whether `text` is an IPv4 address or a host name, as a certificate and a join line hold it."""
    return bool(re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", text)) and len(text) < 254


class Classroom:
    """Lets learners in to what is theirs."""

    def __init__(self, store: Store, token: str) -> None:
        self._store = store
        self._token = token.encode()

    def trouble(self, scope: Scope, headers: Mapping[bytes, bytes], instructors: bytes) -> str:
        """Why a request under `/sandbox/` is refused; empty if the learner, or who has the token of `instructors`, may make it."""
        scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer":
            return NOT_JOINED
        if hmac.compare_digest(given, instructors):
            return ""
        path = scope["path"]
        if path == "/sandbox/join":
            scope[_LEARNER] = ""  # not known yet
            return "" if hmac.compare_digest(given, self._token) else WRONG_TOKEN
        row = self._store.learner(seals.fingerprint(given.decode("latin-1")))
        if row is None:
            return NOT_JOINED
        is_open = (scope["method"], path) in _OPEN or (scope["method"], path[: path.rfind("/") + 1]) in _OPEN
        scope[_LEARNER] = row["user_id"]
        return "" if is_open else NOT_YOURS


def learner_of(request: Request) -> str | None:
    """The user id of the learner who asks; `None` for the owner of the sandbox, who sees everything."""
    return request.scope.get(_LEARNER)


async def join(request: Request) -> Response:
    """`POST /sandbox/join {"secret": …}`: a user of one's own, the same for the same secret. The instructor gets the set-up application."""
    tenant, call = tenant_of(request), Call(request, {})
    secret = (await read_body(request)).get("secret")
    course, _, management = tenant.store.clients()
    if learner_of(request) is None:
        return _said(
            {
                "management_client_id": management["client_id"],
                "management_client_secret": management["client_secret"],
                "management_audience": tenant.management_audience,
            }
        )
    if not (isinstance(secret, str) and len(secret) >= LEAST_SECRET and secret.isascii() and secret.isprintable()):
        return _refused(400, f'Send JSON like {{"secret": "…"}}, of {LEAST_SECRET} characters or more, made at random.')
    hashed = seals.fingerprint(secret)
    with tenant.store.change():
        learner = tenant.store.learner(hashed)
        if learner is None:
            number = tenant.store.count_learners() + 1
            if number > MOST:
                return _refused(403, FULL)
            # The end of the name cannot be guessed: ten wrong passwords would block a neighbour.
            name = f"learner{number:02d}-{_base32(secrets.token_bytes(5))[:5]}"
            call.user_id, password = "auth0|" + secrets.token_hex(12), secrets.token_urlsafe(12)
            verified = tenant.store.settings().email_verified
            hash = passwords.hash_password(password)
            tenant.store.add_user(call.user_id, f"{name}@class.example", name, hash, verified, 0)
            tenant.store.add_learner(hashed, call.user_id, password)
            call.log("ss")  # as a sign-up (documentation, log-event-type-codes): the instructor's board begins here
            learner = tenant.store.learner(hashed)
            assert learner is not None
    return _said(
        {
            "username": learner["email"],
            "password": learner["password"],
            "client_id": course["client_id"],
            "client_secret": course["client_secret"],
            "audience": profile.API_AUDIENCE,
        }
    )


async def log(request: Request) -> Response:
    """`GET /sandbox/log`: the newest 200 events of the learner's own user, newest first, as `GET /api/v2/logs` has them."""
    where = {"user_id": [learner_of(request) or ""]}
    rows = tenant_of(request).store.logs(where, ascending=False, skip=0, take=200)
    return JSONResponse([as_event(row) for row in rows], headers=ONLY_HERE)


def _said(body: dict[str, Any]) -> Response:
    return JSONResponse({**body, "only_here": True}, headers={**ONLY_HERE, "cache-control": "no-store"})


def _refused(status: int, text: str) -> Response:
    return JSONResponse({"error": "invalid_request", "error_description": text}, status, ONLY_HERE)


class AuthorityOverHttp(asyncio.Protocol):
    """Answers whatever is asked over plain HTTP with the authority's certificate. It is no secret, and nothing else is here."""

    def __init__(self, ca: str) -> None:
        body = json.dumps({"ca": ca}).encode()
        self._answer = (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
            % len(body)
        ) + body
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._end = asyncio.get_running_loop().call_later(5, transport.abort)  # who says nothing is not waited for

    def data_received(self, data: bytes) -> None:
        self._asked = (self._asked + data)[-8192:]
        if b"\r\n\r\n" in self._asked:
            self._transport.write(self._answer)
            self._transport.close()

    def connection_lost(self, fault: Exception | None) -> None:
        self._end.cancel()
