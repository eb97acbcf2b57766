"""The widgets that forms are built of: text, password, choices, button, row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
from ipywidgets.widgets.widget_string import HTMLStyle, TextStyle

# Layouts and styles that never change are shared: each is a message to the page, which Binder makes slow.
# What can be hidden has a layout of its own; a shared one would hide its siblings, too.
PLAIN = widgets.Layout()
WORDS = HTMLStyle()
_WIDE = "min(36rem, 98%)"
# Sent when the field is left, not with each key: a click could overtake the
# last keys, which wait for the kernel's word on the first ones.
_LINE: dict[str, Any] = {
    "continuous_update": False,
    "style": TextStyle(description_width="9rem"),
    "layout": {"width": _WIDE},
}
_BUTTON = widgets.ButtonStyle()
ROW = widgets.Layout(flex_flow="row wrap")  # a narrow page must not cut a button off


def text(label: str, value: str = "", placeholder: str = "", *, masked: bool = False) -> widgets.Text:
    """A field for one line; `masked` shows dots instead of what is typed."""
    kind = widgets.Password if masked else widgets.Text
    return kind(value=value, description=label, placeholder=placeholder, **_LINE)


def password(label: str) -> widgets.Password:
    """A field for one secret line."""
    return widgets.Password(description=label, **_LINE)


def choices(label: str, options: Sequence[tuple[str, Any]], value: Any = None) -> widgets.RadioButtons:
    """One of `options`, each a text and its value; none is chosen if `value` is `None`."""
    return widgets.RadioButtons(
        options=options,
        value=value,
        description=label,
        style={"description_width": "9rem"},
        layout={"width": _WIDE},
    )


def group(label: str, *parts: widgets.Widget, heard: bool = True) -> widgets.VBox:
    """`parts` below each other, as a group with the name `label` for whoever hears the page, if anybody does."""
    if not heard:
        return widgets.VBox(parts, layout=PLAIN)
    from .page.group_name import GroupName  # anywidget takes 10 ms (measured)

    return widgets.VBox([*parts, GroupName(label)], layout=PLAIN)


def button(label: str, tooltip: str, action: Callable[[], object], *, main: bool = False) -> widgets.Button:
    """A button whose click calls `action`; `main` makes it stand out, and Enter in a field above presses it."""
    made = widgets.Button(
        description=label,
        tooltip=tooltip,
        button_style="primary" if main else "",
        style=_BUTTON,
        _dom_classes=("mfa-enter",) if main else (),
        layout={"width": "auto", "min_width": "9rem", "margin": "4px 8px 4px 0"},
    )
    made.on_click(lambda _: action())
    return made


def row(*buttons: widgets.Button) -> widgets.HBox:
    """Buttons side by side."""
    return widgets.HBox(buttons, layout=ROW)


def show(shown: bool, *parts: widgets.DOMWidget) -> None:
    """Show or hide `parts`. What is hidden is out of the keyboard's way, too."""
    for part in parts:
        # Not `None`: a page whose Python runs in the browser never hears of that.
        part.layout.display = "" if shown else "none"


def descendants(box: widgets.Box) -> list[widgets.Widget]:
    """Every widget inside `box`, the innermost first."""
    found = []
    for child in box.children:
        if isinstance(child, widgets.Box):
            found += descendants(child)
        found.append(child)
    return found


def buttons(box: widgets.Box) -> list[widgets.Button]:
    """Every button inside `box`, in their order."""
    return [widget for widget in descendants(box) if isinstance(widget, widgets.Button)]


def inputs(box: widgets.Box) -> list[Any]:
    """Every button and field inside `box`."""
    return [widget for widget in descendants(box) if hasattr(widget, "disabled")]


def rest(parts: Sequence[Any], resting: bool) -> None:
    """Let buttons and fields rest, or wake them."""
    for part in parts:
        part.disabled = resting
