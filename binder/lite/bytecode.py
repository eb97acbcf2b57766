"""Divides the archives of a folder into what the first six notebooks import, compiled, and the rest. Run in Pyodide: `bytecode.mjs`.

A page begins with an empty disk, so without bytecode Python would compile those
modules on each load of the page. To know them, the notebooks are run here. The
rest goes into `later.zip`: `later.py` fetches it when something asks for it.
"""

import ast
import contextlib
import importlib.util
import io
import json
import marshal
import os
import sys
import zipfile
from pathlib import Path

ARCHIVES, NOTEBOOKS = Path("/archives"), Path("/notebooks")
STDLIB, SITE = "/lib/python314.zip", "/lib/python3.14/site-packages"
FLAGS = (1).to_bytes(4, "little") + bytes(8)  # it is not compared with its source: PEP 552
#: What reads its own source when it is imported (anyio, to import the rest of itself only when somebody asks for it).
READS_ITSELF = ("anyio/__init__.py", "anyio/abc/__init__.py")
#: Whose docstrings a learner may ask for, or Pyodide itself. Those of the others are half a megabyte.
KEEPS_DOCSTRINGS = (f"{SITE}/mfa_helpers/", f"{SITE}/requests/", f"{STDLIB}/_pyodide/")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
#: Where the rest is put: beside what it belongs to, or, of Python itself, which is in an archive, in a folder of its own.
LATER_SITE, LATER_STDLIB = "site-packages", "later"


def run_the_course() -> None:
    """As a learner who only looks at the forms, as one whose forms fill themselves in, and as one who looks at the results."""
    for archive in ARCHIVES.glob("*.whl"):
        with zipfile.ZipFile(archive) as files:
            files.extractall(SITE)
    importlib.invalidate_caches()
    sys.meta_path.insert(0, Asked)
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    for hands_free in ("", "1", ""):
        os.environ["MFA_HANDS_FREE"] = hands_free
        for notebook in sorted(NOTEBOOKS.glob("0[0-5]*.ipynb")):
            shell.reset()
            for cell in json.loads(notebook.read_text())["cells"]:
                if cell["cell_type"] == "code" and "skip-execution" not in cell["metadata"].get("tags", ()):
                    with contextlib.redirect_stdout(io.StringIO()):
                        shell.run_cell("".join(cell["source"])).raise_error()
    InteractiveShell.clear_instance()
    from importlib.metadata import _adapters  # noqa: F401  (what it asks of an installed package)

    import piplite.piplite  # noqa: F401  (what the page's kernel asks for)
    import pyodide_kernel  # noqa: F401  (the page's own shell)

    import mfa_helpers.forms.page.code_tabs_widget  # noqa: F401  (once there's a request to show)


class Asked:
    """Notes each module that is looked for, also one that then can't be imported for want of another."""

    names: set[str] = set()  # noqa: RUF012  (its only one)

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> None:
        cls.names.add(name)


def used() -> set[str]:
    """The files of all modules that are loaded, or were looked for."""
    loaded = {str(getattr(module, "__file__", "")) for module in sys.modules.values()}
    looked = {f"{SITE}/{name.replace('.', '/')}" for name in Asked.names}
    return loaded | {f"{one}.py" for one in looked} | {f"{one}/__init__.py" for one in looked}


def compiled(name: str, source: bytes) -> bytes:
    tree = ast.parse(source, name)
    if not name.startswith(KEEPS_DOCSTRINGS):
        for node in ast.walk(tree):
            if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:] or [ast.copy_location(ast.Pass(), node.body[0])]
    code = compile(tree, name, "exec", dont_inherit=True)
    return importlib.util.MAGIC_NUMBER + FLAGS + marshal.dumps(code)


def divide(archive: Path, wanted: set[str], later: zipfile.ZipFile, names: dict[str, str]) -> None:
    """What is used stays in `archive`, compiled; the other modules go into `later` and `names`, with the data beside them."""
    part = archive.with_suffix(".part")
    is_stdlib = archive.name == "python_stdlib.zip"
    place, there = (LATER_STDLIB, STDLIB) if is_stdlib else (LATER_SITE, SITE)
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as first:
        files = sorted(old.namelist())
        homes = {folder(name): False for name in files if name.endswith(".py")}  # those of modules; whether any is used
        homes |= {folder(name): True for name in files if f"{there}/{name}" in wanted} | {"": True}
        for name in files:
            content, is_module = old.read(name), name.endswith(".py")
            if name in READS_ITSELF:
                first.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
                continue
            if f"{there}/{name}" in wanted:
                first.writestr(zipfile.ZipInfo(f"{name}c"), compiled(f"{there}/{name}", content), zipfile.ZIP_DEFLATED)
                if not name.startswith("mfa_helpers/"):
                    continue
            elif is_module:
                names[name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")] = f"{place}/{name}"
            elif ".dist-info/" in name or homes[home(name, homes)]:
                first.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
                continue
            later.writestr(zipfile.ZipInfo(f"{place}/{name}"), content, zipfile.ZIP_DEFLATED, 9)


def folder(name: str) -> str:
    return name.rpartition("/")[0]


def home(name: str, homes: dict[str, bool]) -> str:
    """The folder of modules that a file of data belongs to."""
    place = folder(name)
    while place not in homes:
        place = folder(place)
    return place


run_the_course()
files_used = used()
of_later: dict[str, str] = {}
with zipfile.ZipFile(ARCHIVES / "later.zip", "w") as rest:
    for path in sorted({*ARCHIVES.glob("*.whl"), ARCHIVES / "python_stdlib.zip"}):
        divide(path, files_used, rest, of_later)
with zipfile.ZipFile(ARCHIVES / "later.whl", "w") as listed:
    listed.writestr("mfa_course_later.txt", "".join(f"{name} {where}\n" for name, where in of_later.items()))
for path in {*ARCHIVES.glob("*.whl"), ARCHIVES / "python_stdlib.zip"} - {ARCHIVES / "later.whl"}:
    path.with_suffix(".part").replace(path)
