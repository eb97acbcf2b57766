"""A person switches on the saving of widget state, types secrets, saves by hand; and nothing of it is in any file or log."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page

from ..support.lab_server import lab_server
from ..support.person import NAMES, KeyboardPerson
from ..support.secrets_search import CLIENT_SECRET, PASSWORD, TYPED, codes_in, leaks


def test_ctrl_s_with_widget_state_saves_no_secret(tmp_path: Path, page: Page) -> None:
    secrets = {"MFA_SANDBOX_PASSWORD": PASSWORD, "MFA_SANDBOX_CLIENT_SECRET": CLIENT_SECRET}
    page.set_viewport_size({"width": 1280, "height": 6000})
    with lab_server(tmp_path, **secrets) as lab:
        lab.prefer("@jupyter-widgets/jupyterlab-manager/plugin", saveState=True)
        person = KeyboardPerson(page, lab, "light")

        def run(*ids: str) -> None:
            cells = json.loads((lab.folder / "notebooks" / f"{person.name}.ipynb").read_text())["cells"]
            for index, cell in enumerate(cells):
                if cell["id"] in ids:
                    person.cell(index).locator(".jp-InputPrompt").click()
                    page.keyboard.press("Control+Enter")
                    person.expect_ran(index)

        def save() -> None:
            """Once the page has heard of the form's last word, as a person would."""
            person.leave()
            file = lab.folder / "notebooks" / f"{person.name}.ipynb"
            with page.expect_response(lambda one: one.request.method == "PUT" and "/api/contents/" in one.url):
                page.keyboard.press("Control+S")
            written = json.loads(file.read_text())["metadata"]["widgets"]
            state = written["application/vnd.jupyter.widget-state+json"]["state"]
            assert "PasswordModel" in str(state) or "TextModel" in str(state)
            assert leaks(tmp_path, codes_in(tmp_path / "sandbox.sqlite3"), spared=spared(tmp_path)) == []

        person.open(NAMES[1])
        run("parameters", "setup", "form-sign-in")
        for password, said in (
            (TYPED, "The user name or the password is incorrect"),
            (PASSWORD, "You have an MFA token"),
        ):
            person.write("Sign in", "Password", password)
            person.press("Sign in", "Sign in")
            person.expect_status("Sign in", said)
        save()
        person.open(NAMES[3])
        run("parameters", "setup", "form-catch-up", "form-confirm")
        person.press("What this notebook needs", "Catch up")
        person.expect_status("What this notebook needs", "nothing is missing anymore")
        person.press("Confirm the address", "Check the inbox")
        person.expect_status("Confirm the address", "this is the newest email")
        code = person.code_in_mail("Confirm the address")
        person.write("Confirm the address", "Code", code)
        person.press("Confirm the address", "Confirm")
        person.expect_status("Confirm the address", "your email is confirmed")
        save()
    assert code in codes_in(tmp_path / "sandbox.sqlite3")
    assert leaks(tmp_path, [code], spared=spared(tmp_path)) == []  # with the whole log of JupyterLab


def spared(folder: Path) -> list[Path]:
    return [*folder.glob("sandbox.sqlite3*"), folder / "runtime" / "mfa-course.json"]
