"""`StepForm`: a form that needs what earlier steps gave, and offers to catch up when that is gone.

If the tenant wants another factor after the one that was verified, that one is offered, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from ..client.errors import LoginExpired, MfaRequired, MfaTokenRefused, NoSuchAuthenticator, NotEnrolled, StepMissing
from ..lab import Lab
from ..lessons.next_factor import NextFactor
from . import controls
from .base import Form
from .catch_up import CatchUpForm
from .next_factor import NextFactorForm

_LOST = (LoginExpired, MfaTokenRefused, StepMissing, NotEnrolled, NoSuchAuthenticator)


class StepForm(Form):
    """A `Form` with a way out below its status line: a `CatchUpForm` for its `needs`.

    It is offered when a try fails for want of them, and at once if a kernel of this
    notebook was killed that had them.
    """

    waits_for_class = True

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        if not lab.hands_free and lab.waiting_for is None:
            lost = self.lost()
            if lost:
                self._offer_way_out(*lost)
                self.guide()

    def lost(self) -> Sequence[str]:
        """What is to be got again, if a kernel of this notebook that was killed had what this form needs."""
        if self.is_done or (self.gives and not self.lab.missing(*self.gives)):
            return ()
        return self.needs if self.kept("begun") and self.lab.missing(*self.needs) else ()

    def foot(self) -> Sequence[widgets.Widget]:
        self._way_out = widgets.VBox([], layout=controls.PLAIN)
        return [self._way_out]

    @property
    def kind(self) -> str:
        """The kind of authenticator that this step verifies, if it does."""
        return "email"

    def attempt(self, action: Callable[[], Any], say: Callable[[Any], str], opening: str = "Done: ") -> bool:
        """As any form's; `result` is a `NextFactor`, and `False` is returned, if the tenant wants another factor."""

        def act() -> Any:
            try:
                return action()
            except MfaRequired as required:
                if self.lab.hands_free:  # nobody is there to go on
                    raise
                return self.lab.companion(NextFactor).begin(required, self.kind)

        def said(result: Any) -> str:
            return result.words if isinstance(result, NextFactor) else say(result)

        return super().attempt(act, said, opening) and not isinstance(self.result, NextFactor)

    def helpful(self) -> widgets.Button | None:
        for way_out in self._way_out.children:  # what is missing comes first
            return way_out.helpful()
        return super().helpful()

    def after_attempt(self) -> None:
        if isinstance(self.result, NextFactor):
            self._clear_way_out()
            self._way_out.children = [NextFactorForm(self.lab, self.result)]
        elif isinstance(self.error, _LOST) and self.needs and not self.lab.hands_free:
            self._offer_way_out(*self.needs)
        elif self._way_out.children:
            self._clear_way_out()

    def look_again(self) -> None:
        super().look_again()
        if self.single_attempt.busy:
            return
        for way_out in self._way_out.children:
            if not isinstance(way_out, CatchUpForm) or way_out.single_attempt.busy:
                continue
            if not (self._was_missing and way_out.is_done):
                way_out.look_again()
                continue
            self._clear_way_out()  # another form or another notebook has got what was missing
            self._write(self.already() if self._is_held else self.invitation())

    def _offer_way_out(self, *needs: str) -> None:
        self._clear_way_out()
        self._was_missing = bool(self.lab.missing(*needs))
        self._way_out.children = [CatchUpForm(self.lab, *needs, then=self._caught_up)]

    def _clear_way_out(self) -> None:
        gone, self._way_out.children = self._way_out.children, []
        for form in gone:
            form.close_all()

    def _caught_up(self) -> None:
        self._clear_way_out()
        self.say("Done: you have caught up. Go on from here.")
        self.guide()
