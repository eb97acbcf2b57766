"""Changing how the tenant is set up for a notebook, and putting it back.

What was there before is in the handover: a kernel that stops half-way leaves
a note of it, and the next notebook that puts back puts that back, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from ..client.errors import Refused
from ..client.management import Management
from ..storage.entries import ChangedSettings, ChosenAuthenticator, Enrolled
from .session import LearnerSession

_CUSTOMIZE = "customize_mfa_in_postlogin_action"
_CHOICE = "choice"  # the name of the note about the authenticator that was chosen
TEMPLATE = "mfa_oob_code"  # documentation, email-templates: the mail of the MFA API
#: A mail server that a sandbox never calls: its mail stays on this machine. Own templates want one (documentation).
_PROVIDER = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "security@shop.example",
    "credentials": {"smtp_host": "mail.shop.example", "smtp_port": 587, "smtp_user": "course", "smtp_pass": "unused"},
}


class TenantSetup:
    """Works through the Management API; without it each method raises `StepMissing`."""

    def __init__(self, session: LearnerSession) -> None:
        self._session = session

    def switch_on(self, *factors: str) -> None:
        """Switch factors on. Names are the Management API's: `otp`, `sms`, `push-notification`, `recovery-code`."""

        def act(management: Management) -> None:
            known = {row["name"]: row["enabled"] for row in management.get("/guardian/factors")}
            for name in factors:
                self._note(f"factor {name}", known.get(name, False))
                management.change("PUT", f"/guardian/factors/{name}", {"enabled": True})

        self._with_management(act)

    def customize(self) -> None:
        """Switch Customizable MFA on: `mfa_requirements` in `mfa_required`, and `type` in the list (early access)."""

        def act(management: Management) -> None:
            self._note("customize", management.get("/tenants/settings")[_CUSTOMIZE])
            management.change("PATCH", "/tenants/settings", {_CUSTOMIZE: True})

        self._with_management(act)

    def take_off_all(self) -> None:
        """Take all authenticators off the user, as an administrator does. The next enrollment is a first one."""

        def act(management: Management) -> None:
            user = self._user(management)
            self._note("emails", self._confirmed_emails(management, user))
            management.change("DELETE", f"/users/{user}/authenticators")
            chosen = self._session.kept(ChosenAuthenticator)
            if chosen is not None:
                self._note(_CHOICE, chosen.label)
            self._forget_what_was_enrolled()

        self._with_management(act)

    def give(self, **method: str) -> None:
        """Give the user a confirmed authenticator: `type="email", email=…` or `type="totp", totp_secret=…`."""

        def act(management: Management) -> None:
            user = self._user(management)
            self._note("emails", self._confirmed_emails(management, user))
            management.change("POST", f"/users/{user}/authentication-methods", {"name": "course", **method})
            if method["type"] == "email":
                self._session.keep(Enrolled())

        self._with_management(act)

    def template(self) -> dict[str, Any]:
        """The template of the mail: `subject`, `body` and `from`. Empty if the tenant has none of its own."""

        def act(management: Management) -> dict[str, Any]:
            found = _or_none(lambda: management.get(f"/email-templates/{TEMPLATE}"))
            return found if found is not None and found["enabled"] else {}

        kept: dict[str, Any] = self._with_management(act)
        return kept

    def keep_template(self, subject: str, body: str) -> None:
        """Use another template from now on. Raises `Refused` with the tenant's reason if it is no Liquid."""

        def act(management: Management) -> None:
            provider = _or_none(lambda: management.get("/emails/provider"))
            self._note("provider", provider and provider["enabled"])
            if provider is None:
                management.change("POST", "/emails/provider", _PROVIDER)
            elif not provider["enabled"]:
                management.change("PATCH", "/emails/provider", {"enabled": True})
            self._note("template", _or_none(lambda: management.get(f"/email-templates/{TEMPLATE}")))
            wanted = {
                "template": TEMPLATE,
                "subject": subject,
                "body": body,
                "from": "{{ friendly_name }} <security@shop.example>",
                "syntax": "liquid",
                "enabled": True,
            }
            management.change("PUT", f"/email-templates/{TEMPLATE}", wanted)

        self._with_management(act)

    def put_back(self) -> list[str]:
        """Put back all that was changed. Returns what, in words; an empty list if nothing was."""
        note = self._noted()
        if not note:
            return []
        done = []

        def act(management: Management) -> None:
            for name, before in note.items():
                if name != _CHOICE:  # it comes with the authenticators
                    done.append(self._put_back(management, name, before))

        self._with_management(act)
        with self._session.handover.transaction():
            left = {name: before for name, before in self._noted().items() if name not in note}
            if left:  # another notebook has changed it meanwhile
                self._session.keep(ChangedSettings(left))
            else:
                self._session.forget(ChangedSettings.name)
        return sorted(done)

    def _put_back(self, management: Management, name: str, before: Any) -> str:
        if name.startswith("factor "):
            factor = name.removeprefix("factor ")
            management.change("PUT", f"/guardian/factors/{factor}", {"enabled": before})
            return f"factor {factor} {'on' if before else 'off'}"
        if name == "customize":
            management.change("PATCH", "/tenants/settings", {_CUSTOMIZE: before})
            return f"Customizable MFA {'on' if before else 'off'}"
        if name == "template":
            # A template cannot be removed; one that is not enabled is as good as none.
            path = f"/email-templates/{TEMPLATE}"
            management.change("PATCH", path, before if before is not None else {"enabled": False})
            return "the email template as before"
        if name == "provider":
            management.change("PATCH", "/emails/provider", {"enabled": bool(before)})
            return f"the tenant's own mail server {'on' if before else 'off'}"
        user = self._user(management)
        management.change("DELETE", f"/users/{user}/authenticators")
        self._forget_what_was_enrolled()
        made = []
        for address in before:
            method = {"type": "email", "name": "course", "email": address}
            made.append(management.change("POST", f"/users/{user}/authentication-methods", method))
        if not before:
            return "the user's authenticators: none"
        self._session.keep(Enrolled())
        if len(made) == 1 and _CHOICE in self._noted():
            self._session.keep(ChosenAuthenticator(made[0]["id"], self._noted()[_CHOICE]))
        return f"the user's emails, enrolled again: {len(before)}"

    def _forget_what_was_enrolled(self) -> None:
        self._session.forget("enrollment", "enrolled", "authenticator", "challenge", "flow")

    def _with_management(self, act: Callable[[Management], Any]) -> Any:
        management = self._session.tenant.require_management()
        return self._session.guarded(lambda: act(management))

    def _user(self, management: Management) -> str:
        (user,) = management.get("/users-by-email", email=self._session.tenant.username or "")
        return quote(user["user_id"], safe="")

    @staticmethod
    def _confirmed_emails(management: Management, user: str) -> list[str]:
        rows: Sequence[dict[str, Any]] = management.get(f"/users/{user}/authentication-methods")
        return list(dict.fromkeys(row["email"] for row in rows if row["type"] == "email" and row["confirmed"]))

    def _noted(self) -> dict[str, Any]:
        changed = self._session.kept(ChangedSettings)
        return {} if changed is None else dict(changed.before)

    def _note(self, name: str, before: Any) -> None:
        """Remember what was there; what was noted first stays."""
        with self._session.handover.transaction():  # another notebook may change something else meanwhile
            note = self._noted()
            if name not in note:
                self._session.keep(ChangedSettings({**note, name: before}))


def _or_none(get: Callable[[], Any]) -> Any:
    try:
        return get()
    except Refused as refused:
        if refused.status != 404:
            raise
        return None
