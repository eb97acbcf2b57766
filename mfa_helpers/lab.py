"""`Lab`: what a notebook holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from .client.errors import LoginExpired, MfaError, StepMissing
from .client.models import Exchange
from .client.secret import Secret
from .learner.email_steps import EmailSteps
from .lessons import path
from .lessons.checkpoints import CHECKPOINTS, CheckpointNotReached
from .outline import NEEDS
from .show import printing
from .show.exchange import WireView
from .show.html import Html
from .show.live import LiveView
from .show.projector import for_the_room, without_codes
from .show.text import Words, error_text
from .storage.entries import KINDS, Flow

Code = Callable[[], None]
_LONGEST = 4000  # letters


class Lab(EmailSteps):
    """One learner, one tenant: the steps of the flow, and what the notebooks show."""

    #: The topic of the notebook; empty outside of one.
    topic: str = ""

    def header(self) -> LiveView:
        """The line at the top of the notebook: where you are, what you hold, and how many minutes are left."""
        return self.views.show("header", lambda: path.header(self, self.topic))

    def wire(self, step: str | None = None) -> LiveView:
        """The last exchange of `step`, or of all, secrets masked, and beside it the flow so far."""
        return self.views.show(f"wire {step or ''}".rstrip(), lambda: self.last_exchange(step))

    def last_exchange(self, step: str | None = None) -> WireView:
        """What `wire` shows now."""
        place, exchange = self._newest(step) if step else self.last or ("", None)
        flow = self.kept(Flow)
        return WireView(exchange, place, None if flow is None else flow.outcomes, self.shown)

    def _newest(self, step: str) -> tuple[str, Exchange | None]:
        """The last call of `step`, or of a step whose name begins with that word, and its place in the flow."""
        if step in self.exchanges:
            return self.places.get(step, step), self.exchanges[step]
        return next((one for one in reversed(self.history) if one[0].startswith(f"{step} ")), (step, None))

    def shown(self, value: object) -> str:
        """`value` as text for the screen; where a room looks on, addresses and codes in it are masked."""
        text = str(value)
        masked = for_the_room(text)  # first: to ask the handover costs a page of a browser ten milliseconds
        return masked if masked != text and self.handover.is_projecting() else text

    def masked(self, text: str) -> str:
        """`text` of a learner's own code without the tenant's secrets, what is kept for it, and anything like a code.

        A long one is cut, and says so.
        """
        from .lessons.exercises.hiding import hidden  # wanted only here

        holders = [self.tenant, self.tokens, *map(self.kept, KINDS.values())]
        found = [value for one in holders if one is not None for value in vars(one).values()]
        whole = without_codes(hidden(text, [value for value in found if isinstance(value, Secret)]))
        # Cut last, or half a secret could be left.
        return (
            whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}\n… The rest isn't shown, because it's too long."
        )

    def sentence(self, error: BaseException, code: Code) -> str:
        """What went wrong in `code`, and in which line, masked."""
        from .lessons.exercises import program  # wanted only here

        return self.masked(program.sentence(error, code))

    def checkpoint(self, name: str) -> LiveView:
        """Whether a step is done. Hands-free, raises `CheckpointNotReached` if it is not."""
        point = CHECKPOINTS[name]
        if self.hands_free and not point.holds(self):
            raise CheckpointNotReached(f"{name}: {point.way}")
        return self.views.show("checkpoint", lambda: self._judged(name))

    def _judged(self, name: str) -> Words:
        point = CHECKPOINTS[name]
        following = path.next_notebook(point.topic)
        onward = Html(" Next: {}").format(path.link(following)) if following else Html()
        if point.holds(self):
            self.note_progress(lambda progress: progress.reached(point.topic))
            text, marked_up = f"✔ Checkpoint reached: {point.reached}", onward
        elif not self.hands_free and path.is_done(point.topic):
            text, marked_up = f"✔ You reached this checkpoint earlier. To do it again: {point.way}", onward
        else:
            text, marked_up = f"✘ Not there yet. {point.missing(self)}", Html()
        return Words(text, Html('<p style="margin: 0; line-height: 1.5">{}{}</p>').format(text, marked_up))

    def follow(self, code: Code) -> Code:
        """Decorator: show what `code` prints, now and again whenever something has happened."""
        from IPython.display import display

        display(self._live(code, object))
        return code

    def when(self, need: str) -> Callable[[Code], Code]:
        """Decorator: run the code as soon as `need` (a key of `NEEDS`) is there, and show what it prints.

        It runs again when another takes its place, because you have signed in again, for example.
        """

        from IPython.display import display

        def decorate(code: Code) -> Code:
            until_then = f"This runs as soon as you have {NEEDS[need]}."
            # It runs while somebody looks, which is no step.
            display(self._live(code, lambda: self.value_of(need), until_then, self.aside))
            return code

        return decorate

    def _live(
        self,
        code: Code,
        about: Callable[[], object],
        until_then: str = "",
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> LiveView:
        """What `code` printed last. It runs each time `about` gives another value than before, and not `None`.

        What it raises is a sentence; hands-free, anything but the client's errors fails the cell.
        """
        ran_for: object = None
        said = Words(until_then)

        def now() -> Words:
            nonlocal ran_for, said
            value = about()
            if value is not None and value != ran_for:
                ran_for = value
                with printing.printed() as printed:
                    try:
                        with within():
                            code()
                    except MfaError as error:
                        if isinstance(error, (StepMissing, LoginExpired)):
                            ran_for = None  # again, when there's a login
                        print(error_text(error))
                    except Exception as error:
                        if self.hands_free:
                            raise
                        if isinstance(error, NameError):
                            ran_for = None  # again, when the name is there
                        print(self.sentence(error, code))
                said = Words(printed.getvalue().rstrip("\n"))
            return said

        view = self.views.show(f"code {code.__name__}", now)
        if self.hands_free:
            view.now()  # what this raises fails the cell; raised while IPython formats the output, it would not
        return view
