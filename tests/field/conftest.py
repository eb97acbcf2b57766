"""Fixtures that several files share."""

from tests.forms.conftest import lab, later
from tests.notebooks.conftest import surroundings
from tests.sandbox.conftest import api

__all__ = ["api", "lab", "later", "surroundings"]
