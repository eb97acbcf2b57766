"""The way through a notebook: the order of its forms, the step that comes next, and the one button that helps now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol

import ipywidgets as widgets

from ..lab import Lab
from ..lessons import path
from ..outline import Notebook
from . import controls

#: A button that leads on: its label, its tooltip, and what it does.
_Way = tuple[str, str, Callable[[], None]]
_OPEN = "Open the notebook and, in JupyterLab, run its cells if they haven't run yet"


class Step(Protocol):
    """A form, as its guide sees it."""

    children: Any
    heading: str
    #: A CSS class that no other form has, and the ID of its cell, where that is known.
    place: str
    cell: str
    which: str
    gives: tuple[str, ...]
    needs: tuple[str, ...]
    is_step: bool
    #: The row of buttons that lead on, once there is one.
    onward: widgets.HBox | None

    @property
    def is_done(self) -> bool: ...

    def helpful(self) -> widgets.Button | None: ...


class Guide:
    """Knows the open forms of one notebook."""

    _by_lab: ClassVar[dict[int, Guide]] = {}

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._open: dict[tuple[type, str], Any] = {}
        self._cells: list[str] = []

    @classmethod
    def of(cls, lab: Lab) -> Guide:
        """The one of `lab`."""
        return cls._by_lab.setdefault(id(lab), cls(lab))

    def classes(self, place: str) -> tuple[str, ...]:
        """The CSS classes by which the page knows the form at `place`."""
        page = self._page()
        page.attend(self._lab, self.arrange)
        return "mfa-form", page.kernel_class, place

    def replace(self, form: Any) -> Any:
        """Take `form` in. The older one of its kind, which must not stay clickable, is returned."""
        key = type(form), form.which
        older = self._open.pop(key, None)  # so that Run All puts all forms in order, whatever ran before
        self._open[key] = form
        return older

    def arrange(self, cells: Sequence[str]) -> None:
        """The page has the cells with these IDs, in this order."""
        if list(cells) != self._cells:
            self._cells = list(cells)
            self.show()

    def forms(self) -> list[Any]:
        """The open forms in the order of their cells; a form inside another one is no step of its own."""
        inside = {widget for form in self._open.values() for widget in controls.descendants(form)}
        places = {cell: number for number, cell in enumerate(self._cells)}
        forms = [form for form in self._open.values() if form not in inside]
        return sorted(forms, key=lambda form: places.get(form.cell, len(places)))

    def show(self) -> None:
        """Offer the next step in each form that is done, and let the one button stand out that helps now."""
        if self._lab.hands_free:  # nobody is there to be guided
            return
        forms: list[Step] = self.forms()
        to_do = [form for form in forms if form.is_step and not _is_past(form, forms)]
        notebook = self._next_notebook()
        for number, form in enumerate(forms):
            following = next((one for one in forms[number + 1 :] if one in to_do), None)
            self._offer(form, self._ways(following, notebook) if form.is_done else [])
        ends = [form.onward.children[-1] for form in forms if form.onward is not None and form.onward.children]
        best = to_do[0].helpful() if to_do else next(reversed(ends), None)
        for form in forms:
            for button in controls.buttons(form):
                button.button_style = "primary" if button is best else ""

    def _next_notebook(self) -> Notebook | None:
        """The one after this, if this one's checkpoint is reached."""
        topic = self._lab.topic
        return path.next_notebook(topic) if topic and path.is_done(topic) else None

    def _ways(self, following: Step | None, notebook: Notebook | None) -> list[_Way]:
        ways: list[_Way] = []
        if following is not None:
            form, cell = following.place, following.cell
            ways.append((f"Next: {following.heading}", "Go there", lambda: self._page().go(form=form, cell=cell)))
        if notebook is not None:
            file = notebook.file
            ways.append((f"Next: {notebook.number} {notebook.title}", _OPEN, lambda: self._page().go(file=file)))
        return ways

    def _offer(self, form: Any, ways: list[_Way]) -> None:
        if form.onward is None:
            if not ways:
                return
            form.onward = widgets.HBox([], layout=controls.ROW)
            at = form.children.index(form.status_line) + 1
            form.children = (*form.children[:at], form.onward, *form.children[at:])
        if [label for label, _, _ in ways] != [one.description for one in form.onward.children]:
            gone = form.onward.children
            form.onward.children = [controls.button(*way) for way in ways]
            for one in form.onward.children:
                one.add_class("mfa-next")
            for one in gone:
                one.close()

    @staticmethod
    def _page() -> Any:
        from .page.notebook_page import notebook_page  # anywidget takes 10 ms (measured); only a person needs it

        return notebook_page()


def _is_past(form: Step, forms: list[Step]) -> bool:
    """Whether it is done, or a later step has used up what it gave."""
    if form.is_done:
        return True
    later = forms[forms.index(form) + 1 :]
    return any(set(form.gives) & set(one.needs) and one.is_done for one in later)
