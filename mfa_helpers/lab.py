"""`Lab`: what a notebook holds."""

from __future__ import annotations

from .learner.email_steps import EmailSteps
from .lessons.checkpoints import CHECKPOINTS, CheckpointNotReached
from .show.exchange import WireView
from .show.projector import for_the_room
from .show.text import printable
from .storage.entries import Flow


class Lab(EmailSteps):
    """One learner, one tenant: the steps of the flow, and what the notebooks print."""

    def preflight(self) -> None:
        """Print what a lesson needs from this machine and its tenant, and whether it is there."""
        from .lessons import preflight  # notebook 00 alone asks

        for fine, sentence in preflight.checks(self):
            print(printable(f"{'✔' if fine else '✘'} {sentence}"))

    def wire(self, step: str | None = None) -> WireView:
        """The last exchange of `step`, or of all, secrets masked, and beside it the flow so far."""
        place, exchange = (step, self.exchanges.get(step)) if step else self.last or ("", None)
        flow = self.kept(Flow)
        return WireView(exchange, place, None if flow is None else flow.outcomes, self.shown)

    def shown(self, value: object) -> str:
        """`value` as text for the screen; where a room looks on, addresses and codes in it are masked."""
        text = str(value)
        masked = for_the_room(text)  # first: to ask the hand-over costs a page of a browser ten milliseconds
        return masked if masked != text and self.handover.is_projecting() else text

    def checkpoint(self, name: str) -> None:
        """Say whether a step is done. Hands-free, raises `CheckpointNotReached` if it is not."""
        point = CHECKPOINTS[name]
        if point.holds(self):
            self.note_progress(lambda progress: progress.reached(point.topic))
            print(printable(f"✔ Checkpoint reached: {point.reached}"))
        elif self.hands_free:
            raise CheckpointNotReached(f"{name}: {point.way}")
        else:
            print(printable(f"✘ Not there yet. {point.way} Then run this cell again."))
