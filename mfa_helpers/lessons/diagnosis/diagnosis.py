"""What is at fault: one table of causes, and the evidence for each.

A cause is known by the last failure (its class, its words, its recorded
exchange), by a setting as the Management API tells it, or by both. Where the
setting can be read it can be mended, too; on a live tenant the place in the
Dashboard is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...client import errors
from ...learner.session import LearnerSession
from ...show.text import duration
from .case import NOTHING, Case
from .causes import CAUSES, Cause, Finding
from .tenant_settings import Setting, management, page_of


def diagnose(session: LearnerSession, mended: Exception | None = None) -> list[Finding]:
    """Which causes there are: those of the newest call first, then settings that are wrong though nothing has met them yet.

    `mended` is an error whose cause was put right already, and that no setting tells.

    Raises what the Management API raises, but not for a tenant that is down: that is a finding.
    """
    case = case_of(session)
    fitting = [cause for cause in CAUSES if cause.fits(case)]
    findings = [_finding(session, case, cause, mended) for cause in fitting]
    if not case.is_a(errors.TenantUnreachable):
        findings += [_finding(session, case, cause) for cause, _ in wrong_settings(session) if cause not in fitting]
    return findings


def settings(session: LearnerSession) -> Iterator[tuple[Cause, Setting]]:
    """How the tenant is set up, as far as a lesson needs it; nothing where it cannot be read."""
    if session.tenant.can_change_settings:
        case = NOTHING
        for cause in CAUSES:
            setting = cause.reads(session, case) if cause.fine and cause.reads is not None else None
            if setting is not None:
                yield cause, setting


def wrong_settings(session: LearnerSession) -> list[tuple[Cause, Setting]]:
    """Those of `settings` that stand in the way."""
    return [(cause, setting) for cause, setting in settings(session) if not setting.is_right]


def mend(session: LearnerSession, finding: Finding) -> None:
    """Put it right through the Management API. Raises what that raises."""
    assert finding.cause.mend is not None
    finding.cause.mend(session, case_of(session))


def put_back(session: LearnerSession) -> None:
    """Mend every setting that is wrong. Nothing happens where none is, or none can be read."""
    for cause, _ in wrong_settings(session):
        assert cause.mend is not None
        cause.mend(session, NOTHING)


def _finding(session: LearnerSession, case: Case, cause: Cause, mended: Exception | None = None) -> Finding:
    evidence = []
    fits = cause.fits(case)
    if fits and case.exchange is not None:
        evidence.append(("Response", _answer(case)))
    if fits and case.error is not None and case.error.retry_after:
        evidence.append(("Wait", duration(case.error.retry_after)))
    can_change = cause.mend is not None and session.tenant.can_change_settings
    is_over = can_change and fits and case.error is not None and case.error is mended
    if session.tenant.can_change_settings and not case.is_a(errors.TenantUnreachable):
        setting = cause.reads(session, case) if cause.reads is not None else None
        if setting is not None:
            is_over = can_change and fits and setting.is_right and cause.lets_through(session, case)
            can_change = can_change and not setting.is_right
            evidence.append(("Setting now" if is_over else "Setting", setting.words))
        event = _event(session, case) if fits else None
        if event is not None:
            evidence.append(("Log", f"{event['type']}: {event['description'] or 'no description'}"))
    return Finding(cause=cause, evidence=tuple(evidence), can_mend=can_change and not is_over, is_over=is_over)


def case_of(session: LearnerSession) -> Case:
    """The newest call of this kernel: whether it failed, or went well, maybe too well. Older failures are past."""
    step, error = session.newest
    exchange = error.exchange if error is not None else session.exchanges.get(step)
    sent = exchange.request_body if exchange is not None and isinstance(exchange.request_body, dict) else {}
    said = exchange.response_body if exchange is not None and isinstance(exchange.response_body, dict) else {}
    return Case(error=error, exchange=exchange, sent=sent, said=said)


def _answer(case: Case) -> str:
    assert case.exchange is not None
    if case.exchange.status is None:
        return f"{case.exchange.method} {case.exchange.path}: no response"
    called, status = f"{case.exchange.method} {case.exchange.path}", case.exchange.status
    if case.error is None:
        return f"{called}: {status}, with tokens at once"
    return f"{called}: {case.error.told or f'{status}, {case.error.what}'}"


def _event(session: LearnerSession, case: Case) -> dict[str, Any] | None:
    """The newest line of the log with the answer's words; of a page that was refused, with its origin."""
    words, page = case.error.error_description if case.error is not None else None, page_of(case)
    if not words:
        return None
    rows: list[dict[str, Any]] = management(session).get("/logs", per_page=50)
    return next((row for row in rows if row["description"] == words or (page and page in row["description"])), None)
