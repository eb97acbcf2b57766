"""Run notebooks as the tools do."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat

from ..support.namespaces import OFFLINE
from ..support.notebook_files import SANITIZE
from ..support.places import ROOT


def with_papermill(path: Path, output: Path, *, cwd: Path | None = None, **options: Any) -> Any:
    """The notebook that papermill leaves. Raises what papermill raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of papermill's own dependencies
        import papermill

        logging.getLogger("papermill").setLevel(logging.CRITICAL)
        return papermill.execute_notebook(
            path,
            output,
            cwd=cwd,
            progress_bar=False,
            kernel_name="python3",
            execution_timeout=60,
            **{"store_widget_state": False, **options},
        )


def with_nbval(*arguments: str | Path, offline: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
    """What pytest with nbval says of notebooks, wherever they lie; `offline` leaves it no network but loopback."""
    return subprocess.run(
        [*(OFFLINE if offline else ()), sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        + [f"--nbval-sanitize-with={SANITIZE}"]
        + [str(argument) for argument in arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def with_nbclient(path: Path, **options: Any) -> Any:
    """The notebook after Run All, cell by cell, as JupyterLab would; errors are allowed and stay in the outputs."""
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    options = {"timeout": 60, "kernel_name": "python3", "allow_errors": True, "store_widget_state": False, **options}
    NotebookClient(book, resources={"metadata": {"path": str(path.parent)}}, **options).execute()
    return book


def printed(book: Any) -> str:
    """All text that the cells of a notebook have put out."""
    return "\n".join(
        output.get("text") or output.get("data", {}).get("text/plain", "") or "\n".join(output.get("traceback", []))
        for cell in book.cells
        for output in cell.get("outputs", [])
    )
