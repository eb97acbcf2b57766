"""What this notebook needs, what of it is missing, and one button that redoes the shortest way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from ..client.secret import Secret
from ..lab import Lab
from ..outline import NEEDS
from . import controls, labels
from .base import Form


class CatchUpForm(Form):
    """Looks what is there and gets the rest. `result` is `True` when nothing is missing.

    A form that offers this one as its way out says by `then` what follows when nothing is missing any more.
    """

    def __init__(self, lab: Lab, *needs: str, then: Callable[[], None] | None = None) -> None:
        self.wanted = needs
        self._then = then
        self.replaces_older = then is None  # the one at the top stays
        self.heading = "What this notebook needs" if then is None else "Catch up"
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        # The sandbox's password is known; your own tenant's is not kept anywhere.
        self.password = None if self.lab.tenant.can_sign_in else controls.password(labels.PASSWORD)
        ask_name = self.password is not None and not self.lab.tenant.username
        self.username = self.text(labels.EMAIL, "", "name@example.com") if ask_name else None
        self.catch_up_button = controls.button("Catch up", "Redo the shortest path to here", self.submit, main=True)
        self._row = widgets.HBox([self.catch_up_button])
        return self._asking()

    def invitation(self) -> str:
        controls.show(bool(self.lab.missing(*self.wanted)), *self._asking())
        return self._inventory()

    @property
    def is_done(self) -> bool:
        return not self.lab.missing(*self.wanted)

    def look_again(self) -> None:
        if not self.single_attempt.busy and (self.error is None or self.is_done):
            controls.show(not self.is_done, *self._asking())
            self._write(self._inventory())
            self.guide()

    def submit(self) -> None:
        """Get what is missing."""
        username = self.username.value if self.username is not None else None
        password = None
        if self.password is not None:
            password, self.password.value = Secret(self.password.value), ""

        def act() -> bool:
            self.lab.catch_up(*self.wanted, username=username, password=password or None)
            return True

        done = self.attempt(act, lambda _: "nothing is missing any more.\n" + self._inventory())
        controls.show(bool(self.lab.missing(*self.wanted)), *self._asking())
        if self._then is not None and done:
            then, self._then = self._then, None
            then()

    def _asking(self) -> list[widgets.Widget]:
        return [part for part in (self.username, self.password, self._row) if part is not None]

    def _inventory(self) -> str:
        missing = self.lab.missing(*self.wanted)
        lines = [self._line(need) for need in self.wanted]
        if missing:
            lines.append("“Catch up” does the rest for you. Or go back to the notebook where you get it.")
            if self.password is not None:
                lines.append(f"Type the password for it. {self.lab.tenant.gets_the_password}")
        elif not self.wanted:
            lines.append("Nothing, because this is where you start.")
        if self.lab.handover.trouble:
            lines.append(self.lab.handover.trouble)
        return "\n".join(lines)

    def _line(self, need: str) -> str:
        name = NEEDS[need]
        if self.lab.has(need):
            left: Any = self.lab.seconds_left(need)
            return f"✔ Here: {name}" + (
                f", valid for about {-(-left // 60)} more minutes." if left is not None else "."
            )
        return f"✘ {'Expired' if self.lab.has_expired(need) else 'Missing'}: {name}."
