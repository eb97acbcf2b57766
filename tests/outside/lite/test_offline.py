"""After one visit the whole course is in the browser: it works while its host can't be reached."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from ...support.deadline import DEADLINE
from ...support.person import NAMES, MousePerson
from .edition import LiteServer
from .test_in_a_page import SIGN_IN, run_all

KEPT = """async (name) => {
    if (!(await caches.keys()).includes(name)) return [];
    return (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
}"""


def test_after_one_visit_the_whole_course_works_without_its_host(
    lite: LiteServer, new_page: Callable[[], Page], site: Path
) -> None:
    edition = json.loads((site / "edition.json").read_text("utf-8"))
    wanted = {f"/{file}" for file in edition["files"]}
    assert {f"/files/{name}.ipynb" for name in NAMES} < wanted and any(path.endswith(".wasm") for path in wanted)
    person = MousePerson(new_page(), lite, "page")
    person.open(NAMES[0])
    run_all(person)
    name = f"mfa-course {edition['name']}"
    end = time.monotonic() + DEADLINE
    while (kept := set(person.page.evaluate(KEPT, name))) != wanted and time.monotonic() < end:
        person.page.wait_for_timeout(200)
    assert kept == wanted
    lite.is_down = True
    person.open(NAMES[1])
    run_all(person)
    SIGN_IN(person)
    person.open(NAMES[14])
    person.expect_no_fault()
