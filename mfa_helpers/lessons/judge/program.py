"""A learner's program: started, watched, and stopped with all that it has started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_LOOK_AGAIN = 0.1  # seconds
_MOST = 64_000  # bytes of its output that are kept: the last ones


class Unusable(Exception):
    """There is no such command, or it can't be started. The message says why, and what to do."""


@dataclass(frozen=True)
class Ended:
    """How a program ended. `exit_code` is `None` if it was stopped; `printed` may hold a secret."""

    exit_code: int | None
    printed: str = field(repr=False)


def run(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    limit: float,
    look: Callable[[], object] = lambda: None,
) -> Ended:
    """Run `command` in `folder` for at most `limit` seconds, with `variables` in its environment. `look` is called meanwhile.

    Whatever it has started ends with it. Raises `Unusable` if it can't be started.
    """
    try:
        process = subprocess.Popen(
            [found(command[0], folder), *command[1:]],
            cwd=folder,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a process group of its own, which can be stopped as a whole
        )
    except OSError as error:
        raise Unusable(f"{command[0]} can't be started ({error.strerror or error}).") from None
    assert process.stdout is not None
    kept = bytearray()
    reader = threading.Thread(target=_keep_the_end, args=(process.stdout, kept), daemon=True)
    reader.start()
    end = time.monotonic() + limit
    try:
        while time.monotonic() < end:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_AGAIN)
                break
            look()
    finally:
        exit_code = process.poll()
        _stop(process)
    reader.join(1)  # whoever left the group may still hold the other end
    whole = kept if len(kept) < _MOST else kept.partition(b"\n")[2]  # half a secret wouldn't be known as one
    return Ended(exit_code, whole.decode("utf-8", "replace"))


def found(name: str, folder: Path) -> str:
    """The file that the command `name` means in `folder`. Raises `Unusable` if there is none."""
    has_path = os.path.dirname(name)
    place = shutil.which(str(folder / name) if has_path else name)
    if place is None and has_path and (folder / name).is_file():
        raise Unusable(f"{name} isn't executable. Put the command that runs it first, such as python or node.")
    if place is None and (folder / name).is_file():
        raise Unusable(
            f"There's no command named {name}. Write the command that runs this file, such as python {name}."
        )
    if place is None:
        raise Unusable(f"There's no command named {name}. Check its spelling, or install it.")
    return place


def _keep_the_end(output: IO[bytes], kept: bytearray) -> None:
    with output:
        while some := output.read1(_MOST):  # type: ignore[attr-defined]
            kept += some
            del kept[:-_MOST]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Its group, also if only children of it are left."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError, PermissionError):  # nobody is left; on macOS, only those that have ended
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
