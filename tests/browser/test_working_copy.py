"""A notebook of a learner's copy isn't marked as changed when it's opened; `MousePerson.do` looks at those of 00 to 05."""

from __future__ import annotations

import shutil

from playwright.sync_api import Page, expect

from ..support.lab_server import LabServer
from ..support.person import Person
from ..support.places import NOTEBOOKS


def test_opening_changes_nothing_in_a_copy_and_would_in_the_courses_own_notebook(light: LabServer, page: Page) -> None:
    person = Person(page, light, "light")
    folder = light.folder / "notebooks"
    for name in ("14_glossary", "instructors_board"):
        before = (folder / f"{name}.ipynb").read_bytes()
        person.open(name)
        person.expect_not_dirty()
        assert (folder / f"{name}.ipynb").read_bytes() == before
    shutil.copy(NOTEBOOKS / "13_capstone.ipynb", folder)
    person.open("13_capstone")
    expect(page.locator(".jp-mod-dirty")).not_to_have_count(0)
