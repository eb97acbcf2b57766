"""Set up the tenant for a notebook, and put it back at its end. In the sandbox; your own tenant has its Dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..lab import Lab
from ..learner.tenant_setup import TenantSetup
from ..show.text import listed
from . import controls
from .base import Form

_NAMES = {
    "otp": "authenticator apps (otp)",
    "sms": "text messages and calls (sms)",
    "push-notification": "push notifications (push-notification)",
    "recovery-code": "recovery codes (recovery-code)",
}


class TenantSetupForm(Form):
    """Switches factors on, and Customizable MFA if `customize` says so. `result` is `True`."""

    heading = "Set up the tenant"

    def __init__(self, lab: Lab, *factors: str, customize: bool = False) -> None:
        self.factors, self.customize = factors, customize
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        return [
            controls.row(
                controls.button("Turn on", "Change the tenant through the Management API", self.submit, main=True)
            )
        ]

    def invitation(self) -> str:
        wanted = listed([*(_NAMES[name] for name in self.factors), *(["Customizable MFA"] if self.customize else [])])
        if not self.lab.tenant.can_change_settings:
            return f"Set up your own tenant in its Dashboard: turn on {wanted}."
        return f"This form turns on {wanted}. The last form of this notebook restores the settings."

    def submit(self) -> None:
        """Switch on what this notebook needs."""

        def act() -> bool:
            set_up = self.lab.companion(TenantSetup)
            set_up.switch_on(*self.factors)
            if self.customize:
                set_up.customize()
            return True

        self.attempt(act, lambda _: "the tenant is set up for this notebook.")

    def hands_free(self) -> None:
        if self.lab.tenant.can_change_settings:
            self.submit()


class PutBackForm(Form):
    """Puts back what this notebook and unfinished ones have changed. `result` is the list of it."""

    heading = "Restore the tenant's settings"

    def parts(self) -> Sequence[widgets.Widget]:
        return [
            controls.row(
                controls.button(
                    "Restore settings",
                    "Change them back to what they were before this notebook",
                    self.submit,
                    main=True,
                )
            )
        ]

    def invitation(self) -> str:
        if not self.lab.tenant.can_change_settings:
            return "This form needs the sandbox. On your own tenant, restore in the Dashboard what you changed there."
        return "The other notebooks expect the original settings."

    def submit(self) -> None:
        """Restore settings."""
        self.attempt(self.lab.companion(TenantSetup).put_back, self._told)

    def hands_free(self) -> None:
        if self.lab.tenant.can_change_settings:
            self.submit()

    def _told(self, done: list[Any]) -> str:
        return f"the settings are restored: {'; '.join(done)}." if done else "nothing had changed."
