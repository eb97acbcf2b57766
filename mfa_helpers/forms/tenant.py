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
        self.join_line.placeholder = "what your instructor shows; empty: the one you used before"
        self.kind.observe(lambda change: controls.show(change["new"] == CLASS, self.join_line), "value")
        controls.show(self.kind.value == CLASS, self.join_line)
        self.check_button = controls.button("Check the tenant", "Ask the tenant who it is", self.submit, main=True)
        self.afresh_button = controls.button(
            "Start afresh", "Forget what was enrolled, mailed and handed over", self.start_afresh
        )
        self.projector = widgets.Checkbox(
            value=self.lab.handover.is_projecting(),
            description="A room looks on: mask addresses and codes",
            indent=False,
            layout={"width": "auto"},
        )
        self.projector.observe(lambda change: self.project(change["new"]), "value")
        return [self.kind, self.join_line, controls.row(self.check_button, self.afresh_button), self.projector]

    def invitation(self) -> str:
        told = "Pick one and check it. The sandbox needs no account and no Internet."
        return f"{told} {browser.LIMITS}" if browser.IS_HERE else told

    def submit(self) -> None:
        """Use the chosen tenant from here on and check that it answers."""
        line, self.join_line.value = Secret(self.join_line.value), ""
        self.attempt(lambda: self.lab.choose(self.kind.value, line or None), self._welcome)

    def project(self, on: bool) -> None:
        """Mask addresses and codes on screen, in all notebooks, or show them again."""
        self.lab.handover.project(on)
        self.lab.views.happened()
        what = "masked" if on else "shown"
        trouble = self.lab.handover.trouble
        self.say(
            f"Problem: they are {what} in this notebook only. {trouble}"
            if trouble
            else f"Done: addresses and codes are {what} from now on, in all notebooks."
        )

    def start_afresh(self) -> None:
        """Back to the first day: nothing enrolled, no mail, no login in progress."""
        self.attempt(
            self.lab.start_afresh,
            lambda _: {
                SANDBOX: "you start afresh. The sandbox is empty.",
                CLASS: "you start afresh. Nobody else's user was touched.",
                LIVE: "this course starts afresh. Your tenant keeps what is enrolled there.",
            }[self.lab.tenant.kind],
        )

    def hands_free(self) -> None:
        self.kind.value = self.lab.tenant.kind
        self.submit()

    def _welcome(self, described: dict[str, Any]) -> str:
        told_by = self.lab.tenant.told_by
        if self.lab.tenant.kind == CLASS:
            return (
                f"the class's tenant answers. You are {self.lab.tenant.username} there: the instructor's board says so, too. "
                "Its mail comes to an inbox inside the notebooks, and nobody else sees yours."
                + (f" The join line is that of {told_by}." if told_by else "")
            )
        if self.lab.tenant.is_sandbox:
            return "the sandbox answers. Its mail comes to an inbox inside the notebooks."
        return (
            f"your tenant answers as {described['issuer']}. Its mail goes to your own mailbox. "
            f"Its settings are those of {told_by}."
        )
