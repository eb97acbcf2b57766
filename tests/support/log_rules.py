"""What Auth0's published schema requires of each type of event that the sandbox writes into its log.

The schema is `oas/tenant-logs/logs-schema.json` of auth0/docs-v2 (20 Aug 2026). What it requires of the types below is
written down here in our own words. It has no schema for the two types in `WITHOUT_A_SCHEMA`.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

Rule = Callable[[Any], Any]
TEXT: Rule = lambda value: isinstance(value, str)  # noqa: E731


def exactly(kind: type) -> Rule:
    return lambda value: type(value) is kind


def address(value: Any) -> bool:
    return bool(ip_address(value))


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def has(**rules: Rule) -> Rule:
    """An object with these members, each as its rule says."""
    return lambda value: (
        isinstance(value, dict) and all(name in value and rule(value[name]) for name, rule in rules.items())
    )


EVERY = {"description": TEXT, "environment_name": TEXT, "log_id": TEXT, "tenant_name": TEXT, "type": TEXT}
CLIENT = {**EVERY, "ip": address, "client_name": TEXT}
FACTOR = {**EVERY, "ip": address, "details": exactly(dict)}
HOST = {**CLIENT, "hostname": TEXT}
LOGIN = {**CLIENT, "strategy": TEXT, "strategy_type": TEXT, "details": exactly(dict)}
ACCOUNT = {**EVERY, "ip": address, "hostname": TEXT, "details": has(operation=TEXT)}
EXCHANGE = {**HOST, "audience": TEXT}
ACTIONS = has(actions=has(executions=texts))
REQUEST = has(auth=has(scopes=texts, strategy=TEXT), body=has(code=TEXT), ip=TEXT, method=TEXT, path=TEXT, query=TEXT, userAgent=TEXT)  # fmt: skip
FACTORS = (
    *("gd_send_email", "gd_send_sms", "gd_send_sms_failure", "gd_send_voice", "gd_send_voice_failure", "gd_send_pn"),
    *("gd_start_enroll", "gd_start_enroll_failed", "gd_start_auth", "gd_auth_rejected", "gd_auth_succeed"),
    *("gd_otp_rate_limit_exceed", "gd_recovery_failed", "gd_recovery_succeed", "gd_enrollment_complete", "gd_unenroll"),
)
EXCHANGES = (
    *("sepft", "fepft", "seoobft", "feoobft", "seotpft", "feotpft", "sercft", "fercft", "sertft", "fertft"),
    *("seccft", "feccft", "seacft", "feacft"),
)
WITHOUT_A_SCHEMA = {"fapi": {**CLIENT, "details": exactly(dict)}, "gd_recovery_rate_limit_exceed": FACTOR}
RULES: dict[str, dict[str, Rule]] = {
    **dict.fromkeys(FACTORS, FACTOR),
    **dict.fromkeys(EXCHANGES, EXCHANGE),
    **WITHOUT_A_SCHEMA,
    "mfar": {**HOST, "strategy": TEXT, "strategy_type": TEXT},
    "sepft": {**EXCHANGE, "details": ACTIONS},
    "seoobft": {**EXCHANGE, "details": ACTIONS},
    "seccft": {**EXCHANGE, "details": ACTIONS},
    "sertft": {**EXCHANGE, "details": exactly(dict)},
    "fertft": {**EXCHANGE, "details": exactly(dict)},
    "gd_auth_failed": {**FACTOR, "details": has(request=REQUEST, response=exactly(dict))},
    "srrt": {**HOST, "details": has(credential_id=TEXT)},
    "sapi": {**CLIENT, "details": has(request=exactly(dict), response=exactly(dict))},
    "fco": {
        **HOST,
        "details": has(
            allowedOrigins=texts, headers=exactly(dict), host=TEXT, method=TEXT, origin=TEXT, xhr=exactly(bool)
        ),
    },
    "fu": LOGIN,
    "fp": {**LOGIN, "details": has(error=has(message=TEXT))},
    "f": {**LOGIN, "hostname": TEXT, "details": has(error=has(message=TEXT, oauthError=TEXT))},
    "seacft": {**EXCHANGE, "details": exactly(dict)},
    "feacft": {**HOST, "details": exactly(dict)},
    "s": {**LOGIN, "hostname": TEXT},
    "ssa": {**HOST, "details": exactly(dict)},
    "fsa": {**HOST, "audience": TEXT},
    "slo": {**HOST, "details": exactly(dict)},
    "flo": {**HOST, "details": has(allowed_logout_url=texts, return_to=TEXT)},
    "limit_wc": HOST,
    "api_limit": {
        **{name: rule for name, rule in HOST.items() if name != "ip"},
        "details": has(limit=has(size=exactly(int), bucket=TEXT, **{"global": exactly(bool)})),
    },
    "ss": {**LOGIN, "hostname": TEXT, "details": has(body=exactly(dict))},
    "my_account_authentication_method_succeeded": ACCOUNT,
    "my_account_authentication_method_failed": ACCOUNT,
    "fn": {**CLIENT, "details": has(email_type=TEXT, notification_type=TEXT, to=TEXT)},
}
#: The types of which the schema allows no `details` but those with something in them.
NOTHING_OR_ALL = ("mfar",)


def faults_of(event: dict[str, Any]) -> list[str]:
    rules = RULES[event["type"]]
    missing = [name for name in rules if name not in event]
    return missing or [name for name, rule in rules.items() if not rule(event[name])]
