"""The tabs of `CodeTabs`, which run in the page."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class CodeTabsWidget(anywidget.AnyWidget):
    """`programs` has the name of each language and its text; `chosen` is the name of the open tab.

    Where that text is one command, `as_programs` has the program that a checkbox shows instead.
    """

    _esm = Path(__file__).with_name("code_tabs.js")
    _css = Path(__file__).with_name("code_tabs.css")

    programs = traitlets.Dict().tag(sync=True)
    as_programs = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)
