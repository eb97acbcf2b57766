"""The call for a POSIX shell and cURL. A secret that goes into JSON is taken to be without control characters."""

from __future__ import annotations

from urllib.parse import quote_plus

from .literals import Syntax, quoted, units
from .request import TIMEOUT, Placeholder, Request, Text


def program(request: Request) -> str:
    lines = [f"# {request.note('call.sh', 'sh call.sh')}", "set -eu"]
    lines += [f': "${{{name}:?Set it in the environment first.}}"' for name in request.names]
    if _has_secret(request.json):
        lines += ["", _AS_JSON]
    lines += ["", "call() {", " \\\n".join(_options(request)), *_document(request), "}", _END]
    return "\n".join(lines)


def _options(request: Request) -> list[str]:
    options = [
        rf"  curl --silent --show-error --max-time {TIMEOUT} --write-out '\n%{{http_code}}'",
        f"    --request {request.method} {_plain(request.url)}",
    ]
    options += [f"    --header {_text(value, name + ': ')}" for name, value in request.headers.items()]
    if request.json is not None:
        options += ["    --header 'content-type: application/json'", "    --data-binary @- <<JSON"]
    for name, value in (request.form or {}).items():
        if isinstance(value, str) and not value.isprintable():
            options.append(f"    --data {_plain(quote_plus(name) + '=' + quote_plus(value))}")
        else:
            options.append(f"    --data-urlencode {_text(value, quote_plus(name) + '=')}")
    return options


def _document(request: Request) -> list[str]:
    return [] if request.json is None else [_JSON.write(request.json), "JSON"]


def _has_secret(value: object) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, Placeholder) or any(map(_has_secret, inside))


def _plain(text: str) -> str:
    return "'" + text.replace("'", r"'\''") + "'"


def _expanding(text: str, signs: str) -> str:
    """`text` for where the shell replaces variables."""
    return "".join(f"\\{sign}" if sign in signs else sign for sign in text)


def _text(value: Text, before: str) -> str:
    if isinstance(value, str):
        return _plain(before + value)
    return f'"{_expanding(before + value.before, BACKSLASHED)}${value.name}"'


def _in_document(value: Text) -> str:
    if isinstance(value, Placeholder):
        return f'$(json "${value.name}")'
    return _expanding(quoted(value, units), "\\$`")


BACKSLASHED = '\\$`"'
_JSON = Syntax(_in_document, last="", step="  ")

_AS_JSON = r"""# A text as JSON
json() { printf '"%s"' "$(printf '%s' "$1" | sed 's/["\\]/\\&/g')"; }"""

_END = r"""
answer=$(call)
status=$(printf '%s' "$answer" | tail -n 1)
body=${answer%"$status"}
echo "HTTP $status"
case $status in
  2*)
    # After a success, only the names, because the values are secret. For a list, the IDs.
    case $body in
      \[*) printf '%s' "$body" | grep -o '"id" *: *"[^"]*"' | cut -d '"' -f 4 ;;
      *) printf '%s' "$body" | grep -o '"[a-z_]*" *:' | cut -d '"' -f 2 ;;
    esac
    ;;
  *)
    printf '%s' "$body" | grep -oE '"(error|error_description)" *: *"([^"\\]|\\.)*"' >&2
    exit 1
    ;;
esac
"""
