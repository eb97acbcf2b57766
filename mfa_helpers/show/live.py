"""Outputs that follow: what a cell has shown is shown again, in its place, when something has happened.

Such an output is an ordinary one, with a display id: it is saved with the notebook, and can be read
where there is no kernel. Forms follow in the same way: they give a function that looks again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from .html import PRE, Html
from .text import printable

Bundle = dict[str, Any]
_PLAIN = PRE + "line-height: 1.4; white-space: pre-wrap"


class Shown(Protocol):
    """What can be an output: its text is its `repr`."""

    def html(self) -> Html: ...

    def _repr_mimebundle_(self, **_: Any) -> Bundle: ...


@dataclass(frozen=True)
class Words:
    """A text, and the same as HTML; without `marked_up`, as it would be printed."""

    text: str
    marked_up: Html | None = None

    def __repr__(self) -> str:
        return printable(self.text)

    def html(self) -> Html:
        return self.marked_up or Html('<pre style="{}">{}</pre>').format(_PLAIN, self.text)

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        return {"text/plain": repr(self), "text/html": str(self.html())}


class LiveViews:
    """What follows in this kernel, in the order in which it was shown first.

    `mark` says, by a value that differs, that something has happened. `still` is for a kernel with
    nobody in front of it: an output then stays what it was when its cell ran.
    """

    def __init__(self, mark: Callable[[], object], *, still: bool) -> None:
        self.is_still = still
        #: How often the page was loaded: a new page has forgotten the display ids of the one before.
        self.page = 0
        #: Sends a bundle to a page that has been reloaded.
        self.resend: Callable[[str, Bundle], None] | None = None
        #: Tells the page that something has happened, and that this kernel has looked; other notebooks hear the first.
        self.tell: Callable[[bool], None] | None = None
        self._mark = mark
        self._seen: object = None
        self._followers: dict[Hashable, Callable[[], None]] = {}
        self._is_looking = False
        self._lock = threading.RLock()  # a click may come while a cell runs, on a thread of its own

    def follow(self, key: Hashable, look_again: Callable[[], None]) -> None:
        """Call `look_again` when something has happened. It takes the place of an earlier one with this `key`."""
        with self._lock:
            self._followers[key] = look_again

    def show(self, name: str, make: Callable[[], Shown]) -> LiveView:
        """An output that shows what `make` gives; `name` tells it apart from the others in its notebook."""
        return LiveView(self, name, make)

    def happened(self) -> None:
        """A form has done something: look again, and tell the other notebooks."""
        self._refresh(news=True)

    def cell_ran(self) -> None:
        """Look again if the cell has done anything."""
        if not self.is_still and self._mark() != self._seen:
            self._refresh(news=True)

    def look(self) -> None:
        """Somebody looks at the page: another notebook may have done something, and time passes."""
        self._refresh(news=False)

    def reloaded(self, resend: Callable[[str, Bundle], None]) -> None:
        """The page is a new one: what follows is sent to it by `resend`, at once and from now on."""
        self.page += 1
        self.resend = resend
        self.look()

    def _refresh(self, *, news: bool) -> None:
        """Never raises: what can't be shown stays as it was."""
        if self.is_still:
            return
        with self._lock:
            if self._is_looking:  # what is shown has noted something itself
                return
            self._is_looking = True
            try:
                self._look_twice()
            finally:
                self._is_looking = False
        if self.tell is not None:
            self.tell(news)

    def _look_twice(self) -> None:
        """The second time only if something was noted meanwhile: a checkpoint, for example, which others show."""
        for _ in range(2):
            before = self._mark()
            for look_again in list(self._followers.values()):
                with suppress(Exception):
                    look_again()
            self._seen = self._mark()
            if self._seen == before:
                return


class LiveView:
    """One output that follows. As a value it is what it shows now."""

    def __init__(self, views: LiveViews, name: str, make: Callable[[], Shown]) -> None:
        self._views, self.name, self.now = views, name, make

    def __repr__(self) -> str:
        return repr(self.now())

    def html(self) -> Html:
        """What it shows now."""
        return self.now().html()

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        return self.now()._repr_mimebundle_()

    def _ipython_display_(self) -> None:
        if self._views.is_still:
            raise NotImplementedError  # IPython then shows the bundle as the cell's result
        from IPython.display import display

        shown = self.now()
        self._signature = self._of(shown)
        kind = {"mfa": self.name}
        self._handle = display(shown._repr_mimebundle_(), raw=True, metadata=kind, display_id=True)
        self._views.follow((this_cell(), self.name), self._look_again)

    def _look_again(self) -> None:
        shown = self.now()
        signature = self._of(shown)
        if signature == self._signature:
            return
        self._signature = signature
        bundle = shown._repr_mimebundle_()
        self._handle.update(bundle, raw=True, metadata={"mfa": self.name})
        if self._views.resend is not None:
            self._views.resend(self.name, bundle)

    def _of(self, shown: Shown) -> tuple[int, str, str]:
        return self._views.page, repr(shown), str(shown.html())


def this_cell() -> str:
    """The ID of the cell that runs now; empty where that isn't known."""
    from IPython.core.getipython import get_ipython

    with suppress(AttributeError, KeyError, TypeError):
        return str(get_ipython().kernel.get_parent()["metadata"]["cellId"])  # type: ignore[union-attr]
    return ""
