"""A recorded call as a program in the learner's language. Text in, text out: no network, no widget.

Every program reads its secrets from the environment, checks the certificate and
the status, and prints the status and the names of the answer's fields; of a
refusal, the tenant's own words.
"""

from __future__ import annotations

from importlib import import_module

from ..client.models import Exchange
from . import curl, sdks
from .request import Request

#: The languages: what `code` calls each, and how it is written for people.
LANGUAGES = {
    "curl": "cURL",
    "csharp": "C#",
    "go": "Go",
    "java": "Java",
    "nodejs": "Node.js",
    "php": "PHP",
    "python": "Python",
    "ruby": "Ruby",
}


def code(exchange: Exchange, language: str) -> str:
    """The source text of a program that makes the call of `exchange`.

    No secret is in it: each is read from the environment variable that
    `placeholders` names. The first comment line says how to run it.

    Raises `ValueError` for a `language` that is not in `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"There's no code in {language!r}. Choose one of: {', '.join(LANGUAGES)}.")
    source: str = import_module(f".{language}", __name__).program(Request.of(exchange))
    return source


def programs(exchange: Exchange) -> dict[str, str]:
    """The call of `exchange` in each language and, if it's one of the email's flow, with each SDK: by the names for people."""
    in_languages = {name: code(exchange, language) for language, name in LANGUAGES.items()}
    return in_languages | sdks.programs(Request.of(exchange))


def command(exchange: Exchange, ca_file: str | None = None) -> str:
    """The call of `exchange` as one plain curl command, to be pasted into a shell such as bash.

    It reads the same environment variables as the programs. Unlike them, it
    shows the whole response, with its status and with whatever is secret in it.
    `ca_file` is the path of the authority that has signed the tenant's
    certificate, where the shell doesn't trust it anyway.
    """
    return curl.command(Request.of(exchange), ca_file)


def placeholders(exchange: Exchange) -> tuple[str, ...]:
    """The environment variables that every program of this call reads, and the command, in the order in which they occur."""
    return Request.of(exchange).names
