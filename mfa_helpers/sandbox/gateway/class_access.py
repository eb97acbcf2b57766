"""Lets learners in to what is theirs."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request

from ..crypto import opaque_strings
from ..store import Store
from ..tenant.join_token import JoinToken

if TYPE_CHECKING:
    from starlette.types import Scope
LEARNER = "learner"  # where a request carries whose it is
_OPEN = {
    ("GET", "/sandbox/inbox"),
    ("GET", "/sandbox/push"),
    ("POST", "/sandbox/push/"),
    ("GET", "/sandbox/log"),
    ("GET", "/sandbox/clock"),
    ("POST", "/sandbox/link"),
    ("POST", "/sandbox/learner"),
    ("POST", "/sandbox/reset"),
}
NOT_JOINED = "You haven't joined this class. Join it with the join line that your instructor shows."
WRONG_TOKEN = "This isn't the join token of this class."
FORMER_TOKEN = "This join line was for an earlier group. The class has begun again with another one."
NOT_YOURS = "Only the instructor can do this, because it changes the tenant for the whole class."


class ClassAccess:
    """Lets learners in to what is theirs."""

    def __init__(self, store: Store, token: JoinToken) -> None:
        self._store = store
        self._token = token

    def trouble(self, scope: Scope, headers: Mapping[bytes, bytes], instructors: bytes) -> str:
        """Why a request under `/sandbox/` is refused; empty if a learner may make it. Who has the token `instructors` may make each."""
        scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer":
            return NOT_JOINED
        if hmac.compare_digest(given, instructors):
            return ""
        path, key = scope["path"], given.decode("latin-1")
        if path == "/sandbox/join":
            scope[LEARNER] = ""  # not known yet
            if self._token.is_right(key):
                return ""
            return FORMER_TOKEN if self._token.was_right(self._store, key) else WRONG_TOKEN
        row = self._store.learner(opaque_strings.fingerprint(key))
        if row is None:
            return NOT_JOINED
        is_open = (scope["method"], path) in _OPEN or (scope["method"], path[: path.rfind("/") + 1]) in _OPEN
        scope[LEARNER] = row["user_id"]
        return "" if is_open else NOT_YOURS


def learner_of(request: Request) -> str | None:
    """The user id of the learner who asks; `None` for the owner of the sandbox, who sees everything."""
    return request.scope.get(LEARNER)
