"""What one notebook hands to the next: a small file that only you can read.

It lies beside Jupyter's own runtime files, which hold secrets of the same kind
and are cleaned with them. It keeps what a login in progress needs, each thing
with its expiry, and never a password, a client secret or finished tokens. What
a notebook notes for its next kernel is here, too: answers, choices, and of an
authenticator in the sandbox the secret that the sandbox's own file holds as well.
An access token that opens the MFA API alone is such a note for its ten minutes.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import atomic_file

VERSION = 1
_FILE = "mfa-course.json"
_EXPIRED = {"expired": True}  # what is left of a thing whose time is over


def default_path() -> Path:
    """Beside the runtime files of Jupyter."""
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir()) / _FILE


class Handover:
    """Named things of one tenant, each with an expiry in seconds since 1970, or without one.

    `trouble` is a sentence if the file cannot be read or written; the lesson
    then goes on in this notebook alone.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.trouble: str | None = None
        self._lock = threading.RLock()
        self._memory: dict[str, Any] = {}
        self._is_unread = False

    def get(self, tenant: str, name: str) -> dict[str, Any] | None:
        """The thing called `name`, unless it is missing or expired."""
        entry = self._of(tenant).get(name)
        return None if entry is None or entry.get("expired") else entry

    def has_expired(self, tenant: str, name: str) -> bool:
        """Whether it was there and its time is over."""
        return bool((self._of(tenant).get(name) or {}).get("expired"))

    def put(self, tenant: str, name: str, thing: dict[str, Any], lifetime: float | None = None) -> None:
        """Keep `thing`; `lifetime` is in seconds."""
        entry = dict(thing)
        if lifetime is not None:
            entry["expires_at"] = time.time() + lifetime
        self._change(tenant, name, entry)

    def drop(self, tenant: str, name: str, *, expired: bool = False) -> None:
        """Forget it; `expired` remembers that it was there."""
        self._change(tenant, name, dict(_EXPIRED) if expired else None)

    def forget(self, tenant: str) -> None:
        """Forget everything about a tenant."""
        with self._lock:
            everything = self._read()
            everything["tenants"].pop(tenant, None)
            self._write(everything)

    def choice(self) -> str | None:
        """The kind of tenant that was chosen in notebook 00."""
        with self._lock:
            choice = self._read().get("choice")
            return choice if isinstance(choice, str) else None

    def choose(self, kind: str) -> None:
        """Remember the kind of tenant for the next notebooks."""
        with self._lock:
            self._write({**self._read(), "choice": kind})

    def language(self) -> str | None:
        """The language that code was last looked at in."""
        with self._lock:
            language = self._read().get("language")
            return language if isinstance(language, str) else None

    def choose_language(self, name: str) -> None:
        """Remember the language for the next notebooks; it outlives a fresh start."""
        with self._lock:
            self._write({**self._read(), "language": name})

    def is_projecting(self) -> bool:
        """Whether a room looks on: addresses and codes are masked on screen."""
        with self._lock:
            return self._read().get("projecting") is True

    def project(self, on: bool) -> None:
        """Remember whether a room looks on; it outlives a fresh start."""
        with self._lock:
            self._write({**self._read(), "projecting": on})

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several changes as one."""
        with self._lock:
            yield

    def _of(self, tenant: str) -> dict[str, Any]:
        with self._lock:
            things: dict[str, Any] = self._read()["tenants"].get(tenant, {})
            return things

    def _change(self, tenant: str, name: str, entry: dict[str, Any] | None) -> None:
        # The file is read anew before each change: another notebook may have written it.
        with self._lock:
            everything = self._read()
            things = everything["tenants"].setdefault(tenant, {})
            things.pop(name, None)
            if entry is not None:
                things[name] = entry
            self._write(everything)

    def _read(self) -> dict[str, Any]:
        was_unread, self._is_unread = self._is_unread, False
        try:
            everything = json.loads(atomic_file.read(self.path))
            if was_unread:
                self.trouble = None
            if everything["version"] != VERSION or not all(isinstance(t, dict) for t in everything["tenants"].values()):
                raise ValueError
        except FileNotFoundError:
            everything = self._memory or {"version": VERSION, "tenants": {}}
        except OSError as error:
            self.trouble = f"The hand-over file cannot be read ({error.strerror}); notebooks cannot pass things on."
            self._is_unread = not isinstance(error, PermissionError)
            everything = self._memory or {"version": VERSION, "tenants": {}}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Damaged, or of another version: nothing in it is worth more than a new login.
            everything = {"version": VERSION, "tenants": {}}
        now, dropped = time.time(), False
        for things in everything["tenants"].values():
            for name, entry in things.items():
                if entry != _EXPIRED and not _is_good(entry, now):
                    things[name] = dict(_EXPIRED)
                    dropped = True
        if dropped:
            self._write(everything)  # what has expired leaves the file, too
        return dict(everything)

    def _write(self, everything: dict[str, Any]) -> None:
        self._memory = everything
        if self._is_unread:
            return  # what it holds is not known, so it stays
        try:
            atomic_file.replace(self.path, json.dumps(everything))
            self.trouble = None
        except OSError as error:
            self.trouble = f"The hand-over file cannot be written ({error.strerror}); notebooks cannot pass things on."


def _is_good(entry: Any, now: float) -> bool:
    expires_at = entry.get("expires_at", now + 1) if isinstance(entry, dict) else None
    return isinstance(expires_at, (int, float)) and expires_at > now
