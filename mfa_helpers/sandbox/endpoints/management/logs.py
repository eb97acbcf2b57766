"""The tenant's log, newest first (documentation: search by pages, or by checkpoint with `from` and `take`)."""

from __future__ import annotations

import re

from starlette.responses import Response

from ...store.log_search import TooSlow
from .endpoint import Failure, Work, needs, say
from .log_events import as_event
from .log_query import condition

_ID = re.compile(r"900(\d{30})")


@needs("read:logs")
def search(work: Work) -> Response:
    """`GET /api/v2/logs`: by `q`, `page`, `per_page` and `sort`, or the events after `from`."""
    if "from" in work.query:
        after = _number_of(work.query["from"])
        return say([as_event(row) for row in work.store.logs_after(after, work.number("take", 50, 1, 100))])
    wanted = condition(work.query.get("q", ""))
    start, size = work.page()
    sort = work.query.get("sort", "date:-1")
    if sort not in ("date:-1", "date:1"):
        raise Failure(400, "sort must be date:-1 (newest first) or date:1.", "invalid_query_string")
    try:
        rows = work.store.logs(wanted, ascending=sort == "date:1", skip=start, take=size)
        total = work.store.count_logs(wanted) if "include_totals" in work.query else 0
    except TooSlow:
        text = "This search takes too long. Use fewer values and wildcards."
        raise Failure(400, text, "invalid_query_string") from None
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
        raise Failure(400, "That isn't a log_id of this tenant.", "invalid_query_string")
    return number
