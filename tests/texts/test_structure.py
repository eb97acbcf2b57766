"""What every notebook has, and what none may hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from mfa_helpers import forms
from mfa_helpers.languages import LANGUAGES
from mfa_helpers.languages.sdks import SDKS
from mfa_helpers.lessons.clinic.faults import FAULTS
from mfa_helpers.lessons.errata import COMPARED, PAGE, PREDICTED
from mfa_helpers.lessons.grant_answers import REQUESTS
from mfa_helpers.lessons.predictions import PREDICTIONS
from mfa_helpers.lessons.quiz import QUESTIONS
from mfa_helpers.lessons.second_token import CALLS
from mfa_helpers.lessons.situations import SITUATIONS
from mfa_helpers.lessons.warm_ups import WARM_UPS
from mfa_helpers.outline import BY_NUMBER
from mfa_helpers.outline import NOTEBOOKS as OUTLINE

from ..notebooks import minutes
from ..support.notebook_files import PATHS, cells, plain, sanitized, tags
from ..support.places import NOTEBOOKS, PACKAGE

NAMES = [path.stem for path in PATHS]
EACH = pytest.mark.parametrize("path", PATHS, ids=NAMES)
SPINE = PATHS[:6]  # from the password to the tokens; what follows goes deeper
EACH_OF_THE_SPINE = pytest.mark.parametrize("path", SPINE, ids=NAMES[:6])


def marked_up(cell: dict[str, Any]) -> list[str]:
    """The HTML of each output of a cell that has one."""
    return ["".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", [])]


@EACH
def test_it_is_a_valid_notebook_without_widget_state_or_papermill_metadata(path: Path) -> None:
    book = json.loads(path.read_text("utf-8"))
    nbformat.validate(nbformat.from_dict(book))
    assert set(book["metadata"]) == {"kernelspec", "language_info"}


@EACH
def test_it_has_one_title_its_aims_and_its_minutes(path: Path) -> None:
    text = "\n".join(cell["source"] for cell in cells(path) if cell["cell_type"] == "markdown")
    assert len(re.findall(r"^# ", text, flags=re.M)) == 1
    assert "**After this notebook**" in text and "**Time:**" in text
    for heading in ("## Checkpoint", "## What you know now", "## Next"):
        assert heading in text


@EACH
def test_its_title_and_minutes_are_those_of_the_courses_table(path: Path) -> None:
    row = BY_NUMBER[path.stem[:2]]
    first = cells(path)[0]["source"]
    assert path.name == row.file and f"# {row.number} {row.title}\n" in first
    assert minutes.stated(path) == row.minutes


def test_the_courses_table_has_a_row_for_each_notebook() -> None:
    assert [row.file for row in OUTLINE] == [path.name for path in PATHS]


@EACH
def test_the_first_code_cell_holds_the_parameters_and_no_secret(path: Path) -> None:
    first = next(cell for cell in cells(path) if cell["cell_type"] == "code")
    assert tags(first) == ["parameters"]
    values: dict[str, object] = {}
    exec(first["source"], values)
    assert (values["tenant"], values["hands_free"]) == ("sandbox", False)


@EACH_OF_THE_SPINE
def test_it_has_a_diagram_with_the_present_step_marked_and_told_in_words(path: Path) -> None:
    diagram = next(cell["source"] for cell in cells(path) if "diagram" in tags(cell))
    assert diagram.count("```mermaid") == 1 and "<summary>The diagram in words</summary>" in diagram
    step = path.stem[:2]
    if step != "00":
        assert re.findall(r"Note over .*: (\d\d) .*you are here", diagram) == [step]
        assert re.findall(r"\*\*(\d\d) [^*]+\*\*[^\n]*\*\*← you are here\*\*", diagram) == [step]


@EACH
def test_its_last_code_cell_is_the_checkpoint(path: Path) -> None:
    last = [cell for cell in cells(path) if cell["cell_type"] == "code"][-1]
    assert tags(last) == ["checkpoint"] and "lab.checkpoint(" in last["source"]


@EACH
def test_the_bars_at_top_and_bottom_lead_to_the_neighbors(path: Path) -> None:
    first, last = (cell["source"] for cell in cells(path) if "nav" in tags(cell))
    bars = [first.split("\n")[0], last.split("\n")[-1]]
    assert bars[0] == bars[1]
    place = PATHS.index(path)
    neighbors = [PATHS[i].name for i in (place - 1, place + 1) if 0 <= i < len(PATHS)]
    assert re.findall(r"\]\((\S+?)\)", bars[0]) == neighbors


@EACH
def test_its_links_lead_to_files_that_exist(path: Path) -> None:
    for cell in cells(path):
        if cell["cell_type"] == "markdown":
            for target in re.findall(r"\]\(([^)#:]+)\)", cell["source"]):
                assert (path.parent / target).exists(), target


@EACH
def test_only_cells_that_are_no_forms_hold_outputs_and_those_hold_nothing_of_one_run(path: Path) -> None:
    for cell in cells(path):
        if cell["cell_type"] != "code":
            continue
        if "form" in tags(cell):
            assert cell["outputs"] == [] and "nbval-ignore-output" in tags(cell)
        for output in cell["outputs"]:
            assert output.get("name") == "stdout" or set(output["data"]) <= {"text/plain", "text/html"}
        for text in plain(cell) + marked_up(cell):
            assert sanitized(text) == text
            # an object's address, a token, a folder; and what the list above could miss
            for pattern in (
                r"\b0x[0-9a-f]{6}",
                r"Fe26\.2\*\w",
                r"eyJ\w{8}",
                r"/(home|tmp|root|work)/",
                r"\d\d:\d\d:\d\d",
            ):
                assert not re.search(pattern, text), pattern


@EACH
def test_no_cell_waits_for_a_person(path: Path) -> None:
    code = "\n".join(cell["source"] for cell in cells(path) if cell["cell_type"] == "code")
    for word in ("input(", "getpass", "time.sleep", "%store", "asyncio", "sys.path"):
        assert word not in code


@EACH
def test_what_went_over_the_wire_is_stored_for_a_reader_without_a_kernel(path: Path) -> None:
    found = [cell for cell in cells(path) if "inspect" in tags(cell) and "lab.wire(" in cell["source"]]
    assert found or path not in SPINE
    for cell in found:
        (text,), (html,) = plain(cell), marked_up(cell)
        for both in (text, html):
            assert "HTTP/1.1" in both and "You/App" in both
            assert "✔" in both or (path not in SPINE and "✘" in both)  # what goes deeper also shows a refusal
        assert "<script" not in html and "<style" not in html and "<svg" not in html


@pytest.mark.parametrize("step", ["login", "associate", "confirm", "list", "challenge", "complete", "second-delete"])
def test_each_of_the_seven_calls_has_its_tabs_below_what_it_sent(step: str) -> None:
    found = [cell for path in PATHS for cell in cells(path)]
    wire, *_ = [place for place, cell in enumerate(found) if f'lab.wire("{step}")' in cell["source"]]
    (place,) = [place for place, cell in enumerate(found) if f'forms.CodeTabs(lab, "{step}")' in cell["source"]]
    assert wire < place <= wire + 3 and tags(found[place]) == ["code"]
    (html,) = marked_up(found[place])  # for a reader without a kernel
    first, *others = [*LANGUAGES.values(), *SDKS]
    assert re.findall(r"<summary>([^<]+)</summary>", html) == [first, "As a program", *others]


@EACH
def test_the_minutes_it_states_are_within_a_third_of_reading_and_doing(path: Path) -> None:
    minutes.assert_true(path)


def test_every_notebook_that_needs_something_says_so_before_its_first_step() -> None:
    for path in SPINE[2:]:
        first = next(cell for cell in cells(path) if "form" in tags(cell))
        assert 'forms.CatchUpForm(lab, "' in first["source"]


#: What the forms of the lessons ask, and what they say about each answer.
ASKED = [
    *PREDICTIONS.values(),
    *QUESTIONS,
    *SITUATIONS,
    *(request.question for request in REQUESTS.values()),
    *(one for pair in WARM_UPS.values() for one in pair),
]


@EACH
def test_an_answer_to_a_question_is_folded_until_somebody_opens_it(path: Path) -> None:
    told = {words.lower() for one in ASKED for words in (one.because, *(wrong for _, wrong in one.answers)) if words}
    for cell in cells(path):
        if cell["cell_type"] != "markdown":
            continue
        in_sight = re.sub(r"<details>.*?</details>", "", cell["source"], flags=re.DOTALL)
        if set(re.findall(r"<summary>(.*?)</summary>", cell["source"])) - {"The diagram in words"}:
            assert in_sight == "", cell["id"]  # a sentence beside the answers gives them away
        words = re.sub(r"[`*]|\[(?=[^]]+\]\()|\]\([^)]*\)", "", in_sight).lower()
        assert not [one for one in told if one in words], cell["id"]
        assert not all(f"| `{call}` |" in in_sight for call in CALLS.values()), cell["id"]  # the table of 06


def test_the_first_notebook_states_the_minutes_of_all() -> None:
    texts = [path.read_text("utf-8") for path in PATHS]
    each = [int(re.search(r"\*\*Time:\*\* (\d+) minutes", text).group(1)) for text in texts]  # type: ignore[union-attr]
    whole = int(re.search(r"The whole course: (\d+) minutes", texts[0]).group(1))  # type: ignore[union-attr]
    assert whole == sum(each)


#: Forms that send none of the calls that their notebook teaches.
OF_NO_CALL = {"WarmUpForm", "CatchUpForm", "ExerciseForm", "PutBackForm", "ProgressBoard"}


@pytest.mark.parametrize("path", PATHS[:9], ids=NAMES[:9])
def test_beside_each_call_is_a_link_to_its_documentation(path: Path) -> None:
    """Above the form that sends it, or below it, where its response is explained."""
    found = cells(path)
    senders = [
        place
        for place, cell in enumerate(found)
        if "form" in tags(cell) and re.findall(r"forms\.(\w+)\(", cell["source"])[0] not in OF_NO_CALL
    ]
    assert senders
    for place in senders:
        beside = [found[place - 1]["source"]]
        if "lab.wire(" in found[place + 2]["source"]:
            beside.append(found[place + 1]["source"])
        assert "](https://auth0.com/docs/" in "\n".join(beside), found[place]["id"]


def test_the_first_notebook_introduces_at_most_five_terms() -> None:
    """A term is bold and begins with a small letter, or is in the glossary; the words on a button aren't."""
    glossary = {title.lower() for cell in cells(PATHS[-1]) for title in re.findall(r"^### (.+)$", cell["source"], re.M)}
    text = "\n".join(cell["source"] for cell in cells(PATHS[0]) if cell["cell_type"] == "markdown")
    bold = re.findall(r"\*\*([^*\n]+)\*\*", text)
    terms = {one.lower() for one in bold if one[0].islower() or one.lower() in glossary}
    assert {"one-time code", "tenant", "sandbox"} <= terms and len(terms) <= 5


