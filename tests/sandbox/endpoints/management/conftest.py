"""The Management API over plain calls."""

from __future__ import annotations

import pytest

from ....support.management import Manage
from ....support.sandbox_api import Api


@pytest.fixture
def manage(api: Api) -> Manage:
    return Manage(api)
