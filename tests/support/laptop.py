"""A kernel on somebody's laptop: it runs what it's sent, and answers with what `said` is then. Each is a line of JSON."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import traceback


def main() -> None:
    """Until nothing more is sent."""
    names: dict[str, object] = {}
    for line in sys.stdin:
        printed = io.StringIO()
        names["said"], trouble = None, ""
        with contextlib.redirect_stdout(printed):
            try:
                exec(json.loads(line), names)
            except Exception:
                trouble = traceback.format_exc()
        answer = {"said": names["said"], "printed": printed.getvalue(), "trouble": trouble}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
