"""The name of a group of buttons or fields, for whoever hears the page."""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

_UNSEEN = widgets.Layout(display="none")


class GroupName(anywidget.AnyWidget):
    """Makes the box that it's in a group called `label`. It isn't seen itself."""

    _esm = Path(__file__).with_name("group_name.js")
    label = traitlets.Unicode().tag(sync=True)

    def __init__(self, label: str) -> None:
        super().__init__(label=label, layout=_UNSEEN)

    def __repr__(self) -> str:
        return "<GroupName>"
