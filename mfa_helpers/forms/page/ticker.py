"""A clock in the page, so that a form can look again by itself and no cell has to wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets


class Ticker(anywidget.AnyWidget):
    """Calls `tick` every `seconds` while the page is seen; 0 stops it. It has no view."""

    _esm = Path(__file__).with_name("ticker.js")
    seconds = traitlets.Int(0).tag(sync=True)

    def __init__(self, tick: Callable[[], None]) -> None:
        super().__init__()
        self._tick = tick
        self.on_msg(self._asked)

    def _asked(self, _: Any, content: Any, buffers: Any) -> None:
        try:
            self._tick()
        finally:
            self.send({"answered": True})

    def __repr__(self) -> str:
        return "<Ticker>"
