"""The query `q` of a search of the log: the part of Lucene's syntax that is documented (log-search-query-syntax).

Terms are `field:value` or a bare value, values are words, words with `*`, phrases in quotes, or ranges. They are joined
by AND, OR, NOT, and parentheses; NOT binds tighter than AND, and AND than OR. Terms side by side mean OR, as
Lucene's own page says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from ...store.log_search import FIELDS, Compares, Condition, Every, Matches, Not, Since, Some
from ...tenant.clock import of_text
from .endpoint import Failure

#: Where a value without a field is looked for (documentation).
BARE = ("client_name", "connection", "description", "ip", "log_id", "type", "user_name")
LONGEST, MOST_TERMS, DEEPEST = 1_000, 50, 20  # letters, values, parentheses in parentheses

_SPACE = re.compile(r"\s*")
_OPERATOR = re.compile(r"(AND|OR|NOT)(?![^\s()\"])")
_FIELD = re.compile(r"(\w+(?:\.\w+)*):")
_PHRASE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_WORD = re.compile(r'(?:[^\s()"\[\]{}\\]|\\.)+', re.DOTALL)
_END = r'("(?:[^"\\]|\\.)*"|[^\s"\[\]{}]+)'
_RANGE = re.compile(rf"([\[{{])\s*{_END}\s+TO\s+{_END}\s*([\]}}])", re.DOTALL)


def condition(q: str) -> Condition | None:
    """What `q` asks for; `None` if it is empty. Raises `Failure`, which says what is wrong with it."""
    if len(q) > LONGEST:
        raise _wrong(f"q can have at most {LONGEST:,} characters.")
    return _Reader(q).whole()


class _Reader:
    def __init__(self, q: str) -> None:
        self._q, self._at, self._terms, self._depth = q, 0, 0, 0

    def whole(self) -> Condition | None:
        if self._is_over():
            return None
        found = self._any_of(None)
        if not self._is_over():
            raise _wrong("q has an extra closing parenthesis.")
        return found

    def _any_of(self, field: str | None) -> Condition:
        parts = [self._all_of(field)]
        while not self._is_over() and self._q[self._at] != ")":
            self._operator("OR")
            parts.append(self._all_of(field))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _all_of(self, field: str | None) -> Condition:
        parts = [self._one(field)]
        while self._operator("AND") or self._sees("NOT"):  # `a NOT b` is a without b, as on Lucene's page
            parts.append(self._one(field))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self, field: str | None) -> Condition:
        is_wanted = True
        while self._operator("NOT"):
            is_wanted = not is_wanted
        found = self._term(field)
        return found if is_wanted else Not(found)

    def _term(self, field: str | None) -> Condition:
        if self._is_over() or self._q[self._at] == ")" or self._sees("AND", "OR"):
            raise _wrong("q needs a value after each field, operator, and opening parenthesis.")
        named = _FIELD.match(self._q, self._at)
        if named:
            field, self._at = named[1], named.end()
            if field not in (*FIELDS, "date"):
                raise _wrong(f"q supports the fields {', '.join(sorted([*FIELDS, 'date']))}.")
            if self._is_over() or self._q[self._at] == ")":
                raise _wrong(f"q needs a value after {field}:.")
        if self._q[self._at] == "(":
            return self._group(field)
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise _wrong(f"q can have at most {MOST_TERMS} values.")
        return self._value(field)

    def _group(self, field: str | None) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _wrong(f"q can have at most {DEEPEST} levels of nested parentheses.")
        self._at += 1
        found = self._any_of(field)
        if self._is_over():
            raise _wrong("q has an extra opening parenthesis.")
        self._at += 1
        self._depth -= 1
        return found

    def _value(self, field: str | None) -> Condition:
        bounds = _RANGE.match(self._q, self._at)
        if bounds:
            self._at = bounds.end()
            return _of_fields(field, partial(_range, bounds=bounds.groups()))
        phrase = _PHRASE.match(self._q, self._at)
        found = phrase or _WORD.match(self._q, self._at)
        if found is None:
            raise _wrong("q has an unclosed quote or bracket. Write a range as [from TO to] or {from TO to}.")
        self._at = found.end()
        parts = (_plain(phrase[1]),) if phrase else _parts_of(found[0])
        return _of_fields(field, partial(_match, parts=parts))

    def _operator(self, name: str) -> bool:
        """Whether that operator is next. It is passed."""
        if not self._sees(name):
            return False
        self._at += len(name)
        return True

    def _sees(self, *names: str) -> bool:
        self._is_over()
        found = _OPERATOR.match(self._q, self._at)
        return found is not None and found[1] in names

    def _is_over(self) -> bool:
        """Whether nothing more comes. Blanks are passed."""
        space = _SPACE.match(self._q, self._at)
        assert space is not None
        self._at = space.end()
        return self._at == len(self._q)


def _of_fields(field: str | None, build: Callable[[str], Condition]) -> Condition:
    return build(field) if field else Some(tuple(build(name) for name in BARE))


def _match(field: str, parts: tuple[str, ...]) -> Condition:
    if field != "date":
        return Matches(field, parts)
    if len(parts) > 1:
        if any(parts):
            raise _wrong("A date can't have a wildcard. Search from one date to another, as in date:[2026-01-31 TO *].")
        return Every(())  # date:*, and every event has one
    begin, end = _moment(parts[0])
    return Every((Since(begin), Not(Since(end))))


def _range(field: str, bounds: tuple[str, ...]) -> Condition:
    opening, least, most, closing = bounds
    parts: list[Condition] = []
    if least != "*":
        text, is_in = _text(least), opening == "["
        if field == "date":
            begin, end = _moment(text)
            parts.append(Since(begin if is_in else end))
        else:
            parts.append(Compares(field, ">=" if is_in else ">", text))
    if most != "*":
        text, is_in = _text(most), closing == "]"
        if field == "date":
            begin, end = _moment(text)
            parts.append(Not(Since(end if is_in else begin)))
        else:
            parts.append(Compares(field, "<=" if is_in else "<", text))
    return Every(tuple(parts))


def _parts_of(word: str) -> tuple[str, ...]:
    """What stands between the wildcards of a word. Raises `Failure`."""
    signs = re.findall(r"\\.|.", word, re.DOTALL)
    if signs[0] in "+-!" or any(sign in "?~^" for sign in signs):
        raise _wrong("q supports the operators AND, OR, and NOT, and the wildcard *. Put other characters in quotes.")
    parts = [""]
    for sign in signs:
        if sign == "*":
            parts.append("")
        else:
            parts[-1] += sign[-1]
    is_prefix = len(parts) == 2 and not parts[1]
    if len(parts) > 1 and not is_prefix and any(0 < len(part) < 3 for part in parts):
        raise _wrong("With a wildcard that isn't at the end, a value needs at least 3 characters.")  # documentation
    return tuple(parts)


def _text(end: str) -> str:
    """One end of a range, in quotes or not."""
    return _plain(end[1:-1] if end[0] == '"' else end)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _moment(text: str) -> tuple[float, float]:
    """When a year, month, day, or moment begins, and when it is over, in seconds since 1970. Raises `Failure`."""
    try:
        if re.fullmatch(r"[0-9]{4}", text):
            return of_text(f"{text}-01-01"), of_text(f"{int(text) + 1:04}-01-01")
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            year, month = int(text[:4]), int(text[5:])
            return of_text(f"{text}-01"), of_text(f"{year + month // 12:04}-{month % 12 + 1:02}-01")
        begin, time = of_text(text), re.sub(r"(Z|[+-][0-9:]*)$", "", text[10:])
        return begin, round(begin + (86_400 if not time else 0.001 if "." in time else 1), 3)
    except (ValueError, OverflowError):
        raise _wrong("Write a date like 2026-01, 2026-01-31, or 2026-01-31T08:00:00Z.") from None


def _wrong(text: str) -> Failure:
    return Failure(400, text, "invalid_query_string")
