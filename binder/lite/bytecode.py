"""Adds bytecode to the archives of a folder, for each module that the first six notebooks import. Run in Pyodide: `bytecode.mjs`.

A page begins with an empty disk, so without this Python would compile those
modules on each load of the page. To know them, the notebooks are run here.
Bytecode is larger than its source, so whatever else there is stays as it is.
"""

import contextlib
import importlib.util
import io
import json
import marshal
import sys
import zipfile
from pathlib import Path

ARCHIVES, NOTEBOOKS = Path("/archives"), Path("/notebooks")
STDLIB, SITE = "/lib/python314.zip", "/lib/python3.14/site-packages"
FLAGS = (1).to_bytes(4, "little") + bytes(8)  # it is not compared with its source: PEP 552


def run_the_course() -> None:
    """As a learner whose forms fill themselves in."""
    for archive in ARCHIVES.glob("*.whl"):
        with zipfile.ZipFile(archive) as files:
            files.extractall(SITE)
    importlib.invalidate_caches()
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    for notebook in sorted(NOTEBOOKS.glob("0[0-5]*.ipynb")):
        shell.reset()
        for cell in json.loads(notebook.read_text())["cells"]:
            if cell["cell_type"] == "code" and "skip-execution" not in cell["metadata"].get("tags", ()):
                with contextlib.redirect_stdout(io.StringIO()):
                    shell.run_cell("".join(cell["source"])).raise_error()
    InteractiveShell.clear_instance()
    import pyodide_kernel  # noqa: F401  (the page's own shell)


def imported() -> set[str]:
    """The files of all modules that are loaded."""
    return {str(getattr(module, "__file__", "")) for module in sys.modules.values()}


def compiled(name: str, source: bytes) -> bytes:
    code = compile(source, name, "exec", dont_inherit=True)
    return importlib.util.MAGIC_NUMBER + FLAGS + marshal.dumps(code)


def with_bytecode(archive: Path, used: set[str]) -> None:
    part = archive.with_suffix(".part")
    is_stdlib = archive.name == "python_stdlib.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            where = f"{STDLIB if is_stdlib else SITE}/{name}"
            if where in used:
                folder, _, module = name.rpartition("/")
                # Inside an archive Python looks for it beside the source.
                place = f"{name}c" if is_stdlib else f"{folder}/__pycache__/{module[:-3]}.cpython-314.pyc".lstrip("/")
                new.writestr(zipfile.ZipInfo(place), compiled(where, content), zipfile.ZIP_DEFLATED)
            if where not in used or not is_stdlib:
                new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    part.replace(archive)


run_the_course()
files = imported()
for path in [*ARCHIVES.iterdir()]:
    with_bytecode(path, files)
