"""A class's tenant: what its join line says, the certificate that the line vouches for, and joining.

The certificate of the class's authority comes over plain HTTP, from whoever
answers there. It is believed only if its SHA-256 is the one in the join line,
which the instructor shows; no secret is sent before that. From the first
request over TLS on, that authority is trusted, and no other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ..client import errors
from ..client.management import PAGE, Management
from ..client.sandbox_controls import SandboxControls
from ..client.secret import Secret, plain, secret
from ..client.transport import Transport, new_session
from ..client.validation import clean_line, clean_token
from ..storage import atomic_file
from ..storage.entries import ClassLine, ClassSecret
from ..storage.handover import Handover
from .class_troubles import ASK, INSTRUCTOR, LEARNER, Words, explained
from .environment import environment_line, is_near, past_the_proxy, trust

#: Where the handover keeps the join line and the secrets of this learner; no tenant is called so.
_CLASS = "class"
_TOKEN_IS = (
    "Use the token in the file that the command named when you opened the class, or the one in MFA_SANDBOX_TOKEN."
)
_LETTERS = str.maketrans("018", "olb")  # what a join line never holds, and what a reader takes for it


@dataclass(frozen=True)
class JoinLine:
    """`host` and `port` of the tenant, the port on which its authority's certificate is told, token and fingerprint."""

    host: str
    port: int
    ca_port: int
    token: Secret
    fingerprint: str

    @property
    def base_url(self) -> str:
        return f"https://{self.host}:{self.port}"

    @property
    def whole(self) -> Secret:
        """The line as it is shown to a class."""
        return Secret(f"mfa-class/{self.host}:{self.port}/{self.ca_port}/{self.token.reveal()}/{self.fingerprint}")


@dataclass(frozen=True)
class Place:
    """A learner's place in a class: what `POST /sandbox/join` gave, the key to their own messages, and the CA file."""

    base_url: str
    fingerprint: str
    ca_file: str
    key: Secret
    told: dict[str, Any]


def parse(text: str | Secret) -> JoinLine:
    """A join line as people paste or copy it. Raises `InvalidInput`, which shows nothing of it."""
    line = clean_line(clean_line(plain(text)).lower().removeprefix("mfa_class="))
    if not line:
        raise errors.InvalidInput("The join line is missing.", "Paste the line that your instructor shows.")
    parts = re.fullmatch(r"mfa-class/([a-z0-9.-]+):(\d{1,5})/(\d{1,5})/(\w+)/(\w+)", line, re.A)
    if parts is None:
        raise errors.InvalidInput("This isn't a join line. A join line begins with mfa-class/ and has five parts.", ASK)
    host, port, ca_port, token, fingerprint = parts.groups()
    token, fingerprint = token.translate(_LETTERS), fingerprint.translate(_LETTERS)
    if len(token) < 16 or len(fingerprint) != 52:
        raise errors.InvalidInput(
            "This join line is incomplete, because its end is cut off or a letter is missing.", ASK
        )
    return JoinLine(host, int(port), int(ca_port), Secret(token), fingerprint)


def join(handover: Handover, text: str | Secret | None = None) -> Place:
    """Join the class of that line, else of `MFA_CLASS` (environment or `.env`), else of the line that was used last.

    The same learner comes back as the same user: the handover keeps a secret for each class.
    Raises `InvalidInput`, a subclass of `NotReached`, or `Refused`; each says what to do.
    """
    text = secret(text)  # a traceback that shows what frames hold shows stars
    first, *others = [parse(text)] if text else _lines(handover)
    try:
        return _join(handover, first)
    except (errors.NotReached, errors.Refused):
        for line in others:
            with suppress(errors.NotReached, errors.Refused):
                return _join(handover, line)
        raise


def _lines(handover: Handover) -> list[JoinLine]:
    """The lines of the class that `MFA_CLASS` names, or else of the last one: first the line that was right last, then that of `MFA_CLASS`.

    When the class's address has changed, only one of the two may know. Raises `InvalidInput` if there is none.
    """
    named, kept = environment_line(), kept_line(handover)
    meant = parse(named or kept)
    lines = dict.fromkeys(parse(text) for text in (kept, named) if text)
    return [line for line in lines if line.fingerprint == meant.fingerprint]


