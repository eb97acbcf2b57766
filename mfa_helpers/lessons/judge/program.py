"""A learner's program: started, watched, and stopped with what it has started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ...tenants.environment import for_others

_LOOK_AGAIN = 0.1  # seconds
_LONGEST_NAME = 100  # letters of it that are told
#: Bytes of its output that are kept: the last ones.
MOST = 4_000_000
#: A shell's exit code for a command that isn't there.
NOT_FOUND = 127
_SHOWN = 64_000  # letters at its end


class Unusable(Exception):
    """There is no such command, or it can't be started. The message says why, and what to do."""


@dataclass(frozen=True)
class Ended:
    """How a program ended. `exit_code` is `None` if it was stopped; `printed` may hold a secret.

    `is_whole` is false if it printed more than what is kept.
    """

    exit_code: int | None
    printed: str = field(repr=False)
    is_whole: bool = True

    @property
    def end(self) -> str:
        """The last lines that it printed."""
        if len(self.printed) <= _SHOWN:
            return self.printed
        return self.printed[-_SHOWN:].partition("\n")[2]  # half a secret wouldn't be known as one


def run(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    limit: float,
    look: Callable[[], object] = lambda: None,
) -> Ended:
    """Run `command` in `folder` for at most `limit` seconds. `look` is called meanwhile.

    Its environment is that of `for_others`, and `variables`. It's stopped in time also while `look` is busy. What it has
    started ends with it, unless that has a session of its own. Raises `Unusable` if it can't be started.
    """
    try:
        process = subprocess.Popen(
            [found(command[0], folder), *command[1:]],
            cwd=folder,
            env={**for_others(), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a process group of its own, which can be stopped as a whole
        )
    except OSError as error:
        raise Unusable(
            f"{_short(command[0])} can't be started ({error.strerror or error}). Fix that problem."
        ) from None
    assert process.stdout is not None
    output = _Output()
    reader = threading.Thread(target=output.read, args=(process.stdout,), daemon=True)
    is_late = threading.Event()

    def stop_it() -> None:
        if process.poll() is None:  # else it had ended, and somebody is still looking
            is_late.set()
        _stop(process)

    watchdog = threading.Timer(limit, stop_it)
    watchdog.daemon = True
    try:  # at once: an interruption may come at any time
        reader.start()
        watchdog.start()
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_AGAIN)
                break
            look()
    finally:
        watchdog.cancel()
        exit_code = None if is_late.is_set() else process.poll()
        _stop(process)
    reader.join(1)  # whoever left the group may still hold the other end
    return Ended(exit_code, output.kept.decode("utf-8", "replace"), output.is_whole)


def folder_named(name: str) -> Path:
    """The folder that `name` means; `~` is that of the user. Raises `Unusable` if no program can be run there."""
    check(name)
    try:
        place = Path(name).expanduser().resolve()
    except (OSError, RuntimeError):  # too long; no such user
        place = None
    if place is None or not os.path.isdir(place):
        raise Unusable(f"There's no folder {_short(name)}.")
    if not os.access(place, os.X_OK):
        raise Unusable(f"You aren't allowed to enter the folder {_short(name)}.")
    return place


def check(*words: str) -> None:
    """Raises `Unusable` if a command or a path can't have these words."""
    for word in words:
        try:
            is_usable = b"\0" not in os.fsencode(word)
        except UnicodeEncodeError:  # half a letter
            is_usable = False
        if not is_usable:
            raise Unusable("The command or the folder has an invisible character that can't be used. Type it again.")


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def found(name: str, folder: Path) -> str:
    """The file that the command `name` means in `folder`. Raises `Unusable` if there is none."""
    if not name.strip():
        raise Unusable("The command is empty. Type how you start your program, such as python login.py.")
    short = _short(name)
    has_path = os.path.dirname(name)
    place = shutil.which(str(folder / name) if has_path else name)
    is_file = os.path.isfile(folder / name)  # unlike that of a path, it raises nothing
    if place is None and has_path and is_file:
        raise Unusable(f"{short} isn't executable. Put the command that runs it first, such as python or node.")
    if place is None and is_file:
        raise Unusable(
            f"There's no command named {short}. Write the command that runs this file, such as python {short}."
        )
    if place is None:
        raise Unusable(f"There's no command named {short}. Check its spelling, or install it.")
    return place


class _Output:
    """The last bytes that a program printed."""

    def __init__(self) -> None:
        self.kept, self.is_whole = bytearray(), True

    def read(self, output: IO[bytes]) -> None:
        """Keep what comes, until its end."""
        with output:
            while some := output.read1(_SHOWN):  # type: ignore[attr-defined]
                self.kept += some
                self.is_whole = self.is_whole and len(self.kept) <= MOST
                del self.kept[:-MOST]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Its group, also if only children of it are left."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError, PermissionError):  # nobody is left; on macOS, only those that have ended
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
