"""A person does the course in a page that no server stands behind: it was loaded from a folder of files, and the network is cut."""

from __future__ import annotations

import errno
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from ...support.browser import OPTIONS, WAIT
from ...support.deadline import DEADLINE
from ...support.person import NAMES, KeyboardPerson, MousePerson, codes, step, to_a_picked_authenticator
from ...support.places import NOTEBOOKS
from .edition import LiteServer

SIGN_IN = step("Sign in", "Sign in as Ada", "You have an MFA token")


def run_all(person: MousePerson) -> None:
    person.page.locator(".lm-MenuBar-item", has_text="Run").first.click()
    person.page.locator('[data-command="runmenu:run-all"]').click()
    last = max(i for i, cell in enumerate(codes(person.name)) if cell["cell_type"] == "code")
    person.expect_ran(last)


def test_the_notebooks_are_those_of_a_learners_copy(site: Path) -> None:
    assert {path.name for path in (site / "files").glob("*.ipynb")} == {f"{name}.ipynb" for name in NAMES}
    for name in NAMES:
        file = f"{name}.ipynb"
        book, own = (json.loads((folder / file).read_text("utf-8")) for folder in (site / "files", NOTEBOOKS))
        assert [cell["outputs"] for cell in book["cells"] if cell["cell_type"] == "code" and cell["outputs"]] == []
        assert [(cell["id"], "".join(cell["source"])) for cell in book["cells"]] == [
            (cell["id"], "".join(cell["source"])) for cell in own["cells"]
        ], name


def test_a_notebook_is_not_dirty_as_soon_as_it_is_opened(lite: LiteServer, new_page: Callable[[], Page]) -> None:
    person = MousePerson(new_page(), lite, "page")
    for name in NAMES[:2]:
        person.open(name)
        person.expect_not_dirty()


def test_a_person_gets_from_00_to_tokens_through_a_reload_at_each_notebook(
    lite: LiteServer, new_page: Callable[[], Page], hosts: set[str]
) -> None:
    mouse = MousePerson(new_page(), lite, "page")
    # Each notebook loads the page again, and with it Python and the tenant: what was kept in between is all there is.
    to_a_picked_authenticator(mouse)
    keyboard = KeyboardPerson(mouse.page, lite, "page")

    def challenge(person: KeyboardPerson) -> None:
        person.press("Send a challenge", "Send me a code")
        person.expect_status("Send a challenge", "an email with six digits")

    def complete(person: KeyboardPerson) -> None:
        person.press("Complete the login", "Check the inbox")
        person.expect_status("Complete the login", "this is the newest email")
        person.write("Complete the login", "Code", person.code_in_mail("Complete the login"))
        person.press("Complete the login", "Complete the login")
        person.expect_status("Complete the login", "both factors are verified")

    keyboard.do(NAMES[5], {"form-challenge": challenge, "form-complete": complete})  # type: ignore[dict-item]
    assert hosts == {lite.url.removeprefix("http://")}


def test_two_tabs_in_turn_share_one_tenant_and_each_goes_on_where_the_other_was(
    lite: LiteServer, new_page: Callable[[], Page]
) -> None:
    one, other = people = [MousePerson(new_page(), lite, "page") for _ in range(2)]

    def each(deed: Callable[[MousePerson], object]) -> None:
        for person in people:
            person.page.bring_to_front()  # the browser lets the other one rest
            deed(person)

    def begin(name: str) -> Callable[[MousePerson], None]:
        def deed(person: MousePerson) -> None:
            person.open(name)
            run_all(person)

        return deed

    each(begin(NAMES[1]))
    for _ in range(3):
        each(lambda person: person.press("Sign in", "Sign in as Ada"))
        each(lambda person: person.expect_status("Sign in", "You have an MFA token"))
    begin(NAMES[2])(other)
    other.press("Associate the address", "Send me a code")
    other.expect_status("Associate the address", "an email with six digits")
    one.page.bring_to_front()
    begin(NAMES[3])(one)
    one.press("Confirm the address", "Check the inbox")
    one.expect_status("Confirm the address", "this is the newest email")
    each(lambda person: person.expect_no_fault())


LATE = """const time = new Promise((come) => setTimeout(come, 5000));
for (const name of ["register", "getRegistration", "getRegistrations"]) {
    const at_once = ServiceWorkerContainer.prototype[name];
    ServiceWorkerContainer.prototype[name] = async function (...given) {
        await time;
        return at_once.apply(this, given);
    };
}"""


