"""Choose the tenant: the sandbox, a class's, or your own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.secret import Secret
from ..storage import browser
from ..tenants.tenant import CLASS, LIVE, SANDBOX
from . import controls, labels
from .base import Form

_NAMES = {
    SANDBOX: "The sandbox on this machine",
    CLASS: "The class's tenant",
    LIVE: "My own Auth0 tenant",
}


class TenantForm(Form):
    """Asks the chosen tenant who it is. `result` is its discovery document."""

    heading = "Choose your tenant"

    def parts(self) -> Sequence[widgets.Widget]:
        self.kind = self.choices(labels.TENANT, [(name, kind) for kind, name in _NAMES.items()], self.lab.tenant.kind)
        self.join_line = controls.password(labels.JOIN_LINE)
        self.join_line.placeholder = "From your instructor. Leave empty to use the last one."
        self.kind.observe(lambda change: controls.show(change["new"] == CLASS, self.join_line), "value")
        controls.show(self.kind.value == CLASS, self.join_line)
        self.check_button = controls.button("Check the tenant", "Ask the tenant who it is", self.submit, main=True)
        self.reset_button = controls.button(
            "Reset sandbox", "Delete everything that was enrolled, sent, and shared between notebooks", self.reset
        )
        self.projector = widgets.Checkbox(
            value=self.lab.handover.is_projecting(),
            description="Presenter mode: hide addresses and codes",
            indent=False,
            layout={"width": "auto"},
        )
        self.projector.observe(lambda change: self.project(change["new"]), "value")
        return [self.kind, self.join_line, controls.row(self.check_button, self.reset_button), self.projector]

    def invitation(self) -> str:
        told = "Choose one and check it. The sandbox doesn't need an account or an internet connection."
        return f"{told} {browser.LIMITS}" if browser.IS_HERE else told

    def submit(self) -> None:
        """Use the chosen tenant from here on and check that it answers."""
        line, self.join_line.value = Secret(self.join_line.value), ""
        self.attempt(lambda: self.lab.choose(self.kind.value, line or None), self._welcome)

    def project(self, on: bool) -> None:
        """Mask addresses and codes on screen, in all notebooks, or show them again."""
        self.lab.handover.project(on)
        self.lab.views.happened()
        what = "hidden" if on else "shown"
        trouble = self.lab.handover.trouble
        self.say(
            f"Problem: addresses and codes are {what} in this notebook only. {trouble}"
            if trouble
            else f"Done: addresses and codes are {what} from now on, in all notebooks."
        )

    def reset(self) -> None:
        """Back to the first day: nothing enrolled, no mail, no login in progress."""
        self.attempt(
            self.lab.reset,
            lambda _: {
                SANDBOX: "the sandbox is reset and empty.",
                CLASS: "your user is reset. Other users aren't affected.",
                LIVE: "the course's data is reset. Your tenant keeps what is enrolled there.",
            }[self.lab.tenant.kind],
        )

    def hands_free(self) -> None:
        self.kind.value = self.lab.tenant.kind
        self.submit()

    def _welcome(self, described: dict[str, Any]) -> str:
        told_by = self.lab.tenant.told_by
        if self.lab.tenant.kind == CLASS:
            return (
                f"the class's tenant responds. You are {self.lab.tenant.username} there, and the instructor's board shows the same name. "
                "Its emails go to an inbox inside the notebooks, and nobody else sees yours."
                + (f" The join line is that of {told_by}." if told_by else "")
            )
        if self.lab.tenant.is_sandbox:
            return "the sandbox responds. Its emails go to an inbox inside the notebooks."
        return (
            f"your tenant responds as {described['issuer']}. Its emails go to your own mailbox. "
            f"Its settings come from {told_by}."
        )
