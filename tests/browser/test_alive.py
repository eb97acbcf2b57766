"""After Run All no cell has to run twice: what a notebook shows follows what happens, here and in other notebooks."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page, expect

from ..support.lab_server import LabServer
from ..support.person import NAMES, MousePerson, codes


class Watcher(MousePerson):
    """Sees the cells of a notebook by their IDs."""

    def cell_named(self, cell_id: str) -> Locator:
        return self.cell(next(i for i, cell in enumerate(codes(self.name)) if cell["id"] == cell_id))

    def open_and_run(self, name: str) -> None:
        self.open(name)
        self.run_all()
        self.has_run()

    def has_run(self) -> None:
        for index, cell in enumerate(codes(self.name)):
            if cell["cell_type"] == "code":
                self.expect_ran(index)
        self.expect_no_fault()

    def saved(self) -> str:
        """The notebook's file, after somebody has saved it."""
        self.page.locator('.jp-NotebookPanel-toolbar [data-command="docmanager:save"]').click()
        expect(self.page.locator(".jp-mod-dirty")).to_have_count(0)
        return (self.lab.folder / "notebooks" / f"{self.name}.ipynb").read_text("utf-8")

    def counts(self) -> list[object]:
        """The number of each code cell: a cell that runs again has a new one."""
        return [cell.get("execution_count") for cell in json.loads(self.saved())["cells"]]


def all_cells(light: LabServer) -> None:
    light.prefer("@jupyterlab/notebook-extension/tracker", windowingMode="none")


def test_a_click_changes_the_wire_view_the_tabs_the_checkpoint_and_the_header_without_a_cell_running_again(
    light: LabServer, page: Page
) -> None:
    all_cells(light)
    person = Watcher(page, light, "light")
    person.open_and_run(NAMES[1])
    expect(person.cell_named("wire")).to_contain_text("Use the form above to send this request")
    expect(person.cell_named("code")).to_contain_text("Use the form above to send this request")
    expect(person.cell_named("checkpoint")).to_contain_text("✘ Not there yet. Sign in with the form above.")
    expect(person.cell_named("setup")).to_contain_text(
        "step 2 of 6 · you hold: a tenant · about 7 minutes left in this notebook"
    )
    before = person.counts()

    person.press("Sign in", "Sign in as Ada")
    expect(person.cell_named("wire")).to_contain_text("403 Forbidden")
    expect(person.cell_named("code").get_by_role("tab")).not_to_have_count(0)
    expect(person.cell_named("checkpoint")).to_contain_text("✔ Checkpoint reached: you have an MFA token.")
    expect(person.cell_named("setup")).to_contain_text(
        "you hold: an MFA token (10 minutes left) · done here · next: 02"
    )
    assert person.counts() == before
    person.expect_no_fault()


def test_run_all_goes_on_past_a_program_that_is_not_python_yet(light: LabServer, page: Page) -> None:
    all_cells(light)
    person = Watcher(page, light, "light")
    person.open_and_run(NAMES[1])
    person.cell_named("exercise").locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("def get_mfa_token(")
    person.run_all()
    person.form("Your task").get_by_text("Write the function").click()
    person.press("Your task", "Run and check")
    person.expect_status("Your task", "The cell above isn't valid Python yet.")
    expect(person.cell_named("checkpoint")).to_contain_text("Not there yet")


def test_an_exercise_does_not_judge_what_an_older_text_of_its_cell_has_defined(light: LabServer, page: Page) -> None:
    all_cells(light)
    person = Watcher(page, light, "light")
    person.open_and_run(NAMES[1])
    person.form("Your task").get_by_text("Write the function").click()
    cell = person.cell_named("exercise")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # And more.")
    person.press("Your task", "Run and check")
    person.expect_status("Your task", "The cell above has changed since it ran.")
    person.run(next(i for i, one in enumerate(codes(NAMES[1])) if one["id"] == "exercise"))
    person.press("Your task", "Run and check")
    person.expect_status("Your task", "Your function sent nothing")
    person.expect_no_fault()


def test_what_is_shown_later_is_an_output_that_is_saved(light: LabServer, page: Page) -> None:
    all_cells(light)
    person = Watcher(page, light, "light")
    person.open_and_run(NAMES[1])
    person.press("Sign in", "Sign in as Ada")
    expect(person.cell_named("checkpoint")).to_contain_text("✔ Checkpoint reached")
    saved = person.saved()
    assert "✔ Checkpoint reached: you have an MFA token." in saved and "HTTP/1.1 403 Forbidden" in saved
    assert "Use the form above to send this request" not in saved


