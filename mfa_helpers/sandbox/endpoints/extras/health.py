"""`GET /health`: whether a tenant that runs as a service can be used. It needs no token and tells nothing else."""

from __future__ import annotations

import sqlite3

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...tenant.tenant import Tenant, tenant_of
from .class_members import ONLY_HERE


async def health(request: Request) -> Response:
    """200 if HTTP, SMTP, and the store answer; 503 if one of them does not, and which."""
    tenant = tenant_of(request)
    fine = {"http": True, "smtp": await tenant.post_answers(), "store": _can_be_written(tenant)}
    body = {name: "ok" if answers else "doesn't respond" for name, answers in fine.items()}
    return JSONResponse({**body, "only_here": True}, 200 if all(fine.values()) else 503, ONLY_HERE)


def _can_be_written(tenant: Tenant) -> bool:
    """A full disk can still be read, so something is written."""
    try:
        with tenant.store.change():
            tenant.store.put("checked_at", str(tenant.clock.now()))
    except sqlite3.Error:
        return False
    return True
