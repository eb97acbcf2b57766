"""Fixtures that several files share."""

import pytest

from tests.forms.conftest import lab, later
from tests.sandbox.conftest import api
from tests.support.run_report import count

__all__ = ["api", "lab", "later"]


@pytest.fixture(autouse=True)
def _counted() -> None:
    count("bad inputs: those of the reports from the field")