def test_another_open_notebook_follows_as_soon_as_it_is_seen(light: LabServer, page: Page) -> None:
    all_cells(light)
    second = page.context.new_page()
    other = Watcher(second, light, "light")
    other.open_and_run(NAMES[2])
    expect(other.cell_named("form-catch-up")).to_contain_text("✘ Missing: an MFA token.")

    person = Watcher(page, light, "light")
    person.open_and_run(NAMES[1])
    person.press("Sign in", "Sign in as Ada")
    person.expect_status("Sign in", "You have an MFA token")

    second.bring_to_front()
    expect(other.cell_named("form-catch-up")).to_contain_text("✔ You have an MFA token (10 minutes left).")
    expect(other.cell_named("setup")).to_contain_text("you hold: an MFA token")


def test_two_notebooks_in_one_page_follow_each_other(light: LabServer, page: Page) -> None:
    all_cells(light)
    person = Watcher(page, light, "light")
    person.open_and_run(NAMES[1])
    person.press("Sign in", "Sign in as Ada")
    person.form("Sign in").get_by_role("button", name="Next: 02 Associate an email").click()
    opened = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    expect(opened.get_by_role("heading", name="02 Associate an email")).to_be_visible()
    expect(page.get_by_text(f"{light.kernel} | Idle")).to_be_visible()
    person.run_all()
    expect(opened.get_by_text("✔ You have an MFA token")).to_be_visible()
    page.locator(".lm-TabBar-tab", has_text="01_get").first.click()
    opened = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    expect(opened.get_by_role("heading", name="01 Get the MFA token")).to_be_visible()
    opened.get_by_role("button", name="Sign in as Ada").click()
    page.locator(".lm-TabBar-tab", has_text="02_associate").first.click()
    expect(page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").get_by_text("✔ You have an MFA token")).to_be_visible()


def test_after_a_restart_the_forms_say_so_and_one_click_brings_them_back(light: LabServer, page: Page) -> None:
    all_cells(light)
    person = Watcher(page, light, "light")
    person.open_and_run(NAMES[1])
    page.locator('.jp-NotebookPanel-toolbar [data-command="notebook:restart-kernel"]').click()
    page.locator(".jp-Dialog button", has_text="Restart").click()
    form = person.form("Sign in")
    expect(form).to_contain_text("The kernel was stopped or restarted, so this form no longer responds.")
    expect(form.get_by_role("button")).to_have_text(["Run this notebook's cells again"])  # the others are out of reach
    expect(page.locator(".mfa-gone[role=status]")).to_have_count(1)  # each form shows it, and it is said once
    form.get_by_role("button", name="Run this notebook's cells again").click()
    expect(page.locator(".mfa-gone")).to_have_count(0)
    person.has_run()
    person.press("Sign in", "Sign in as Ada")
    expect(person.cell_named("checkpoint")).to_contain_text("✔ Checkpoint reached")


def test_a_page_that_is_loaded_again_goes_on_following(light: LabServer, page: Page) -> None:
    all_cells(light)
    person = Watcher(page, light, "light")
    person.open_and_run(NAMES[1])
    person.saved()
    page.goto(light.notebook(NAMES[1]))
    expect(person.form("Sign in")).to_be_visible()
    person.press("Sign in", "Sign in as Ada")
    expect(person.cell_named("wire")).to_contain_text("403 Forbidden")
    expect(person.cell_named("checkpoint")).to_contain_text("✔ Checkpoint reached")


def test_enter_submits_what_was_typed(light: LabServer, page: Page) -> None:
    all_cells(light)
    person = Watcher(page, light, "light")
    person.open_and_run(NAMES[1])
    form = person.form("Sign in")
    form.get_by_label("Password", exact=True).click()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    person.expect_status("Sign in", "Problem: ")
    expect(person.cell_named("wire")).to_contain_text("invalid_grant")
    expect(form.get_by_label("Password", exact=True)).to_be_focused()


def test_a_cell_that_runs_alone_brings_what_it_needs(light: LabServer, page: Page) -> None:
    all_cells(light)
    person = Watcher(page, light, "light")
    person.open(NAMES[5])
    for cell_id in ("form-challenge", "wire-challenge", "code", "verify", "checkpoint"):
        person.run(next(i for i, cell in enumerate(codes(person.name)) if cell["id"] == cell_id))
        person.expect_no_fault()
    expect(person.form("Send a challenge")).to_be_visible()
