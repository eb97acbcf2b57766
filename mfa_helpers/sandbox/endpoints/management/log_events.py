"""An event of the log as the Management API shows it: what the published schema of its type wants, and how it is written."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Any

from ... import defaults
from ...store.log_search import OF_A_USER
from ...tenant.clock import as_text

_EXCHANGE = re.compile(r"[sf]e\w+ft")
#: No Action runs here, and where one could have, the schema wants that said.
_WITH_ACTIONS = ("sepft", "seoobft", "seccft")


def as_event(row: sqlite3.Row) -> dict[str, Any]:
    """A row of the log, with the fields that `oas/tenant-logs/logs-schema.json` requires of its type."""
    log_id, type = f"900{row['id']:030d}", row["type"]
    is_of_a_user = bool(row["user_id"]) or type in OF_A_USER
    event = {
        "date": as_text(row["date"]),
        "type": type,
        "description": row["description"],
        "connection": defaults.REALM if is_of_a_user else "",
        "client_id": row["client_id"],
        "client_name": row["client_name"] or "",
        "ip": row["ip"],
        "user_agent": row["user_agent"],
        "hostname": row["hostname"],
        "user_id": row["user_id"],
        "user_name": row["user_name"] or "",
    }
    if is_of_a_user:
        event |= {"strategy": defaults.STRATEGY, "strategy_type": defaults.STRATEGY_TYPE}
    if _EXCHANGE.fullmatch(type) or type == "fsa":
        event |= {"audience": row["audience"]}
    if type != "mfar":  # its details are a risk assessment, which nobody makes here
        event |= {"details": {**_usual(row), **json.loads(row["details"])}}
    return {
        **event,
        "tenant_name": "sandbox",
        "environment_name": "sandbox",
        "log_id": log_id,
        "_id": log_id,
        "isMobile": False,
    }


def _usual(row: sqlite3.Row) -> dict[str, Any]:
    """The details that follow from the rest of an event."""
    type, text = row["type"], row["description"]
    if type in _WITH_ACTIONS:
        return {"actions": {"executions": []}}
    if type == "fp":
        return {"error": {"message": text}}
    if type == "f":
        return {"error": {"message": text, "oauthError": "unauthorized"}}
    if type == "fn":
        return {"email_type": "mfa_oob_code", "notification_type": "email", "to": row["user_name"] or ""}
    if type == "ss":
        return {"body": {"connection": defaults.REALM, "email": row["user_name"] or ""}}
    if type in ("sapi", "fapi"):
        method, _, path = text.partition(":")[0].partition(" ")
        return {"request": {"method": method, "path": path}, "response": {}}
    return {}
