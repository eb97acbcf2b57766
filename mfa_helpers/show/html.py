"""The few styles and attributes that all HTML shares."""

from __future__ import annotations

from html import escape

# Mixed with the colour of the text around, so that the contrast is enough in a light theme and in a dark one.
_COLOUR = "color: color-mix(in srgb, var(--jp-{}-color1, currentcolor) 70%, currentcolor)"
GOOD, BAD = _COLOUR.format("success"), _COLOUR.format("error")
#: A `<pre>` looks the same in an output, in a form and in an HTML export, whose fonts and sizes differ.
PRE = (
    "margin: 4px 0 0; padding: 0; background: none; border: 0; color: inherit; "
    "font-family: var(--jp-code-font-family, monospace); font-size: var(--jp-code-font-size, 13px); "
)


def reached_by_keyboard(name: str, role: str = "group") -> str:
    """Attributes of what may be wider than the page: with the focus on it, the arrows scroll it."""
    return f'tabindex="0" role="{role}" aria-label="{escape(name)}"'
