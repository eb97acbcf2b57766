"""What a class is opened with: its token, its certificate, and where its authority is told."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from ..crypto import certificate
from ..gateway.response_headers import NO_GUESS
from ..store import Store
from ..tenant.join_token import JoinToken

if TYPE_CHECKING:
    from .door import Visit


@dataclass(frozen=True)
class Opening:
    """What a class is opened with: its token, its authority's certificate, and a server's for the name by which learners reach this machine."""

    name: str
    token: JoinToken
    ca: str = field(repr=False)
    pem: str = field(repr=False)

    def join_line(self, port: int, ca_port: int) -> str:
        """All that a learner needs: where the tenant is, where its authority's certificate is, the token, the fingerprint.

        In small letters and digits 2 to 7, so that it can be read off a projector.
        """
        return f"mfa-class/{self.name}:{port}/{ca_port}/{self.token.value}/{fingerprint(self.ca)}"


def opening(store: Store, name: str) -> Opening:
    """The class of that tenant. It is the same after a restart, so the join line that was shown stays good.

    Under another `name`, it has another server's certificate and the same authority: whoever has joined finds it again.
    """
    with store.change():
        made = store.get("class_authority")
        authority = certificate.Authority(**json.loads(made)) if made else certificate.new_authority()
        kept = json.loads(store.get("class_identity") or "{}") if made else {}
        store.put("class_authority", json.dumps(asdict(authority)))
        if kept.get("name") != name or kept["made_at"] < time.time() - (certificate.DAYS - 2) * 86_400:
            kept = {"name": name, "made_at": time.time(), "pem": certificate.issue(authority, name)}
            store.put("class_identity", json.dumps(kept))
        return Opening(name, JoinToken(store), authority.ca, kept["pem"])


def fingerprint(ca: str) -> str:
    """SHA-256 of a certificate (PEM), as small letters and digits 2 to 7."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    return _base32(x509.load_pem_x509_certificate(ca.encode()).fingerprint(hashes.SHA256()))


def is_name(text: str) -> bool:
    """Whether `text` is an IPv4 address or a host name, as a certificate and a join line hold it."""
    return bool(re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", text)) and len(text) < 254


class AuthorityOverHttp(asyncio.Protocol):
    """Answers whatever is asked over plain HTTP with the authority's certificate. It is no secret, and nothing else is here."""

    def __init__(self, ca: str, visit: Visit) -> None:
        self._visit = visit
        body = json.dumps({"ca": ca}).encode()
        self._answer = (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n%b: %b\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
            % (*NO_GUESS, len(body))
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

    def connection_lost(self, error: Exception | None) -> None:
        self._visit.ends()
        self._end.cancel()


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()
