"""The floor of the browser edition: a bare JupyterLite with the same kernel and the same Pyodide, and a notebook of one button.

Nothing of it is changed or left out. Pyodide's packages come from its own list, which names the wheels of the edition's
pins, because the whole distribution of Pyodide isn't on npm.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from ..outside.lite import edition
from ..support.places import ROOT
from .first_minute import BUTTON

LITE = ROOT / "binder" / "lite"
#: What the kernel of JupyterLite installs besides, and the edition does without.
KERNEL = ("jedi==0.20.1", "parso==0.8.7", "micropip==0.11.1")
NAME = "floor"
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")


def make(folder: Path) -> None:
    """Build it in `folder`."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "contents").mkdir()
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(BUTTON)])
        book.metadata["kernelspec"] = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
        nbformat.write(book, scratch / "contents" / f"{NAME}.ipynb")
        kernel = {"pyodideUrl": "./static/pyodide/pyodide.mjs", "disablePyPIFallback": True}
        settings = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
        config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": {"litePluginSettings": settings}}
        (scratch / "jupyter-lite.json").write_text(json.dumps(config), "utf-8")
        (scratch / "overrides.json").write_bytes(
            (ROOT / "binder" / "overrides.json").read_bytes()
        )  # the button “Run all”
        options = ("--lite-dir", scratch, "--output-dir", folder, "--contents", scratch / "contents", "--apps", "lab")
        _run(edition.python(), "-m", "jupyterlite_core", "build", *options, "--no-sourcemaps", cwd=scratch)
        _take_pyodide(folder / "static" / "pyodide", scratch)


def _take_pyodide(to: Path, scratch: Path) -> None:
    (pin,) = re.findall(r'^PYODIDE = "(.+)"$', (LITE / "build.py").read_text("utf-8"), re.M)
    _run("npm", "pack", pin, "--silent", "--pack-destination", scratch, cwd=scratch)
    (archive,) = scratch.glob("pyodide-*.tgz")
    with tarfile.open(archive) as files:
        files.extractall(scratch, filter="data")
    to.mkdir(parents=True)
    for name in PYODIDE_FILES:
        (scratch / "package" / name).rename(to / name)
    lines = (LITE / "wheels.txt").read_text("utf-8").splitlines()
    kernel = [*lines[lines.index("# the kernel") : lines.index("# the public names")], *KERNEL]
    pins = [line for line in kernel if "==" in line]
    anywhere = ("--python-version", "3.14", "--implementation", "py", "--abi", "none", "--platform", "any")
    download = (edition.python(), "-m", "pip", "download", "-q", "--no-deps", "-d", to, "--only-binary", ":all:")
    _run(*download, *anywhere, *pins, _pin(lines, "ipywidgets"), cwd=scratch)
    lock = json.loads((scratch / "package" / "pyodide-lock.json").read_text("utf-8"))
    lock["packages"] = dict(_packages(to))
    (to / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")


def _pin(lines: list[str], name: str) -> str:
    return next(line for line in lines if line.startswith(f"{name}=="))


def _packages(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """What Pyodide knows of each wheel. IPython needs the others, as the kernel asks for it last."""
    wheels = sorted(folder.glob("*.whl"))
    names = {wheel: wheel.name.split("-")[0].lower().replace("_", "-") for wheel in wheels}
    others = sorted(set(names.values()) - {"ipython", "ipywidgets", "micropip"})
    for wheel, name in names.items():
        with zipfile.ZipFile(wheel) as files:
            imports = sorted({item.split("/")[0] for item in files.namelist() if item.endswith("/__init__.py")})
        yield (
            name,
            {
                "name": name,
                "version": wheel.name.split("-")[1],
                "file_name": wheel.name,
                "install_dir": "site",
                "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
                "package_type": "package",
                "imports": [one for one in imports if "." not in one and "-" not in one],
                "depends": others if name == "ipython" else [],
                "unvendored_tests": False,
                "shared_library": False,
            },
        )


def _run(*command: object, cwd: Path) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=cwd)
