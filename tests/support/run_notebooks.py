"""Run notebooks as the tools do, in surroundings of their own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from . import ipc_kernels
from .namespaces import OFFLINE
from .places import ROOT
from .secrets_search import CLIENT_SECRET, PASSWORD

DEADLINE = 300  # seconds for one cell, or for a kernel to start; usually it takes one
A_RUN = 1800  # seconds for a tool that runs several notebooks


@contextmanager
def own_surroundings(folder: Path) -> Iterator[Path]:
    """Kernels started meanwhile have a tenant, a handover, and a home of their own, all in `folder`.

    They have no network but this machine, show every warning, and their tenant's secrets can be recognized.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "MFA_SANDBOX_STATE": folder / "state" / "sandbox.sqlite3",
            "MFA_SANDBOX_PASSWORD": PASSWORD,
            "MFA_SANDBOX_CLIENT_SECRET": CLIENT_SECRET,
            "JUPYTER_RUNTIME_DIR": folder / "runtime",
            "IPYTHONDIR": folder / "ipython",
            "HOME": folder / "home",
            # this checkout, whatever is installed
            "PYTHONPATH": f"{Path(__file__).with_name('no_network')}{os.pathsep}{ROOT}",
            "MFA_TEST_OUTSIDE": folder / "outside.txt",  # what led elsewhere
            "PYTHONWARNINGS": "default",
        }.items():
            patch.setenv(name, str(value))
        for name in ("MFA_HANDS_FREE", "AUTH0_DOMAIN", "AUTH0_CLIENT_ID"):
            patch.delenv(name, raising=False)
        yield folder


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[Path]:
    """`own_surroundings` of one test."""
    with own_surroundings(tmp_path):
        yield tmp_path


def with_papermill(path: Path, output: Path, **options: Any) -> Any:
    """The notebook that papermill leaves. Raises what papermill raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of papermill's own dependencies
        import papermill

        logging.getLogger("papermill").setLevel(logging.CRITICAL)
        return papermill.execute_notebook(
            path,
            output,
            **{
                "progress_bar": False,
                "kernel_name": "python3",
                "start_timeout": DEADLINE,
                "execution_timeout": DEADLINE,
                "config": Config(KernelManager=ipc_kernels.settings()),
                **options,
            },
        )


def with_nbval(*arguments: str | Path, offline: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
    """What pytest with nbval says of notebooks, wherever they lie; `offline` leaves it no network but loopback."""
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", ipc_kernels.__name__)
    return subprocess.run(
        [*(OFFLINE if offline else ()), *command, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=A_RUN,
    )


def with_nbclient(path: Path, **options: Any) -> Any:
    """The notebook after Run All, cell by cell, as JupyterLab would; errors are allowed and stay in the outputs."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    settings = {"timeout": DEADLINE, "startup_timeout": DEADLINE, "kernel_name": "python3", "allow_errors": True}
    settings |= {"store_widget_state": False, "config": Config(KernelManager=ipc_kernels.settings()), **options}
    NotebookClient(book, resources={"metadata": {"path": str(path.parent)}}, **settings).execute()
    return book


def outputs(book: Any) -> list[Any]:
    """What the cells of a notebook have put out."""
    return [output for cell in book.cells for output in cell.get("outputs", [])]


def printed(book: Any) -> str:
    """All text that the cells of a notebook have put out."""
    return "\n".join(
        output.get("text") or output.get("data", {}).get("text/plain", "") or "\n".join(output.get("traceback", []))
        for output in outputs(book)
    )
