"""Firefox's letters are wider than Chromium's. At 800 pixels, each drawing still fits into its box there."""

from __future__ import annotations

from pathlib import Path

from ..support.browser import firefox, new_page
from ..support.lab_server import lab_server
from ..support.person import NAMES
from ..support.traveler import Traveler

#: What is wider than its box and can't be scrolled there, as code can.
WIDER = """() => [...document.querySelectorAll('.jp-NotebookPanel .jp-Cell *')]
    .filter((one) => !one.closest('.cm-editor') && !/auto|scroll/.test(getComputedStyle(one).overflowX))
    .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.tagName} ${one.className}: ${one.textContent.slice(0, 60)}`)"""


def test_nothing_is_wider_than_its_box_in_a_narrow_window(tmp_path: Path) -> None:
    found = {}
    with lab_server(tmp_path) as lab, firefox() as browser:
        for name in NAMES:
            page = new_page(browser)
            person = Traveler(page, lab)
            person.start(name)
            person.run_all()
            person.settle()
            page.set_viewport_size({"width": 800, "height": 6000})
            page.wait_for_function("() => document.querySelector('.jp-Notebook').clientWidth < 800")
            found[name] = page.evaluate(WIDER)
            page.context.close()
            lab.reset()
    assert {name: wider for name, wider in found.items() if wider} == {}
