"""The command `mfa-course`: a working copy of the notebooks, and JupyterLab on its notebook 00."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from . import extra
from .working_copy import CopyError, update


def main() -> int:
    """Make or update the copy, and start JupyterLab. Returns the exit code: 1 if the copy can't be made."""
    parser = argparse.ArgumentParser(
        prog="mfa-course",
        description="Make your own copy of the course's notebooks, or update it, and open it in JupyterLab.",
    )
    parser.add_argument(
        "folder", nargs="?", default="mfa-course", help="where your copy is (default: mfa-course in this folder)"
    )
    parser.add_argument("--copy-only", action="store_true", help="make or update the copy, and don't start JupyterLab")
    parser.add_argument("--no-browser", action="store_true", help="print the address, and don't open a browser")
    parser.add_argument("--port", type=int, help="the port of JupyterLab (default: 8888, or the next free one)")
    given = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without these quotes still says the rest
    if given.port is not None and not 0 <= given.port <= 65_535:
        parser.error("--port: a number from 0 to 65535")
    if trouble := extra.trouble():
        print(trouble, file=sys.stderr)
        return 1
    folder = Path(given.folder).absolute()
    try:
        update(folder, print)
        if given.copy_only:
            print(f"Your copy of the notebooks: {folder}")
        else:
            from .jupyterlab import serve

            serve(folder, browser=not given.no_browser, port=given.port)
    except CopyError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
