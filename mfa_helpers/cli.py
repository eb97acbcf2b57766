"""The command `mfa-sandbox`: the tenant for whoever tests an app of their own against it."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line of the sandbox. The exit code is that of `sandbox.__main__.main`."""
    from .sandbox.__main__ import main as sandbox

    return sandbox("mfa-sandbox")


if __name__ == "__main__":
    sys.exit(main())
