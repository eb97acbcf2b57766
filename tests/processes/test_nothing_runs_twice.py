"""Run All once, then every form of the notebook: what its cells show is what they would show if they ran again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from ..support import ipc_kernels
from ..support.notebook_files import PATHS, plain, sanitized, tags
from ..support.run_notebooks import DEADLINE

#: What a person does, from the first form to the last.
DO_ALL = """\
from mfa_helpers.forms.guidance import Guide
from mfa_helpers.notebook import lab

for form in Guide.of(lab).forms():
    form.hands_free()
    assert form.error is None, (form, form.status)
"""
#: What a view says before anything has happened.
OVER = "This runs as soon as"
NOT_YET = ("Use the form above to send this request", "✘ Not there yet", OVER)


def shows(cell: Any) -> bool:
    """Whether a cell shows something that forms may change. A form itself follows in its own way, and so do its buttons."""
    return cell.cell_type == "code" and "lab" in cell.source and not {"form", "parameters"} & set(tags(cell))


def said(cell: Any) -> str:
    return sanitized("\n".join(filter(None, plain(cell))))  # what said that the tenant was starting is empty now


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_after_run_all_no_cell_has_to_run_again(path: Path, surroundings: Path) -> None:
    book = nbformat.read(path, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(DO_ALL, metadata={"tags": ["form"]}))
    client = NotebookClient(
        book,
        timeout=DEADLINE,
        startup_timeout=DEADLINE,
        kernel_name="python3",
        store_widget_state=False,
        config=Config(KernelManager=ipc_kernels.settings()),
        resources={"metadata": {"path": str(surroundings)}},
    )
    own = {"JPY_SESSION_NAME": str(path), "MFA_PROGRESS": str(surroundings / "progress.json")}
    with client.setup_kernel(env={**os.environ, **own}):
        for index, cell in enumerate(book.cells):
            client.execute_cell(cell, index)
        places = {index: cell for index, cell in enumerate(book.cells) if shows(cell)}
        after_the_forms = {cell.id: said(cell) for cell in places.values()}
        for index, cell in places.items():
            client.execute_cell(cell, index)
        run_again = {cell.id: said(cell) for cell in places.values()}
    assert len(places) >= 2
    # What has shown something of a login keeps it when that login is over, or the tenant is put back. Nothing else may differ.
    is_put_back = any("PutBackForm" in cell.source for cell in book.cells)
    over = {
        cell.id
        for cell in places.values()
        if OVER in run_again[cell.id] or (is_put_back and "@lab.when" in cell.source)
    }
    assert after_the_forms == {one: after_the_forms[one] if one in over else text for one, text in run_again.items()}
    stale = [one for one, text in after_the_forms.items() if any(words in text for words in NOT_YET)]
    assert stale == []
