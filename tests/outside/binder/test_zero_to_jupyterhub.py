"""The values for Zero to JupyterHub: what the chart knows, figures that were measured, no secret."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from traitlets.config import Config

from mfa_helpers.course.files import course_files
from mfa_helpers.outline import NOTEBOOKS

from ...support.places import ROOT

TEXT = (ROOT / "binder" / "zero-to-jupyterhub.yaml").read_text("utf-8")
VALUES: dict[str, Any] = yaml.safe_load(TEXT)
QUANTITY = {"K": 2**10, "M": 2**20, "G": 2**30}  # as KubeSpawner reads them

#: From the values.schema.yaml of chart 4.4.0 (June 2026) and of July 24, 2026: the keys used here, and what they may hold.
KNOWN: dict[str, type | tuple[type, ...]] = {
    "hub.config": dict,
    "singleuser.image.name": str,
    "singleuser.image.tag": str,
    "singleuser.defaultUrl": str,
    "singleuser.profileList": list,
    "singleuser.storage.type": str,
    "singleuser.extraEnv": dict,
    "singleuser.memory.guarantee": str,
    "singleuser.memory.limit": str,
    "singleuser.cpu.guarantee": (int, float),
    "singleuser.cpu.limit": (int, float),
    "cull.enabled": bool,
    "cull.timeout": int,
    "cull.every": int,
    "cull.maxAge": int,
}


def leaves(values: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict) and above + key not in KNOWN:
            yield from leaves(value, f"{above}{key}.")
        else:
            yield above + key, value


def size(quantity: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([KMG])", quantity).groups()  # type: ignore[union-attr]
    return int(number) * QUANTITY[unit]


def test_the_chart_knows_every_key_and_its_kind_of_value() -> None:
    assert [(key, value) for key, value in leaves(VALUES) if not isinstance(value, KNOWN.get(key, ()))] == []


def test_memory_is_what_was_measured() -> None:
    """The guarantee holds the server and two kernels, the limit all notebooks."""
    server, kernel = (float(mb) * 1e6 for mb in re.search(r"server (\d+) MB, kernel (\d+) MB", TEXT).groups())  # type: ignore[union-attr]
    memory = {name: size(quantity) for name, quantity in VALUES["singleuser"]["memory"].items()}
    assert server + 2 * kernel <= memory["guarantee"] <= memory["limit"]
    assert server + len(NOTEBOOKS) * kernel <= memory["limit"]


def test_thirty_learners_are_guaranteed_no_more_than_the_two_cores_they_were_measured_on() -> None:
    cpu = VALUES["singleuser"]["cpu"]
    assert 30 * cpu["guarantee"] <= 2 and cpu["guarantee"] < cpu["limit"]


def test_a_server_outlasts_a_long_lunch_and_a_lesson_of_any_length() -> None:
    cull = VALUES["cull"]
    assert cull["timeout"] >= 90 * 60 and cull["every"] < cull["timeout"] and cull["maxAge"] == 0


def test_the_home_with_the_notebooks_is_not_hidden_and_notebook_00_opens() -> None:
    single = VALUES["singleuser"]
    assert single["storage"] == {"type": "none"}
    folder, notebook = single["defaultUrl"].removeprefix("/lab/tree/").split("/")
    assert f"mfa-course --copy-only {folder}\n" in (ROOT / "binder" / "postBuild").read_text("utf-8")
    assert notebook in course_files()


def test_one_password_lets_any_name_in_and_is_not_in_the_file() -> None:
    """JupyterHub's own class reads the settings."""
    shared = pytest.importorskip("jupyterhub.authenticators.shared", reason="pip install -e '.[outside]'")
    config = VALUES["hub"]["config"]
    assert config["JupyterHub"] == {"authenticator_class": "shared-password"}
    assert re.findall(r"(?im)^\s*\w*(?:password|secret|token|MFA_CLASS)\w*:", TEXT) == []

    async def enter(password: str, **more: Any) -> Any:
        authenticator = shared.SharedPasswordAuthenticator(config=Config({**config, **more}))
        return await authenticator.get_authenticated_user(None, {"username": "ada", "password": password})

    room = {"SharedPasswordAuthenticator": {"user_password": "a password for the room"}}
    assert asyncio.run(enter("a password for the room", **room))["name"] == "ada"
    assert asyncio.run(enter("another password", **room)) is None
    assert asyncio.run(enter("")) is None


@pytest.mark.parametrize("name", VALUES["singleuser"]["extraEnv"])
def test_every_variable_of_the_course_is_one_it_reads(name: str) -> None:
    sources = (ROOT / "mfa_helpers").rglob("*.py")
    assert any(f'environ.get("{name}")' in source.read_text("utf-8") for source in sources)
