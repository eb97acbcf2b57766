"""A learner's copy of the notebooks: made, and brought up to date without losing anything that the learner wrote.

A hidden file in the folder records what was written there, so that the next
update can tell what the course has changed, and what the learner.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..storage import atomic_file
from .files import NOTEBOOKS, course_files, text_of

MANIFEST = ".mfa-course.json"
VERSION = 1
WAIT = 60.0  # seconds for another `mfa-course` to finish; it takes about one


class CopyError(Exception):
    """The copy can't be made or updated. Its text says why, and what to do next."""


@dataclass(frozen=True)
class Written:
    """What was written of one file: the two digests of `files.CourseFile`."""

    version: str
    text: str


def update(folder: Path, tell: Callable[[str], object], notebooks: Path = NOTEBOOKS) -> None:
    """Make the copy in `folder`, or bring it up to date with `notebooks`.

    `tell` gets a sentence for each thing that a learner should know, as soon as
    it is done. Raises `CopyError`; each file is then either as it was or
    completely new, and the next call does the rest.
    """
    try:
        _check_place(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_file.lock(folder / MANIFEST, WAIT) as problem:
            if problem is not None:
                raise problem
            _update(folder, tell, notebooks)
    except OSError as error:
        raise CopyError(
            f"The notebooks can't be written to {folder}: {error.strerror or error}. "
            "Nothing of yours is lost. Fix this and try again, or name another folder: mfa-course FOLDER"
        ) from None


def _check_place(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CopyError(f"{folder} is a file, but the notebooks need a folder. Name another one: mfa-course FOLDER")
    others = [name for name in os.listdir(folder) if not name.startswith(MANIFEST)]
    if others and not (folder / MANIFEST).exists():
        raise CopyError(
            f"{folder} contains other files, and the notebooks would be mixed with them. "
            "Name a new or empty folder: mfa-course FOLDER"
        )


def _update(folder: Path, tell: Callable[[str], object], notebooks: Path) -> None:
    files = course_files(notebooks)
    if not files:
        raise CopyError("The course's notebooks are missing from this installation. Install the course again.")
    known = _read_manifest(folder, tell)
    # The manifest comes first: if the rest fails, the next call knows that the folder is a copy.
    _write_manifest(folder, known)
    if not (folder / ".gitignore").exists():
        _write(folder / ".gitignore", b"*\n")
    replaced = 0
    for name, file in files.items():
        path, before = folder / name, known.get(name)
        text = _text_at(path)
        if text is None:
            _write(path, file.content)
        elif before is None and text == file.text:
            pass  # written by a call that didn't finish
        elif before is None or before.version != file.version:
            if text in (file.text, before and before.text):
                _write(path, file.content)
                replaced += 1
            else:
                kept = _keep_beside(path, file.content)
                tell(f"{name} has changed in the course. Your own version is kept as “{kept}”.")
        # Otherwise the course hasn't changed it, so the learner's answers and outputs stay.
    if replaced:
        tell(f"Files that were updated, because you hadn't changed them: {replaced}.")
    for name, before in known.items():
        text = _text_at(folder / name) if name not in files else None
        if text == before.text:
            (folder / name).unlink()
            tell(f"{name} was removed, because it's no longer part of the course.")
        elif text is not None:
            tell(f"{name} is no longer part of the course. You had changed it, so it stays.")
    _write_manifest(folder, {name: Written(file.version, file.text) for name, file in files.items()})


def _text_at(path: Path) -> str | None:
    try:
        return text_of(path.read_bytes())
    except FileNotFoundError:
        return None


def _keep_beside(path: Path, content: bytes) -> str:
    """Put `content` in the place of a learner's file, which is kept under a name that is still free. Returns that name."""
    with _new_file(path, content) as new:
        number = 1
        while True:
            mine = path.with_stem(f"{path.stem} (yours{f' {number}' if number > 1 else ''})")
            if not mine.exists():
                break
            number += 1
        atomic_file.patiently(lambda: path.rename(mine))
        atomic_file.patiently(lambda: new.replace(path))
    return mine.name


def _write(path: Path, content: bytes) -> None:
    with _new_file(path, content) as new:
        atomic_file.patiently(lambda: new.replace(path))


@contextmanager
def _new_file(path: Path, content: bytes) -> Iterator[Path]:
    """A complete file beside `path`, ready to take its place. Only who holds the lock writes, so one name will do."""
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(f"{MANIFEST}.part")
    try:
        new.write_bytes(content)
        yield new
    finally:
        new.unlink(missing_ok=True)


def _read_manifest(folder: Path, tell: Callable[[str], object]) -> dict[str, Written]:
    try:
        found = json.loads(atomic_file.read(folder / MANIFEST))
        if found["version"] != VERSION or any(".." in name or Path(name).is_absolute() for name in found["files"]):
            raise ValueError  # of another version, or names that aren't in the folder
        return {name: Written(one["version"], one["text"]) for name, one in found["files"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        tell(f"{MANIFEST} was damaged, so it isn't known what you have changed. Your own version of each file is kept.")
        return {}


def _write_manifest(folder: Path, written: dict[str, Written]) -> None:
    files = {name: {"version": one.version, "text": one.text} for name, one in written.items()}
    _write(folder / MANIFEST, json.dumps({"version": VERSION, "files": files}, indent=1).encode())
