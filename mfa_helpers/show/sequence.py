"""The flow of the course, what became of each step of it, and its sequence diagram as text.

The handover keeps the last outcome of each step, and a good one until the next good one, so that a notebook can draw
what those before it did. A login after a confirmed email is the second one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..client.models import Exchange
from ..outline import FLOW, Outcome, Stage

_STAGES = {stage.name: stage for stage in FLOW}
_NAMES = [*_STAGES]


def outcome(step: str, exchange: Exchange) -> Outcome:
    """What became of one call, fit to be kept. A login is good when the tenant wants a second factor."""
    body = exchange.response_body
    error = str(body.get("errorCode") or body.get("error") or "") if isinstance(body, Mapping) else ""
    if step in ("login", "login again"):
        good = error == "mfa_required"
    else:
        readable = exchange.status == 204 or not isinstance(body, str)
        good = exchange.status is not None and 200 <= exchange.status < 300 and readable
    return Outcome(exchange.method, exchange.path, exchange.status, " ".join(error.split())[:40], good)


def place_of(done: Mapping[str, Outcome], step: str, is_enrolled: bool = False) -> str:
    """Where a call of `step` belongs in the flow, by what was done before; outside the flow, `step` itself.

    `is_enrolled` says that the user has a confirmed email, whoever confirmed it.
    """
    is_second = is_enrolled or ("confirm" in done and done["confirm"].good)
    return "login again" if step == "login" and is_second else step


def with_outcome(done: Mapping[str, Outcome], place: str, result: Outcome) -> dict[str, Outcome]:
    """`done` with what became of the call at `place`; another try that fails doesn't undo one that went well."""
    if place in done and done[place].good and not result.good:
        return dict(done)
    return {**done, place: result}


def is_stage(place: str) -> bool:
    """Whether `place` belongs to the flow."""
    return place in _STAGES


def told(result: Outcome, place: str = "") -> str:
    """The outcome in words: `✔ 403 mfa_required: as expected`, `✘ 403 invalid_grant`."""
    if result.status is None:
        return "✘ no response"
    words = f"{result.status} {result.error}".rstrip()
    if result.good:
        return f"✔ {words}{_STAGES[place].worth if place in _STAGES else ''}"
    return f"✘ {words}" if result.error else f"✘ {words}: not as expected"


def to_come(place: str) -> str:
    """What the flow still has after `place`, in one line."""
    if place not in _STAGES:
        return "This request isn't a step of the flow, so it's drawn on its own."
    later: dict[str, list[str]] = {}
    for stage in FLOW[_NAMES.index(place) + 1 :]:
        later.setdefault(stage.number, []).append(stage.words)
    if not later:
        return "This is the last step of the flow."
    return "Still to come: " + "; ".join(f"{notebook} {', '.join(words)}" for notebook, words in later.items()) + "."


# The diagram

_APP, _TENANT, _INBOX, _WIDTH = 3, 30, 39, 41  # fits into a form on a page of 800 pixels, beside JupyterLab's files


@dataclass(frozen=True)
class DiagramLine:
    """One line of the diagram. `shown` marks those of the call that is looked at.

    The last line of a call tells its outcome: there `good` is set, and `words` says all of the call.
    """

    text: str
    shown: bool = False
    good: bool | None = None
    words: str = ""


def diagram(done: Mapping[str, Outcome], place: str, exchange: Exchange) -> list[DiagramLine]:
    """The flow up to `place`, whose call is `exchange`; a call outside the flow stands alone."""
    now = outcome(place, exchange)
    rows = [DiagramLine(_names()), DiagramLine(_lines())]
    stages = [stage for stage in FLOW[: _NAMES.index(place)] if stage.name in done] if place in _STAGES else []
    stages.append(_STAGES.get(place, Stage(name=place, number="", words="", worth="")))
    notebook = ""
    for stage in stages:
        margin, notebook = "" if stage.number == notebook else stage.number, stage.number
        rows += _call(stage, now if stage.name == place else done[stage.name], margin, stage.name == place)
    return rows


def _call(stage: Stage, result: Outcome, margin: str, shown: bool) -> list[DiagramLine]:
    texts = []
    if stage.typed:
        texts.append(_arrow(_INBOX, _APP, "six digits", margin))
    call = f"{result.method} {result.path}"
    texts.append(_arrow(_APP, _TENANT, call, "" if stage.typed else margin, lost=result.status is None))
    if stage.mails and result.good:
        texts.append(_arrow(_TENANT, _INBOX, "mail"))
    if result.status is not None:
        texts.append(_arrow(_TENANT, _APP, ""))
    became = told(result, stage.name)
    # Nothing is aligned behind the mark: not every font has it as wide as a letter.
    last = DiagramLine(" " * _APP + f"│ {became}", shown, result.good, f"{stage.number} {call}: {became}".lstrip())
    return [*(DiagramLine(text, shown) for text in texts), last]


def _names() -> str:
    row = [" "] * _WIDTH
    for column, name in ((_APP, "You/App"), (_TENANT, "Tenant"), (_INBOX, "Inbox")):
        start = min(column - len(name) // 2, _WIDTH - len(name))
        row[start : start + len(name)] = name
    return "".join(row).rstrip()


def _lines(margin: str = "") -> str:
    row = list(margin.ljust(_WIDTH))
    for column in (_APP, _TENANT, _INBOX):
        row[column] = "│"
    return "".join(row).rstrip()


def _arrow(start: int, end: int, label: str, margin: str = "", lost: bool = False) -> str:
    left, right = sorted((start, end))
    room = right - left - 1
    if len(label) > room - 3:
        label = label[: room - 4] + "…"
    near = min(room, _TENANT - _APP - 1) - 1  # where an arrow crosses the tenant's line, its label stands before that
    body = (f" {label} " if label else "").center(near, "─").ljust(room - 1, "─")
    body = body[:-1] + "× " if lost else body + "►" if end > start else "◄" + body
    row = list(_lines(margin))
    row[left + 1 : right] = body
    if left < _TENANT < right:
        row[_TENANT] = "┼"
    return "".join(row)
