"""The browser edition, made by the product's own command, and a host that serves it as any host of static pages does."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import re
import sys
import threading
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..sdk import environments

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / "binder" / "lite" / "wheels.txt"


@dataclass
class LiteServer:
    """Where the site is, and the paths that have been asked for. To `tests.browser.person` it is what a JupyterLab is."""

    url: str
    kernel: str = "Python (Pyodide)"
    asked: list[str] = field(default_factory=list)

    def notebook(self, name: str) -> str:
        return f"{self.url}/lab/index.html?workspace={name[:2]}&path={name}.ipynb"


def make(folder: Path) -> None:
    """Make the edition in `folder`, by the product's own command. Raises `environments.Unavailable`."""

    def install(into: Path) -> None:
        extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["lite"]
        forms = re.findall(r"^(?:ipywidgets|anywidget)==\S+$", WHEELS.read_text(), re.M)
        environments._run("venv", [sys.executable, "-m", "venv", str(into)], ROOT)
        pip = [str(into / "bin" / "python"), "-m", "pip", "install", "-q", "--no-compile"]
        environments._run("pip install", [*pip, *extra, *forms], ROOT)

    python = environments._built("lite", (str(ROOT / "pyproject.toml"), str(WHEELS)), sys.version, install)
    environments._run("build.py", [str(python / "bin" / "python"), "binder/lite/build.py", str(folder)], ROOT)


def weight(site: Path, paths: Iterable[str] = ()) -> tuple[int, float, float]:
    """Number of files, their megabytes, and those that a host sends which compresses; of all, or of these `paths`."""
    files = {site / path.strip("/") for path in paths} or set(site.rglob("*"))
    contents = [file.read_bytes() for file in files if file.is_file()]
    return len(contents), sum(map(len, contents)) / 1e6, sum(len(gzip.compress(one, 6)) for one in contents) / 1e6


class _Files(http.server.SimpleHTTPRequestHandler):
    """`environment` is Python's in the page."""

    protocol_version = "HTTP/1.1"
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def __init__(self, *args: object, environment: dict[str, str], asked: list[str], **kwargs: object) -> None:
        self._environment, self._asked = environment, asked
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self._asked.append(path)
        if path == "/jupyter-lite.json" and self._environment:
            config = json.loads((Path(self.directory) / "jupyter-lite.json").read_text())
            plugin = config["jupyter-config-data"]["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
            plugin["loadPyodideOptions"]["env"] |= self._environment
            body = json.dumps(config).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(site: Path, **environment: str) -> Iterator[LiteServer]:
    """The site on a free port of loopback."""
    asked: list[str] = []
    handler = functools.partial(_Files, directory=str(site), environment=environment, asked=asked)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield LiteServer(f"http://127.0.0.1:{server.server_port}", asked=asked)
        server.shutdown()
