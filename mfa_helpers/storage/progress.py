"""How far a learner has come: which notebooks were begun, which checkpoints reached, which exercises solved, and when.

A small file in the user's own data folder. Jupyter cleans its runtime folder,
and Binder stops a kernel that rests; neither touches this one. It holds names
and times, nothing else. `MFA_PROGRESS` names another file. Notebooks are kept
by their topics, because numbers may change.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..outline import BY_NUMBER, BY_TOPIC, FORMER_FILES, NOTEBOOKS
from . import atomic_file, version_1

VERSION = 2
_FILE = "mfa-course-progress.json"
#: What names an exercise in the file. Anything else is neither shown nor exported.
EXERCISE_ID = re.compile(r"[a-z0-9-]{1,60}")


def default_path() -> Path:
    """`MFA_PROGRESS`, or a file in Jupyter's data folder of this user."""
    named = os.environ.get("MFA_PROGRESS")
    if named:
        return Path(named)
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / _FILE


def this_notebook() -> str | None:
    """The topic of the notebook whose kernel this is; `None` where Jupyter does not tell (`JPY_SESSION_NAME`)."""
    name = Path(os.environ.get("JPY_SESSION_NAME", "")).name
    if not name.endswith(".ipynb"):
        return None
    # A learner's own older version of a notebook has its words, perhaps with another number, and “(yours)” behind them.
    for file, topic in ({one.file: one.topic for one in NOTEBOOKS} | FORMER_FILES).items():
        if name[2:].startswith(file[2:].removesuffix(".ipynb")):
            return topic
    notebook = BY_NUMBER.get(name[:2])
    return None if notebook is None else notebook.topic


@dataclass(frozen=True)
class Standing:
    """How one notebook stands: when it was begun, when its checkpoint was reached, and when each exercise was solved."""

    begun: datetime | None = None
    checkpoint: datetime | None = None
    exercises: dict[str, datetime] = field(default_factory=dict)

    @property
    def last_change(self) -> datetime | None:
        times = [self.begun, self.checkpoint, *self.exercises.values()]
        return max((time for time in times if time is not None), default=None)


class Progress:
    """Reads the file again each time: every notebook has a kernel of its own.

    `topic` is one of `outline.BY_TOPIC`; another raises `KeyError`. What this version does
    not know in the file is neither shown nor exported, and stays there.
    `trouble` is a sentence if the file could not be read or written, or was damaged.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.trouble: str | None = None
        self._is_damaged = False

    def begun(self, topic: str) -> None:
        """The first time counts, here as in the others."""
        self._change(lambda topics: _note(topics, topic))

    def reached(self, topic: str) -> None:
        """Its checkpoint is reached."""
        self._change(lambda topics: _note(topics, topic, "checkpoint"))

    def solved(self, topic: str, exercise: str) -> None:
        """One of its exercises is solved."""
        self._change(lambda topics: _note(topics, topic, exercise=exercise))

    def all(self) -> tuple[dict[str, Standing], str | None]:
        """How each topic stands that was begun; and a sentence if the file was damaged or cannot be read."""
        return standings(self._read()), self.trouble

    def reset(self) -> None:
        """Nothing has been done."""
        self._change(lambda topics: topics.clear())

    def as_text(self) -> str:
        """What is known of the file, as JSON, to be kept elsewhere."""
        topics = {topic: _written(standing) for topic, standing in standings(self._read()).items()}
        return json.dumps({"version": VERSION, "topics": topics}, indent=1)

    def _change(self, change: Callable[[dict[str, Any]], None]) -> None:
        """One reading and at most one writing, which no other notebook comes between."""
        with atomic_file.lock(self.path) as problem:
            topics = self._read()
            before = json.dumps(topics)
            change(topics)
            is_known = self.trouble is None or self._is_damaged  # else what it holds stays
            if is_known and (self._is_damaged or json.dumps(topics) != before):
                self._write(topics, problem)

    def _read(self) -> dict[str, Any]:
        """What the file holds of each topic."""
        self.trouble, self._is_damaged = None, False
        try:
            return _understood(json.loads(atomic_file.read(self.path)))
        except FileNotFoundError:
            pass
        except OSError as error:
            self.trouble = f"Your progress can't be read ({error.strerror}). The lessons work without it."
        except (ValueError, RecursionError):
            self._is_damaged = True
            self.trouble = (
                "The file with your progress was damaged, so the board starts empty. The lessons aren't affected."
            )
        return {}

    def _write(self, topics: dict[str, Any], problem: OSError | None) -> None:
        try:
            if problem is None:
                if self._is_damaged:  # it may be of a newer version, or can be mended by hand
                    os.replace(self.path, self.path.with_name(self.path.name + ".damaged"))
                atomic_file.replace(self.path, json.dumps({"version": VERSION, "topics": topics}))
        except OSError as error:
            problem = error
        if problem is not None:
            self.trouble = f"Your progress can't be saved ({problem.strerror}). The lessons work without it."


def _understood(everything: Any) -> dict[str, Any]:
    """The topics of a file of this version or the one before. Raises `ValueError` if it is neither."""
    version = everything.get("version") if isinstance(everything, dict) else None
    found = everything.get("notebooks" if version == 1 else "topics") if version in (1, VERSION) else None
    if not isinstance(found, dict):
        raise ValueError
    return version_1.progress(found) if version == 1 else found


def _note(topics: dict[str, Any], topic: str, what: str = "begun", exercise: str = "") -> None:
    """Note the time of something that has none yet; what was done was begun. Raises `KeyError` for an unknown topic."""
    now = datetime.now(UTC).isoformat(timespec="seconds")

    def at(place: dict[str, Any], name: str, new: Any, is_good: Callable[[Any], bool]) -> Any:
        if not is_good(place.get(name)):
            place[name] = new
        return place[name]

    entry = at(topics, BY_TOPIC[topic].topic, {}, _is_mapping)
    solved = at(entry, "exercises", {}, _is_mapping)
    at(entry, "begun", now, _is_time)
    if exercise:
        at(solved, exercise, now, _is_time)
    else:
        at(entry, what, now, _is_time)


def standings(topics: dict[str, Any]) -> dict[str, Standing]:
    """What is known of `topics`, as a file or a class's learner has them: names and times, so that nothing else is ever shown or exported."""
    return {topic: _standing(entry) for topic, entry in topics.items() if topic in BY_TOPIC and _is_mapping(entry)}


def _standing(entry: dict[str, Any]) -> Standing:
    solved = entry["exercises"] if _is_mapping(entry.get("exercises")) else {}
    return Standing(
        _time(entry.get("begun")),
        _time(entry.get("checkpoint")),
        {name: time for name, one in solved.items() if EXERCISE_ID.fullmatch(name) and (time := _time(one))},
    )


def _written(standing: Standing) -> dict[str, Any]:
    times = {"begun": standing.begun, "checkpoint": standing.checkpoint}
    return {
        **{name: time.isoformat() for name, time in times.items() if time},
        "exercises": {name: time.isoformat() for name, time in standing.exercises.items()},
    }


def _time(value: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    # At the ends of the calendar, the same time elsewhere is no date.
    return time if time.tzinfo is not None and datetime.min.year < time.year < datetime.max.year else None


def _is_time(value: Any) -> bool:
    return _time(value) is not None


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)
