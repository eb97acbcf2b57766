"""What the environment and `.env` say, and what this process trusts."""

from __future__ import annotations

import io
import ipaddress
import os
import re
import shlex
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..client.errors import InvalidInput
from ..client.validation import LOOPBACK, clean_ends
from ..storage import browser

ENVIRONMENT = "the environment"
#: What `mfa_helpers/course/working_copy.py` keeps in a learner's copy of the notebooks.
_MARK_OF_A_COPY = ".mfa-course.json"
#: The names of variables that are the course's, the tenant's, or the notebook server's, or that say that they're secret.
_NOT_FOR_OTHERS = re.compile(
    "^(AUTH0|MFA|JUPYTER|JUPYTERHUB|JPY)_|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|_KEY(_|$)", re.I
)
_WITH_A_PASSWORD = re.compile("://[^/@]+@")


def settings_file() -> Path | None:
    """The `.env` that is read: that of the working directory, else that of the course's folders around it.

    Around a learner's copy, or the folder `notebooks`, it's the folder that holds it; in that folder, it's the copy.
    No other folder is looked into: who can write there would choose where a password goes.
    """
    here = Path.cwd()
    places = course_folders(here)
    if len(places) == 1 and (here / "mfa-course" / _MARK_OF_A_COPY).is_file():
        places.append(here / "mfa-course")
    return next((place / ".env" for place in places if (place / ".env").is_file()), None)


def course_folders(folder: Path) -> list[Path]:
    """`folder`, and around a learner's copy or the folder `notebooks` the one that holds it: those that are looked into."""
    is_inside = (folder / _MARK_OF_A_COPY).is_file() or (
        folder.name == "notebooks" and (folder.parent / "mfa_helpers").is_dir()
    )
    return [folder, folder.parent] if is_inside else [folder]


def is_own(path: Path) -> bool:
    """Whether no other user owns `path`. On Windows, permissions don't say so. Raises `OSError`."""
    if os.name == "nt" or browser.IS_HERE:
        return True
    # A link's own owner chooses where it leads. The system's administrator can change everything anyway.
    return all(status.st_uid in (os.getuid(), 0) for status in (path.lstat(), path.stat()))


def read_settings() -> dict[str, str]:
    """`AUTH0_…` and `MFA_CLASS` from the file and the environment, which wins.

    Raises `InvalidInput`, which names the file, if that cannot be read, or another user could have written it.
    """
    file = settings_file()
    found: dict[str, str] = {}
    for source in (_values_in(file) if file else {}, _ours(os.environ)):
        found |= {name: value for name, value in source.items() if value}  # an empty variable does not hide the file's
    return found


def environment_line() -> str:
    """The join line of `MFA_CLASS`; empty if there is none. Raises as `read_settings` does, if the file is needed."""
    return _ours(os.environ).get("MFA_CLASS") or read_settings().get("MFA_CLASS", "")


def told_by(name: str) -> str:
    """Where the setting `name` comes from, in words: the file, or the environment. Raises as `read_settings` does."""
    file = settings_file()
    return ENVIRONMENT if file is None or _ours(os.environ).get(name) else str(file)


def for_others() -> dict[str, str]:
    """The environment for a program that isn't the course's: without what only the course may know, or what is secret."""
    return {
        name: value
        for name, value in os.environ.items()
        if not _NOT_FOR_OTHERS.search(name) and not _WITH_A_PASSWORD.search(value)
    }


def names_a_class() -> bool:
    """Whether there is a join line. A file that cannot be read has none: the sandbox works without it."""
    with suppress(InvalidInput):
        return bool(environment_line())
    return False


def _ours(values: Mapping[str, str | None]) -> dict[str, str]:
    cleaned = {clean_ends(name): clean_ends(value or "") for name, value in values.items()}
    return {name: value for name, value in cleaned.items() if name.startswith("AUTH0_") or name == "MFA_CLASS"}


def _values_in(file: Path) -> dict[str, str]:
    """What is ours in that file, as it is written: nothing in a value is replaced. Raises `InvalidInput`."""
    from dotenv import dotenv_values

    _refuse_if_not_own(file)
    try:
        raw = file.read_bytes()
    except OSError as cause:
        raise InvalidInput(
            f"The file {file} can't be read ({cause.strerror}).", "Give yourself permission to read it."
        ) from None
    text = raw.decode(_encoding(raw), "replace")
    values = _ours(dotenv_values(stream=io.StringIO(text), interpolate=False))
    # Another program's values, and comments, may be whatever they like.
    if "\0" in text or any("\ufffd" in value for value in values.values()):
        raise InvalidInput(
            f"The file {file} isn't encoded in UTF-8.", "In your editor, save it with the encoding UTF-8."
        )
    return values


def _refuse_if_not_own(file: Path) -> None:
    """Raises `InvalidInput` if another user could have written `file`. On Windows, permissions don't say so."""
    if os.name == "nt" or browser.IS_HERE:
        return
    if not is_own(file):
        raise InvalidInput(
            f"The file {file} belongs to another user, so it isn't read.", "Replace it with a file of your own."
        )
    status = file.stat()
    # Where each user has a group of their own, which has the user's number, new files are writable by the group.
    is_own_group = status.st_gid == os.getuid() != 0
    if status.st_mode & (stat.S_IWOTH | (0 if is_own_group else stat.S_IWGRP)):
        raise InvalidInput(
            f"The file {file} can be changed by other users, so it isn't read.",
            f"Check what it contains, and then run: chmod 600 {shlex.quote(str(file))}",
        )


def _encoding(raw: bytes) -> str:
    """UTF-8, or what Windows's shells write: UTF-16, often without its mark."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" not in raw[:2]:
        return "utf-8-sig"
    return "utf-16-be" if raw[:1] == b"\0" else "utf-16-le"


def trust(ca_file: str | None, host: str = "") -> None:
    """Let plain `requests` in a lesson's own cells trust that authority; `None` puts back what was.

    A `host` in the own network is reached past a company's proxy.
    """
    if ca_file is not None:
        _displaced.setdefault(_BUNDLE, os.environ.get(_BUNDLE))
        os.environ[_BUNDLE] = ca_file
    elif _displaced:
        before = _displaced.pop(_BUNDLE)
        os.environ.pop(_BUNDLE)
        os.environ |= {} if before is None else {_BUNDLE: before}
    if is_near(host):
        past_the_proxy(host)


def past_the_proxy(*hosts: str) -> None:
    """Plain `requests` in a lesson's own cells must reach `hosts` past a company's proxy, too."""
    both = ("NO_PROXY", "no_proxy")  # requests reads the lower-case one first, so both must say the same
    listed = [host.strip() for name in both for host in os.environ.get(name, "").split(",") if host.strip()]
    if "*" not in listed:
        for name in both:
            os.environ[name] = ",".join(dict.fromkeys([*listed, *hosts]))


_BUNDLE = "REQUESTS_CA_BUNDLE"
_displaced: dict[str, str | None] = {}  # what the environment named before the class


def is_near(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host in LOOPBACK
