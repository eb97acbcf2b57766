"""What this notebook needs, what of it is missing, and one button that redoes the shortest way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..lab import Lab
from ..outline import NEEDS
from .base import Form


class CatchUpForm(Form):
    """Looks what is there and gets the rest. `result` is `True` when nothing is missing.

    `inside` is the form that offers this one as its way out.
    """

    def __init__(self, lab: Lab, *needs: str, inside: Form | None = None) -> None:
        self.wanted = needs
        self._inside = inside
        self.replaces_older = inside is None  # the one at the top stays
        self.heading = "What this notebook needs" if inside is None else "Catch up"
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        # The sandbox's password is known; your own tenant's is not kept anywhere.
        self.password = None if self.lab.tenant.can_sign_in else self.secret_text("Password")
        ask_name = self.password is not None and not self.lab.tenant.username
        self.username = self.text("E-mail", "", "name@example.com") if ask_name else None
        self.catch_up_button = self.button("Catch up", "Redo the shortest way to here", self.submit, main=True)
        self._row = widgets.HBox([self.catch_up_button])
        return self._asking()

    def invitation(self) -> str:
        self.show(bool(self.lab.missing(*self.wanted)), *self._asking())
        return self._inventory()

    def submit(self) -> None:
        """Get what is missing."""
        username = self.username.value if self.username is not None else None
        password = None
        if self.password is not None:
            password, self.password.value = self.password.value, ""

        def act() -> bool:
            self.lab.catch_up(*self.wanted, username=username, password=password or None)
            return True

        done = self.attempt(act, lambda _: "nothing is missing any more.\n" + self._inventory())
        self.show(bool(self.lab.missing(*self.wanted)), *self._asking())
        if self._inside is not None and done:
            inside, self._inside = self._inside, None
            inside.clear_way_out()
            inside.say("Done: you have caught up. Go on from here.")

    def hands_free(self) -> None:
        self.submit()

    def _asking(self) -> list[widgets.Widget]:
        return [part for part in (self.username, self.password, self._row) if part is not None]

    def _inventory(self) -> str:
        missing = self.lab.missing(*self.wanted)
        lines = [self._line(need) for need in self.wanted]
        if missing:
            lines.append("“Catch up” does the rest for you. Or go back to the notebook that gives it.")
        elif not self.wanted:
            lines.append("Nothing: this is where you start.")
        if self.lab.handover.trouble:
            lines.append(self.lab.handover.trouble)
        return "\n".join(lines)

    def _line(self, need: str) -> str:
        name = NEEDS[need]
        if self.lab.has(need):
            left: Any = self.lab.seconds_left(need)
            return f"✔ Here: {name}" + (f", good for about {-(-left // 60)} more minutes." if left is not None else ".")
        return f"✘ {'Expired' if self.lab.has_expired(need) else 'Missing'}: {name}."