def is_elsewhere(handover: Handover, base_url: str) -> bool:
    """Whether a join line names another address of the class than this one."""
    return any(line.base_url != base_url for line in _lines(handover))


def expected(handover: Handover) -> tuple[str, str, str]:
    """The address and the fingerprint of the class that would be joined, and the learner's name there, as far as they're known."""
    try:
        line = _lines(handover)[0]
    except errors.InvalidInput:
        return "https://class.invalid", "", ""
    kept = handover.get(_CLASS, ClassSecret, line.fingerprint)
    return line.base_url, line.fingerprint, "" if kept is None else kept.username


def _join(handover: Handover, line: JoinLine) -> Place:
    ca_file = _authority(line, handover.path.parent)
    with handover.transaction():  # two notebooks that join at once are one learner
        kept = handover.get(_CLASS, ClassSecret, line.fingerprint) or ClassSecret(Secret(secrets.token_urlsafe(32)))
        # Kept before it is sent: if the answer is lost, the next try is the same learner.
        handover.put(_CLASS, kept, key=line.fingerprint)
    told = _ask(line, ca_file, line.token, {"secret": kept.secret})
    with handover.transaction():
        handover.put(_CLASS, replace(kept, username=told["username"]), key=line.fingerprint)
        handover.put(_CLASS, ClassLine(line.whole))
    trust(ca_file, line.host)
    return Place(line.base_url, line.fingerprint, ca_file, kept.secret, told)


def own_controls(handover: Handover) -> SandboxControls | None:
    """What this learner may do in the class that they have joined, also from a notebook that uses another tenant; `None` if they haven't.

    Raises `InvalidInput` or a subclass of `NotReached`.
    """
    line = _lines(handover)[0]
    kept = handover.get(_CLASS, ClassSecret, line.fingerprint)
    if kept is None:
        return None
    controls = SandboxControls(line.base_url, kept.secret)
    controls.use(new_session(_authority(line, handover.path.parent)))
    return controls


def kept_line(handover: Handover) -> str:
    """The join line that was used last; empty if there was none."""
    kept = handover.get(_CLASS, ClassLine)
    return "" if kept is None else kept.line.reveal()


