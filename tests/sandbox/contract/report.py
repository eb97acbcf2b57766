"""The file of `--contract-report`: what a run found, in a form that can be given to others."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path

from mfa_helpers.sandbox.fidelity import ROWS

from .rows import OF_ID, Report


def write(path: Path, report: Report) -> str:
    """Write the file, and say so in one sentence. It has no secret, and doesn't name the tenant or anybody."""
    found = {
        "target": "sandbox" if report.target == "sandbox" else "a tenant of Auth0",
        "versions": {
            "mfa-helpers": version("mfa-helpers"),
            "fidelity": max(row.looked for row in ROWS),
            "python": platform.python_version(),
            "requests": version("requests"),
            "system": platform.system(),
        },
        "rows": {"held": report.held, "differed": len(report.differed), "skipped": report.skipped},
        "differed": {
            id: {
                "found": report.anonymous(what),
                "mark": OF_ID[id].answer.mark,
                "source": OF_ID[id].answer.source,
                "looked": OF_ID[id].looked,
            }
            for id, what in report.differed.items()
        },
        "notes": {id: report.anonymous(what) for id, what in report.notes.items()},
    }
    try:
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as fault:
        return f"The report couldn't be written: {fault.strerror}. Choose another file with --contract-report."
    return f"The report for others is in {path}. It names neither the tenant nor a secret; read it before you share it."
