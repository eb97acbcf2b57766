"""The browser edition, built once from its pins and served to a Chromium that has no network but loopback."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, Request

from ...support.browser import WAIT, chromium
from ...support.namespaces import refusal
from ...support.run_report import tell
from ..sdk import environments
from . import edition
from .edition import LiteServer, served

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of <sched.h>


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the product's own command makes, once for all processes that share the tests."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if hasattr(request.config, "workerinput") else own
    folder = shared / "browser-edition"

    def build() -> Path:
        with FileLock(shared / "browser-edition.lock"):
            if not folder.exists():
                edition.make(shared / "making")
                (shared / "making").rename(folder)
        return folder

    environments.or_skip(build, "MFA_BROWSER", "JupyterLite")
    number, megabytes, sent = edition.weight(folder)
    tell(request.config, "browser edition", f"{number} files, {megabytes:.1f} MB ({sent:.1f} MB compressed)")
    return folder


@contextmanager
def _only_loopback(config: pytest.Config) -> Iterator[None]:
    """What this thread starts meanwhile has no network but loopback. Where that is not allowed, `hosts` must do."""
    why = refusal("--net") or ("root only may do that" if os.geteuid() else "")
    if why:
        tell(config, "browser edition", f"the network was not cut: {why}")
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    assert libc.unshare(_NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
    try:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        yield
    finally:
        assert libc.setns(before, _NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
        os.close(before)


@pytest.fixture(scope="package")
def _there(site: Path, request: pytest.FixtureRequest) -> Iterator[tuple[LiteServer, Browser]]:
    """The host and the browser, both behind the same wall."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS", "1")  # `hosts` hears of these, too
        with _only_loopback(request.config):
            there = stack.enter_context(served(site)), stack.enter_context(chromium())
        yield there


@pytest.fixture
def lite(_there: tuple[LiteServer, Browser]) -> LiteServer:
    """The host, which nobody has asked for anything yet."""
    _there[0].asked.clear()
    _there[0].is_down = False
    return _there[0]


@pytest.fixture
def browser(_there: tuple[LiteServer, Browser]) -> Browser:
    return _there[1]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 150 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.fixture
def hosts() -> set[str]:
    """The hosts that the pages have asked for anything."""
    return set()


@pytest.fixture
def new_page(browser: Browser, hosts: set[str]) -> Iterator[Callable[[], Page]]:
    """`new_page()`: another tab of the same person, for whom nothing has been kept yet; so tall that no cell is out of sight."""
    context = browser.new_context(viewport={"width": 1280, "height": 4200})
    context.set_default_timeout(WAIT)

    def note(request: Request) -> None:
        if request.url.startswith(("http:", "https:", "ws:", "wss:")):
            hosts.add(request.url.split("/")[2])

    context.on("request", note)
    yield context.new_page
    context.close()
