"""What this notebook needs, what of it is missing, and one button that redoes the shortest way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from ..client.secret import Secret
from ..lab import Lab
from ..lessons import path
from ..outline import BY_TOPIC, NEEDS
from . import controls, labels
from .base import Form


class CatchUpForm(Form):
    """Looks what is there and gets the rest. `result` is `True` when nothing is missing.

    A notebook that has given already what it is for needs nothing. A user with a confirmed email can't get a code for a
    new one; in the sandbox, the form offers to remove the email.

    A form that offers this one as its way out says by `then` what follows when nothing is missing anymore.
    """

    waits_for_class = True

    def __init__(self, lab: Lab, *needs: str, then: Callable[[], None] | None = None) -> None:
        self.gives = needs
        self._then = then
        self.replaces_older = then is None  # the one at the top stays
        self.heading = "What this notebook needs" if then is None else "Catch up"
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        # The sandbox's password is known; your own tenant's is not kept anywhere.
        self.password = None if self.lab.tenant.can_sign_in else controls.password(labels.PASSWORD)
        ask_name = self.password is not None and not self.lab.tenant.username
        self.username = self.text(labels.EMAIL, "", "name@example.com") if ask_name else None
        self.catch_up_button = controls.button("Catch up", "Send the requests that are missing", self.submit, main=True)
        self._row = widgets.HBox([self.catch_up_button])
        self.again_button = controls.button(
            labels.PRACTICE_AGAIN, "Remove the confirmed email, and get what is missing", self.practice_again
        )
        return [*self._asking(), controls.row(self.again_button)]

    def invitation(self) -> str:
        self._show_asking()
        return self._inventory()

    @property
    def is_done(self) -> bool:
        return not self.lab.missing(*self.gives) or bool(self._given)

    @property
    def _given(self) -> str:
        """The need that the notebook is for, if it has met that already; empty if not, or below another form."""
        notebook = BY_TOPIC.get(self.lab.topic) if self.replaces_older else None
        last = notebook.gives[-1] if notebook is not None and notebook.gives else ""
        if last == "enrollment" and self._is_too_late:
            return "enrolled"  # what that code was for
        return last if last and self.lab.has(last) else ""

    @property
    def _is_too_late(self) -> bool:
        """Whether a code for a new email is missing, and none can be had: the first one is confirmed."""
        notebook = BY_TOPIC.get(self.lab.topic) if self.replaces_older else None
        wanted = [*self.gives, *(notebook.gives if notebook is not None else ())]
        return "enrollment" in self.lab.missing(*wanted) and self.lab.has("enrolled")

    def helpful(self) -> widgets.Button | None:
        return self.again_button if self._is_too_late else super().helpful()

    def look_again(self) -> None:
        if not self.single_attempt.busy and (self.error is None or self.is_done):
            self._show_asking()
            self._write(self._inventory())

    def practice_again(self) -> None:
        """Remove the confirmed email, and get what is missing. Sandbox only."""

        def act() -> bool:
            self.lab.unenroll()
            self.lab.catch_up(*self.gives)
            return True

        self._get(act, "your confirmed email was removed, and nothing is missing anymore.")

    def submit(self) -> None:
        """Get what is missing."""
        username = self.username.value if self.username is not None else None
        password = None
        if self.password is not None:
            password, self.password.value = Secret(self.password.value), ""

        def act() -> bool:
            self.lab.catch_up(*self.gives, username=username, password=password or None)
            return True

        self._get(act, "nothing is missing anymore.")

    def _get(self, act: Callable[[], bool], said: str) -> None:
        done = self.attempt(act, lambda _: f"{said}\n{self._inventory()}")
        self._show_asking()
        if self._then is not None and done:
            then, self._then = self._then, None
            then()

    def _show_asking(self) -> None:
        controls.show(not self.is_done and not self._is_too_late, *self._asking())
        controls.show(self._is_too_late and self.lab.tenant.is_sandbox, self.again_button)

    def _asking(self) -> list[widgets.Widget]:
        return [part for part in (self.username, self.password, self._row) if part is not None]

    def _inventory(self) -> str:
        missing = self.lab.missing(*self.gives)
        if self._given and (missing or self._is_too_late):
            lines = [f"✔ Already done: you have {NEEDS[self._given]}, so nothing is missing here."]
        else:  # where it's too late, nothing of it is wanted
            lines = [] if self._is_too_late else [self._line(need) for need in self.gives]
        if self._is_too_late:
            lines.append(self._way_on())
        elif missing and not self._given:
            lines.append("“Catch up” gets what is missing. Or go back to the notebook where you get it.")
            if self.password is not None:
                lines.append(f"To use “Catch up”, type the password. {self.lab.tenant.gets_the_password}")
        elif not self.gives:
            lines.append("Nothing, because this is where you start.")
        if self.lab.handover.trouble:
            lines.append(self.lab.handover.trouble)
        return "\n".join(lines)

    def _way_on(self) -> str:
        said = "This user's first email is confirmed, and an MFA token can't enroll another one."
        if self.lab.tenant.is_sandbox:
            return f"{said} Go on to the next notebook. Or click “Remove it and practice again”."
        return f"{said} Go on to the next notebook. To practice again, remove the email in the Dashboard."

    def _line(self, need: str) -> str:
        if self.lab.has(need):
            return f"✔ You have {path.with_time(self.lab, need)}."
        return f"✘ {'Expired' if self.lab.has_expired(need) else 'Missing'}: {NEEDS[need]}."
