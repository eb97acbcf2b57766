"""List the authenticators and pick one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.models import Authenticator
from . import controls, labels
from .prediction import prediction
from .step import StepForm


class AuthenticatorForm(StepForm):
    """Lists, then lets pick. `result` is the list, or the picked `Authenticator`."""

    heading = "List the authenticators"
    gives = ("authenticator",)
    needs = ("login",)

    def parts(self) -> Sequence[widgets.Widget]:
        self.choice = self.choices(labels.PICK_ONE, [])
        self.pick_button = controls.button("Use this one", "Keep it for the challenge", self.pick)
        controls.show(False, self.choice, self.pick_button)
        return [
            *prediction(self, "list", self.submit),
            self.choice,
            controls.row(
                controls.button("List my authenticators", "Request the list", self.submit, main=True), self.pick_button
            ),
        ]

    def invitation(self) -> str:
        return "List the user's authenticators, and pick one."

    def helpful(self) -> widgets.Button | None:
        return self.pick_button if self.choice.options else super().helpful()

    def submit(self) -> bool:
        """Ask for the list; whether it was tried and went well."""
        went_well = self.attempt(self.lab.list_authenticators, self._summary)
        self._offer(self.lab.usable() if went_well else [])
        return went_well

    def pick(self) -> None:
        """Keep the picked one for the challenge, if the tenant still lists it."""
        picked = self.choice.value

        def act() -> Authenticator:
            self.lab.list_authenticators()  # it may have been removed since it was listed
            return self.lab.pick(picked)

        if not self.attempt(act, self._picked) and not self.single_attempt.busy:
            self._offer(self.lab.usable() if self.lab.has("enrolled") else [])

    def look_again(self) -> None:
        super().look_again()
        if self.choice.options and not self.lab.has("enrolled") and not self.single_attempt.busy:
            self._offer([])
            self._write(f"The list is out of date, because no email is confirmed anymore.\n{self.invitation()}")

    def _offer(self, rows: Sequence[Authenticator]) -> None:
        before = self.choice.value
        self.choice.options = [(f"{one.kind} {one.name or ''} (active)", one.id) for one in rows]
        if rows:
            self.choice.value = before if before in [one.id for one in rows] else rows[0].id
        controls.show(bool(rows), self.choice, self.pick_button)
        self.guide()

    def hands_free(self) -> None:
        self.submit()
        if self.error is None:
            self.pick()

    def _summary(self, rows: list[Authenticator]) -> str:
        usable, total = len(self.lab.usable()), len(rows)
        if not total:
            return "the list is empty. Enroll an email first, in notebooks 02 and 03."
        are = "is a confirmed email" if usable == 1 else "are confirmed emails"
        said = f"{total} listed, of which {usable or 'none'} {are}."
        unconfirmed = [row for row in rows if not row.active]
        if unconfirmed:
            was, who = ("was", "it") if len(unconfirmed) == 1 else ("were", "they")
            said += f" {len(unconfirmed)} {was} never confirmed (active: false), so {who} can't be challenged."
        others = total - usable - len(unconfirmed)
        if others:
            said += f" {others} {'is' if others == 1 else 'are'} of another kind, which this notebook doesn't use."
        return said + (" Pick one." if usable else " Confirm an email first, in notebooks 02 and 03.")

    def _picked(self, one: Any) -> str:
        return f"you picked the {one.kind} {one.name or one.id}. The next notebook challenges it."
