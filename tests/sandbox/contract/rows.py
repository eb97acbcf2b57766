"""`@row`: one scenario for one row of the fidelity table, and whether the answer is the row's."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from mfa_helpers.sandbox.fidelity import ROWS, Yes
from mfa_helpers.sandbox.refusals import RefusalText

from .target import ABILITIES, Target

_TEXT = "text/plain"
OF_ID = {row.id: row for row in ROWS}
SCENARIOS: dict[str, list[Callable[..., None]]] = {}


@dataclass
class Report:
    """What the session found."""

    target: str = ""
    anonymous: Callable[[str], str] = str
    held: int = 0
    skipped: int = 0
    differed: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        counts = f"{self.held} rows held, {len(self.differed)} differed, {self.skipped} skipped"
        found = [*self.differed.items(), *self.notes.items()]
        return [f"contract ({self.target}): {counts}", *(f"  {id}: {what}" for id, what in found)]


REPORT = Report()


def row(id: str, needs: tuple[str, ...] = (), **fill: Any) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """The scenario brings about what row `id` describes and returns the answer.

    It is skipped on a target that cannot do what it `needs`. `fill` are the values of the `{names}`
    in the row's text; a function gets the target.
    """

    def decorate(scenario: Callable[[Target], requests.Response]) -> Callable[..., None]:
        @wraps(scenario)
        def test(target: Target) -> None:
            broken = ""
            try:
                answer = scenario(target)
            except Exception as fault:
                REPORT.differed[id] = _broken_off(target, fault)
                if not target.is_live:
                    raise
                broken = f"{id}: {REPORT.differed[id]} ({_place(fault)})"
            if broken:  # said outside of `except`: a traceback would show tokens
                pytest.fail(broken, pytrace=False)
            values = {name: value(target) if callable(value) else value for name, value in fill.items()}
            wrong, notes = compared(OF_ID[id].answer, answer, values, target.is_live)
            if notes:
                REPORT.notes[id] = target.mask("note: " + "; ".join(notes))
            if wrong:
                REPORT.differed[id] = target.mask("; ".join(wrong))
                pytest.fail(f"{id}: {REPORT.differed[id]}", pytrace=False)
            REPORT.held += 1

        test.needs = frozenset(needs)  # type: ignore[attr-defined]
        SCENARIOS.setdefault(id, []).append(test)
        return test

    return decorate


def load_all() -> None:
    """Fill `SCENARIOS`, whatever pytest was told to collect."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.stem != "test_table":
            import_module(f".{path.stem}", __package__)


def skip_if_unable(target: Target, needs: frozenset[str]) -> None:
    for ability in ABILITIES:
        if ability in needs - target.abilities:
            REPORT.skipped += 1
            pytest.skip(ABILITIES[ability])


def compared(
    expected: RefusalText | Yes, answer: requests.Response, values: dict[str, Any], lenient: bool
) -> tuple[list[str], list[str]]:
    """What differs; and, if `lenient`, what may differ from one real tenant to the next."""
    found = _keys(answer)
    if isinstance(expected, RefusalText):
        keys = ["error", "error_description", *(["mfa_token"] if expected.error == "mfa_required" else [])]
        wanted = f'{expected.status} {expected.error} "{expected.text.format(**values)}"'
        right = _told(answer) == wanted
    else:
        keys = expected.keys.split(", ") if expected.keys else []
        wanted = f"{expected.status} {expected.keys or 'empty'}"
        right = answer.status_code == expected.status
    known = [*keys, "mfa_requirements"]
    if "…" in keys:
        keys, known = keys[:-1], found
    if not right or not set(keys) <= set(found) or bool(keys) != bool(found):
        return [f"expected {wanted}, got {_told(answer)}"], []
    extra = [name for name in found if name not in known]
    lesser = [f"more keys: {', '.join(extra)}"] if extra else []
    if [name for name in found if name in keys] != keys:
        lesser.append(f"another order: {', '.join(found)}")
    kind, usual = answer.headers.get("content-type", "none"), _kind_of(answer)
    if kind != usual:
        lesser.append(f"content-type {kind}, not {usual}")
    return ([], lesser) if lenient else (lesser, [])


def _keys(answer: requests.Response) -> list[str]:
    try:
        body = answer.json()
    except ValueError:
        if answer.content and answer.headers.get("content-type", _TEXT).startswith(_TEXT):
            return ["text"]
        return [f"{len(answer.content)} bytes of {answer.headers.get('content-type')}"] if answer.content else []
    return list(body) if isinstance(body, dict) else ["[]"] if isinstance(body, list) else [type(body).__name__]


def _told(answer: requests.Response) -> str:
    """An answer without its values."""
    keys = _keys(answer)
    if "error_description" in keys:
        body = answer.json()
        return f'{answer.status_code} {body.get("error")} "{body["error_description"]}"'
    return f"{answer.status_code} {', '.join(keys) or 'empty'}"


def _kind_of(answer: requests.Response) -> str:
    """As recorded: no charset at `/oauth/…` and where nothing follows at `/mfa/…`. What a browser asks beforehand has no kind at all, nor has text."""
    if _keys(answer) == ["text"] or (answer.request.method == "OPTIONS" and not answer.content):
        return "none"
    path = urlsplit(answer.url).path
    plain = path.startswith("/oauth/") or (path.startswith("/mfa/") and not answer.content)
    return "application/json" if plain else "application/json; charset=utf-8"


def _broken_off(target: Target, fault: Exception) -> str:
    first = next(iter(str(fault).splitlines()), type(fault).__name__)
    last = f"; the last answer was {_told(target.last)}" if target.last is not None else ""
    return "broke off: " + target.mask(first)[:300] + target.mask(last)


def _place(fault: BaseException) -> str:
    """Where in this folder it happened."""
    here = Path(__file__).parent
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if Path(frame.filename).parent == here]
    last = next((frame for frame in reversed(frames) if Path(frame.filename).name.startswith("test_")), frames[-1])
    return f"{Path(last.filename).name}:{last.lineno}"


def until_refused(times: int, call: Callable[[], requests.Response]) -> requests.Response:
    """Call until 429, at most so many times."""
    for _ in range(times):
        answer = call()
        if answer.status_code == 429:
            break
    return answer
