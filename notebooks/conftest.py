"""For tests: `pytest --nbval notebooks` compares the stored outputs, which come from hands-free runs."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("MFA_HANDS_FREE", "1")


def pytest_configure(config: pytest.Config) -> None:
    """What differs from run to run is left out of the comparison, also where nobody asks for it."""
    if config.option.nbval_sanitize_with is None:
        config.option.nbval_sanitize_with = Path(__file__).parents[1] / "tests/notebooks/sanitize.cfg"
