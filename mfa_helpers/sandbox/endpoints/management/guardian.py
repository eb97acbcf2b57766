"""Factors and policies of multi-factor authentication (recording TestAccGuardian)."""

from __future__ import annotations

from starlette.responses import Response

from ... import defaults
from .endpoint import Failure, Work, invalid, needs, say


@needs("read:guardian_factors")
def list_factors(work: Work) -> Response:
    """`GET /api/v2/guardian/factors`: all of them, in the recorded order."""
    enabled = work.store.settings().factors
    return say([{"name": name, "enabled": name in enabled, "trial_expired": False} for name in defaults.FACTORS])


@needs("update:guardian_factors")
def switch_factor(work: Work) -> Response:
    """Any factor may stand alone, email too (recorded; the Dashboard asks for another one beside it)."""
    name = work.path["name"]
    if name not in defaults.FACTORS:
        raise Failure(404, f"There is no factor {name[:60]}.", "inexistent_factor")
    enabled = work.required("enabled", enabled=bool)["enabled"]
    others = [factor for factor in work.store.settings().factors if factor != name]
    work.store.change_settings(factors=[*others, name] if enabled else others)
    return say({"enabled": enabled})


@needs("read:mfa_policies")
def read_policies(work: Work) -> Response:
    """`GET /api/v2/guardian/policies`."""
    return say(work.store.settings().mfa_policy)


@needs("update:mfa_policies")
def set_policies(work: Work) -> Response:
    """`PUT /api/v2/guardian/policies`."""
    wanted = work.body
    if not isinstance(wanted, list):
        raise invalid("Expected type array")
    if len(wanted) > 1 or any(name not in defaults.POLICIES for name in wanted):
        raise invalid(f"Expected at most one of {', '.join(defaults.POLICIES)}")
    work.store.change_settings(mfa_policy=wanted)
    return say(wanted)
