"""What is said aloud: one place in the page for all forms of a kernel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import anywidget


class LiveRegion(anywidget.AnyWidget):
    """An `aria-live` region. It has no view: it joins the page when it is made, unseen.

    A stock HTML widget with `role="status"` is replaced as a whole when its value changes,
    which screen readers may miss. What is said is a message and no trait: nothing of it stays
    in the widget's state.
    """

    _esm = Path(__file__).with_name("live_region.js")

    def say(self, sentence: str) -> None:
        """Have a screen reader say `sentence`."""
        self.send({"said": sentence})

    def __repr__(self) -> str:
        return "<LiveRegion>"


@cache
def live_region() -> LiveRegion:
    """The region of this kernel."""
    return LiveRegion()
