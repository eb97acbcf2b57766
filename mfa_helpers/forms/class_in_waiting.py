"""The class's tenant doesn't respond: wait for it, or go on without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from ..client.errors import Refused, TenantFailed
from ..tenants.tenant import SANDBOX
from . import controls
from .base import Form

_AGAIN = "If its other forms don't change, run all cells of this notebook again."


class ClassInWaitingForm(Form):
    """Stands above a notebook that waits for its class. `result` is `True` once there's a tenant to go on with."""

    heading = "The class's tenant"

    def parts(self) -> Sequence[widgets.Widget]:
        return [
            controls.row(
                controls.button("Try again", "Connect to the class's tenant again", self.submit, main=True),
                controls.button("Use my own sandbox", "Continue without the class", self.use_sandbox),
            )
        ]

    def invitation(self) -> str:
        error, name = self.lab.waiting_for, self.lab.tenant.username
        is_stranger = isinstance(error, Refused) and not isinstance(error, TenantFailed)
        if is_stranger:  # the tenant responds, and doesn't know this learner
            return (
                f"{error}\nThis notebook waits until you've joined the class. "
                "In your own sandbox, you'd begin from the start, and the instructor's board wouldn't show you."
            )
        if error is None:
            return "The class's tenant responds."
        who = f"you're still {name}" if name else "you keep your user"
        return (
            f"{error}\nThis notebook is waiting for the class's tenant. There, {who}, and nothing that you did is lost. "
            "In your own sandbox, you'd begin from the start, and the instructor's board wouldn't show you."
        )

    @property
    def is_done(self) -> bool:
        return self.lab.waiting_for is None

    def submit(self) -> None:
        """Join the class, if that works by now."""
        self._go_on(self.lab.come_back, lambda: f"the class's tenant responds, and you are {self.lab.tenant.username}.")

    def use_sandbox(self) -> None:
        """Go on without the class, here and in the other notebooks."""
        self._go_on(
            lambda: self.lab.choose(SANDBOX),
            lambda: (
                "your notebooks use the sandbox on this machine. To come back, choose the class's tenant in notebook 00."
            ),
        )

    def _go_on(self, act: Callable[[], Any], say: Callable[[], str]) -> None:
        def acted() -> bool:
            act()
            return True

        if self.attempt(acted, lambda _: f"{say()} {_AGAIN}"):
            from .page.notebook_page import notebook_page  # anywidget takes 10 ms (measured)

            notebook_page().run()
