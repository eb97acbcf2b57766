"""What the Python drivers share: reading steps, answering them, describing values without showing secrets."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import sys
from collections.abc import Callable
from typing import Any


def serve(steps: Any) -> None:
    """Answer each line of standard input with a line. A step is a method of `steps`, plain or a coroutine."""
    for line in sys.stdin:
        values = json.loads(line)
        name = values.pop("step")
        try:
            result = _call(getattr(steps, name), values)
            answer: dict[str, Any] = {"result": result or {}}
        except Exception as error:
            answer = {"error": _described(error)}
        print(json.dumps({"step": name, **answer}), flush=True)


def _call(step: Callable[..., Any], values: dict[str, Any]) -> Any:
    result = step(**values)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


def _described(error: BaseException) -> dict[str, Any]:
    """The error's class, the fields that callers go by, and what it came from, outermost first."""
    fields = ("code", "message", "status_code", "error_code", "reset_at", "cause")
    found = {name: getattr(error, name) for name in fields if hasattr(error, name)}
    if hasattr(error, "get_status_code"):  # what an API is to answer with
        found["answer"] = [error.get_status_code(), error.get_error_code()]
    causes, inner = [], error.__cause__ or error.__context__
    while inner is not None:
        causes.append(f"{type(inner).__name__}: {inner}")
        inner = inner.__cause__ or inner.__context__
    plain = json.loads(json.dumps(found, default=_fields))
    return {"class": type(error).__name__, "text": str(error), "causes": causes, **plain}


def _fields(value: Any) -> Any:
    return vars(value) if hasattr(value, "__dict__") else str(value)


def described_token(token: str | None) -> dict[str, Any] | None:
    """What kind of token this is: never the token itself."""
    if token is None:
        return None
    if token.count(".") == 2 and token.startswith("eyJ"):
        return {"kind": "jwt", "claims": _claims(token)}
    return {"kind": "seal" if token.startswith("Fe26.2*") else "opaque", "length": len(token)}


def tampered(token: str) -> str:
    """The token for another person, its signature left as it was."""
    head, _, signature = token.split(".")
    claims = {**_claims(token), "sub": "auth0|somebody-else"}
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b'=').decode()}.{signature}"


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
