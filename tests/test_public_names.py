"""The public names of the package and of its forms: each stands once, in an `__init__.pyi`, and leads to its home."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

import mfa_helpers
from mfa_helpers import forms
from mfa_helpers.forms.base import Form

from .support.places import PACKAGE


def test_the_names_of_the_package_lead_to_their_homes() -> None:
    found = {name: getattr(mfa_helpers, name) for name in mfa_helpers.__all__}
    assert {
        name: thing.__name__ if isinstance(thing, ModuleType) else thing.__module__ for name, thing in found.items()
    } == {
        "Lab": "mfa_helpers.lab",
        "MfaClient": "mfa_helpers.client.mfa",
        "MfaError": "mfa_helpers.client.errors",
        "MfaRequired": "mfa_helpers.client.errors",
        "Secret": "mfa_helpers.client.secret",
        "errors": "mfa_helpers.client.errors",
        "forms": "mfa_helpers.forms",
        "languages": "mfa_helpers.languages",
        "verify_id_token": "mfa_helpers.client.id_token",
    }


def test_every_form_that_can_stand_in_a_notebook_is_listed() -> None:
    for path in PACKAGE.glob("forms/*.py"):
        __import__(f"mfa_helpers.forms.{path.stem}")

    def below(kind: type) -> set[type]:
        return {kind, *(deeper for one in kind.__subclasses__() for deeper in below(one))}

    unlisted = {
        "CodeFactorForm",
        "CodeForm",
        "FactorForm",
        "JudgedForm",
        "PredictedRequestsForm",
        "StepForm",
    }  # others are built on these …
    unlisted.add("NextFactorForm")  # … and this one is offered by another
    ours = {kind.__name__ for kind in below(Form) if kind.__module__.startswith("mfa_helpers.")}
    assert ours - unlisted == set(forms.__all__) - {"CodeTabs"}


@pytest.mark.parametrize("module", [mfa_helpers, forms])
def test_a_star_import_and_dir_give_what_is_listed(module: ModuleType) -> None:
    names: dict[str, Any] = {}
    exec(f"from {module.__name__} import *", names)
    assert set(names) - {"__builtins__"} == set(module.__all__) == set(dir(module))


@pytest.mark.parametrize("module", [mfa_helpers, forms])
def test_a_name_that_is_not_there_is_an_attribute_error(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match="MfaServer"):
        module.MfaServer