def test_python_has_the_storage_however_late_the_service_worker_is_and_begins_with_the_page(
    lite: LiteServer, new_page: Callable[[], Page], site: Path
) -> None:
    edition = f"mfa-course {json.loads((site / 'edition.json').read_text('utf-8'))['name']}"
    person = MousePerson(new_page(), lite, "page")
    page = person.page
    page.goto(f"{lite.url}/jupyter-lite.json")
    page.evaluate("async () => { for (const name of ['mfa-course 00000000', 'of another']) await caches.open(name) }")
    page.add_init_script(LATE)
    person.open(NAMES[1])
    run_all(person)
    SIGN_IN(person)
    assert page.evaluate("self.earlyWorkers") == []
    person.open(NAMES[2])
    run_all(person)
    assert page.evaluate("self.earlyWorkers") == []  # the notebook has taken it
    person.press("Associate the address", "Send me a code")
    person.expect_status("Associate the address", "an email with six digits")
    end = time.monotonic() + DEADLINE
    while (kept := sorted(page.evaluate("caches.keys()"))) != [edition, "of another"] and time.monotonic() < end:
        page.wait_for_timeout(200)
    assert kept == [edition, "of another"]  # those of an older edition are gone
    page.get_by_role("button", name="Restart the kernel", exact=False).first.click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    run_all(person)
    person.expect_no_fault()


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """The disk is full, and stays so: what Chromium clears away meanwhile is filled at once."""
    is_full, over = threading.Event(), threading.Event()

    def fill() -> None:
        with open(disk / "fill", "wb", buffering=0) as file:
            while not over.is_set():
                try:
                    file.write(bytes(100_000))
                except OSError as fault:
                    assert fault.errno == errno.ENOSPC
                    is_full.set()
                    over.wait(0.01)

    with ThreadPoolExecutor(1) as pool:
        filling = pool.submit(fill)
        try:
            assert is_full.wait(120)
            yield
        finally:
            over.set()
    filling.result()
    (disk / "fill").unlink()


def test_a_full_disk_gets_a_sentence_and_after_a_reload_the_course_works(
    lite: LiteServer, browser: Browser, small_disk: Path
) -> None:
    context = browser.browser_type.launch_persistent_context(
        small_disk / "profile",
        **OPTIONS,
        viewport={"width": 1280, "height": 4200},
    )
    context.set_default_timeout(WAIT)
    person = MousePerson(context.new_page(), lite, "page")
    person.open(NAMES[1])
    run_all(person)
    with filled(small_disk):
        person.press("Sign in", "Sign in as Ada")
        person.expect_status("Sign in", "The sandbox can't write its file, because the disk is full")
        person.expect_status("Sign in", "Free some space, and then reload the page.")
    person.open(NAMES[1])  # again: Chromium has thrown away all that the site had kept
    run_all(person)
    SIGN_IN(person)
    person.expect_no_fault()
    context.close()


def test_site_data_that_is_cleared_under_an_open_page_is_named_and_after_a_reload_the_course_works(
    lite: LiteServer, new_page: Callable[[], Page]
) -> None:
    person = MousePerson(new_page(), lite, "page")
    person.open(NAMES[1])
    run_all(person)
    devtools = person.page.context.new_cdp_session(person.page)
    devtools.send("Storage.clearDataForOrigin", {"origin": lite.url, "storageTypes": "all"})
    person.press("Sign in", "Sign in as Ada")
    person.expect_status("Sign in", "this site's data was cleared in the browser. Reload the page to start over.")
    expect(person.form("Sign in")).not_to_contain_text("disk")
    person.open(NAMES[1])
    run_all(person)
    SIGN_IN(person)
    person.expect_no_fault()


def test_where_nothing_can_be_kept_or_a_tenant_cannot_be_reached_the_page_says_so(
    lite: LiteServer, new_page: Callable[[], Page]
) -> None:
    page = new_page()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'serviceWorker', {get: () => undefined})")
    person = MousePerson(page, lite, "page")
    person.open(NAMES[0])
    run_all(person)
    person.press("Choose your tenant", "Check the tenant")
    person.expect_status("Choose your tenant", "the sandbox responds")
    expect(person.form("Choose your tenant")).to_contain_text("Your browser can't store anything for this page")
    person.form("Choose your tenant").get_by_text("My own Auth0 tenant").click()
    person.press("Choose your tenant", "Check the tenant")
    person.expect_status("Choose your tenant", "This is the browser edition, and the tenant runs inside this page.")
    person.expect_no_fault()
