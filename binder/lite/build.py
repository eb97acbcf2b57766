"""Makes the browser edition: a folder of static files in which the whole course runs, its tenant too.

    python binder/lite/build.py FOLDER

It needs the extra `lite` of this project, Node with `npm` (for Pyodide, Python
as WebAssembly) and PyPI. What it makes needs nothing: no server of its own, no
other host. Sizes are printed at the end.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import patches

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the course of this checkout, installed or not
from mfa_helpers.course.files import course_files

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

#: What the page's kernel says about itself in each notebook. JupyterLab would note it there when it opens one.
KERNEL = {
    "kernelspec": {"display_name": "Python (Pyodide)", "language": "python", "name": "python"},
    "language_info": {
        "codemirror_mode": {"name": "python", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.8",
    },
}
NAME = "Multi-factor authentication by email, by hand"
#: What the page is called where it is installed as an app.
APP = {
    "name": NAME,
    "short_name": "MFA course",
    "description": "A course in notebooks on Auth0's MFA API, with a tenant that runs in the page.",
    "id": "./",
    "start_url": "./lab/index.html?path=00_start_here.ipynb",
}
PYODIDE = "pyodide@314.0.6"
# As npm tells it (`npm view pyodide@314.0.6 dist.integrity`).
PYODIDE_SHA512 = "BKDTJyIqFxC4BExLqeRS3f5xvXZIjOt8C3zGLN/Cc7tFxSwvKVhVkchQQ2AGLOtR4YrVOIFxbV8poyDOOmWwxQ=="
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

#: In a wheel, what is of no use in a browser: compiled for another machine, for typing, or data of many megabytes.
NEEDLESS = re.compile(
    r"\.(so|c|h|map|mjs\.map|po|pot|exe)$|^mfa_helpers/.*\.md$|^mfa_helpers/sandbox/docker/|\.dist-info/(?!METADATA|entry_points)|^mfa_helpers/course/(?!(__init__|extra)\.py)|^(?!mfa_helpers/).*\.pyi$|(^|/)tests?/|/test_\w+\.py$|\.data/"
    r"|^babel/locale-data/(?!(root|en|en_US|en_001|en_GB)\.dat)|^pytz/zoneinfo/|^anywidget/(labextension|nbextension)/"
    r"|^pygments/lexers/(?!__init__|_mapping|python|special)\w+\.py$"  # languages that no traceback is in
    r"|^tlslite/(?!__init__|constants|errors|utils/)"
)
#: Of tlslite-ng only the arithmetic is used. Its front door asks for a part of Python that Pyodide has not (`dbm`). The
#: page makes no TLS connection of its own, so certifi's list of authorities is of no use there.
EMPTY = ("tlslite/__init__.py", "certifi/cacert.pem")
#: What the page may ask for, by how its name ends.
OFFLINE = (
    ".bin",
    ".css",
    ".html",
    ".ico",
    ".ipynb",
    ".js",
    ".json",
    ".mjs",
    ".png",
    ".wasm",
    ".webmanifest",
    ".woff2",
    ".zip",
)
PACKAGES_OF_THE_KERNEL = ("ipykernel", "pyodide_kernel")
#: The kernel would fetch these by name. They are here, or it can do without: jedi is 5 MB, for a longer completion.
HERE_ALREADY = ["comm", "ipykernel", "ipython", "jedi", "micropip", "piplite", "pyodide-kernel"]


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    site = Path(sys.argv[1]).resolve()
    if site.exists() and any(site.iterdir()) and not (site / "jupyter-lite.json").exists():
        print(f"{site} isn't empty, and it isn't a browser edition. Choose another folder.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        build(site, Path(scratch))
    for line in sizes(site):
        print(line)
    return 0


def build(site: Path, scratch: Path) -> None:
    """JupyterLite's own build, then Pyodide beside it, with our wheels and our list of them."""
    pyodide = scratch / "pyodide"
    shutil.rmtree(site, ignore_errors=True)
    write_notebooks(scratch / "contents")
    settings = json.loads((ROOT / "binder" / "overrides.json").read_text())
    # All notebooks share the memory of one page, and each has a Python of over 100 MB: it ends when its tab is closed.
    settings.setdefault("@jupyterlab/notebook-extension:tracker", {})["kernelShutdown"] = True
    (scratch / "overrides.json").write_text(json.dumps(settings, indent=1))
    shutil.copy(HERE / "jupyter-lite.json", scratch / "jupyter-lite.json")
    run(
        *(sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", scratch, "--output-dir", site),
        *("--contents", scratch / "contents", "--apps", "lab", "--no-sourcemaps", "--no-unused-shared-packages"),
        cwd=scratch,  # it leaves a file there
        # Nothing of whoever builds gets into the edition, and two may build at once.
        env={
            name: str(scratch / "jupyter") for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")
        },
    )
    pyodide.mkdir()
    archives = scratch / "archives"
    archives.mkdir()
    take_pyodide(pyodide, scratch)
    (pyodide / "python_stdlib.zip").rename(archives / "python_stdlib.zip")
    slim_all(wheels(scratch / "wheels", site), archives)
    with zipfile.ZipFile(archives / "piplite.whl", "w") as ours:
        for file in HERE.glob("piplite/*.py"):
            ours.write(file, f"piplite/{file.name}")
    run("node", HERE / "bytecode.mjs", scratch / "package", HERE / "bytecode.py", archives, scratch / "contents")
    for name in ("python_stdlib.zip", "later.zip"):
        (archives / name).rename(pyodide / name)
    with zipfile.ZipFile(archives / "later.whl", "a") as later:
        later.write(HERE / "later.py", "mfa_course_later.py")
    pack(archives.glob("*.whl"), pyodide / "packages.bin")
    lock = json.loads((scratch / "package" / "pyodide-lock.json").read_text())
    (pyodide / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": {}}))  # nothing else is to be had
    # The folder is named by what is in it: a browser never has to ask again for a file that it has kept.
    place = f"static/pyodide-{named_by_content(pyodide)}"
    shutil.copytree(pyodide, site / place)
    tidy(site, place)


def write_notebooks(folder: Path) -> None:
    """The files of a learner's copy. Each notebook says which edition it is of, and what its text was: see `page.js`."""
    for name, file in course_files(ROOT / "notebooks", KERNEL).items():
        if name.startswith("instructors_"):
            continue
        content = file.content
        if name.endswith(".ipynb"):
            notebook = json.loads(content)
            cells = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
            text = json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()
            notebook["metadata"]["mfa_course"] = {"version": file.version, "text": hashlib.sha256(text).hexdigest()}
            content = (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def take_pyodide(to: Path, scratch: Path) -> None:
    run("npm", "pack", PYODIDE, "--silent", "--pack-destination", scratch)
    (archive,) = scratch.glob("pyodide-*.tgz")
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != PYODIDE_SHA512:
        raise SystemExit(f"{PYODIDE} has changed. Its SHA-512 is now {found}.")
    with tarfile.open(archive) as files:
        files.extractall(scratch, filter="data")
    for name in PYODIDE_FILES:
        shutil.copy(scratch / "package" / name, to / name)
    patches.make(to, patches.IN_PYODIDE)


def wheels(folder: Path, site: Path) -> Iterable[Path]:
    """The pinned wheels, the course's own, and the kernel's, which come with JupyterLite."""
    download = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, "--only-binary", ":all:")
    pins = [line for line in (HERE / "wheels.txt").read_text().splitlines() if "==" in line]
    # No pure wheel of it is published, but beside its compiled part it has the same in Python.
    native = [pin for pin in pins if pin.startswith("MarkupSafe==")]
    pure = [pin for pin in pins if pin not in native]
    anywhere = ("--implementation", "py", "--abi", "none", "--platform", "any")
    for options, wanted in ((anywhere, pure), (("--platform", "manylinux2014_x86_64"), native)):
        run(*download, "--python-version", "3.14", *options, *wanted)
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    yield from folder.glob("*.whl")
    for name in PACKAGES_OF_THE_KERNEL:
        yield from (site / "extensions" / "@jupyterlite" / "pyodide-kernel-extension").glob(f"static/pypi/{name}-*.whl")


def slim_all(wheels: Iterable[Path], to: Path) -> None:
    """The wheels without what is needless, and patched. Raises `SystemExit` if they are not what they were."""
    used = {patch for wheel in wheels for patch in slim(wheel, to)}
    patches.check_used(patches.IN_WHEELS, used)


def slim(wheel: Path, to: Path) -> list[patches.Patch]:
    """The wheel without what is needless; returns the patches that were for it."""
    used = []
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(to / wheel.name, "w") as new:
        for item in old.namelist():
            if not NEEDLESS.search(item) and not item.endswith("/"):
                content = b"" if item in EMPTY else old.read(item)
                if item.endswith("/METADATA"):
                    content = content.partition(b"\n\n")[0]  # without the project's README
                for patch in patches.IN_WHEELS:
                    if item == patch[0]:
                        content = patches.replaced(content.decode(), patch).encode()
                        used.append(patch)
                new.writestr(item, content)
    return used


def pack(archives: Iterable[Path], to: Path) -> None:
    """All their files in one, which a page unpacks in a tenth of the time: `preload.js`. No host takes it for a page's encoding."""
    with (
        gzip.GzipFile(to, "wb", compresslevel=9, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as files,
    ):
        for archive in sorted(archives):
            with zipfile.ZipFile(archive) as wheel:
                for item in wheel.infolist():
                    entry = tarfile.TarInfo(item.filename)
                    entry.size = item.file_size
                    files.addfile(entry, wheel.open(item))


def tidy(site: Path, place: str) -> None:
    """Tell the kernel what it finds where, and drop what nobody asks for."""
    for file in (
        *site.rglob("*.map"),
        *site.glob("rspack.*"),
        *site.glob("extensions/@jupyterlite/*/static/pypi/*.whl"),
    ):
        file.unlink()
    patches.make(site, patches.IN_JUPYTERLITE)
    preload(site)
    add_page(site)
    file = site / "jupyter-lite.json"
    config = json.loads(file.read_text())
    kernel = config["jupyter-config-data"]["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    kernel["pyodideUrl"] = f"./{place}/pyodide.mjs"
    kernel["loadPyodideOptions"]["packages"] = HERE_ALREADY
    file.write_text(json.dumps(config, indent=1))
    shutil.copy(HERE / "service-worker.js", site / "service-worker.js")
    # What the service worker keeps, so that the course works without a network.
    files = sorted(str(file.relative_to(site)) for file in site.rglob("*") if file.suffix in OFFLINE)
    (site / "edition.json").write_text(json.dumps({"name": named_by_content(site), "files": files}, indent=1))


def preload(site: Path) -> None:
    """Python begins to load with the page: see `preload.js`."""
    (worker,) = site.glob("extensions/@jupyterlite/pyodide-kernel-extension/static/comlink.worker.*.js")
    worker.write_text(worker.read_text("utf-8") + (HERE / "preload.js").read_text(), "utf-8")
    page = site / "lab" / "index.html"
    texts = {"FIRST": (HERE / "first.js").read_text("utf-8"), "EARLY": str(worker.relative_to(site)), "NAME": NAME}
    text = page.read_text("utf-8")
    for mark, meant in texts.items():
        text = text.replace(mark, meant)
    page.write_text(text, "utf-8")
    manifest = site / "manifest.webmanifest"
    found = json.loads(manifest.read_text("utf-8")) | APP
    del found["shortcuts"]
    manifest.write_text(json.dumps(found, indent=1), "utf-8")


def add_page(site: Path) -> None:
    """What JupyterLab does in addition: the course's own extension with `page.js`, also where an environment has the former."""
    parts = (ROOT / "binder" / "labextension" / "list_of_files.js", HERE / "page.js")
    script = "\n".join(part.read_text("utf-8") for part in parts)
    file = f"static/page.{hashlib.sha256(script.encode()).hexdigest()[:8]}.js"
    place = site / "extensions" / "mfa-course" / file
    shutil.rmtree(site / "extensions" / "mfa-course", ignore_errors=True)
    place.parent.mkdir(parents=True)
    place.write_text(script, "utf-8")
    settings = site / "jupyter-lite.json"
    config = json.loads(settings.read_text())
    found = {"name": "mfa-course", "load": file, "extension": "./extension"}
    others = [one for one in config["jupyter-config-data"]["federated_extensions"] if one["name"] != found["name"]]
    config["jupyter-config-data"]["federated_extensions"] = [*others, found]
    config["jupyter-config-data"]["mfaCourseVersions"] = {
        book.name: json.loads(book.read_text("utf-8"))["metadata"]["mfa_course"]["version"]
        for book in sorted((site / "files").glob("*.ipynb"))
    }
    settings.write_text(json.dumps(config, indent=1))


def named_by_content(folder: Path) -> str:
    """Eight digits that are others as soon as anything in the folder is."""
    content = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            content.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return content.hexdigest()[:8]


def sizes(site: Path) -> Iterable[str]:
    files = [file for file in site.rglob("*") if file.is_file()]
    yield f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB in {site}"
    for folder in ("build", "extensions", "static", "files"):
        inside = [file for file in files if (site / folder) in file.parents]
        yield f"  {folder:16} {len(inside):4} files, {sum(file.stat().st_size for file in inside) / 1e6:5.1f} MB"


def run(*command: Any, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=cwd, env={**os.environ, **(env or {})})


if __name__ == "__main__":
    sys.exit(main())
