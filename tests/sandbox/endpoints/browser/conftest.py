"""A browser at a tenant whose applications have a callback."""

from __future__ import annotations

import pytest

from ....support.login_page import CALLBACK, Browser
from ....support.management import Manage
from ....support.sandbox_api import Api

HOME = "http://localhost:3000/home"


@pytest.fixture
def browser(api: Api) -> Browser:
    api.set_up(callbacks=[CALLBACK], allowed_logout_urls=[HOME])
    return Browser(api)


@pytest.fixture
def manage(api: Api) -> Manage:
    return Manage(api)
