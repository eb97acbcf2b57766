"""Text made into HTML, and the few styles and attributes that all HTML shares."""

from __future__ import annotations

import html
from typing import Any, Self

from markupsafe import Markup

# Mixed with the color of the text around, so that the contrast is enough in a light theme and in a dark one.
_COLOR = "color: color-mix(in srgb, var(--jp-{}-color1, currentcolor) 70%, currentcolor)"
GOOD, BAD = _COLOR.format("success"), _COLOR.format("error")
#: A `<pre>` looks the same in an output, in a form and in an HTML export, whose fonts and sizes differ.
PRE = (
    "margin: 4px 0 0; padding: 0; background: none; border: 0; color: inherit; "
    "font-family: var(--jp-code-font-family, monospace); font-size: var(--jp-code-font-size, 13px); "
)
#: A `<pre>` that wraps, between words where it can: by JupyterLab's own style it would break inside them.
WRAPPED = "white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere"


class Html(Markup):
    """HTML: `format`, `join` and `+` escape all that is not `Html` itself.

    Signs are written as `html.escape` writes them (`&quot;`), and not as
    markupsafe does: notebooks keep their outputs, and tests compare them.
    """

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        return cls(s if hasattr(s, "__html__") else html.escape(str(s)))


def reached_by_keyboard(name: str, role: str = "group") -> Html:
    """Attributes of what may be wider than the page: with the focus on it, the arrows scroll it."""
    return Html('tabindex="0" role="{}" aria-label="{}"').format(role, name)
