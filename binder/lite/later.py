"""The part of Python and of the course that the first six notebooks don't import: it is fetched when something asks for it.

`bytecode.py` divides the two, and writes the list of the modules beside this one.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

BASE = Path(__file__).parents[1]
#: Where each module is once it is there, seen from `BASE`.
PLACES = dict(line.split(" ") for line in Path(__file__).with_suffix(".txt").read_text().splitlines())
_OK = 200  # HTTP


class Finder:
    """Python asks it for a module that nobody else has found."""

    is_here = False

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Raises `ImportError` if the rest can't be fetched."""
        if name not in PLACES:
            return None
        if not cls.is_here:
            fetch()
            cls.is_here = True
        return importlib.util.spec_from_file_location(name, BASE / PLACES[name])


def fetch() -> None:
    """All of it at once. Python has to wait, so this does not go on in the background."""
    js = importlib.import_module("js")
    request = js.XMLHttpRequest.new()
    request.open("GET", js.laterAddress, False)
    request.responseType = "arraybuffer"
    try:
        request.send(None)
        if request.status != _OK:
            raise OSError(f"HTTP {request.status}")
    except Exception as error:
        raise ImportError(f"A part of the course couldn't be loaded ({error}). Reload the page.") from None
    import zipfile

    with zipfile.ZipFile(io.BytesIO(request.response.to_py())) as files:
        files.extractall(BASE)
    importlib.invalidate_caches()


sys.meta_path.append(Finder)
