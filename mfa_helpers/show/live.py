"""Outputs that follow: what a cell has shown is shown again, in its place, when something has happened.

Such an output is an ordinary one, with a display id: it is saved with the notebook, and can be read
where there is no kernel. Forms follow in the same way: they give a function that looks again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any, Protocol

from .html import Html

Bundle = dict[str, Any]
_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # no traceback in a notebook


class Shown(Protocol):
    """What can be an output: its text is its `repr`."""

    def html(self) -> Html: ...

    def _repr_mimebundle_(self, **_: Any) -> Bundle: ...


class LiveViews:
    """What follows in this kernel, in the order in which it was shown first.

    `stamp` says, by a value that differs, that something has happened. `still` is for a kernel with
    nobody in front of it: an output then stays what it was when its cell ran.
    """

    def __init__(self, stamp: Callable[[], object], *, still: bool) -> None:
        self.is_still = still
        #: How often the page was loaded: a new page has forgotten the display ids of the one before.
        self.loads = 0
        #: Sends the bundle of a cell's output, by its name, to a page that has been reloaded.
        self.resend: Callable[[str, str, Bundle], None] | None = None
        #: Tells the page that something has happened, and that this kernel has looked; other notebooks hear the first.
        self.tell: Callable[[bool], None] | None = None
        self._stamp = stamp
        self._seen: object = None
        self._followers: dict[Hashable, Callable[[], None]] = {}
        #: The thread that looks; a click may come while a cell runs, on a thread of its own.
        self._looker: int | None = None
        self._must_look = False
        self._lock = threading.Lock()  # held for a moment, never while somebody looks: that may ask the tenant

    def register(self, key: Hashable, look_again: Callable[[], None]) -> None:
        """Call `look_again`, after all others, when something has happened. An earlier one with this `key` is dropped."""
        with self._lock:
            self._followers.pop(key, None)
            self._followers[key] = look_again

    def show(self, name: str, make: Callable[[], Shown]) -> LiveView:
        """An output that shows what `make` gives; `name` tells it apart from the others in its notebook."""
        return LiveView(self, name, make)

    def happened(self) -> None:
        """A form has done something: look again, and tell the other notebooks."""
        self._refresh(news=True)

    def cell_ran(self) -> None:
        """Look again if the cell has done anything."""
        if not self.is_still and self._stamp() != self._seen:
            self._refresh(news=True)

    def look(self) -> None:
        """Somebody looks at the page: another notebook may have done something, and time passes."""
        self._refresh(news=False)

    def reloaded(self, resend: Callable[[str, str, Bundle], None]) -> None:
        """The page is a new one: what follows is sent to it by `resend`, at once and from now on."""
        self.loads += 1
        self.resend = resend
        self.look()

    def _refresh(self, *, news: bool) -> None:
        """If another thread is looking, it looks once more, and this one goes on."""
        if self.is_still:
            return
        me = threading.get_ident()
        with self._lock:
            if self._looker == me:  # what is shown has noted something itself
                return
            self._must_look = True
            is_mine = self._looker is None
            if is_mine:
                self._looker = me
        if is_mine:
            try:
                while self._goes_on():
                    news |= self._look_twice()  # other notebooks show the checkpoint, too
            except BaseException:  # an interrupt; a way that ends has let others look already
                with self._lock:
                    if self._looker == me:
                        self._looker = None
                raise
        if self.tell is not None:
            self.tell(news)

    def _goes_on(self) -> bool:
        with self._lock:
            goes_on, self._must_look = self._must_look, False
            if not goes_on:
                self._looker = None
            return goes_on

    def _look_twice(self) -> bool:
        """Whether something was noted meanwhile: a checkpoint, for example, which others show. Only then it looks twice.

        What can't be shown stays as it was, and holds up nothing else; the log has the cause.
        """
        noted = False
        for _ in range(2):
            before = self._stamp()
            with self._lock:
                followers = list(self._followers.values())
            for look_again in followers:
                try:
                    look_again()
                except Exception:
                    _log.exception("An output could not be updated.")
            self._seen = self._stamp()
            if self._seen == before:
                break
            noted = True
        return noted


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
        self._cell = this_cell()
        self._views.register((self._cell, self.name), self._look_again)

    def _look_again(self) -> None:
        shown = self.now()
        signature = self._of(shown)
        if signature == self._signature:
            return
        self._signature = signature
        bundle = shown._repr_mimebundle_()
        self._handle.update(bundle, raw=True, metadata={"mfa": self.name})
        if self._views.resend is not None:
            self._views.resend(self._cell, self.name, bundle)

    def _of(self, shown: Shown) -> tuple[int, str, str]:
        return self._views.loads, repr(shown), str(shown.html())


def this_cell() -> str:
    """The ID of the cell that runs now; empty where that isn't known."""
    from IPython.core.getipython import get_ipython

    with suppress(AttributeError, KeyError, TypeError):
        return str(get_ipython().kernel.get_parent()["metadata"]["cellId"])  # type: ignore[union-attr]
    return ""
