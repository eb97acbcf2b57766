"""Runs a program with one of Auth0's SDKs in Node.js, where that and the SDK are installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from ...client.errors import InvalidInput
from ...tenants.environment import course_folders, for_others, is_own

PROGRAMS = Path(__file__).with_name("programs")
#: Seconds that a whole program may take; usually it takes one.
LONGEST = 60.0


class ProgramFailed(Exception):
    """A program ended with an error. The message is the last line that it printed about it."""


def source(sdk: str) -> str:
    """The text of the program."""
    return (PROGRAMS / f"{sdk}.mjs").read_text("utf-8")


def installed(package: str, folder: Path) -> str:
    """The version of an npm package that a program in `folder` would import; empty if it can't run there.

    It's looked for in that folder and in the course's around it: who can write elsewhere would choose what is run.
    Raises `InvalidInput` if it belongs to another user.
    """
    if shutil.which("node") is None:
        return ""
    for place in course_folders(folder):
        modules = place / "node_modules"
        file = modules / package / "package.json"
        if not file.is_file():
            continue
        if not all(map(is_own, (modules, file.parent, file))):
            raise InvalidInput(
                f"The SDK in {modules} belongs to another user, so it isn't run.",
                "Remove that folder, and install the SDK yourself.",
            )
        with suppress(OSError, ValueError, LookupError, TypeError, RecursionError):  # it's damaged
            return str(json.loads(file.read_text("utf-8"))["version"])
    return ""


def run(sdk: str, folder: Path, answers: Callable[[str], str], **environment: str) -> list[str]:
    """Run the program as if it lay in `folder`; what it printed.

    A printed line whose first word ends with a question mark is a question: `answers` is asked, and what it
    returns is typed. Raises `ProgramFailed`.
    """
    program = source(sdk)
    if sdk == "auth0-spa-js":
        program = (PROGRAMS / "browser.mjs").read_text("utf-8") + program
    running = subprocess.Popen(
        ["node", "--input-type=module", "--eval", program],  # which has no secret in it: those are in the environment
        cwd=folder,
        env={**for_others(), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert running.stdin and running.stdout and running.stderr
    watchdog = threading.Timer(LONGEST, running.kill)
    watchdog.start()
    printed = []
    try:
        with running.stdin, running.stdout, running.stderr:
            for line in running.stdout:
                if line.split(maxsplit=1)[:1] and line.split()[0].endswith("?"):
                    running.stdin.write(answers(line.rstrip("\n")) + "\n")
                    running.stdin.flush()
                else:
                    printed.append(line.rstrip("\n"))
            errors = running.stderr.read()
        running.wait()
    finally:
        watchdog.cancel()
        running.kill()
        running.wait()
    if running.returncode:
        raise ProgramFailed(next(_reasons(errors), "It was ended, because it took too long."))
    return printed


def _reasons(errors: str) -> Iterator[str]:
    """The line that names the error, without the stack of calls and the values below it."""
    for line in errors.splitlines():
        if "Error" in line.split(":")[0] and not line.startswith(" "):
            yield line
