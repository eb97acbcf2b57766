"""The browser edition, built once from its pins and served to a Chromium that has no network but loopback."""

from __future__ import annotations

import ctypes
import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from ..browser.conftest import CHROMIUM
from ..namespaces import refusal
from ..sdk import environments

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / "binder" / "lite" / "wheels.txt"
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of <sched.h>


@dataclass
class LiteServer:
    """Where the site is. To `tests.browser.person` it is what a JupyterLab is."""

    url: str
    kernel: str = "Python (Pyodide)"
    asked: list[str] = field(default_factory=list)

    def notebook(self, name: str) -> str:
        return f"{self.url}/lab/index.html?workspace={name[:2]}&path={name}.ipynb"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the product's own command makes."""

    def install(folder: Path) -> None:
        extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["lite"]
        forms = re.findall(r"^(?:ipywidgets|anywidget)==\S+$", WHEELS.read_text(), re.M)
        environments._run("venv", [sys.executable, "-m", "venv", str(folder)], ROOT)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--no-compile"]
        environments._run("pip install", [*pip, *extra, *forms], ROOT)

    def environment() -> Path:
        return environments._built("lite", (str(ROOT / "pyproject.toml"), str(WHEELS)), sys.version, install)

    folder = tmp_path_factory.mktemp("lite") / "site"
    python = environments.or_skip(environment, "MFA_BROWSER", "JupyterLite") / "bin" / "python"
    made = subprocess.run([python, "binder/lite/build.py", folder], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-3000:]
    print(made.stdout)
    return folder


@pytest.fixture
def only_loopback() -> Iterator[None]:
    """This thread, and whatever it starts, has no network but loopback."""
    if why := refusal("--net"):
        pytest.skip(why)
    if os.geteuid():
        pytest.skip("the network can be cut by root only")
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    assert libc.unshare(_NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
    try:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        yield
    finally:
        assert libc.setns(before, _NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
        os.close(before)


class _Files(http.server.SimpleHTTPRequestHandler):
    """Static pages, as any host of such serves them. `environment` is Python's in the page."""

    protocol_version = "HTTP/1.1"
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def __init__(self, *args: object, environment: dict[str, str], **kwargs: object) -> None:
        self._environment = environment
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.path.partition("?")[0] == "/jupyter-lite.json" and self._environment:
            config = json.loads((Path(self.directory) / "jupyter-lite.json").read_text())
            plugin = config["jupyter-config-data"]["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
            plugin["loadPyodideOptions"]["env"] = self._environment
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
    handler = functools.partial(_Files, directory=str(site), environment=environment)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield LiteServer(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


@pytest.fixture
def lite(only_loopback: None, site: Path) -> Iterator[LiteServer]:
    with served(site) as server:
        yield server


@pytest.fixture
def hands_free(only_loopback: None, site: Path) -> Iterator[LiteServer]:
    """The same, where forms fill themselves in."""
    with served(site, MFA_HANDS_FREE="1") as server:
        yield server


@pytest.fixture
def browser(only_loopback: None) -> Iterator[Browser]:
    if not CHROMIUM.exists() and os.environ.get("MFA_BROWSER") != "required":
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        expect.set_options(timeout=30_000)  # Python starts anew on each page
        yield browser
        expect.set_options(timeout=5_000)  # as playwright begins
        browser.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 150 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.fixture
def hosts() -> set[str]:
    """The hosts that the pages have asked for anything."""
    return set()


@pytest.fixture
def new_page(browser: Browser, hosts: set[str]) -> Callable[[], Page]:
    """`new_page()`: another tab of the same browser, so tall that no cell is out of sight."""
    context = browser.new_context(viewport={"width": 1280, "height": 4200})
    context.set_default_timeout(60_000)

    def note(request: Request) -> None:
        if request.url.startswith(("http:", "https:", "ws:", "wss:")):
            hosts.add(request.url.split("/")[2])

    context.on("request", note)
    return context.new_page
