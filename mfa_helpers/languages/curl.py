"""The call for a POSIX shell and cURL: as one plain command, and as a program.

A secret that goes into JSON is taken to be without control characters; by the
command also without quotes and backslashes, of which no token has any.
"""

from __future__ import annotations

from urllib.parse import quote_plus

from .literals import Syntax, quoted, units
from .request import TIMEOUT, Placeholder, Request, Text


def command(request: Request, ca_file: str | None = None) -> str:
    """One command to be pasted into a shell. JSON is in a here-document: nothing in it has to be quoted twice."""
    lines = [f"# {request.setting}"] if request.names else []
    authority = [f"--cacert {_plain(ca_file)}"] if ca_file else []
    options = [*_options(request), *authority, *_body(request)]
    lines += ["curl --include " + " \\\n  ".join(options), *_document(request, _PLAIN_JSON)]
    return "\n".join(lines) + "\n"


def program(request: Request) -> str:
    """A script that checks the status and prints no secret."""
    lines = [f"# {request.note('call.sh', 'sh call.sh')}", "set -eu"]
    lines += [f': "${{{name}:?Set it in the environment first.}}"' for name in request.names]
    if _has_secret(request.json):
        lines += ["", _AS_JSON]
    options = [_CALL, *_options(request), *_body(request)]
    lines += ["", "call() {", " \\\n    ".join(options), *_document(request, _JSON), "}", _END]
    return "\n".join(lines)


def _options(request: Request) -> list[str]:
    options = [f"--request {request.method} {_plain(request.url)}"]
    options += [f"--header {_text(value, name + ': ')}" for name, value in request.headers.items()]
    for name, value in (request.form or {}).items():
        if isinstance(value, str) and not value.isprintable():
            options.append(f"--data {_plain(quote_plus(name) + '=' + quote_plus(value))}")
        else:
            options.append(f"--data-urlencode {_text(value, quote_plus(name) + '=')}")
    return options


def _body(request: Request) -> list[str]:
    return [] if request.json is None else ["--header 'content-type: application/json'", "--data-binary @- <<JSON"]


def _document(request: Request, syntax: Syntax) -> list[str]:
    return [] if request.json is None else [syntax.write(request.json), "JSON"]


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
    return f'"${value.name}"' if isinstance(value, Placeholder) else _expanding(quoted(value, units), "\\$`")


def _in_program(value: Text) -> str:
    return f'$(json "${value.name}")' if isinstance(value, Placeholder) else _in_document(value)


BACKSLASHED = '\\$`"'
_PLAIN_JSON = Syntax(_in_document, last="", step="  ")
_JSON = Syntax(_in_program, last="", step="  ")
_CALL = rf"  curl --silent --show-error --max-time {TIMEOUT} --write-out '\n%{{http_code}}'"

_AS_JSON = r"""# Text as JSON
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
