"""The token of a class's join line, which lets learners in."""

from __future__ import annotations

import base64
import hmac
import json
import secrets

from ..crypto import opaque_strings
from ..store import Store

_FORMER = "former_join_tokens"
_MOST_FORMER = 100  # groups that are remembered


class JoinToken:
    """`value` stays the same, after a restart too, until the instructor begins a new group."""

    def __init__(self, store: Store) -> None:
        with store.change():
            self.value = store.get("join_token") or _put_a_new_one(store)

    def __repr__(self) -> str:
        return "JoinToken()"

    def is_right(self, given: str) -> bool:
        """Whether `given` lets a learner in."""
        return hmac.compare_digest(given.encode(), self.value.encode())

    def renew(self, store: Store) -> None:
        """Make another one, and remember the old one as that of an earlier group."""
        with store.change():
            former = [*_former(store), opaque_strings.fingerprint(self.value)]
            store.put(_FORMER, json.dumps(former[-_MOST_FORMER:]))
            self.value = _put_a_new_one(store)

    @staticmethod
    def was_right(store: Store, given: str) -> bool:
        """Whether `given` let an earlier group in."""
        return opaque_strings.fingerprint(given) in _former(store)


def _former(store: Store) -> list[str]:
    return list(json.loads(store.get(_FORMER) or "[]"))


def _put_a_new_one(store: Store) -> str:
    """In small letters and digits 2 to 7, so that it can be read off a projector."""
    token = base64.b32encode(secrets.token_bytes(15)).decode().rstrip("=").lower()
    store.put("join_token", token)
    return token
