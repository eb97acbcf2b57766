"""Where the parts of this repository are, and what of this machine a rehearsal elsewhere doesn't have."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
TESTS = ROOT / "tests"
PACKAGE = ROOT / "mfa_helpers"

#: What a clone does not have. A learner's own .env must not be copied anywhere.
NOT_CLONED = shutil.ignore_patterns(
    *(".git", ".venv", ".env", "__pycache__", ".*_cache", ".ipynb_checkpoints", "build", "dist", "shots", "mfa-course"),
    *(".environments", "node_modules"),  # other tests may be making them meanwhile
)
#: How the variables begin that would lead a rehearsal back to the environment of the tests.
FOREIGN = ("JUPYTER", "IPYTHON", "PYTHON", "MFA_", "AUTH0_", "XDG_DATA", "VIRTUAL_ENV", "COVERAGE", "COV_CORE")