def test_every_form_stands_in_a_notebook() -> None:
    code = "\n".join(cell["source"] for path in NOTEBOOKS.glob("*.ipynb") for cell in cells(path))
    code += (PACKAGE / "notebook.py").read_text("utf-8")  # which shows a form itself while a class is away
    for name in forms.__all__:
        assert name == "Form" or f"forms.{name}(" in code


def test_names_of_notebooks_are_portable_and_numbered() -> None:
    for row, path in zip(OUTLINE, PATHS, strict=True):
        assert re.fullmatch(rf"{row.number}_[a-z0-9_]+\.ipynb", path.name)
    assert len(BY_NUMBER) == len(OUTLINE)


def test_each_erratum_to_be_predicted_has_a_section_that_quotes_the_page_and_links_to_it() -> None:
    (path,) = NOTEBOOKS.glob("10_*.ipynb")
    found = cells(path)
    forms_of_errata = [place for place, cell in enumerate(found) if "forms.ErratumForm(" in cell["source"]]
    for number, (place, erratum) in enumerate(zip(forms_of_errata, PREDICTED, strict=True), 1):
        assert f"forms.ErratumForm(lab, {number})" in found[place]["source"]
        above = found[place - 1]["source"]
        assert above.startswith(f"## {erratum.title}\n")
        assert above.endswith(f"[The page]({PAGE}), {erratum.where}:\n\n```text\n{erratum.printed}\n```")
        assert erratum.fixed in above
        # What Auth0 may fix is told of the printed line, so that it stays true.
        assert not re.search(r"\bpage(?:'s [\w ]+)? (?:says|has|shows|prints|makes)\b", above)
    text = "\n".join(cell["source"] for cell in found)
    assert f"its version of {COMPARED:%B} {COMPARED.day}, {COMPARED.year}." in text


def test_the_clinic_shows_each_fault_once_in_the_order_of_the_table() -> None:
    (path,) = NOTEBOOKS.glob("09_*.ipynb")
    code = "\n".join(cell["source"] for cell in cells(path))
    assert re.findall(r'ClinicForm\(lab, "([^"]+)"', code) == list(FAULTS)
