"""The command `mfa-sandbox judge`, and `python -m mfa_helpers.lessons.judge`: judges a program by what a tenant saw."""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
from pathlib import Path

from ...client.errors import MfaError
from .faults import FAULTS
from .judge import LIMIT, Finding, judge
from .program import Unusable, folder_named

_HELP = (
    "Runs a program that signs a user in with a second factor by email, each time with a fresh tenant: first without any "
    f"fault, then with each of {len(FAULTS)} faults. It's judged by what the tenant saw. The program finds the tenant in "
    "MFA_BASE_URL, MFA_CLIENT_ID, MFA_CLIENT_SECRET, MFA_AUDIENCE, MFA_USERNAME, and MFA_PASSWORD. GET MFA_CODE_URL "
    "returns the code that the user types. At the end, it sends GET /userinfo with its access token, and ends with exit "
    "code 0."
)


def main(name: str = "python -m mfa_helpers.lessons.judge", words: list[str] | None = None) -> int:
    """Judge the command in `words`. The exit code: 0 if it did everything well, 1 if it didn't, 2 if it couldn't be judged."""
    parser = argparse.ArgumentParser(prog=name, description=_HELP, usage="%(prog)s [options] -- COMMAND …")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--tls", action="store_true", help="serve HTTPS, for SDKs that need it; MFA_CA_FILE is the authority to trust"
    )
    parser.add_argument(
        "--limit", type=_seconds, default=LIMIT, help=f"seconds for one run of the program (default: {LIMIT:g})"
    )
    parser.add_argument(
        "--folder", type=_folder, default=".", help="folder in which the program is run (default: this one)"
    )
    parser.add_argument("command", nargs="+", metavar="COMMAND", help="the program, with its arguments, after --")
    arguments = parser.parse_args(words)
    for name in ("SIGTERM", "SIGHUP"):  # whoever stops it leaves no program behind
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(getattr(signal, name), signal.default_int_handler)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without these characters still shows the rest
    try:
        return _judge(arguments)
    except BrokenPipeError:  # whoever read it has seen enough
        _print_nothing_more()
        return 2
    except OSError as error:
        _print_nothing_more()
        print(f"There's no verdict, because of a problem on this machine: {error.strerror or error}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("You interrupted it, so there's no verdict.", file=sys.stderr)
        return 2


def _judge(arguments: argparse.Namespace) -> int:
    try:
        report = judge(
            arguments.command,
            arguments.folder,
            arguments.limit,
            tls=arguments.tls,
            found=(lambda _: None) if arguments.json else _print,
        )
    except (Unusable, MfaError) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(report.as_data(), indent=2) if arguments.json else report.summary(), flush=True)
    return 0 if report.held else 1


def _print_nothing_more() -> None:
    """Or Python would tell the same error again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print(finding: Finding) -> None:
    print(f"{'passed' if finding.held else 'FAILED':6} {finding.title}: {finding.sentence}", flush=True)
    if finding.held:
        return
    for title, lines in (("The tenant saw:", finding.sent), ("It printed:", finding.printed.splitlines())):
        if lines:
            print(f"       {title}", *(f"         {line}" for line in lines), sep=os.linesep, flush=True)


def _folder(name: str) -> Path:
    try:
        return folder_named(name)
    except Unusable as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{text} isn't a number of seconds from 1 to 3600")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
