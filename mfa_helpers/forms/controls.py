"""Text, password, choices, button, row."""

from __future__ import annotations

import ipywidgets as widgets
from ipywidgets.widgets.widget_string import TextStyle

# Layouts and styles that never change are shared: each is a message to the page, which Binder makes slow.
# What can be hidden has a layout of its own; a shared one would hide its siblings, too.
WIDE = "min(36rem, 98%)"
LABEL = TextStyle(description_width="9rem")
BUTTON = widgets.ButtonStyle()
PLAIN = widgets.Layout()
ROW = widgets.Layout(flex_flow="row wrap")  # a narrow page must not cut a button off
