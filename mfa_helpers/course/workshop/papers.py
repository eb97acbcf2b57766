"""Two papers for a workshop, written from what the course itself asks, grades, and states: an answer key, and a handout of one page.

`python -m mfa_helpers.course.workshop papers` writes both again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ...lessons.clinic.faults import FAULTS
from ...lessons.exercises import EXERCISES
from ...lessons.grant_answers import REQUESTS
from ...lessons.predictions import PREDICTIONS
from ...lessons.question import Question
from ...lessons.quiz import QUESTIONS
from ...lessons.situations import SITUATIONS
from ...lessons.warm_ups import WARM_UPS
from ...outline import BY_TOPIC, NOTEBOOKS, Notebook
from ...show.html import Html
from ..files import NOTEBOOKS as FOLDER

_HERE = Path(__file__).parent
ANSWER_KEY, HANDOUT = _HERE / "ANSWER_KEY.md", _HERE / "handout.html"
#: The topics of the notebooks with predictions whose IDs begin so. Others have the name of their topic.
_TOPICS = {
    "list": "authenticators",
    "complete": "challenge",
    "access": "second-token",
    "token to": "second-token",
    "second-": "second-token",
    "requirements": "choosing",
    "challenge-by": "choosing",
    "otp-challenge": "other-factors",
    "phone-challenge": "other-factors",
    "push-challenge": "other-factors",
    "recovery": "other-factors",
    "error": "errata",
}
#: Cells of the glossary that fit on one page, and what stands above each.
_TABLES = ("calls", "numbers", "answers")


def write_papers() -> None:
    """Write both files. Raises `OSError`."""
    ANSWER_KEY.write_text(answer_key(), "utf-8")
    HANDOUT.write_text(handout(), "utf-8")


def answer_key() -> str:
    """Every question, prediction, fault, and exercise with its answer, in the order of the notebooks, as Markdown."""
    parts = [
        "# Answer key",
        "For instructors. `python -m mfa_helpers.course.workshop papers` writes this file from what the course asks and grades, "
        "so don't edit it by hand. Forms offer the same answers in the same words.",
    ]
    for notebook in NOTEBOOKS:
        answers = [*_answers(notebook)]
        if answers:
            parts += [f"## {notebook.number} {notebook.title}", *answers]
    return "\n\n".join(parts) + "\n"


def _answers(notebook: Notebook) -> Iterator[str]:
    topic = notebook.topic
    yield from _questions("Warm-up", WARM_UPS.get(topic, ()))
    yield from _questions("Predictions", [one for one in PREDICTIONS.values() if _topic_of(one) == topic])
    if topic == "clinic":
        yield "### The faults"
        yield "\n".join(
            f"- **{fault.title}.** {fault.named[0][0]} What helps: {fault.advice}" for fault in FAULTS.values()
        )
    if topic == "which-api":
        yield from _questions("Situations", SITUATIONS)
        yield from _questions("Grants", [request.question for request in REQUESTS.values()])
    if topic == "glossary":
        yield from _questions("Test yourself", QUESTIONS)
    for exercise in EXERCISES.values():
        if exercise.topic == topic:
            yield f"### Exercise `{exercise.id}`"
            yield exercise.task
            yield f"```python\n{exercise.ladder.solution.strip()}\n```"


def _topic_of(prediction: Question) -> str:
    return next((topic for start, topic in _TOPICS.items() if prediction.id.startswith(start)), prediction.id)


def _questions(title: str, questions: Sequence[Question]) -> Iterator[str]:
    if questions:
        yield f"### {title}"
        yield "\n".join(f"- {one.text} **{one.right.rstrip('.')}**. {one.because}".rstrip() for one in questions)


_PAGE = Html("""<!DOCTYPE html>
<!-- Written by `python -m mfa_helpers.course.workshop papers` from notebook 14. Print it on one sheet. -->
<html lang="en">
<meta charset="utf-8">
<title>Multi-factor authentication by email: the handout</title>
<style>
@page {{ size: A4; margin: 10mm }}
body {{ font: 8pt/1.2 system-ui, sans-serif; max-width: 190mm; margin: 0 auto; color: #000; background: #fff }}
h1 {{ font-size: 14pt; margin: 0 0 1mm }}
h2 {{ font-size: 10.5pt; margin: 2.5mm 0 1mm }}
p {{ margin: 1mm 0 }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: 0.6mm 2mm 0.6mm 0; border-bottom: 0.2mm solid #999 }}
code {{ font-size: 7pt }}
</style>
<h1>Multi-factor authentication by email</h1>
<p>Sign in with a password, verify a second factor with six digits, and get tokens: the calls of Auth0's MFA API, in order.</p>
{}
<h2>The notebooks</h2>
<p>{}</p>
</html>
""")


def handout() -> str:
    """The glossary's tables of calls, limits, and responses on one sheet, as HTML."""
    book = json.loads((FOLDER / BY_TOPIC["glossary"].file).read_text("utf-8"))
    texts = {cell.get("id"): "".join(cell["source"]) for cell in book["cells"]}
    tables = Html("\n").join(_as_html(texts[name]) for name in _TABLES)
    return str(_PAGE.format(tables, " · ".join(f"{one.number} {one.title}" for one in NOTEBOOKS)))


def _as_html(text: str) -> Html:
    """The little Markdown of those cells: a heading, a table, and sentences."""
    lines: list[Html] = []
    is_first = True
    for line in text.split("\n"):
        if line.startswith("## "):
            lines.append(Html("<h2>{}</h2>").format(line[3:]))
        elif line.startswith("| ---"):
            is_first = False
        elif line.startswith("|"):
            lines.append(_row(line.strip("| ").split(" | "), "th" if is_first else "td"))
        elif line:
            lines.append(Html("<p>{}</p>").format(_inline(line)))
    return Html("\n").join(_in_tables(lines))


def _row(cells: Iterable[str], kind: str) -> Html:
    mark = Html(f"<{kind}>{{}}</{kind}>")
    return Html("<tr>{}</tr>").format(Html().join(mark.format(_inline(cell)) for cell in cells))


def _in_tables(lines: Iterable[Html]) -> Iterator[Html]:
    is_in = False
    for line in lines:
        is_row = line.startswith("<tr>")
        if is_row != is_in:
            yield Html("<table>" if is_row else "</table>")
        is_in = is_row
        yield line
    if is_in:
        yield Html("</table>")


def _inline(text: str) -> Html:
    plain = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text)  # a link is of no use on paper
    return Html(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(Html.escape(plain))))
