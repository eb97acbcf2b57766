"""The page of a notebook where JupyterLab is as it comes: its windowing, its window of a usual size, two pages with one kernel."""

from __future__ import annotations

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from mfa_helpers.lessons.predictions import PREDICTIONS
from mfa_helpers.lessons.warm_ups import WARM_UPS

from ..support.lab_server import WAIT, LabServer
from ..support.person import NAMES
from ..support.traveler import Traveler


def traveler(page: Page, lab: LabServer) -> Traveler:
    page.set_viewport_size({"width": 1280, "height": 800})
    return Traveler(page, lab)


def begun(page: Page, lab: LabServer, name: str = NAMES[1]) -> Traveler:
    person = traveler(page, lab)
    person.start(name)
    person.run_all()
    person.expect_begun()
    person.settle()
    return person


def test_the_first_screen_after_run_all_has_the_first_button(light: LabServer, page: Page) -> None:
    person = begun(page, light, NAMES[0])
    button = person.form("Choose your tenant").get_by_role("button", name="Check the tenant", exact=True)
    expect(button).to_be_in_viewport(ratio=1)


def test_answers_are_groups_named_by_their_question(light: LabServer, page: Page) -> None:
    person = begun(page, light)
    for question in WARM_UPS["sign-in"]:
        answers = person.form("Warm-up").get_by_role("group", name=question.text, exact=True)
        expect(answers.get_by_role("radio")).to_have_count(len(question.answers))
    predicted = PREDICTIONS["sign-in"]
    answers = person.form("Sign in").get_by_role("group", name=predicted.text, exact=True)
    expect(answers.get_by_role("button")).to_have_text([answer for answer, _ in predicted.answers])


def test_the_text_of_an_error_wraps_between_words(light: LabServer, page: Page) -> None:
    begun(page, light)
    style = page.locator(".jp-OutputArea-output").first.evaluate(
        "output => getComputedStyle(output.appendChild(document.createElement('pre'))).wordBreak"
    )
    assert style == "normal"


@pytest.mark.parametrize("mode", ["contentVisibility", "defer", "none"])
def test_whatever_cells_jupyterlab_draws_the_notebook_follows_and_goes_on(
    mode: str, light: LabServer, page: Page
) -> None:
    light.prefer("@jupyterlab/notebook-extension/tracker", windowingMode=mode)
    person = begun(page, light)
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    person.go_on("Sign in", NAMES[2])
    expect(person.form("What this notebook needs")).to_contain_text("✔ You have an MFA token")
    assert "✔ Checkpoint reached: you have an MFA token." in str(person.saved(NAMES[1]))
    person.expect_no_fault()


def test_a_notebook_begins_at_its_first_cell_however_late_its_last_is_drawn(light: LabServer, page: Page) -> None:
    person = begun(page, light)
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    # The kernel is as fast as ever: the notebook runs before JupyterLab has drawn all of its cells.
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 5})
    person.go_on("Sign in", NAMES[2])
    expect(person.cell("checkpoint")).to_be_attached()
    expect(person.panel.locator(".jp-Cell").first).to_be_focused()
    person.expect_begun()


