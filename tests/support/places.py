"""Where the parts of this repository are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
TESTS = ROOT / "tests"
PACKAGE = ROOT / "mfa_helpers"
