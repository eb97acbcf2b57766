"""What all forms share: a heading, fields, buttons, and a line that says how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import ipywidgets as widgets
from traitlets import TraitError

from ..lab import Lab
from ..learner.attempt import SingleAttempt
from ..outline import NEEDS
from ..show.html import Html
from ..show.live import this_cell
from ..show.text import listed
from ..storage.entries import OpenFault
from . import controls
from .guidance import Guide

_CARD = widgets.Layout(
    border="1px solid var(--jp-border-color2, currentcolor)", padding="8px 16px", margin="4px 0", max_width="46rem"
)
_WAITING = "This form is waiting for the class's tenant. At the top of the notebook, you can try again."
_places = count(1)
_PROGRESS = Html('<progress class="mfa-working" aria-label="Working"></progress>')


class Form(widgets.VBox):
    """One thing to do. Subclasses build fields in `parts()` and act in `submit()`.

    `result` is what the last try gave, `error` what it raised, `status` the
    sentence a learner reads. A form never prints and never raises in a click;
    hands-free it fills and submits itself at once and raises what went wrong,
    so that a test run notices.
    """

    children: Any  # of the box
    heading: str = ""
    #: Whether a new form of this class closes the older one in the same notebook.
    replaces_older = True
    #: What it is for, if that is kept, and what it needs of earlier steps: keys of `outline.NEEDS`.
    gives: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    #: Whether it is a step on the way through its notebook.
    is_step = True
    #: Whether there is nothing to do in it while its notebook waits for the class's tenant.
    waits_for_class = False
    #: Whether a fault that notebook 09 has left open is its subject; any other form repairs that first.
    leaves_faults = False
    #: The ID of its cell, where that is known.
    cell = ""
    #: Tells forms of one class in one notebook apart.
    which = ""
    #: The row of buttons that lead on, once there is one.
    onward: widgets.HBox | None = None
    #: What that row offers.
    ways: Sequence[Any] = ()
    _main: widgets.Button | None = None
    #: Whether the status line takes it that what this form gives is there.
    _is_held = False
    #: What that said when it was written last.
    _already = ""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        guide = Guide.of(lab)
        #: To be called when another button helps than before.
        self.guide = guide.show
        self._note = f"{type(self).__name__} {self.which}".rstrip()
        self.single_attempt = SingleAttempt()
        self.status_line = widgets.HTML(layout=controls.PLAIN, style=controls.WORDS)
        self.status_line.add_class("mfa-status")
        is_waiting = self.waits_for_class and lab.waiting_for is not None
        parts = [] if is_waiting else self.parts()
        heading = widgets.HTML(
            Html("<strong>{}</strong>").format(self.heading), layout=controls.PLAIN, style=controls.WORDS
        )
        self.place = f"mfa-form-{next(_places)}"
        children = [heading, *parts, self.status_line, *self.foot()]
        classes = () if lab.hands_free else guide.classes(self.place)
        super().__init__(children, layout=_CARD, _dom_classes=classes)
        self._main = next((one for one in controls.buttons(self) if one.button_style == "primary"), None)
        self.cell = this_cell()
        if is_waiting:
            self._write(_WAITING)
            return
        older = guide.replace(self) if self.replaces_older else None
        if older is not None:
            older.close_all()
        self._write(self.invitation())  # not said aloud: Run All would make all forms speak at once
        if lab.hands_free:
            self.hands_free()
            if self.error is not None:
                raise self.error
            return
        announcer()  # be there before anything is said
        self.look_again()
        if self.replaces_older:
            # The guide looks last: it shows what the forms have found.
            self.lab.views.register((type(self), self.which), self.look_again)
            self.lab.views.register(Guide, self.guide)
            self.guide()

    # For subclasses

    def parts(self) -> Sequence[widgets.Widget]:
        """The widgets between heading and status line."""
        return []

    def foot(self) -> Sequence[widgets.Widget]:
        """The widgets below the status line."""
        return []

    def invitation(self) -> str:
        """The status line before anything was done."""
        return "Ready."

    def already(self) -> str:
        """The status line if what the form gives is there before it has done anything."""
        return f"You already have {_words(self.gives)}. Go on, or do it again.\n{self.invitation()}"

    def submit(self) -> object:
        """What the main button does."""
        raise NotImplementedError

    def hands_free(self) -> None:
        """Fill the form and submit it, as a person would."""
        self.submit()

    @property
    def is_done(self) -> bool:
        """Whether what this form is for is done, by this form or before, so that the next step can be offered."""
        if self.gives:  # not by the last try: what that gave may have been used, or its time may be over
            return not self.lab.missing(*self.gives)
        return self.error is None and self.result is not None

    def helpful(self) -> widgets.Button | None:
        """The one button that helps now, which stands out if this form is the step to take; not asked when it is done."""
        return self._main

    def look_again(self) -> None:
        """Something has happened, maybe in another notebook: say what is true now."""
        is_held = bool(self.gives) and self.is_done
        if self.single_attempt.busy:
            return
        if is_held == self._is_held and not (is_held and self._sentence == self._already):  # that may be over
            return
        self._is_held = is_held
        lost = f"You no longer have {_words(self.gives)}. What you had was used, replaced, or removed, or has expired."
        self._write(self.already() if is_held else f"{lost}\n{self.invitation()}")
        self._already = self._sentence if is_held else ""

    def after_attempt(self) -> None:
        """What is to be done after each try, while a second click is still turned away."""

    # What a caller sees

    @property
    def result(self) -> Any:
        """What the last try gave; `None` if it raised, or before any."""
        return self.single_attempt.result

    @property
    def error(self) -> Exception | None:
        """What the last try raised."""
        return self.single_attempt.error

    @property
    def status(self) -> str:
        """The sentence in the status line."""
        return self._sentence

    def __repr__(self) -> str:
        # No value of a field may reach the text form of an output.
        return f"<{type(self).__name__}: run the cell to see it>"

    def _repr_keys(self) -> Any:
        return iter(())

    # Fields that know the lab; the other widgets are in `controls`

    def text(self, label: str, value: str = "", placeholder: str = "") -> widgets.Text:
        """A field for one line. What is typed is an address, a number or a code: nothing for a room."""
        return controls.text(label, value, placeholder, masked=self.lab.handover.is_projecting())

    def choices(self, label: str, options: Sequence[tuple[str, Any]], value: Any = None) -> widgets.RadioButtons:
        """One of `options`, remembered."""
        radio = controls.choices(label, options, value)
        return self.remembered(radio) if options else radio

    def remembered(self, field: Any) -> Any:
        """`field` with what was in it when an earlier kernel was killed. Not for a password or a code."""
        name = field.description
        what = "label" if isinstance(field, widgets.RadioButtons) else "value"
        before = self.kept(name)
        if before is not None:
            with suppress(TraitError):  # an answer that is offered no more
                setattr(field, what, before)
        field.observe(lambda change: self.keep(name, change["new"]), what)
        return field

    def keep(self, name: str, value: Any) -> None:
        """Keep a choice or a text of this form for the kernel after this one; never a secret."""
        self.lab.note(f"{self._note} {name}", value)

    def kept(self, name: str) -> Any:
        """What was kept under `name`."""
        return self.lab.noted(f"{self._note} {name}")

    # Trying, and saying how it went

    def attempt(self, action: Callable[[], Any], say: Callable[[Any], str], opening: str = "Done: ") -> bool:
        """Try `action` once; whether it was tried and went well. `opening` and `say` make the sentence of its result.

        A second click meanwhile is dropped; buttons and fields rest until it is over.
        """
        with self.single_attempt.turn() as mine:
            if not mine:
                return False
            resting = [] if self.lab.hands_free else controls.inputs(self)  # hands-free, nobody is there to click
            controls.rest(resting, True)
            self.say("Working …", _PROGRESS)
            self.keep("begun", True)
            before = self.lab.last
            repaired = ""

            def act() -> Any:
                nonlocal repaired
                repaired = "" if self.leaves_faults else _repair_left_open(self.lab)
                return action()

            try:
                self.single_attempt.run(act, lambda result: f"{opening}{say(result)}")
                if repaired:
                    self.single_attempt.sentence += f"\n{repaired}"
            finally:
                controls.rest(resting, False)
                sent = self.lab.last is not before  # an error in a field is found before anything is sent
                self.say(self.single_attempt.sentence, self.lab.last_exchange().details() if sent else "")
            self.after_attempt()
            self._is_held = bool(self.gives) and self.is_done
            self.lab.views.happened()
            return self.error is None

    def say(self, sentence: str, below: str = "") -> None:
        """Put a sentence into the status line, and have it announced; markup in it is shown as text.

        `below` is `Html` that is not announced.
        """
        self._write(sentence, below)
        if not self.lab.hands_free:
            announcer()(self._sentence)

    def _write(self, sentence: str, below: str = "") -> None:
        self._below = below
        self._sentence = sentence = self.lab.shown(sentence)
        # Words carry the meaning, not color.
        words = Html('<div style="line-height: 1.5; white-space: pre-line; overflow-wrap: anywhere">{}</div>{}')
        self.status_line.value = words.format(sentence, below)

    def close_all(self) -> None:
        """Close the form and every widget in it."""
        for widget in controls.descendants(self):
            # A closed widget's last value can be saved all the same.
            if isinstance(widget, (widgets.Text, widgets.HTML)):
                widget.value = ""
            widget.close()
        self.close()


def _repair_left_open(lab: Lab) -> str:
    """Repair the fault that notebook 09 left open, if there is one. Returns what to say about it."""
    if lab.kept(OpenFault) is None:
        return ""
    from ..lessons.clinic.clinic import repair_left_open  # wanted only here

    return repair_left_open(lab)


def _words(needs: Sequence[str]) -> str:
    return listed([NEEDS[need] for need in needs])


def announcer() -> Callable[[str], None]:
    """What has a sentence said aloud. To ask for it makes the place in the page where that happens."""
    from .page.live_region import live_region  # anywidget takes 10 ms (measured); only a person listens

    return live_region().say
