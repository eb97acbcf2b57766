"""How far a learner has come: which notebooks were begun, which checkpoints reached, which exercises solved, and when.

A small file in the user's own data folder. Jupyter cleans its runtime folder,
and Binder stops a kernel that rests; neither touches this one. It holds names
and times, nothing else. `MFA_PROGRESS` names another file.
"""

from __future__ import annotations

import json
import os
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..outline import BY_NUMBER
from . import atomic_file

VERSION = 1
_lock = threading.Lock()
_FILE = "mfa-course-progress.json"


def default_path() -> Path:
    """`MFA_PROGRESS`, or a file in Jupyter's data folder of this user."""
    named = os.environ.get("MFA_PROGRESS")
    if named:
        return Path(named)
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / _FILE


def this_notebook() -> str | None:
    """The number of the notebook whose kernel this is; `None` where Jupyter does not tell (`JPY_SESSION_NAME`)."""
    name = Path(os.environ.get("JPY_SESSION_NAME", "")).name
    return name[:2] if name.endswith(".ipynb") and name[:2] in BY_NUMBER else None


class Progress:
    """Reads the file anew each time: every notebook has a kernel of its own.

    `trouble` is a sentence if the file could not be read or written, or was damaged.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.trouble: str | None = None
        self._is_damaged = False

    def begun(self, notebook: str) -> None:
        """The first time counts, here as in the others."""
        self._note(notebook, "begun")

    def reached(self, notebook: str) -> None:
        """Its checkpoint is reached."""
        self._note(notebook, "checkpoint")

    def solved(self, notebook: str, exercise: str) -> None:
        """One of its exercises is solved."""
        self._note(notebook, "exercises", exercise)

    def all(self) -> tuple[dict[str, dict[str, Any]], str | None]:
        """Of each notebook that was begun: `begun` and `checkpoint` with their times, and the time of each of `exercises`.

        And a sentence if the file was damaged or cannot be read.
        """
        with _lock:
            return self._read()["notebooks"], self.trouble

    def reset(self) -> None:
        """Nothing has been done."""
        with _lock:
            self._write({"version": VERSION, "notebooks": {}})

    def as_text(self) -> str:
        """The whole file, to be kept elsewhere."""
        with _lock:
            return json.dumps(self._read(), indent=1)

    def _note(self, notebook: str, what: str, exercise: str | None = None) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with _lock:
            everything = self._read()
            entry = everything["notebooks"].setdefault(notebook, {"exercises": {}})
            before = json.dumps(entry)
            entry.setdefault("begun", now)
            if exercise is not None:
                entry["exercises"].setdefault(exercise, now)
            else:
                entry.setdefault(what, now)
            is_known = self.trouble is None or self._is_damaged  # else what it holds stays
            if json.dumps(entry) != before and is_known:
                self._write(everything)

    def _read(self) -> dict[str, Any]:
        self.trouble, self._is_damaged = None, False
        try:
            return _checked(json.loads(atomic_file.read(self.path)))
        except FileNotFoundError:
            pass
        except OSError as error:
            self.trouble = f"Your progress cannot be read ({error.strerror}). The lessons work without it."
        except (ValueError, RecursionError):
            self._is_damaged = True
            self.trouble = (
                "The file with your progress was damaged, so the board starts anew. The lessons are not touched."
            )
        return {"version": VERSION, "notebooks": {}}

    def _write(self, everything: dict[str, Any]) -> None:
        try:
            if self._is_damaged:  # it may be of a newer version, or can be mended by hand
                os.replace(self.path, self.path.with_name(self.path.name + ".damaged"))
            atomic_file.replace(self.path, json.dumps(everything))
        except OSError as error:
            self.trouble = f"Your progress cannot be kept ({error.strerror}). The lessons work without it."


def _checked(everything: Any) -> dict[str, Any]:
    """What the file must look like: names and times, so that nothing else is ever shown or exported. Raises `ValueError`."""
    if not isinstance(everything, dict) or everything.get("version") != VERSION:
        raise ValueError
    notebooks = everything.get("notebooks")
    if not isinstance(notebooks, dict):
        raise ValueError
    for number, entry in notebooks.items():
        if number not in BY_NUMBER or not isinstance(entry, dict) or not isinstance(entry.get("exercises"), dict):
            raise ValueError
        for name, time in [*entry.items(), *entry["exercises"].items()]:
            if name != "exercises" and not (re.fullmatch(r"[a-z-]{1,40}", name) and _is_time(time)):
                raise ValueError
    return {"version": VERSION, "notebooks": notebooks}


def _is_time(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False
