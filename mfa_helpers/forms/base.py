"""What all forms share: a heading, fields, buttons, and a line that says how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, ClassVar

import ipywidgets as widgets
from traitlets import TraitError

from ..lab import Lab
from ..learner.attempt import SingleAttempt
from ..lessons import path
from ..outline import NEEDS
from ..show.html import Html
from ..show.live import this_cell
from . import controls

_CARD = widgets.Layout(
    border="1px solid var(--jp-border-color2, currentcolor)", padding="8px 16px", margin="4px 0", max_width="46rem"
)
_places = count(1)
Way = tuple[str, Callable[[], None]]
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
    #: What it is for, if that is kept: a key of `outline.NEEDS`.
    gives = ""
    #: Whether it is a step on the way through its notebook.
    is_step = True
    #: The ID of its cell, where that is known.
    cell = ""
    _is_ready = False
    _main: widgets.Button | None = None
    #: Tells forms of one class in one notebook apart.
    which = ""

    _open: ClassVar[dict[tuple[int, type, str], Form]] = {}

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._note = f"{type(self).__name__} {self.which}".rstrip()
        self.single_attempt = SingleAttempt()
        self._status = widgets.HTML(layout=controls.PLAIN, style=controls.WORDS)
        self._status.add_class("mfa-status")
        self._onward: widgets.HBox | None = None
        parts = self.parts()
        heading = widgets.HTML(
            Html("<strong>{}</strong>").format(self.heading), layout=controls.PLAIN, style=controls.WORDS
        )
        self.place = f"mfa-form-{next(_places)}"
        children = [heading, *parts, self._status, *self.foot()]
        super().__init__(children, layout=_CARD, _dom_classes=() if lab.hands_free else self._classes())
        if self.replaces_older:
            self._replace_older()
        self._write(self.invitation())  # not said aloud: Run All would make all forms speak at once
        if lab.hands_free:
            self.hands_free()
            if self.error is not None:
                raise self.error
        else:
            self._join_page()

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

    def submit(self) -> object:
        """What the main button does."""
        raise NotImplementedError

    def hands_free(self) -> None:
        """Fill the form and submit it, as a person would."""
        self.submit()

    @property
    def is_done(self) -> bool:
        """Whether what this form is for is done, by this form or before, so that the next step can be offered."""
        return self._has_succeeded or bool(self.gives and self.lab.has(self.gives))

    @property
    def _has_succeeded(self) -> bool:
        return self.error is None and self.result is not None and getattr(self.result, "solved", True)

    def helpful(self) -> widgets.Button | None:
        """The one button that helps now, which stands out; not asked when the form is done."""
        return self._main

    def look_again(self) -> None:
        """Something has happened, maybe in another notebook: show what is true now."""
        self.guide()

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

    def attempt(self, action: Callable[[], Any], say: Callable[[Any], str]) -> bool:
        """Try `action` once; whether it was tried and went well. `say` makes the sentence of its result.

        A second click meanwhile is dropped; buttons and fields rest until it is over.
        """
        with self.single_attempt.turn() as mine:
            if not mine:
                return False
            self._rest(True)
            self.say("Working …", _PROGRESS)
            self.keep("begun", True)
            before = self.lab.last
            try:
                self.single_attempt.run(action, say)
            finally:
                self._rest(False)
                sent = self.lab.last is not before  # a slip in a field is found before anything is sent
                self.say(self.single_attempt.sentence, self.lab.last_exchange().details() if sent else "")
            self.after_attempt()
            self.lab.views.happened()
            self.guide()
            return self.error is None

    def say(self, sentence: str, below: str = "") -> None:
        """Put a sentence into the status line, and have it announced; markup in it is shown as text.

        `below` is `Html` that is not announced.
        """
        self._write(sentence, below)
        if not self.lab.hands_free:
            announcer()(self._sentence)

    def _write(self, sentence: str, below: str = "") -> None:
        self._sentence = sentence = self.lab.shown(sentence)
        # Words carry the meaning, not color.
        words = Html('<div style="line-height: 1.5; white-space: pre-line; overflow-wrap: anywhere">{}</div>{}')
        self._status.value = words.format(sentence, below)

    # The way on

    def guide(self) -> None:
        """Let the one button stand out that helps now; if that's done, offer the next step."""
        if not self._is_ready or self.lab.hands_free:  # hands-free, nobody is there to be guided
            return
        self._show_ways(self._ways_on() if self.is_done and self.replaces_older else [])
        best = None if self.is_done else self.helpful()
        if self._onward is not None and self._onward.children:
            best = self._onward.children[-1]
        for button in _buttons(self):
            button.button_style = "primary" if button is best else ""

    def _ways_on(self) -> list[Way]:
        """The next form of this notebook, and the next notebook if this one's checkpoint is reached."""
        ways: list[Way] = []
        forms = [form for form in Form._open.values() if form.lab is self.lab]
        following = next((one for one in forms[forms.index(self) + 1 :] if one.is_step and not one.is_done), None)
        if following is not None:
            form, cell = following.place, following.cell
            ways.append((f"Next: {following.heading}", lambda: self._page().go(form=form, cell=cell)))
        notebook = path.next_notebook(self.lab.topic) if self.lab.topic else None
        if notebook is not None and path.is_done(self.lab.topic):
            file = notebook.file
            ways.append((f"Next: {notebook.number} {notebook.title}", lambda: self._page().go(file=file)))
        return ways

    def _show_ways(self, ways: list[Way]) -> None:
        if self._onward is None:
            if not ways:
                return
            self._onward = widgets.HBox([], layout=controls.ROW)
            at = self.children.index(self._status) + 1
            self.children = (*self.children[:at], self._onward, *self.children[at:])
        if [label for label, _ in ways] != [one.description for one in self._onward.children]:
            gone = self._onward.children
            self._onward.children = [controls.button(label, "Go there", act) for label, act in ways]
            for one in gone:
                one.close()

    def _classes(self) -> tuple[str, ...]:
        """By which the page knows it."""
        page = self._page()
        page.attend(self.lab)
        return "mfa-form", page.mark, self.place

    def _join_page(self) -> None:
        """Be there before anything is said or has happened."""
        self.cell = this_cell()
        announcer()
        if self.replaces_older:
            self.lab.views.follow((type(self), self.which), self.look_again)
        self._main = next((one for one in _buttons(self) if one.button_style == "primary"), None)
        self._is_ready = True
        if self.gives and self.is_done:
            self._write(f"You already have {NEEDS[self.gives]}. Go on, or do it again.\n{self.invitation()}")
        self.guide()

    @staticmethod
    def _page() -> Any:
        from .page.notebook_page import notebook_page  # anywidget takes 10 ms (measured); only a person needs it

        return notebook_page()

    def _rest(self, resting: bool) -> None:
        if not self.lab.hands_free:  # nobody is there to click
            for widget in controls.inputs(self):
                widget.disabled = resting

    def _replace_older(self) -> None:
        """Running a cell again makes a new form; the old one must not stay clickable."""
        key = (id(self.lab), type(self), self.which)
        older = Form._open.get(key)
        Form._open[key] = self
        if older is not None:
            older.close_all()

    def close_all(self) -> None:
        """Close the form and every widget in it."""
        for widget in controls.descendants(self):
            # A closed widget's last value can be saved all the same.
            if isinstance(widget, (widgets.Text, widgets.HTML)):
                widget.value = ""
            widget.close()
        self.close()


def _buttons(form: widgets.Box) -> list[widgets.Button]:
    """Its buttons, without those of a form inside it."""
    found: list[widgets.Button] = []
    for child in form.children:
        if isinstance(child, widgets.Button):
            found.append(child)
        elif isinstance(child, widgets.Box) and not isinstance(child, Form):
            found += _buttons(child)
    return found


def announcer() -> Callable[[str], None]:
    """What has a sentence said aloud. To ask for it makes the place in the page where that happens."""
    from .page.live_region import live_region  # anywidget takes 10 ms (measured); only a person listens

    return live_region().say