def test_of_two_pages_with_one_notebook_both_follow_and_only_the_one_goes_on_where_the_button_was_pressed(
    light: LabServer, page: Page
) -> None:
    person = begun(page, light)
    person.save()
    other = traveler(page.context.new_page(), light)
    other.start(NAMES[1])
    expect(other.form("Sign in").get_by_role("button", name="Sign in as Ada")).to_be_visible()
    person.page.bring_to_front()
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    expect(person.cell("checkpoint")).to_contain_text("✔ Checkpoint reached")
    expect(other.form("Sign in").locator(".mfa-status").first).to_contain_text("You have an MFA token")
    expect(other.cell("checkpoint")).to_contain_text("✔ Checkpoint reached")
    person.go_on("Sign in", NAMES[2])
    expect(other.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")).to_have_count(1)


def test_a_notebook_that_has_run_is_only_shown(light: LabServer, page: Page) -> None:
    person = begun(page, light)
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    person.go_on("Sign in", NAMES[2])
    person.settle()
    person.to_tab(NAMES[1])
    person.go_on("Sign in", NAMES[2])
    person.to_tab(NAMES[1])  # whatever was begun in 02 meanwhile has ended when it's saved
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    person.to_tab(NAMES[2])
    person.settle()
    counts = [cell["execution_count"] for cell in person.save() if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_a_page_that_is_loaded_again_after_its_kernel_ended_has_no_dead_button(light: LabServer, page: Page) -> None:
    person = begun(page, light)
    person.save()
    for one in requests.get(f"{light.url}/api/sessions?token={light.token}", timeout=WAIT).json():
        gone = f"{light.url}/api/sessions/{one['id']}?token={light.token}"
        assert requests.delete(gone, timeout=WAIT).status_code == 204
    person.start(NAMES[1])
    expect(person.panel.locator(".widget-button")).to_have_count(0)
    expect(
        person.panel.get_by_text("Error displaying widget").first
    ).to_be_visible()  # notebook 00 says what to do then
    person.run_all()
    expect(person.form("Sign in")).to_be_visible()
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")


def test_where_one_document_fills_the_page_a_restart_is_said_and_one_click_brings_the_forms_back(
    light: LabServer, page: Page
) -> None:
    person = traveler(page, light)
    person.start(NAMES[1])
    page.goto(f"{light.url}/doc/workspaces/one/tree/notebooks/{NAMES[1]}.ipynb?reset&token={light.token}")
    expect(person.panel.locator(".jp-Cell").first).to_be_visible()
    person.is_ready()
    person.run_all()
    person.expect_begun()
    person.settle()
    person.panel.locator('.jp-Toolbar [data-command="notebook:restart-kernel"]').click()
    page.locator(".jp-Dialog button", has_text="Restart").click()
    again = person.form("Sign in").get_by_role("button", name="Run this notebook's cells again")
    again.click()
    expect(page.locator(".mfa-gone")).to_have_count(0)
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")
    person.go_on("Sign in", NAMES[2])


def test_a_toolbar_without_run_all_does_not_keep_the_forms_from_coming_back(light: LabServer, page: Page) -> None:
    light.prefer("@jupyterlab/notebook-extension/panel", toolbar=[{"name": "run-all", "disabled": True}])
    person = traveler(page, light)
    person.start(NAMES[1])
    page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
    page.locator('[data-command="runmenu:run-all"]').click()
    person.expect_begun()
    person.panel.locator('.jp-Toolbar [data-command="notebook:restart-kernel"]').click()
    page.locator(".jp-Dialog button", has_text="Restart").click()
    expect(person.panel.locator(".mfa-gone")).not_to_have_count(0)
    expect(person.panel.locator('.jp-Toolbar [data-command="notebook:run-all-cells"]')).to_have_count(0)
    person.form("Sign in").get_by_role("button", name="Run this notebook's cells again").click()
    expect(page.locator(".mfa-gone")).to_have_count(0)
    person.press("Sign in", "Sign in as Ada", "You have an MFA token")


def test_enter_in_a_gap_runs_and_checks_and_the_focus_stays(light: LabServer, page: Page) -> None:
    person = begun(page, light)
    form = person.form("Your task")
    form.get_by_label("Fill in the gaps").check()
    gap = form.get_by_placeholder("gap 1")
    gap.fill("nothing_known")
    gap.press("Enter")
    expect(form.locator(".mfa-status").first).to_contain_text(re.compile("Not solved yet|Problem"))
    expect(gap).to_have_value("nothing_known")
    expect(gap).to_be_focused()


def choose_theme(page: Page, name: str) -> None:
    for text in ("Settings", "Theme", name):
        page.locator(".lm-MenuBar-item, .lm-Menu-item", has_text=re.compile(f"^{text}$")).first.click()


def test_a_diagram_stays_readable_when_the_theme_changes(light: LabServer, page: Page) -> None:
    begun(page, light)
    diagram = page.locator(".jp-RenderedMermaid img").first
    diagram.scroll_into_view_if_needed()
    expect(diagram).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    choose_theme(page, "JupyterLab Dark")
    diagram.scroll_into_view_if_needed()
    expect(diagram).to_have_css("background-color", "rgb(255, 255, 255)")


def test_a_diagram_that_was_drawn_dark_stays_readable_in_light(dark: LabServer, page: Page) -> None:
    begun(page, dark)
    diagram = page.locator(".jp-RenderedMermaid img").first
    diagram.scroll_into_view_if_needed()
    expect(diagram).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    choose_theme(page, "JupyterLab Light")
    diagram.scroll_into_view_if_needed()
    expect(diagram).to_have_css("background-color", "rgb(17, 17, 17)")
