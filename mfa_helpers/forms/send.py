"""A request that the learner's own Python sends, by a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from ..client.errors import InvalidInput, MfaError
from ..lab import Lab
from ..show import printing
from ..storage.entries import KINDS
from . import controls
from .step import StepForm


class SendForm(StepForm):
    """Calls `code`, a function of the notebook's cell, when somebody clicks. `result` is what it printed, masked.

    Showing it sends nothing, so Run All never sends a request again. Hands-free nothing is sent either: the other forms
    have sent the same request. `needs` are keys of `outline.NEEDS` that `code` takes from the lab.
    """

    heading = "Send it in Python"
    is_step = False

    def __init__(self, lab: Lab, code: Callable[[], None], *needs: str) -> None:
        self._code = code
        self.needs = needs
        super().__init__(lab)

    def parts(self) -> Sequence[widgets.Widget]:
        return [controls.row(controls.button("Send it", "Call the function send in this cell", self.submit, main=True))]

    def invitation(self) -> str:
        return "Running this cell sends nothing. To send the request, click “Send it”."

    def lost(self) -> Sequence[str]:
        return ()  # what it needs is offered by a click

    def submit(self) -> bool:
        """Send it; whether it was tried and went well."""
        return self.attempt(self._sent, lambda printed: printed or "nothing.", opening="Your Python printed: ")

    def hands_free(self) -> None:
        pass

    def _sent(self) -> str:
        for need in self.needs:
            self.lab.needed(KINDS[need])
        with printing.printed() as printed:
            try:
                self._code()
            except (MfaError, KeyboardInterrupt):
                raise
            except BaseException as error:  # exit(), too
                raise InvalidInput(
                    self.lab.sentence(error, self._code), "Correct the cell, run it, and then click “Send it” again."
                ) from None
        return self.lab.masked(printed.getvalue().rstrip())