class ClassManagement(Management):
    """The Management API of a class's tenant, and what only its instructor may do."""

    def __init__(self, line: JoinLine, ca_file: str, token: Secret, told: dict[str, Any]) -> None:
        super().__init__(
            line.base_url,
            client_id=told["management_client_id"],
            client_secret=told["management_client_secret"],
            audience=told["management_audience"],
        )
        self.use(new_session(ca_file))
        self._instructors = token
        self._line = line

    def join_line(self) -> Secret:
        """What learners join with now: another board may have begun a group."""
        return replace(self._line, token=self._tell("GET", "/sandbox/group")["token"]).whole

    def remove_empty_seats(self) -> int:
        """Remove everybody who has joined and never signed in; how many they were. They can join again."""
        return int(self._tell("DELETE", "/sandbox/join")["removed"])

    def begin_group(self) -> None:
        """Set the class's tenant up as on its first day, for the next group: who had joined is gone, and `join_line` is another."""
        self._tell("POST", "/sandbox/group")

    def users(self) -> list[dict[str, Any]]:
        """The tenant's users. Of who has joined: the `name` that they gave, and in `app_metadata` what their notebooks have noted."""
        fields = "user_id,email,name,created_at,app_metadata"
        found: list[dict[str, Any]] = []
        is_more = True
        while is_more:
            page = self.get("/users", per_page=PAGE, page=len(found) // PAGE, fields=fields)
            found += page
            is_more = len(page) == PAGE
        return found

    def own_errors(self) -> list[tuple[datetime, str]]:
        """What has gone wrong inside the tenant since it was started, oldest first: when, and what, in a few words."""
        return [
            (datetime.fromisoformat(row["at"]), row["what"]) for row in self._tell("GET", "/sandbox/errors")["errors"]
        ]

    def _tell(self, method: str, path: str) -> dict[str, Any]:
        """What only the instructor may ask."""
        with self._in_words():
            told: dict[str, Any] = self._transport.send(method, path, bearer=self._instructors).body
            return told

    def _sent(self, method: str, path: str, body: Any) -> Any:
        with self._in_words():
            return super()._sent(method, path, body)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (errors.NotReached, errors.TenantFailed) as error:
            raise explained(error, f"{self._line.host}:{self._line.port}", INSTRUCTOR) from None


def management(text: str | Secret, token: str | Secret, folder: Path) -> ClassManagement:
    """The Management API of the class of that line, for who has the instructor's `token`. Raises as `join` does."""
    line = parse(text)
    token = clean_token(token, "token")
    if not token:
        raise errors.InvalidInput("The instructor's token is missing.", _TOKEN_IS)
    ca_file = _authority(line, folder, INSTRUCTOR)
    if token == line.token:
        raise errors.InvalidInput("This is the join token, which is for learners.", _TOKEN_IS)
    try:
        told = _ask(line, ca_file, token, {}, INSTRUCTOR)
    except errors.TenantFailed:
        raise
    except errors.Refused:
        raise errors.InvalidInput("This isn't the instructor's token for this class.", _TOKEN_IS) from None
    return ClassManagement(line, ca_file, token, told)


def _authority(line: JoinLine, folder: Path, words: Words = LEARNER) -> str:
    """The CA file of that class. What is kept from an earlier time is looked at again, too."""
    path = folder / f"mfa-class-{line.fingerprint[:16]}.pem"
    try:
        if _is_meant(path.read_text("ascii"), line):
            return str(path)
    except (OSError, ValueError):  # none is kept, or no text
        pass
    if is_near(line.host):
        past_the_proxy(line.host)
    where = f"{line.host}:{line.ca_port}"
    try:
        answer = Transport(f"http://{where}").send("GET", "/ca").body
    except errors.NotReached as error:
        raise explained(error, where, words) from None
    ca = answer.get("ca")
    if not isinstance(ca, str) or not _is_meant(ca, line):
        raise errors.CertificateRefused(
            f"The certificate at {where} isn't the one that the join line names. Nothing was sent there.",
            f"The line might be mistyped, or it might be from a different class or day. {ASK} "
            "If it's correct, tell your instructor, because someone might be intercepting the connection.",
        )
    try:
        atomic_file.replace(path, ca)
    except OSError as cause:
        raise errors.NotReached(
            f"The class's certificate can't be saved ({cause.strerror}).",
            f"Free some space in {folder}, and then try again.",
        ) from None
    return str(path)


def _is_meant(ca: str, line: JoinLine) -> bool:
    """Whether it is one certificate, the one that the join line names."""
    try:
        der = ssl.PEM_cert_to_DER_cert(ca)
    except ValueError:  # no certificate, or no PEM
        return False
    if ssl.DER_cert_to_PEM_cert(der).split() != ca.split():
        return False  # a second one behind it would be trusted, too
    digest = hashlib.sha256(der).digest()
    found = base64.b32encode(digest).decode().rstrip("=").lower()
    return hmac.compare_digest(found, line.fingerprint)


def _ask(line: JoinLine, ca_file: str, token: Secret, body: dict[str, Any], words: Words = LEARNER) -> dict[str, Any]:
    where = f"{line.host}:{line.port}"
    transport = Transport(line.base_url, new_session(ca_file))
    try:
        told: dict[str, Any] = transport.send("POST", "/sandbox/join", json_body=body, bearer=token).body
    except (errors.NotReached, errors.TenantFailed) as error:
        raise explained(error, where, words) from None
    except errors.Refused as error:
        said = error.error_description or "The class's tenant rejected the request."
        next_step = ASK if "join" in said else "Ask your instructor."
        raise errors.Refused(said, next_step, status=error.status, exchange=error.exchange) from None
    return told
