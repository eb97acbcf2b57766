"""What all forms share: a heading, fields, buttons, and a line that says how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets
from ipywidgets.widgets.widget_string import HTMLStyle
from traitlets import TraitError

from ..client.errors import LoginExpired, MfaTokenRefused, NoSuchAuthenticator, NotEnrolled, StepMissing
from ..lab import Lab
from ..learner.attempt import SingleAttempt
from .controls import BUTTON, LABEL, PLAIN, ROW, WIDE

if TYPE_CHECKING:
    from .page.live_region import LiveRegion
_WORDS = HTMLStyle()
_CARD = widgets.Layout(
    border="1px solid var(--jp-border-color2, currentcolor)", padding="8px 16px", margin="4px 0", max_width="46rem"
)


class Form(widgets.VBox):
    """One step to do. Subclasses build fields in `parts()` and act in `submit()`.

    `result` is what the last try gave, `error` what it raised, `status` the
    sentence a learner reads. A form never prints and never raises in a click;
    hands-free it fills and submits itself at once and raises what went wrong,
    so that a test run notices.
    """

    heading: str = ""
    #: What this step needs of earlier ones, if a way out must be offered.
    needs: tuple[str, ...] = ()
    replaces_older = True
    #: Tells forms of one class in one notebook apart.
    which = ""

    _open: ClassVar[dict[tuple[int, type, str], Form]] = {}

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._note = f"{type(self).__name__} {self.which}".rstrip()
        self.step = SingleAttempt()
        self._status = widgets.HTML(layout=PLAIN, style=_WORDS)
        self._status.add_class("mfa-status")
        self._way_out = widgets.VBox([], layout=PLAIN)
        parts = self.parts()
        heading = widgets.HTML(f"<strong>{escape(self.heading)}</strong>", layout=PLAIN, style=_WORDS)
        super().__init__([heading, *parts, self._status, self._way_out], layout=_CARD)
        if self.replaces_older:
            self._replace_older()
        self._write(self.invitation())  # not said aloud: Run All would make all forms speak at once
        if lab.hands_free:
            self.hands_free()
            if self.error is not None:
                raise self.error
        else:
            self._live_region()  # there before anything is said
            lost = self.lost()
            if lost:
                self._show_way_out(*lost)

    # For subclasses

    def parts(self) -> Sequence[widgets.Widget]:
        """The widgets between heading and status line."""
        return []

    def invitation(self) -> str:
        """The status line before anything was done."""
        return "Ready."

    def lost(self) -> Sequence[str]:
        """What is to be got again, if a kernel of this notebook that was killed had what this form needs."""
        return self.needs if self.kept("begun") and self.lab.missing(*self.needs) else ()

    def submit(self) -> None:
        """What the main button does."""
        raise NotImplementedError

    def hands_free(self) -> None:
        """Fill the form and submit it, as a person would."""
        self.submit()

    # What a caller sees

    @property
    def result(self) -> Any:
        return self.step.result

    @property
    def error(self) -> Exception | None:
        return self.step.error

    @property
    def status(self) -> str:
        return self._sentence

    def __repr__(self) -> str:
        # No value of a field may reach the text form of an output.
        return f"<{type(self).__name__}: run the cell to see it>"

    def _repr_keys(self) -> Any:
        return iter(())

    # Building blocks

    def say(self, sentence: str, below: str = "") -> None:
        """Put a sentence into the status line, and have it announced; markup in it is shown as text.

        `below` is HTML that is not announced.
        """
        self._write(sentence, below)
        if not self.lab.hands_free:
            self._live_region().say(self._sentence)

    @staticmethod
    def _live_region() -> LiveRegion:
        from .page.live_region import live_region  # anywidget takes a while, and only a person listens

        return live_region()

    def _write(self, sentence: str, below: str = "") -> None:
        self._sentence = sentence = self.lab.shown(sentence)
        # Words carry the meaning, not colour.
        self._status.value = f'<div style="line-height: 1.5; white-space: pre-line">{escape(sentence)}</div>{below}'

    def keep(self, name: str, value: Any) -> None:
        """Keep a choice or a text of this form for the kernel after this one; never a secret."""
        self.lab.note(f"{self._note} {name}", value)

    def kept(self, name: str) -> Any:
        """What was kept under `name`."""
        return self.lab.noted(f"{self._note} {name}")

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

    def text(self, label: str, value: str = "", placeholder: str = "") -> widgets.Text:
        # What is typed is an address, a number or a code: nothing for a room.
        kind = widgets.Password if self.lab.handover.is_projecting() else widgets.Text
        return kind(value=value, description=label, placeholder=placeholder, **self._field())

    def secret_text(self, label: str) -> widgets.Password:
        return widgets.Password(description=label, **self._field())

    @staticmethod
    def _field() -> dict[str, Any]:
        # Sent when the field is left, not with each key: a click could overtake the
        # last keys, which wait for the kernel's word on the first ones.
        return {"continuous_update": False, "style": LABEL, "layout": {"width": WIDE}}

    def choices(self, label: str, options: Sequence[tuple[str, str]], value: str | None = None) -> widgets.RadioButtons:
        radio = widgets.RadioButtons(
            options=options,
            value=value,
            description=label,
            style={"description_width": "9rem"},
            layout={"width": WIDE},
        )
        return self.remembered(radio) if options else radio

    def button(self, label: str, tooltip: str, action: Callable[[], None], *, main: bool = False) -> widgets.Button:
        button = widgets.Button(
            description=label,
            tooltip=tooltip,
            button_style="primary" if main else "",
            style=BUTTON,
            layout={"width": "auto", "min_width": "9rem", "margin": "4px 8px 4px 0"},
        )
        button.on_click(lambda _: action())
        return button

    @staticmethod
    def row(*buttons: widgets.Button) -> widgets.HBox:
        return widgets.HBox(buttons, layout=ROW)

    @staticmethod
    def show(shown: bool, *parts: widgets.DOMWidget) -> None:
        """Show or hide `parts`. What is hidden is out of the keyboard's way, too."""
        for part in parts:
            # Not `None`: a page whose Python runs in the browser never hears of that.
            part.layout.display = "" if shown else "none"

    def attempt(self, action: Callable[[], Any], say: Callable[[Any], str]) -> bool:
        """Try `action` once; whether it was tried and went well.

        A second click meanwhile is dropped; buttons and fields rest until it is over.
        """
        with self.step.turn() as mine:
            if not mine:
                return False
            self._rest(True)
            self.say("Working …")
            self.keep("begun", True)
            before = self.lab.last
            try:
                self.step.run(action, say)
            finally:
                self._rest(False)
                sent = self.lab.last is not before  # a slip in a field is found before anything is sent
                self.say(self.step.sentence, self.lab.wire().details() if sent else "")
            self._offer_way_out()
            return self.step.error is None

    def _rest(self, resting: bool) -> None:
        if not self.lab.hands_free:  # nobody is there to click
            for widget in _inputs(self):
                widget.disabled = resting

    def _offer_way_out(self) -> None:
        lost = isinstance(
            self.step.error, (LoginExpired, MfaTokenRefused, StepMissing, NotEnrolled, NoSuchAuthenticator)
        )
        if lost and self.needs and not self.lab.hands_free:
            self._show_way_out(*self.needs)
        elif self._way_out.children:
            self.clear_way_out()

    def _show_way_out(self, *needs: str) -> None:
        from .catch_up import CatchUpForm  # it is a form itself

        self._way_out.children = [CatchUpForm(self.lab, *needs, inside=self)]

    def clear_way_out(self) -> None:
        """Take the way out off the form: it is not needed any more."""
        gone, self._way_out.children = self._way_out.children, []
        for form in gone:
            form.close_all()

    def _replace_older(self) -> None:
        """Running a cell again makes a new form; the old one must not stay clickable."""
        key = (id(self.lab), type(self), self.which)
        older = Form._open.get(key)
        Form._open[key] = self
        if older is not None:
            older.close_all()

    def close_all(self) -> None:
        """Close the form and every widget in it."""
        for widget in _descendants(self):
            if isinstance(
                widget, (widgets.Text, widgets.HTML)
            ):  # a closed widget's last value can be saved all the same
                widget.value = ""
            widget.close()
        self.close()


def _descendants(box: widgets.Box) -> list[widgets.Widget]:
    found = []
    for child in box.children:
        if isinstance(child, widgets.Box):
            found += _descendants(child)
        found.append(child)
    return found


def _inputs(box: widgets.Box) -> list[Any]:
    return [widget for widget in _descendants(box) if hasattr(widget, "disabled")]
