"""How much code and how many files one click takes: `python -m tests.benchmarks.click`.

A person has signed in and clicks "Send me a code" a second time, so all that is
loaded once is there. Counted are the package's source files in which a function
runs on any thread, and the small files that are written. It happens once as
learners have it, with the sandbox in a process of its own, and once with the
sandbox in this process, so that both ends of the call are counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import mfa_helpers

PACKAGE = str(Path(mfa_helpers.__file__).parent) + os.sep
APART, TOGETHER = "sandbox in another process", "sandbox in the same process"


class Passed(NamedTuple):
    """What one click went through: source files of the package, and which files it wrote, in their order."""

    sources: list[str]
    written: list[str]


class Trace:
    """Sees all threads that are started after it, while it is `watching`."""

    def __init__(self) -> None:
        self.sources: set[str] = set()
        self.opened: list[str] = []
        self.renamed: list[tuple[str, str]] = []
        self._is_on = False
        threading.setprofile(self._called)
        sys.setprofile(self._called)
        sys.addaudithook(self._did)

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._is_on = True
        try:
            yield
        finally:
            self._is_on = False

    def _called(self, frame: FrameType, event: str, argument: object) -> None:
        if self._is_on and event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
            self.sources.add(frame.f_code.co_filename.removeprefix(PACKAGE))

    def _did(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._is_on:
            return
        if event == "os.rename":  # os.replace, too
            self.renamed.append((os.fspath(arguments[0]), os.fspath(arguments[1])))  # type: ignore[arg-type]
        elif event == "open" and isinstance(arguments[0], str | os.PathLike):
            flags = arguments[2]
            if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR):
                self.opened.append(os.fspath(arguments[0]))

    def passed(self) -> Passed:
        """A file that was written beside and then renamed counts once; a lock holds nothing and does not count."""
        beside = {source for source, _ in self.renamed}
        written = [target for _, target in self.renamed]
        written += [path for path in self.opened if path not in beside and not path.endswith(".lock")]
        return Passed(sorted(self.sources), [Path(path).name for path in written])


def click(together: bool) -> Passed:
    """Click twice, and follow the second click. Its tenant and the learner's files are where the environment says."""
    trace = Trace()
    from mfa_helpers import Lab, forms, sandbox

    if together:
        sandbox.start()
    lab = Lab()
    lab.login()
    form = forms.AssociateForm(lab)
    button = next(widget for widget in _inside(form) if getattr(widget, "description", "") == "Send me a code")
    button.click()
    assert form.error is None, form.status
    with trace.watching():
        button.click()
    assert form.error is None, form.status
    return trace.passed()


def _inside(box: object) -> Iterator[object]:
    for child in getattr(box, "children", ()):
        yield child
        yield from _inside(child)


def measure() -> dict[str, Passed]:
    """What a click passes, under `APART` and `TOGETHER`; each in a fresh process with a tenant and files of its own."""
    found = {}
    for where in (APART, TOGETHER):
        with tempfile.TemporaryDirectory() as folder:
            settings = {
                "MFA_SANDBOX_STATE": f"{folder}/sandbox.sqlite3",
                "MFA_PROGRESS": f"{folder}/progress.json",
                "JUPYTER_RUNTIME_DIR": f"{folder}/runtime",
                "JUPYTER_DATA_DIR": f"{folder}/data",
            }
            kept = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_", "AUTH0_"))}
            command = [sys.executable, "-m", "tests.benchmarks.click", where]
            done = subprocess.run(command, env=kept | settings, stdout=subprocess.PIPE, text=True, check=True)
            found[where] = Passed(*json.loads(done.stdout))
    return found


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(click(sys.argv[1] == TOGETHER)))
        return
    for where, (sources, written) in measure().items():
        print(f"{where}: {len(sources)} source files, {len(written)} files written ({', '.join(written)})")
        print(f"  {' '.join(sources)}")


if __name__ == "__main__":
    main()
