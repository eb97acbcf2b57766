"""What each SDK sent when this was recorded: shown where the SDK can't be run. No secret is in it.

`python -m tests.outside.sdk.record` records it again, after a change of a version or a program.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from ...client.models import Exchange

FILE = Path(__file__).with_name("recordings.json")


@cache
def _all() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text("utf-8")))


@cache
def by_hand() -> dict[str, Exchange]:
    """The calls of the course's own client, by their places in the flow."""
    return {place: Exchange(**told) for place, told in _all()["by hand"].items()}


def of(sdk: str, step: str) -> list[Exchange]:
    """What that SDK sent in a step, oldest first."""
    return [Exchange(**told) for told in _all()[sdk]["sent"][step]]


def printed(sdk: str) -> list[str]:
    """What its program printed."""
    return list(_all()[sdk].get("printed", []))


def version(sdk: str) -> str:
    """The version that was recorded."""
    return str(_all()[sdk]["version"])


def told(exchanges: Sequence[Exchange]) -> list[Mapping[str, Any]]:
    """The exchanges as they are recorded, without what is never shown of them."""
    kept = ("method", "url", "path", "request_headers", "request_body", "status", "response_body")
    return [{name: value for name, value in asdict(one).items() if value and name in kept} for one in exchanges]
