"""What a tenant only keeps and shows: nothing here depends on it.

A setup sends these objects, and tools that export a tenant ask for each of them. The answers of a tenant
without any are those that auth0-deploy-cli has recorded ("should dump without throwing an error").
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ...http.routing import Route
from .applications import ALL, PATH_OF_ALL
from .endpoint import NULL, Failure, Kinds, Work, invalid, needs, say

_TEXT = (str, NULL)


@dataclass(frozen=True)
class Kept:
    """One object, by its path: the scopes that read and change it, what it is `initial`ly, and how it is changed.

    Without `methods` it stays as it is; PUT replaces it, PATCH what is sent. `fields` may be sent; without any,
    whatever is an object may be. `secrets` are kept and never shown, also inside of other fields, and some objects
    aren't `readable` at all.
    """

    path: str
    scope: str
    initial: Any
    methods: tuple[str, ...] = ()
    fields: Kinds | None = None
    secrets: tuple[str, ...] = ()
    readable: bool = True

    def routes(self) -> list[Route]:
        """One for reading, and one for each way to change it."""
        place, found = f"/api/v2/{self.path}", [(method, self._changer(method)) for method in self.methods]
        read = [("GET", self._reader())] if self.readable else []
        return [Route(place, handler, methods=[method]) for method, handler in (*read, *found)]

    def _reader(self) -> Callable[[Request], Awaitable[Response]]:
        def read(work: Work) -> Response:
            value = self._value(work)
            return work.say(self._shown(value)) if isinstance(value, dict) else say(value)

        return needs(f"read:{self.scope}")(read)

    def _changer(self, method: str) -> Callable[[Request], Awaitable[Response]]:
        def change(work: Work) -> Response:
            sent = self._sent(work)
            value = {**self._value(work), **sent} if method == "PATCH" else sent
            work.store.keep(self._place(work), value)
            return say(self._shown(value))

        return needs(f"update:{self.scope}")(change)

    def _sent(self, work: Work) -> dict[str, Any]:
        if self.fields is not None:
            return work.fields(**self.fields)
        if not isinstance(work.body, dict):
            raise invalid("Expected type object")
        return work.body

    def _place(self, work: Work) -> str:
        return self.path.format(**work.path)

    def _value(self, work: Work) -> Any:
        kept = work.store.kept(self._place(work))
        return self.initial if kept is None else kept

    def _shown(self, value: dict[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in _without(value, self.secrets).items() if one is not None}


def _without(value: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    kept = {name: one for name, one in value.items() if name not in names}
    return {name: _without(one, names) if isinstance(one, dict) else one for name, one in kept.items()}


def _empty(path: str, scope: str, name: str) -> Route:
    """A list of what there is none of, in pages."""

    def read(work: Work) -> Response:
        return work.part(name, [])

    return Route(f"/api/v2/{path}", needs(f"read:{scope}")(read), methods=["GET"])


@needs("read:branding")
def _no_theme(work: Work) -> Response:
    """As recorded."""
    raise Failure(404, "There was an error retrieving branding settings: invalid theme ID", "theme_not_found")


_FACTORS = "guardian_factors"
PUT, PATCH, BOTH = ("PUT",), ("PATCH",), ("PUT", "PATCH")
_PROVIDER: Kinds = {"provider": str}
_TEMPLATES: Kinds = {"enrollment_message": str, "verification_message": str}
_TWILIO: Kinds = dict.fromkeys(("from", "messaging_service_sid", "auth_token", "sid"), _TEXT)
_SNS: Kinds = dict.fromkeys(
    (
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_region",
        "sns_apns_platform_application_arn",
        "sns_gcm_platform_application_arn",
    ),
    _TEXT,
)
_APNS: Kinds = {"sandbox": bool, "bundle_id": _TEXT, "p12": _TEXT}
_PUSH = "guardian/factors/push-notification"
_SHIELDS: Kinds = {"enabled": bool, "shields": list, "allowlist": list}

KEPT = [
    # factors
    Kept("guardian/factors/phone/message-types", _FACTORS, {"message_types": []}, PUT, {"message_types": list}),
    Kept("guardian/factors/phone/selected-provider", _FACTORS, {"provider": "auth0"}, PUT, _PROVIDER),
    Kept("guardian/factors/sms/selected-provider", _FACTORS, {"provider": "auth0"}, PUT, _PROVIDER),
    Kept("guardian/factors/phone/templates", _FACTORS, {}, PUT, _TEMPLATES),
    Kept("guardian/factors/sms/templates", _FACTORS, {}, PUT, _TEMPLATES),
    Kept("guardian/factors/phone/providers/twilio", _FACTORS, {}, PUT, _TWILIO, ("auth_token",)),
    Kept("guardian/factors/sms/providers/twilio", _FACTORS, {}, PUT, _TWILIO, ("auth_token",)),
    Kept(f"{_PUSH}/selected-provider", _FACTORS, {"provider": "guardian"}, PUT, _PROVIDER),
    Kept(f"{_PUSH}/providers/sns", _FACTORS, {}, BOTH, _SNS, ("aws_secret_access_key",)),
    Kept(f"{_PUSH}/providers/apns", _FACTORS, {}, BOTH, _APNS, ("p12",)),
    Kept(f"{_PUSH}/providers/fcm", _FACTORS, {}, BOTH, {"server_key": _TEXT}, ("server_key",), readable=False),
    Kept(
        f"{_PUSH}/providers/fcmv1",
        _FACTORS,
        {},
        BOTH,
        {"server_credentials": _TEXT},
        ("server_credentials",),
        readable=False,
    ),
    Kept("guardian/factors/duo/settings", _FACTORS, {}, BOTH, dict.fromkeys(("ikey", "skey", "host"), str), ("skey",)),
    # how pages look
    Kept(PATH_OF_ALL, "clients", ALL, PATCH, {"custom_login_page": str, "custom_login_page_on": bool}),
    Kept(
        "branding",
        "branding",
        {},
        PATCH,
        {"colors": (dict, NULL), "favicon_url": _TEXT, "logo_url": _TEXT, "font": (dict, NULL)},
    ),
    Kept(
        "prompts",
        "prompts",
        {"universal_login_experience": "new", "identifier_first": False},
        PATCH,
        {
            "universal_login_experience": str,
            "identifier_first": (bool, NULL),
            "webauthn_platform_first_factor": (bool, NULL),
        },
    ),
    Kept("prompts/{prompt}/custom-text/{language}", "prompts", {}, PUT),
    Kept("prompts/{prompt}/partials", "prompts", {}, PUT),
    # attack protection, whose limits are those of FIDELITY.md
    Kept(
        "attack-protection/brute-force-protection",
        "attack_protection",
        {
            "enabled": True,
            "shields": ["block", "user_notification"],
            "mode": "count_per_identifier_and_ip",
            "allowlist": [],
            "max_attempts": 10,
        },
        PATCH,
        {**_SHIELDS, "mode": str, "max_attempts": int},
    ),
    Kept(
        "attack-protection/breached-password-detection",
        "attack_protection",
        {"enabled": False, "shields": [], "admin_notification_frequency": [], "method": "standard"},
        PATCH,
        {"enabled": bool, "shields": list, "admin_notification_frequency": list, "method": str, "stage": dict},
    ),
    Kept(
        "attack-protection/suspicious-ip-throttling",
        "attack_protection",
        {"enabled": True, "shields": ["admin_notification", "block"], "allowlist": []},
        PATCH,
        {**_SHIELDS, "stage": dict},
    ),
    Kept(
        "attack-protection/bot-detection",
        "attack_protection",
        {
            **dict.fromkeys(
                (
                    "challenge_password_policy",
                    "challenge_passwordless_policy",
                    "challenge_password_reset_policy",
                ),
                "never",
            ),
            "allowlist": [],
            "bot_detection_level": "medium",
            "monitoring_mode_enabled": False,
        },
        PATCH,
        {
            **dict.fromkeys(
                (
                    "challenge_password_policy",
                    "challenge_passwordless_policy",
                    "challenge_password_reset_policy",
                    "bot_detection_level",
                ),
                str,
            ),
            "allowlist": list,
            "monitoring_mode_enabled": bool,
        },
    ),
    Kept(
        "attack-protection/captcha",
        "attack_protection",
        {"active_provider_id": "auth_challenge"},
        PATCH,
        secrets=("secret", "api_key"),
    ),
    Kept("risk-assessments/settings", "attack_protection", {"enabled": False}, PATCH, {"enabled": bool}),
    Kept(
        "risk-assessments/settings/new-device",
        "attack_protection",
        {"remember_for": 30},
        PATCH,
        {"remember_for": int},
    ),
    Kept("supplemental-signals", "attack_protection", {"akamai_enabled": False}, PATCH, {"akamai_enabled": bool}),
    # what there is none of, in answers without pages
    Kept("actions/actions", "actions", {"actions": [], "total": 0, "page": 0, "per_page": 100}),
    Kept("actions/modules", "actions", {"modules": [], "total": 0, "page": 0, "per_page": 100}),
    Kept("actions/triggers", "actions", {"triggers": []}),
    Kept("branding/phone/providers", "phone_providers", {"providers": []}),
    Kept("branding/phone/templates", "phone_templates", {"templates": []}),
    Kept("user-attribute-profiles", "user_attribute_profiles", {"user_attribute_profiles": []}),
    Kept("connection-profiles", "connection_profiles", {"connection_profiles": []}),
    Kept("token-exchange-profiles", "token_exchange_profiles", {"token_exchange_profiles": []}),
    Kept("event-streams", "event_streams", {"eventStreams": []}),
    Kept("rate-limit-policies", "rate_limit_policies", {"rate_limit_policies": []}),
    Kept("connections-directory-provisionings", "directory_provisionings", {"directory_provisionings": []}),
    Kept("rules-configs", "rules_configs", []),
    Kept("custom-domains", "custom_domains", []),
    Kept("log-streams", "log_streams", []),
]
#: Path, scope, and what the list is called there.
EMPTY = [
    ("rules", "rules", "rules"),
    ("hooks", "hooks", "hooks"),
    ("roles", "roles", "roles"),
    ("organizations", "organizations", "organizations"),
    ("flows", "flows", "flows"),
    ("flows/vault/connections", "flows_vault_connections", "connections"),
    ("forms", "forms", "forms"),
    ("prompts/rendering", "prompts", "configs"),
    ("self-service-profiles", "self_service_profiles", "self_service_profiles"),
    ("network-acls", "network_acls", "network_acls"),
]

routes = [
    *(_empty(*one) for one in EMPTY),
    *(route for one in KEPT for route in one.routes()),
    Route("/api/v2/branding/themes/default", _no_theme, methods=["GET"]),
]
