"""The tenant's log, newest first (documentation: search by pages, or by checkpoint with `from` and `take`)."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime
from typing import Any

from starlette.responses import Response

from ... import defaults
from ...tenant.clock import as_text
from .endpoint import Failure, Work, needs, say

_TERM = re.compile(r'\b(\w+):(\([^()]*\)|"[^"]*"|[^\s()"]+)')
_SINCE = re.compile(r"\bdate:\[(\S+) TO \*\]")
_COLUMNS = ("type", "user_id", "client_id", "ip")
_LONGEST = 1_000  # letters of a query: the search for its parts takes quadratic time
_ID = re.compile(r"900(\d{30})")


@needs("read:logs")
def search(work: Work) -> Response:
    """`GET /api/v2/logs`: by `q`, `page`, `per_page` and `sort`, or the events after `from`."""
    if "from" in work.query:
        after = _number_of(work.query["from"])
        return say([as_event(row) for row in work.store.logs_after(after, work.number("take", 50, 1, 100))])
    where = _where(work.query.get("q", ""))
    start, size = work.page()
    sort = work.query.get("sort", "date:-1")
    if sort not in ("date:-1", "date:1"):
        raise Failure(400, "sort is date:-1 (newest first) or date:1.", "invalid_query_string")
    rows = work.store.logs(where, ascending=sort == "date:1", skip=start, take=size)
    total = work.store.count_logs(where) if "include_totals" in work.query else 0
    return work.paged("logs", [as_event(row) for row in rows], total, length=len(rows))


@needs("read:logs")
def read(work: Work) -> Response:
    """`GET /api/v2/logs/{id}`."""
    row = work.store.log(_number_of(work.path["id"]))
    if row is None:
        raise Failure(404, "The log event does not exist.", "inexistent_log")
    return say(as_event(row))


def _number_of(log_id: str) -> int:
    found = _ID.fullmatch(log_id)
    number = int(found.group(1)) if found else -1
    if not 0 <= number < 2**63:
        raise Failure(400, "That is no log_id of this tenant.", "invalid_query_string")
    return number


def _where(q: str) -> dict[str, list[Any]]:
    """`type:mfar AND user_id:"auth0|…"`, several values in brackets, `date:[… TO *]`: as much of the search syntax as there is here."""
    where: dict[str, list[Any]] = {}
    if len(q) > _LONGEST:
        raise Failure(400, f"q has at most {_LONGEST:,} letters.", "invalid_query_string")
    for moment in _SINCE.findall(q):
        try:
            where["since"] = [datetime.fromisoformat(moment).timestamp()]
        except (ValueError, OverflowError):
            raise Failure(400, "A date is written like 2026-01-31T08:00:00Z.", "invalid_query_string") from None
    q = _SINCE.sub(" ", q)
    for name, value in _TERM.findall(q):
        values = [item.strip('"') for item in re.findall(r'"[^"]*"|[^\s()"]+', value) if item != "OR"]
        if name not in _COLUMNS or not values:
            raise Failure(400, f"q knows {', '.join(_COLUMNS)} and date:[… TO *].", "invalid_query_string")
        where[name] = [value for value in values if value in where.get(name, values)]
    if set(_TERM.sub(" ", q).split()) - {"AND"}:
        raise Failure(400, "q is made of name:value, joined by AND.", "invalid_query_string")
    return where


def as_event(row: sqlite3.Row) -> dict[str, Any]:
    """A row of the log as the Management API shows it."""
    log_id = f"900{row['id']:030d}"
    return {
        "date": as_text(row["date"]),
        "type": row["type"],
        "description": row["description"],
        "connection": defaults.REALM if row["user_id"] else "",
        "client_id": row["client_id"],
        "client_name": row["client_name"] or "",
        "ip": row["ip"],
        "user_agent": row["user_agent"],
        "details": {},
        "user_id": row["user_id"],
        "user_name": row["user_name"] or "",
        "tenant_name": "sandbox",
        "log_id": log_id,
        "_id": log_id,
        "isMobile": False,
    }
