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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

from . import atomic_file, version_1
from .entries import Entry, Kind, read, write

VERSION = 2
_FILE = "mfa-course.json"
_EXPIRED = {"expired": True}  # what is left of a thing whose time is over
_BRIEFLY = 0.2  # seconds to wait for the lock while there is trouble already

Change = Callable[[dict[str, Any]], object]


def _unseen(method: Callable[..., Any]) -> Any:
    """A traceback of what `method` raises, an interrupt too, ends before its own frames, which hold what is secret."""

    @wraps(method)
    def call(*args: Any) -> Any:
        try:
            return method(*args)
        except BaseException as error:
            raise error.with_traceback(None) from None

    return call


def default_path() -> Path:
    """Beside the runtime files of Jupyter."""
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir()) / _FILE


class _Mine(threading.local):
    """What one thread's transaction holds; `everything` is `None` outside of one."""

    everything: Any = None
    found: bytes | None = None
    changes: dict[tuple[str, ...], Change]
    is_trial = False


class Handover:
    """Entries of each tenant, and a few choices. All notebooks share the file, each with a `Handover` of its own.

    Reading takes no lock and writes nothing. What cannot be written stays in this
    object and is written with the next change that can be.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self._lock = threading.RLock()  # one transaction of this object at a time
        # Of this thread's transaction: what was `.found`, `.everything` as it is by now, its `.changes`, and whether it
        # `.is_trial`. No frame holds the first two: some tracebacks show what frames hold.
        self._mine = _Mine()
        self._unwritten: dict[tuple[str, ...], Change] = {}  # changes in their order, of each the last one
        self._unreadable: str | None = None
        self._unwritable: str | None = None

    @property
    def trouble(self) -> str | None:
        """A sentence if the file cannot be read or written; the lesson then goes on in this notebook alone."""
        if self._unreadable:
            return f"The file in which notebooks share state can't be read ({self._unreadable}), so notebooks can't share what you did."
        if self._unwritable:
            return f"The file in which notebooks share state can't be written ({self._unwritable}), so notebooks can't share what you did."
        return None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes made within are one reading and at most one writing, also if the block raises.

        Other notebooks wait for it: nothing within may wait for something else. One within another joins it.
        """
        with self._lock:
            if self._mine.everything is not None:
                yield
                return
            with atomic_file.lock(self.path, _BRIEFLY if self.trouble else atomic_file.WAIT) as problem:
                is_known = self._begin()
                changes: dict[tuple[str, ...], Change] = {}
                self._mine.changes, self._mine.is_trial = changes, False
                try:
                    yield
                finally:
                    try:
                        is_written = is_known and self._is_written(problem)
                    finally:
                        self._mine.everything = self._mine.found = None
                    # What the file holds stays if it is not known.
                    if is_written:
                        self._unwritten.clear()
                    else:
                        earlier = {what: one for what, one in self._unwritten.items() if what not in changes}
                        self._unwritten = earlier | changes

    # Entries

    def get(self, tenant: str, kind: type[Kind], key: str = "") -> Kind | None:
        """The entry of that kind, unless it is missing or expired."""
        written = self._of(tenant).get(kind.named(key), _EXPIRED)
        return read(kind, written) if _is_good(written, time.time()) else None

    def has_expired(self, tenant: str, name: str) -> bool:
        """Whether an entry called `name` was there and its time is over."""
        written = self._of(tenant).get(name)
        return written is not None and not _is_good(written, time.time())

    def put(self, tenant: str, entry: Entry, lifetime: float | None = None, *, key: str = "") -> None:
        """Keep `entry`; `lifetime` is in seconds. Raises `TypeError` or `ValueError` if JSON cannot hold it."""
        if lifetime is not None:
            entry = replace(entry, expires_at=time.time() + lifetime)
        write(entry)
        kept = deepcopy(entry)  # in memory, what is secret in it stays wrapped
        self._set(tenant, entry.named(key), lambda: write(kept))

    def drop(self, tenant: str, name: str, *, expired: bool = False) -> None:
        """Forget it; `expired` remembers that it was there."""
        self._set(tenant, name, (lambda: dict(_EXPIRED)) if expired else None)

    def forget(self, tenant: str) -> None:
        """Forget everything about a tenant."""
        self._change((tenant,), lambda everything: everything["tenants"].pop(tenant, None))

    def sweep(self) -> None:
        """Let what has expired leave the file."""
        now = time.time()
        things = [entry for tenant in self._everything()["tenants"].values() for entry in tenant.values()]
        if any(entry != _EXPIRED and not _is_good(entry, now) for entry in things):
            with self.transaction():
                pass

    def try_writing(self) -> None:
        """Write the file although nothing may have changed, so that `trouble` tells whether that works."""
        with self.transaction():
            self._mine.is_trial = True

    # Choices that hold for all tenants

    def choice(self) -> str | None:
        """The kind of tenant that was chosen in notebook 00."""
        choice = self._everything().get("choice")
        return choice if isinstance(choice, str) else None

    def choose(self, kind: str) -> None:
        """Remember the kind of tenant for the next notebooks."""
        self._choose("choice", kind)

    def language(self) -> str | None:
        """The language that code was last looked at in."""
        language = self._everything().get("language")
        return language if isinstance(language, str) else None

    def choose_language(self, name: str) -> None:
        """Remember the language for the next notebooks; it outlives a fresh start."""
        self._choose("language", name)

    def is_projecting(self) -> bool:
        """Whether a room looks on: addresses and codes are masked on screen."""
        return self._everything().get("projecting") is True

    def project(self, on: bool) -> None:
        """Remember whether a room looks on; it outlives a fresh start."""
        self._choose("projecting", on)

    # Inside

    def _of(self, tenant: str) -> dict[str, Any]:
        things: dict[str, Any] = self._everything()["tenants"].get(tenant, {})
        return things

    def _set(self, tenant: str, name: str, written: Callable[[], dict[str, Any]] | None) -> None:
        def change(everything: dict[str, Any]) -> None:
            things = everything["tenants"].setdefault(tenant, {})
            if written is None:
                things.pop(name, None)
            else:
                things[name] = written()

        self._change((tenant, name), change)

    def _choose(self, what: str, value: str | bool) -> None:
        self._change(("", what), lambda everything: everything.update({what: value}))

    def _change(self, what: tuple[str, ...], change: Change) -> None:
        with self.transaction():
            change(self._mine.everything)
            self._mine.changes.pop(what, None)
            self._mine.changes[what] = change

    @_unseen
    def _everything(self) -> dict[str, Any]:
        return self._mine.everything or self._current(self._read()[0])

    def _current(self, found: bytes) -> dict[str, Any]:
        """What a reading has found, as this version has it, and on top of it what could not be written."""
        everything = _understood(found)
        for change in list(self._unwritten.values()):
            change(everything)
        return everything

    @_unseen
    def _begin(self) -> bool:
        """Read for a transaction; whether it is known what the file holds."""
        self._mine.found, is_known = self._read()
        self._mine.everything = self._current(self._mine.found)
        return is_known

    def _read(self) -> tuple[bytes, bool]:
        """What the file holds, and whether that is sure."""
        try:
            found = atomic_file.read(self.path)
        except FileNotFoundError:
            found = b""
        except OSError as error:
            self._unreadable = error.strerror
            return b"", isinstance(error, PermissionError)
        self._unreadable = None
        return found, True

    @_unseen
    def _is_written(self, problem: OSError | None) -> bool:
        """Write what is so now, unless it was found so and this is no trial. Says whether the file holds it."""
        found, now, moment = self._mine.found, self._mine.everything, time.time()
        for things in now["tenants"].values():
            things.update({name: _EXPIRED for name, entry in things.items() if not _is_good(entry, moment)})
        text = json.dumps(now)
        if self._mine.is_trial or text.encode() != (found or json.dumps(_understood(b"")).encode()):
            try:
                if problem is None:
                    atomic_file.replace(self.path, text)
            except OSError as error:
                problem = error
            if problem is not None:
                self._unwritable = problem.strerror
                return False
        self._unreadable = self._unwritable = None
        return True


def _understood(found: bytes) -> dict[str, Any]:
    """What a file of this version or the one before holds.

    Nothing if it is damaged or of a later version: it holds nothing that is worth more than a new login.
    """
    try:
        everything = json.loads(found)
        tenants, version = everything["tenants"], everything["version"]
        if all(isinstance(things, dict) for things in tenants.values()):
            if version == 1:
                tenants = version_1.handover(tenants)
            tenants = {
                tenant: {version_1.FORMER_NAMES.get(name, name): entry for name, entry in things.items()}
                for tenant, things in tenants.items()
            }
            if version in (1, VERSION):
                return {**everything, "version": VERSION, "tenants": tenants}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    return {"version": VERSION, "tenants": {}}


def _is_good(written: Any, now: float) -> bool:
    """Whether it is an entry whose time is not over."""
    if not isinstance(written, dict) or written.get("expired"):
        return False
    expires_at = written.get("expires_at", now + 1)
    return isinstance(expires_at, (int, float)) and expires_at > now
