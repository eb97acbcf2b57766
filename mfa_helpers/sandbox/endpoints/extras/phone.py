"""The phone of the sandbox: approves or rejects a push, by a small page or by an address for programs."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from ...gateway.class_access import learner_of
from ...http.call import read_object
from ...tenant.clock import as_text
from ...tenant.tenant import tenant_of
from .class_members import ONLY_HERE

_ID = 24  # letters of the fingerprint: enough to name a push, useless to end a login with


async def waiting(request: Request) -> Response:
    """`GET /sandbox/push`: what waits for an answer, newest first."""
    tenant = tenant_of(request)
    rows = [_as_row(row) for row in tenant.store.waiting_pushes(tenant.clock.now(), learner_of(request))]
    return JSONResponse(rows, headers=ONLY_HERE)


async def answer(request: Request) -> Response:
    """`POST /sandbox/push/{id} {"answer": "approve" or "reject"}`: what the person does on the phone."""
    tenant = tenant_of(request)
    said = (await read_object(request) or {}).get("answer")
    if said not in ("approve", "reject"):
        return _bad(400, 'Send JSON like {"answer": "approve"} or {"answer": "reject"}.')
    with tenant.store.change():
        for row in tenant.store.waiting_pushes(tenant.clock.now(), learner_of(request)):
            if row["hash"][:_ID] == request.path_params["id"]:
                tenant.store.answer_push(row["hash"], said)
                return JSONResponse({**_as_row(row), "answer": said}, headers=ONLY_HERE)
    return _bad(
        404,
        "No push notification with that ID is waiting. It may have expired, or it was already answered. Look at /sandbox/push.",
    )


async def phone(request: Request) -> Response:
    """`GET /sandbox/phone`: the same for people."""
    return HTMLResponse(_PAGE, headers={**ONLY_HERE, "content-security-policy": _POLICY})


def _as_row(row: Any) -> dict[str, Any]:
    return {
        "id": row["hash"][:_ID],
        "user_id": row["user_id"],
        "email": row["email"],
        "purpose": "challenge" if row["active"] else "enrollment",
        "expires_at": as_text(row["expires_at"]),
    }


def _bad(status: int, text: str) -> Response:
    return JSONResponse({"error": "invalid_request", "error_description": text}, status, ONLY_HERE)


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The sandbox's phone</title>
<style>
  :root { color-scheme: light dark; background: Canvas; color: CanvasText }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 2rem auto; padding: 0 1rem }
  li { border: 1px solid; border-radius: .5rem; padding: 1rem; margin: 1rem 0; list-style: none }
  ul { padding: 0 }
  button { font: inherit; padding: .5rem 1rem; margin-right: .5rem }
</style>
</head>
<body>
<h1>The sandbox's phone</h1>
<p>Outside the sandbox, this is an app on the user's phone. Here, you're the user.</p>
<ul id="pushes"></ul>
<p id="status" role="status" aria-live="polite">Loading…</p>
<script>
  const list = document.getElementById("pushes"), status = document.getElementById("status");
  const shown = new Set();
  let said = "";
  async function say(id, answer) {
    const reply = await fetch("push/" + id, {
      method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify({answer})
    });
    said = reply.ok ? (answer === "approve" ? "Approved. " : "Rejected. ") : (await reply.json()).error_description + " ";
    await look();
  }
  function button(text, id, answer) {
    const made = document.createElement("button");
    made.textContent = text;
    made.onclick = () => say(id, answer);
    return made;
  }
  async function look() {
    let pushes, reply;
    try {
      reply = await fetch("push");
      pushes = await reply.json();
    } catch {
      status.textContent = "The sandbox doesn't respond. Is it running?";
      return;
    }
    if (!reply.ok) {  // what it shows is no longer true, and its buttons do nothing
      list.replaceChildren();
      shown.clear();
      said = "";
      status.textContent = reply.status === 403
        ? "This page no longer has access, because the sandbox was restarted or a day has passed. Open it with a new link."
        : pushes.error_description;
      return;
    }
    const ids = new Set(pushes.map(push => push.id));
    for (const item of [...list.children]) if (!ids.has(item.dataset.id)) { shown.delete(item.dataset.id); item.remove(); }
    for (const push of pushes) if (!shown.has(push.id)) {
      shown.add(push.id);
      const item = document.createElement("li"), text = document.createElement("p");
      item.dataset.id = push.id;
      text.textContent = push.purpose === "enrollment"
        ? "Enroll this phone as an authenticator for " + push.email + "?"
        : "Are you signing in as " + push.email + "?";
      item.append(text, button("Approve", push.id, "approve"), button("Reject", push.id, "reject"));
      list.append(item);
    }
    status.textContent = said + (pushes.length ? pushes.length + " waiting." : "No notifications are waiting.");
  }
  look();
  setInterval(look, 1000);
</script>
</body>
</html>
"""


def _hash_of(tag: str) -> str:
    """What the page's own `tag` holds, as a policy names it: nothing else that gets into the page is run."""
    text = _PAGE.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_POLICY = (
    f"default-src 'none'; style-src {_hash_of('style')}; script-src {_hash_of('script')}; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"  # a page around it could lead the learner's clicks
)
