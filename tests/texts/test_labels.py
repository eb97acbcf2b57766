"""A label that a text cites is one that a form has, and each label is written once in the forms."""

from __future__ import annotations

import ast
import re
from collections import Counter
from html import unescape

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.forms import controls, tenant
from mfa_helpers.lab import Lab
from mfa_helpers.outline import NOTEBOOKS as OUTLINE

from ..support.notebook_files import PATHS, cells
from ..support.places import NOTEBOOKS, PACKAGE, ROOT
from .test_figures import said_by

BOARD = NOTEBOOKS / "instructors_board.ipynb"
GUIDE = NOTEBOOKS / "instructors_guide.md"
A_FORM = re.compile(r"forms\.\w+\(lab.*?\)", re.S)

#: What texts set in bold that is no label of a form.
EMPHASIS = {
    "After this notebook", "← you are here", "What stops the thief?",  # the course's own words
    # terms, where they are used first
    "access token", "Action", "associate", "authenticator", "authenticator app", "bearer token", "binding code", "certificate",
    "challenge", "claims", "Customizable MFA", "default directory", "grant", "ID token", "JWKS", "JWT", "Liquid",
    "Management API", "MFA token", "My Account API", "one-time code", "origin", "out of band", "placeholder", "polls", "push",
    "realm", "recovery code", "refresh token", "sandbox", "SDK", "signature", "tenant", "Universal Login",
    *(f"{one.number} {one.title}" for one in OUTLINE),
}  # fmt: skip
#: Labels of other programs, and those that the course adds to JupyterLab.
ELSEWHERE = {
    *re.findall(r'"label": "(.+)"', (ROOT / "binder" / "overrides.json").read_text("utf-8")),
    *re.findall(r'again.textContent = "(.+)"', (PACKAGE / "forms/page/notebook_page.js").read_text("utf-8")),
    "Run > Run All Cells", "Shift+Enter", "Ok", "View > Presentation Mode",  # JupyterLab
    "Password", "MFA", "Always", "Advanced Settings > Grant Types", "Customize MFA Factors using Actions",  # Auth0's Dashboard
    "Allow Offline Access", "Allowed Origins (CORS)",
}  # fmt: skip


def words(html: str) -> list[str]:
    """What stands in bold or as a heading of a table in `html`."""
    return [
        unescape(re.sub(r"<[^>]+>", "", found)).strip()
        for found in re.findall(r"<(?:strong|th)\b[^>]*>(.*?)</(?:strong|th)>", html, re.S)
    ]


def labels_of(form: widgets.DOMWidget) -> set[str]:
    """Every label in a form, hidden ones too: of fields, buttons, and options, and what is bold."""
    found: set[str] = set()
    for widget in [form, *(controls.descendants(form) if isinstance(form, widgets.Box) else [])]:
        found.add(getattr(widget, "description", ""))
        found |= set(getattr(widget, "_options_labels", ()))
        if isinstance(widget, widgets.HTML):
            found |= set(words(widget.value))
    return {label.strip() for label in found if label.strip()}


@pytest.fixture
def labels(learner: Lab) -> set[str]:
    """The labels of every form as the notebooks make it, at the beginning and with a code on its way."""
    made = [form for path in [*PATHS, BOARD] for cell in cells(path) for form in A_FORM.findall(cell["source"])]
    made.append("forms.ClassInWaitingForm(lab)")  # which a notebook shows while its class is away
    found = set(tenant._RESET.values())  # a class's and one's own tenant's, too
    for needs in ((), ("challenge",)):
        learner.catch_up(*needs)
        for form in made:
            shown = eval(form, {"forms": forms, "lab": learner, "send": print})
            if isinstance(shown, forms.InstructorsBoard):
                shown.submit()  # its table is drawn then
            found |= labels_of(shown)
    return found


def test_each_label_that_a_notebook_or_the_guide_sets_in_bold_is_there(labels: set[str]) -> None:
    texts = {
        path.name: "\n\n".join(cell["source"] for cell in cells(path) if cell["cell_type"] == "markdown")
        for path in [*PATHS, BOARD]
    }
    texts[GUIDE.name] = GUIDE.read_text("utf-8")
    missing = []
    for name, text in texts.items():
        for cited in re.findall(r"\*\*([^*\n\[]{1,60})\*\*", text):
            is_lead = cited.endswith(":")  # “Time:” begins a paragraph
            if not is_lead and {cited, cited.rstrip(".")}.isdisjoint(labels | EMPHASIS | ELSEWHERE):
                missing.append(f"{name}: {cited}")
    assert not missing, "\n".join(missing)


def test_each_label_that_a_text_says_to_press_is_there(labels: set[str]) -> None:
    texts = {path.name: "\n\n".join(cell["source"] for cell in cells(path)) for path in [*PATHS, BOARD]}
    texts |= {path.name: path.read_text("utf-8") for path in NOTEBOOKS.glob("*.md")}
    texts |= {path.relative_to(PACKAGE).as_posix(): "\n".join(said_by(path)) for path in PACKAGE.rglob("*.py")}
    cited = [
        (name, label)
        for name, text in texts.items()
        for label in re.findall(r"\b(?i:press|click|choose|tick|select)\w* “([^”]+)”", text)
    ]
    assert len(cited) > 20
    missing = [f"{name}: {label}" for name, label in cited if label not in labels | ELSEWHERE]
    assert not missing, "\n".join(missing)


def test_each_label_is_written_once_in_the_forms() -> None:
    """What several forms share is in `labels.py`."""
    written = Counter(
        call.args[0].value
        for path in (PACKAGE / "forms").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("text", "password", "choices", "button")
        and call.args and isinstance(call.args[0], ast.Constant)
    )  # fmt: skip
    assert len(written) > 50 and [label for label, times in written.items() if times > 1] == []
