"""What `lint-imports` cannot say of who may import whom."""

from __future__ import annotations

import re

from .support.places import PACKAGE


def test_only_the_errata_send_past_the_transport_and_to_their_own_tenant() -> None:
    # a package of the standard library counts as one name for `lint-imports`, which so cannot see this
    sends = re.compile(r"^\s*(?:import http\.client|from http(?:\.client)? import .*(?:client|Connection))", re.M)
    assert {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if sends.search(path.read_text("utf-8"))
    } == {
        "lessons/errata/ways.py",
        "sandbox/hosting/shared_process.py",  # whose open request is no call of the lesson
    }
