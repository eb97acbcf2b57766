"""What a lesson needs from this machine: packages, kernel, proxy, ports, disk, clock, browser."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

#: Whether it is fine, and a sentence that says so or what to do. As in `lessons.preflight`, which cannot be loaded on a
#: machine where a package is missing.
Check = tuple[bool, str]

PACKAGE = "mfa-helpers"
PATIENCE = 60  # seconds for JupyterLab to start, and for a kernel to answer
MEGABYTE = 1_000_000
ROOM_ON_DISK = 200 * MEGABYTE
CLOCK_OFF = 60  # seconds; tokens name the second in which they begin

#: Browsers that show JupyterLab, by the names of their programs. Other systems bring one along.
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "firefox",
    "brave-browser",
)


def packages() -> Iterator[Check]:
    """What the course needs, against what is installed. The list is the course's own."""
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        about = metadata.metadata(PACKAGE)
    except metadata.PackageNotFoundError:
        yield False, "The course isn't installed for this Python. Run the first command in the README."
        return
    python = ".".join(map(str, sys.version_info[:3]))
    if not SpecifierSet(about["Requires-Python"]).contains(python):
        yield (
            False,
            f"Python is {python}, but the course needs {about['Requires-Python']}. Install that version, and create the environment again.",
        )
    fine = {"Python": python}
    for text in metadata.requires(PACKAGE) or []:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": "course"}):
            continue
        cure = f'Run: python -m pip install "{wanted.name}{wanted.specifier}"'
        try:
            found = Version(metadata.version(wanted.name) or "")
            if wanted.specifier.contains(found, prereleases=True):
                fine[wanted.name] = str(found)
            else:
                yield False, f"{wanted.name} is {found}, but the course needs {wanted.specifier}. {cure}"
        except metadata.PackageNotFoundError:
            yield False, f"{wanted.name} is missing. {cure}"
        except (InvalidVersion, KeyError, TypeError):
            yield False, f"{wanted.name} is damaged, because its version is missing. {cure} --force-reinstall"
    named = ("Python", "jupyterlab", "ipykernel", "ipywidgets")
    told = ", ".join(f"{name} {fine[name]}" for name in named if name in fine)
    yield True, f"{told}, and {len(fine.keys() - set(named))} more packages at suitable versions."


def kernel_spec() -> Iterator[Check]:
    """Whether Jupyter knows the kernel that the notebooks name, and its program is there."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    cure = "Run: python -m ipykernel install --sys-prefix"
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        yield False, f"Jupyter doesn't have a kernel named python3. {cure}"
        return
    if shutil.which(program):
        yield True, "Jupyter has the kernel python3."
    else:
        yield False, f"The kernel python3 starts {program}, which doesn't exist. {cure}"


def proxy() -> Iterator[Check]:
    """Whether a proxy would get what is meant for this machine."""
    named = urllib.request.getproxies()
    if not {"http", "all"} & named.keys():
        yield True, "No proxy is set for requests to this machine."
    elif urllib.request.proxy_bypass("127.0.0.1") and urllib.request.proxy_bypass("localhost"):
        yield True, "A proxy is set, but requests to this machine bypass it."
    else:
        yield (
            False,
            (
                "A proxy is set, and it would also receive requests to this machine. The course bypasses it, but other programs may not. "
                "Set both NO_PROXY and no_proxy to 127.0.0.1,localhost."
            ),
        )


def ports(numbers: Iterable[int]) -> Iterator[Check]:
    """Whether these ports of this machine can be bound; 0 is any."""
    for number in numbers:
        which = f"Port {number}" if number else "A free port"
        try:
            with socket.socket() as one:
                one.bind(("127.0.0.1", number))
        except OSError as error:
            yield (
                False,
                f"{which} can't be used ({error.strerror}). Stop the program that uses it, or choose another port.",
            )
        else:
            yield True, f"{which} can be used."


def disk() -> Iterator[Check]:
    """Whether what a lesson keeps can be written, and there is room."""
    from ..storage import handover, progress

    places = {"here": Path(), "handover": handover.default_path().parent, "progress": progress.default_path().parent}
    fine = True
    for name, folder in places.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x")
        except OSError as error:
            fine = False
            yield (
                False,
                f"The folder {folder} isn't writable ({name}: {error.strerror}). Get permission to write there, or start in another folder.",
            )
            continue
        free = shutil.disk_usage(folder).free
        if free < ROOM_ON_DISK:
            fine = False
            yield (
                False,
                f"The disk that holds {folder} has {free // MEGABYTE} MB left ({name}). Free at least {ROOM_ON_DISK // MEGABYTE} MB.",
            )
    if fine:
        yield True, "The disk is writable and has enough space."


def clock(now: float) -> Iterator[Check]:
    """Whether `now` (seconds since 1970) is possible: not before the course was put here."""
    if now < Path(__file__).stat().st_mtime:
        yield (
            False,
            f"The clock says {time.strftime('%B %Y', time.gmtime(now))}, which is before the course was installed here. Correct it.",
        )
    else:
        yield True, "The clock isn't behind the dates of the course's files."


def browser() -> Iterator[Check]:
    """Whether a browser is here, and which."""
    if sys.platform in ("win32", "darwin"):
        yield True, "This operating system includes a browser."
        return
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        yield True, f"A browser is installed: {found}."
    else:
        yield (
            False,
            "No browser is installed. Install Firefox or Chromium, or open the address of this JupyterLab on a machine that has a browser.",
        )


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder that is gone at the end, with all that a check has left there."""
    # What is still being written there when a server ends is no trouble.
    with tempfile.TemporaryDirectory(prefix="mfa-doctor-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
