"""The room check of the day before: `python -m mfa_helpers.doctor`.

It does what a learner will do, on this machine: it starts a sandbox and logs
in there, starts JupyterLab and runs a cell, and looks for what else a lesson
needs. One line each, and the exit code 1 if there is trouble. What it starts
is gone soon afterwards, and nobody's tenant or progress is touched.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator

from ..client.errors import MfaError
from ..show.text import printable
from .jupyter import jupyterlab
from .lesson import login_in_a_sandbox, own_tenant
from .machine import Check, browser, clock, disk, kernel_spec, packages, ports, proxy


def main() -> int:
    """Run all checks and print a line for each finding. Returns the exit code: 1 if there is trouble."""
    parser = argparse.ArgumentParser(
        prog="python -m mfa_helpers.doctor", description="Check this machine for a lesson."
    )
    parser.add_argument("--learners", type=int, default=1, help="how many learners share this machine (default: 1)")
    parser.add_argument(
        "--port", type=int, nargs="+", default=[0], help="ports that must be free, such as the class tenant's"
    )
    given = parser.parse_args()
    if given.learners < 1:
        parser.error("--learners must be 1 or more")
    if not all(0 <= number <= 65_535 for number in given.port):
        parser.error("--port must be a number from 0 to 65535")
    checks: list[Callable[[], Iterator[Check]]] = [
        packages,
        kernel_spec,
        proxy,
        lambda: ports(given.port),
        login_in_a_sandbox,
        lambda: jupyterlab(given.learners),
        disk,
        lambda: clock(time.time()),
        browser,
        own_tenant,
    ]
    well = True
    for check in checks:
        for fine, sentence in told(check):
            well = well and fine
            print(printable(f"{'ok      ' if fine else 'TROUBLE '} {sentence}"), flush=True)
    print(
        "Everything is ready."
        if well
        else "Something needs fixing. Each line that begins with TROUBLE says what to do."
    )
    return 0 if well else 1


def told(check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """What `check` finds; what it meets and cannot name is trouble, too, and no traceback."""
    try:
        yield from check()
    except MfaError as error:
        yield False, f"{error.what} {error.next_step}"
    except Exception as cause:  # a room is checked to the end
        yield (
            False,
            f"This check itself failed ({type(cause).__name__}: {cause}). Run both commands from the README yourself.",
        )


if __name__ == "__main__":
    sys.exit(main())
