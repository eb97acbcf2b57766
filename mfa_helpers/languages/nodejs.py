"""The call for Node.js and its own fetch, as an ES module."""

from __future__ import annotations

import json

from .literals import Syntax, braced, quoted
from .request import TIMEOUT, Request, Text


def program(request: Request) -> str:
    headers = dict(request.headers)
    if request.json is not None:
        headers["content-type"] = "application/json"
    options = [f"method: {text(request.method)}", f"headers: {_NODE.write(headers, '    ')}"]
    if request.form is not None:  # its type is sent by itself
        options.append(f"body: new URLSearchParams({_NODE.write(dict(request.form), '    ')})")
    if request.json is not None:
        options.append(f"body: JSON.stringify({_NODE.write(request.json, '    ')})")
    options += ['redirect: "manual"', f"signal: AbortSignal.timeout({TIMEOUT}_000)"]
    lines = [f"// {request.note('call.mjs', 'node call.mjs')}"]
    if request.names:
        lines += [_NEEDED.replace("NAMES", json.dumps(request.names))]
    lines += ["try {", f"  const response = await fetch({text(request.url)}, {{"]
    lines += [f"    {option}," for option in options]
    return "\n".join([*lines, "  });", _END])


def text(value: Text) -> str:
    if isinstance(value, str):
        return quoted(value, braced)
    return (quoted(value.before, braced) + " + " if value.before else "") + f"process.env.{value.name}"


_NODE = Syntax(text, step="  ")

_NEEDED = """\
const missing = NAMES.filter((name) => !process.env[name]);
if (missing.length) {
  console.error(`Set ${missing.join(" and ")} in the environment first.`);
  process.exit(1);
}
"""

_END = """\
  console.log("HTTP", response.status);
  const body = await response.text();
  const answer = body ? JSON.parse(body) : {};
  if (!response.ok) {
    console.error(`${answer.error}: ${answer.error_description}`);
    process.exitCode = 1;
  } else {
    // After a success, only the names, because the values are secret. For a list, the IDs.
    const names = Array.isArray(answer) ? answer.map((row) => row.id) : Object.keys(answer);
    names.forEach((name) => console.log(name));
  }
} catch (fault) {
  // Not its message, because that may quote what was sent.
  console.error(`No usable response: ${fault.cause?.code ?? fault.name}`);
  process.exitCode = 1;
}
"""
