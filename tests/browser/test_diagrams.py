"""Each diagram of the course is drawn: an image stands where its source text would. In the page edition: `tests/lite`."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from ..support.lab_server import LabServer
from .person import NAMES, Person, codes

#: Of each notebook that has one, the cells with a diagram.
DIAGRAMS = {
    name: cells
    for name in NAMES
    if (cells := [index for index, cell in enumerate(codes(name)) if "```mermaid" in str(cell["source"])])
}


def each_diagram_is_drawn(person: Person) -> None:
    assert DIAGRAMS.keys() >= set(NAMES[:6])
    for name, cells in DIAGRAMS.items():
        person.page.goto(person.lab.notebook(name))
        for index in cells:
            expect(person.cell(index)).to_be_visible(timeout=60_000)
            image = person.cell(index).locator("img")
            expect(image, f"the diagram of {name}").to_be_visible(timeout=20_000)
            assert image.evaluate("async e => { await e.decode(); return e.naturalWidth }") > 0, name
            box = image.bounding_box()
            assert box and box["width"] > 200 and box["height"] > 200, (name, box)


def test_each_diagram_is_an_image(light: LabServer, page: Page) -> None:
    each_diagram_is_drawn(Person(page, light, "light"))
