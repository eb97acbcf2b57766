"""The browser edition, made by the product's own command, and a host that serves it as any host of static pages does."""

from __future__ import annotations

import functools
import gzip
import http.server
import sys
import threading
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ...support.places import ROOT
from ..sdk import environments


@dataclass
class LiteServer:
    """Where the site is, and the paths that have been asked for. To `tests.support.person` it is what a JupyterLab is."""

    url: str
    kernel: str = "Python (Pyodide)"
    asked: list[str] = field(default_factory=list)
    #: Whether it answers nobody, as a host that cannot be reached.
    is_down: bool = False

    def notebook(self, name: str) -> str:
        return f"{self.url}/lab/index.html?workspace={name[:2]}&path={name}.ipynb"


def make(folder: Path) -> None:
    """Make the edition in `folder`, by the product's own command. Raises `environments.Unavailable`."""
    environments._run("build.py", [str(python()), "binder/lite/build.py", str(folder)], ROOT)


def python() -> Path:
    """The interpreter of an environment that has JupyterLite. Raises `environments.Unavailable`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [one for one in project["dependencies"] if one.startswith("lazy_loader")]  # to import the course
    needed += project["optional-dependencies"]["lite"]

    def install(into: Path) -> None:
        environments._run("venv", [sys.executable, "-m", "venv", str(into)], ROOT)
        pip = [str(into / "bin" / "python"), "-m", "pip", "install", "-q", "--no-compile"]
        environments._run("pip install", [*pip, *needed], ROOT)

    return environments._built("lite", (), repr(needed) + sys.version, install) / "bin" / "python"


def weight(site: Path, paths: Iterable[str] = ()) -> tuple[int, float, float]:
    """Number of files, their megabytes, and those that a host sends which compresses; of all, or of these `paths`."""
    files = {site / path.strip("/") for path in paths} or set(site.rglob("*"))
    contents = [file.read_bytes() for file in files if file.is_file()]
    return len(contents), sum(map(len, contents)) / 1e6, sum(len(gzip.compress(one, 6)) for one in contents) / 1e6


class Files(http.server.SimpleHTTPRequestHandler):
    """What a host sends, as it is on the disk."""

    protocol_version = "HTTP/1.1"
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def __init__(self, *args: object, host: LiteServer, **kwargs: object) -> None:
        self._host = host
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self._host.is_down:
            self.close_connection = True
            return
        self._host.asked.append(self.path.partition("?")[0])
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(site: Path, files: type[Files] = Files) -> Iterator[LiteServer]:
    """The site on a free port of loopback."""
    host = LiteServer("")
    handler = functools.partial(files, directory=str(site), host=host)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host.url = f"http://127.0.0.1:{server.server_port}"
        yield host
        server.shutdown()
