"""Before the first response, a browser fetches little, and `binder/README.md` says of each part what it is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ...support.person import NAMES, MousePerson
from ...support.places import ROOT
from ...support.run_report import tell
from . import edition
from .edition import LiteServer
from .test_in_a_page import run_all

MOST = 11  # MB
#: The rows of the list, and the files of each.
PARTS = {
    "Python as WebAssembly": r"/static/pyodide-\w+/pyodide[.-].*",
    "Python's standard library": r"/static/pyodide-\w+/python_stdlib\.zip",
    "The packages": r"/static/pyodide-\w+/packages\.bin",
    "JupyterLab": r"/build/.*",
    "The rest": r"/extensions/.*|/(lab/|files/|api/(contents|translations)/[\w.%-]*/?)?[\w.-]*",
}
#: The page keeps the course for a visit without a network some seconds after the first form, which may be before its response.
KEEPS_NOTHING = """const post = ServiceWorker.prototype.postMessage;
ServiceWorker.prototype.postMessage = function (...what) { if (what[0] !== "keep") post.apply(this, what); };"""
FETCHED = "performance.getEntriesByType('resource').map(({ name }) => name)"
ROW = re.compile(r"^\| ([^|]+) \| ([\d.]+) MB \| (?:\w[^|]+\. )?\|$", re.M)


def test_before_the_first_response_at_most_11_mb_travel_and_each_part_is_in_the_list(
    lite: LiteServer, new_page: Callable[[], Page], site: Path, request: pytest.FixtureRequest
) -> None:
    person = MousePerson(new_page(), lite, "page")
    person.page.add_init_script(KEEPS_NOTHING)
    person.open(NAMES[0])
    run_all(person)
    person.press("Choose your tenant", "Check the tenant")
    person.expect_status("Choose your tenant", "the sandbox responds")
    (python,) = person.page.workers
    assert not [name for name in python.evaluate(FETCHED) if name.endswith("/later.zip")]
    asked = set(lite.asked)
    parts = {name: {path for path in asked if re.fullmatch(files, path)} for name, files in PARTS.items()}
    assert asked == set.union(*parts.values()), asked.difference(*parts.values())
    sent = {name: edition.weight(site, paths)[2] for name, paths in parts.items()}
    total = edition.weight(site, asked)[2]
    assert total == pytest.approx(sum(sent.values()), abs=0.01) and total <= MOST, sent
    tell(request.config, "before the first response", f"{total:.1f} MB compressed, of at most {MOST}")
    listed = {
        name: float(megabytes) for name, megabytes in ROW.findall((ROOT / "binder" / "README.md").read_text("utf-8"))
    }
    assert listed == pytest.approx({**sent, "All of it": total}, abs=0.1)
