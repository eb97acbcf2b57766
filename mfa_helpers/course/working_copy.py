"""A learner's copy of the notebooks: made, and brought up to date without losing anything that the learner wrote.

A hidden file in the folder records what was written there, so that the next
update can tell what the course has changed, and what the learner.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ..storage import atomic_file
from .files import NOTEBOOKS, CourseFile, NotANotebook, course_files, text_of

MANIFEST = ".mfa-course.json"
VERSION = 1
WAIT = 60.0  # seconds for another `mfa-course` to finish; it takes about one


class CopyError(Exception):
    """The copy can't be made or updated. Its text says why, and what to do next."""


@dataclass(frozen=True)
class Written:
    """What was written of one file: the two digests of `files.CourseFile`, and the text that the course had before."""

    version: str
    text: str
    former_text: str = ""


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
        in_the_way = isinstance(error, (IsADirectoryError, NotADirectoryError, FileExistsError))
        where = f" ({error.filename})" if in_the_way and error.filename else ""
        raise CopyError(
            f"The notebooks can't be written to {folder}: {error.strerror or error}{where}. "
            "None of your work is lost. Fix this and try again, or name another folder: mfa-course FOLDER"
        ) from None
    except NotANotebook as error:
        raise CopyError(
            f"{error} isn't a notebook. If you merged a change with git, look at `git status`. "
            "Your copy hasn't changed. Fix the file, and try again."
        ) from None


def _check_place(folder: Path) -> None:
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise CopyError(
            f"{folder} isn't a folder, but the notebooks need a folder. Name another one: mfa-course FOLDER"
        )
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
        elif before is None:
            tell(f"{name} differs from the course's. Your own version is kept as “{_keep_beside(path, file.content)}”.")
        elif text == before.former_text != file.text or (
            text in (before.text, file.text) and before.version != file.version
        ):
            # The former text is back where an open tab of JupyterLab was saved over the update.
            _write(path, file.content)
            replaced += 1
        elif before.version != file.version:
            kept = _keep_beside(path, file.content)
            tell(f"{name} has changed in the course. Your own version is kept as “{kept}”.")
        # Otherwise the course hasn't changed it, so the learner's answers and outputs stay.
    if replaced:
        tell(
            f"Files that were updated, because you hadn't changed them: {replaced}. "
            "If one of them is open in JupyterLab, choose File > Reload Notebook from Disk."
        )
    for name, before in known.items():
        text = _text_at(folder / name) if name not in files else None
        if text == before.text:
            (folder / name).unlink()
            tell(f"{name} was removed, because it's no longer part of the course.")
        elif text is not None:
            kept = _move_aside(folder / name)
            tell(f"{name} is no longer part of the course. Your own version is kept as “{kept}”.")
    _write_manifest(folder, {name: _written(file, known.get(name)) for name, file in files.items()})


def _written(file: CourseFile, before: Written | None) -> Written:
    if before is None:
        return Written(file.version, file.text)
    return Written(file.version, file.text, before.former_text if before.text == file.text else before.text)


def _text_at(path: Path) -> str | None:
    try:
        return text_of(path.read_bytes())
    except FileNotFoundError:
        return None


def _keep_beside(path: Path, content: bytes) -> str:
    """Put `content` in the place of a learner's file, which is kept under a name that is still free. Returns that name."""
    with _new_file(path, content) as new:
        mine = _move_aside(path)
        atomic_file.patiently(lambda: new.replace(path))
    return mine


def _move_aside(path: Path) -> str:
    """Give a learner's file a name that is still free. Returns that name."""
    number = 1
    while True:
        mine = path.with_stem(f"{path.stem} (yours{f' {number}' if number > 1 else ''})")
        if not mine.exists():
            break
        number += 1
    atomic_file.patiently(lambda: path.rename(mine))
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
        if found["version"] != VERSION or any(map(_is_no_file_of_a_copy, found["files"])):
            raise ValueError  # of another version, or names that no copy has
        return {name: Written(one["version"], one["text"], one["former_text"]) for name, one in found["files"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        tell(
            f"{MANIFEST} was damaged, so the command can't tell which files you changed. Your own version of each file is kept."
        )
        return {}


def _is_no_file_of_a_copy(name: str) -> bool:
    path = Path(name)
    return not path.suffix or path.is_absolute() or ".." in name or "\0" in name


def _write_manifest(folder: Path, written: dict[str, Written]) -> None:
    files = {name: asdict(one) for name, one in written.items()}
    _write(folder / MANIFEST, json.dumps({"version": VERSION, "files": files}, indent=1).encode())
