"""The command `mfa-sandbox`: the tenant, or with `judge` the judge of a program that uses one.

It's here and not in the sandbox, because the sandbox knows nothing of the judge.
"""

from __future__ import annotations

import sys

_NAME = "mfa-sandbox"
_MORE = f"“{_NAME} judge -- COMMAND” runs your program with tenants of its own, and judges how it signs a user in."


def mfa_sandbox() -> int:
    """Run the command line. The exit code is that of the part that was asked for."""
    if sys.argv[1:2] == ["judge"]:
        from .__main__ import main as judge

        return judge(f"{_NAME} judge", sys.argv[2:])
    from ...sandbox.__main__ import main as sandbox

    return sandbox(_NAME, _MORE)
