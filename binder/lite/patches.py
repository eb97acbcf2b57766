"""What files of JupyterLite, Pyodide, and a wheel do, and what they do instead here.

All are pinned, and their files are made by a compiler, so a change is one text
in the place of another. A text that is not there, or there twice, ends the build.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

Patch = tuple[str, str, str]  # the files, of which one is meant; the old text; the new one

KERNEL = "extensions/@jupyterlite/pyodide-kernel-extension/static/*.js"

IN_PYODIDE: tuple[Patch, ...] = (
    # Python would look for each module in the browser's storage, too, and a look takes 5 ms.
    ("pyodide.mjs", 'n.sys.path.insert(0,""),', ""),
)

IN_WHEELS: tuple[Patch, ...] = (
    # The sandbox's templates use no filter or tag of these, which need babel and pytz: half a megabyte.
    (
        "liquid/environment.py",
        "from .extra import add_tags_and_filters as register_extra_tags_and_filters",
        "def register_extra_tags_and_filters(env): from .extra import add_tags_and_filters; add_tags_and_filters(env)",
    ),
    ("liquid/messages.py", "from babel.messages import Catalog\n", ""),
    ("liquid/messages.py", "    catalog = Catalog()", "    from babel.messages import Catalog; catalog = Catalog()"),
)

IN_JUPYTERLITE: tuple[Patch, ...] = (
    # On the second visit the page takes its service worker for one of another version, and starts a new one.
    (
        "build/*.js",
        'console.info("Registering new JupyterLite ServiceWorker",e),',
        "localStorage.setItem(`${e}-version`,b),",
    ),
    # Python starts without the storage if the service worker is late, and nobody is told. It has to wait for it: `first.js`.
    (KERNEL, "l=!!((null==i?void 0:i.enabled)||crossOriginIsolated)", "l=await self.mfaStorage(i)"),
    # Python begins to load when a notebook is on the screen. It has to begin with the page: `preload.js`.
    (KERNEL, "t(new URL(s(932),s.b))", "self.earlyWorkers?.pop()||t(new URL(s(932),s.b))"),
    (KERNEL, "this._pyodide=await n({indexURL:s,", "this._pyodide=await self.earlyPython({indexURL:s,"),
    (
        "lab/index.html",
        '<script id="jupyter-config-data"',
        "<script>FIRST</script><script>if(!self.mfaStopped&&!crossOriginIsolated)"
        'self.earlyWorkers=[new Worker("../EARLY",{type:"module"})]</script><script id="jupyter-config-data"',
    ),
    # There is no server that somebody could log out of, or shut down.
    (
        "build/schemas/all.json",
        ',{"type":"separator","rank":99},{"command":"filemenu:logout","rank":99},{"command":"filemenu:shutdown","rank":99}',
        "",
    ),
    ("lab/index.html", "const { pathname, origin", "if (self.mfaStopped) return; const { pathname, origin"),
    ("lab/index.html", "<title>JupyterLite</title>", "<title>NAME</title>"),
    ("lab/index.html", "WASM powered Jupyter running in the browser.", "NAME"),
    ("lab/index.html", 'class="hidden">', 'class="">'),
    ("lab/index.html", "Loading JupyterLite...", "Loading the course …"),
)


def make(folder: Path, patches: Iterable[Patch]) -> None:
    """Patch the files in `folder`. Raises `SystemExit` if they are not what they were."""
    for pattern, old, new in patches:
        found = [file for file in folder.glob(pattern) if old in file.read_text("utf-8")]
        if len(found) != 1:
            raise _changed(pattern, old)
        found[0].write_text(replaced(found[0].read_text("utf-8"), (pattern, old, new)), "utf-8")


def replaced(text: str, patch: Patch) -> str:
    """The text of the file that `patch` means, patched. Raises `SystemExit` if it is not what it was."""
    pattern, old, new = patch
    if text.count(old) != 1:
        raise _changed(pattern, old)
    return text.replace(old, new)


def check_used(patches: Iterable[Patch], used: Iterable[Patch]) -> None:
    """Raises `SystemExit` if the file of one of `patches` was nowhere."""
    for pattern, old, _ in set(patches) - set(used):
        raise _changed(pattern, old)


def _changed(pattern: str, old: str) -> SystemExit:
    return SystemExit(f"What is pinned is not what it was, in {pattern}: {old}")
