"""The call for Python and requests."""

from __future__ import annotations

from .literals import Syntax, four_or_eight, quoted
from .request import TIMEOUT, Request, Text


def program(request: Request) -> str:
    arguments = [text(request.url), f"headers={_PYTHON.write(dict(request.headers), '        ')}"]
    if request.form is not None:
        arguments.append(f"data={_PYTHON.write(dict(request.form), '        ')}")
    if request.json is not None:
        arguments.append(f"json={_PYTHON.write(request.json, '        ')}")
    arguments += ["allow_redirects=False", f"timeout={TIMEOUT}"]
    needed = ["import os", "import sys"] if request.names else ["import sys"]
    lines = [f"# {request.note('call.py', 'python call.py')}", *needed, "", "import requests", "", "try:"]
    lines += [f"    response = requests.{request.method.lower()}("]
    lines += [f"        {argument}," for argument in arguments]
    lines += ["    )", '    print("HTTP", response.status_code)']
    lines += ["    answer = response.json() if response.content else {}"]
    if request.names:
        lines += ["except KeyError as missing:", '    sys.exit(f"Set {missing} in the environment first.")']
    return "\n".join([*lines, _END])


def text(value: Text) -> str:
    if isinstance(value, str):
        return quoted(value, four_or_eight)
    return (quoted(value.before, four_or_eight) + " + " if value.before else "") + f'os.environ["{value.name}"]'


_PYTHON = Syntax(text, words=("None", "True", "False"))

_END = """\
except (OSError, ValueError) as fault:  # its text may quote what was sent
    sys.exit(f"No usable response: {type(fault).__name__}")

if response.status_code >= 300:
    sys.exit(f"{answer.get('error')}: {answer.get('error_description')}")
# After a success, only the names, because the values are secret. For a list, the IDs.
for name in answer:
    print(name["id"] if isinstance(answer, list) else name)
"""
