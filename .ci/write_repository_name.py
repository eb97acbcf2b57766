"""Make this copy of the repository name itself: `python .ci/write_repository_name.py`.

`[project.urls]` of pyproject.toml says where this copy is, in its line `Repository`.
This command writes that name wherever else an address of the repository is: in
links, in Binder's badge, and in commands. It may be repeated, and the names it
finds may be any. Links to another project are left alone if that project is
named in `OTHER_PROJECTS`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: Folders with files of this repository; what is beside them is the machine's own, as an environment is.
FOLDERS = (".ci", ".devcontainer", ".github", "binder", "mfa_helpers", "notebooks", "tests")
#: What git ignores in them, and lists of other projects' packages.
FOREIGN = {"node_modules", "build", "dist", "__pycache__", "shots", "package-lock.json"}
#: Projects on GitHub that a text links to, each as owner/name.
OTHER_PROJECTS: set[str] = {
    "auth0/Auth0.Android",
    "auth0/auth0-react",
    "auth0/nextjs-auth0",
    "auth0/react-native-auth0",
}

_OWNER, _NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", r"[A-Za-z0-9_.-]*[A-Za-z0-9_-]"
_IS_NAME = re.compile(rf"https://github\.com/({_OWNER}/{_NAME})/?")
#: Each way to write where a repository is: what is before its name, its owner, what is between, its name.
_ADDRESSES = (
    re.compile(
        rf"((?<![\w.-])github\.com/|\bghcr\.io/|\bmybinder\.org/v2/gh/|\bcodespaces\.new/)({_OWNER})(/)({_NAME})"
    ),
    re.compile(rf"(//)({_OWNER})(\.github\.io/)({_NAME})"),
)


def name(root: Path = ROOT) -> str:
    """The OWNER/REPOSITORY that pyproject.toml states. Raises `ValueError` with a sentence if it states none."""
    try:
        stated = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["urls"]["Repository"]
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"pyproject.toml can't be read: {error}. Fix that, and run this command again.") from None
    except (KeyError, TypeError):
        stated = None
    found = _IS_NAME.fullmatch(stated) if isinstance(stated, str) else None
    if found is None or found[1].endswith(".git"):  # `git clone` takes that, and links to pages don't
        raise ValueError(
            f"pyproject.toml, [project.urls], Repository is {stated!r}, which isn't a repository's page on GitHub. "
            "Write https://github.com/ and then OWNER/REPOSITORY, with your two names and without .git, and run this command again."
        )
    return found[1]


def texts(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Each text file of this repository, with what it says."""
    files = [path for path in root.iterdir() if path.is_file()]
    for folder in FOLDERS:
        files += (path for path in (root / folder).rglob("*") if path.is_file())
    for path in sorted(files):
        inside = path.relative_to(root).parts
        if FOREIGN.isdisjoint(inside) and not any(part.startswith(".") for part in inside[1:-1]):
            try:
                yield path, path.read_bytes().decode("utf-8")  # its line ends stay
            except UnicodeDecodeError:
                continue  # a picture


def named(text: str, name: str) -> str:
    """`text`, in which each address of this repository has `name`, OWNER/REPOSITORY."""
    owner, repository = name.split("/")

    def write(found: re.Match[str]) -> str:
        before, its_owner, between, its_name = found.groups()
        if f"{its_owner}/{its_name}" in OTHER_PROJECTS:
            return found[0]
        if before == "ghcr.io/":  # a registry of images knows no capitals
            return before + (owner + between + repository).lower()
        return before + owner + between + repository

    for address in _ADDRESSES:
        text = address.sub(write, text)
    return text


def main() -> int:
    """Write the name, and print which files changed. The status is 1 if there is no name to write."""
    try:
        wanted = name()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    for path, text in texts():
        if (new := named(text, wanted)) != text:
            path.write_bytes(new.encode("utf-8"))
            print(f"{path.relative_to(ROOT).as_posix()} now names {wanted}.")
    print(f"Every address names {wanted}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
