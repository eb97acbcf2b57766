"""Choose the tenant: the sandbox, a class's, or your own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.secret import Secret
from ..client.validation import clean_name
from ..lessons import preflight
from ..show.html import Html
from ..storage import browser
from ..tenants.tenant import CLASS, LIVE, SANDBOX
from . import controls, labels
from .base import Form

_NAMES = {
    SANDBOX: "The sandbox on this machine",
    CLASS: "The class's tenant",
    LIVE: "My own Auth0 tenant",
}
#: Reset what: in a class, and on your own tenant, not everything is the learner's.
_RESET = {SANDBOX: "Reset sandbox", CLASS: "Reset my user", LIVE: "Start over"}


class TenantForm(Form):
    """Asks the chosen tenant who it is, and checks the setup. `result` is the tenant's discovery document."""

    heading = "Choose your tenant"

    def parts(self) -> Sequence[widgets.Widget]:
        self.kind = self.choices(labels.TENANT, [(name, kind) for kind, name in _NAMES.items()], self.lab.tenant.kind)
        self.join_line = controls.password(labels.JOIN_LINE)
        self.join_line.placeholder = "From your instructor. Leave empty to use the last one."
        self.name = controls.text("Your name", placeholder="Optional. Your instructor's board shows it.")
        self.kind.observe(lambda change: self._picked(change["new"]), "value")
        controls.show(self.kind.value == CLASS, self.join_line, self.name)
        self.check_button = controls.button(
            "Check the tenant", "Request the tenant's discovery document", self.submit, main=True
        )
        self.reset_button = controls.button(
            _RESET[self.lab.tenant.kind], "Begin again. The form first says what it deletes, and asks you", self.ask
        )
        self.really_button = controls.button(labels.DELETE_IT, "You can't undo this", self.reset)
        self.keep_button = controls.button(labels.KEEP_IT, "Nothing changes", self.keep_all)
        controls.show(False, self.really_button, self.keep_button)
        self.projector = widgets.Checkbox(
            value=self.lab.handover.is_projecting(),
            description="Presenter mode: hide addresses and codes",
            indent=False,
            layout={"width": "auto"},
        )
        self.projector.observe(lambda change: self.project(change["new"]), "value")
        buttons = controls.row(self.check_button, self.reset_button, self.really_button, self.keep_button)
        return [self.kind, self.join_line, self.name, buttons, self.projector]

    def foot(self) -> Sequence[widgets.Widget]:
        self.checks: list[preflight.Check] = []
        self.checklist = widgets.HTML()
        return [self.checklist]

    def invitation(self) -> str:
        told = "Choose a tenant and check it. The sandbox doesn't need an account or an internet connection."
        return f"{told} {browser.LIMITS}" if browser.IS_HERE else told

    def submit(self) -> None:
        """Use the chosen tenant from here on, and check that it responds and what the course needs."""
        line, self.join_line.value = Secret(self.join_line.value), ""
        self._asked(False)
        self._forget_checks()

        def act() -> dict[str, Any]:
            name = clean_name(self.name.value) if self.kind.value == CLASS else ""
            described = self.lab.choose(self.kind.value, line or None)
            if name:
                self.lab.tenant.require_controls().tell_about(name)
            self.checks = list(preflight.checks(self.lab))
            return described

        self.attempt(act, self._welcome)
        if self.checks:
            self.checklist.value = self.lab.shown(_listed(self.checks))
        self.reset_button.description = _RESET[self.lab.tenant.kind]

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

    def ask(self) -> None:
        """One more click, because it can't be undone."""
        self._asked(True)
        what = {
            SANDBOX: "all of the sandbox's enrollments and messages, and restore its settings",
            CLASS: "the enrollments and messages of your own user",
            LIVE: "what the course stores about your login, but nothing in your tenant",
        }[self.lab.tenant.kind]
        self.say(f"Do you want to delete {what}? Your progress is kept.")

    def keep_all(self) -> None:
        """Nothing changes."""
        self._asked(False)
        self.say("Nothing was deleted.")

    def reset(self) -> None:
        """Back to the first day: nothing enrolled, no message, no login in progress."""
        self._asked(False)
        self._forget_checks()
        self.attempt(
            self.lab.reset,
            lambda _: {
                SANDBOX: "the sandbox is reset. All enrollments and messages were deleted, the settings are restored, and your progress is kept.",
                CLASS: "your user is reset. Nobody else's was changed, and your progress is kept.",
                LIVE: "the course starts over. Your tenant keeps what is enrolled there, and your progress is kept.",
            }[self.lab.tenant.kind],
        )

    def hands_free(self) -> None:
        self.kind.value = self.lab.tenant.kind
        self.submit()

    def _picked(self, kind: str) -> None:
        """What was said was about another tenant."""
        controls.show(kind == CLASS, self.join_line, self.name)
        self._asked(False)
        self._forget_checks()
        self.single_attempt.result = self.single_attempt.error = None
        now = self.lab.tenant.kind
        until_then = "" if kind == now else f"\nUntil you check it, the notebooks use another one: {_NAMES[now]}."
        self.say(self.invitation() + until_then)
        self.guide()

    def _forget_checks(self) -> None:
        self.checks = []
        self.checklist.value = ""

    def _asked(self, asking: bool) -> None:
        controls.show(not asking, self.reset_button)
        controls.show(asking, self.really_button, self.keep_button)

    def _welcome(self, described: dict[str, Any]) -> str:
        is_fine = all(fine for fine, _ in self.checks)
        return self._described(described) + (
            "" if is_fine else "\nSomething is missing. The list below says what to do."
        )

    def _described(self, described: dict[str, Any]) -> str:
        told_by = self.lab.tenant.told_by
        if self.lab.tenant.kind == CLASS:
            name = clean_name(self.name.value)
            return (
                f"the class's tenant responds. You are {self.lab.tenant.username} there. The instructor's board shows that name, "
                + (f"“{name}” next to it, " if name else "")
                + "and which notebooks you've completed. Emails go to an inbox inside the notebooks, and nobody else sees yours."
                + (f" The join line comes from {told_by}." if told_by else "")
            )
        if self.lab.tenant.is_sandbox:
            return "the sandbox responds. Its emails go to an inbox inside the notebooks."
        return (
            f"your tenant responds as {described['issuer']}. Its emails go to your own mailbox. "
            f"Its settings come from {told_by}."
        )


def _listed(checks: Sequence[preflight.Check]) -> Html:
    """The checks, folded if all are fine."""
    is_fine = all(fine for fine, _ in checks)
    lines = Html().join(Html("<div>{} {}</div>").format("✔" if fine else "✘", sentence) for fine, sentence in checks)
    card = '<details style="line-height: 1.5"{}><summary>{}</summary>{{}}</details>'
    return Html(card.format(*(("", "Your setup is complete") if is_fine else (" open", "Your setup")))).format(lines)
