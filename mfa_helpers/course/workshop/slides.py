"""Decks of slides, each in one file that needs no network: what shows them comes from npm, once, and goes into each."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from ...outline import NOTEBOOKS, Notebook
from ..files import NOTEBOOKS as FOLDER
from .trouble import Trouble

_TEMPLATES = Path(__file__).parent / "templates"
_DIAGRAM = "```mermaid"


@dataclass(frozen=True)
class Package:
    """A package of npm, exactly, and which of its files go into a deck. `sha512` is as npm tells it (`npm view … dist.integrity`)."""

    name: str
    sha512: str
    files: tuple[str, ...]


REVEAL = Package(
    "reveal.js@6.0.2",
    "JYIg5D9aoxoaLeb84O+OvAwsKWdIavVgEDScxtYEXFCT6t6TQrhNtSgogcjdCpdLsWglhJn3zyE3fUOwiH5KEg==",
    ("dist/reveal.css", "dist/theme/white.css", "dist/reveal.js"),
)
MERMAID = Package(
    "mermaid@11.17.2",
    "V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg==",
    ("dist/mermaid.min.js",),
)


def write_decks(folder: Path) -> list[Path]:
    """Write a deck of each notebook into `folder`. Raises `Trouble`."""
    texts = {package: _texts(package) for package in (REVEAL, MERMAID)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        decks = []
        for notebook in NOTEBOOKS:
            deck = folder / _file(notebook)
            deck.write_text(_deck(notebook, texts), "utf-8")
            decks.append(deck)
    except OSError as error:
        raise Trouble(f"The decks can't be written to {folder} ({error.strerror}). Name another folder.") from None
    return decks


def _deck(notebook: Notebook, texts: dict[Package, list[str]]) -> str:
    import nbformat
    from nbconvert.exporters import SlidesExporter

    book = nbformat.read(FOLDER / notebook.file, as_version=4)
    for cell in book.cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["transient"] = {"remove_source": True}  # as in JupyterLab, only what it shows
    *styles, reveal = texts[REVEAL]
    has_diagrams = any(_DIAGRAM in cell.source for cell in book.cells)
    deck = {
        "title": f"{notebook.number} {notebook.title}",
        # Its fonts would be loaded from elsewhere; the machine's own do as well.
        "styles": re.sub(r"@import[^;]+;", "", "\n".join(styles)),
        "own_styles": (_TEMPLATES / "deck" / "deck.css").read_text("utf-8"),
        "scripts": [_inside_html(script) for script in (reveal, *(texts[MERMAID] if has_diagrams else ()))],
    }
    exporter = SlidesExporter(template_name="deck", extra_template_basedirs=[str(_TEMPLATES)])
    text, _ = exporter.from_notebook_node(book, resources={"deck": deck})
    for other in NOTEBOOKS:
        text = text.replace(f'href="{other.file}"', f'href="{_file(other)}"')
    return str(text)


def _file(notebook: Notebook) -> str:
    return notebook.file.replace(".ipynb", ".slides.html")


def _inside_html(script: str) -> str:
    return script.replace("</script", "<\\/script")


def _texts(package: Package) -> list[str]:
    """The package's files, from npm or from an earlier time."""
    kept = user_cache_path("mfa-course") / f"{package.name}.json"
    try:
        found: dict[str, str] = json.loads(kept.read_text("utf-8"))
        return [found[name] for name in package.files]
    except (OSError, ValueError, KeyError):
        found = _from_npm(package)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found), "utf-8")
    except OSError:
        pass  # it's taken from npm again the next time
    return list(found.values())


def _from_npm(package: Package) -> dict[str, str]:
    npm = shutil.which("npm")
    if npm is None:
        raise Trouble(
            "The command needs npm once, to make the decks. Install Node.js, and run the command again while you're online."
        )
    with tempfile.TemporaryDirectory() as scratch:
        command = [npm, "pack", package.name, "--silent", "--pack-destination", scratch]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        archives = list(Path(scratch).glob("*.tgz"))
        if done.returncode or not archives:
            last = (done.stderr.strip() or "npm said nothing").splitlines()[-1]
            raise Trouble(f"npm can't get {package.name} ({last}). Try again while you're online.")
        digest = base64.b64encode(hashlib.sha512(archives[0].read_bytes()).digest()).decode()
        if digest != package.sha512:
            raise Trouble(
                f"{package.name} has changed since it was checked, so it isn't used. Its SHA-512 is now {digest}."
            )
        with tarfile.open(archives[0]) as archive:
            return {name: _read(archive, f"package/{name}") for name in package.files}


def _read(archive: tarfile.TarFile, name: str) -> str:
    file = archive.extractfile(name)
    assert file is not None  # the digest says so
    return file.read().decode()
