"""Fixtures of other folders."""

from tests.forms.conftest import lab
from tests.sandbox.conftest import api

__all__ = ["api", "lab"]
