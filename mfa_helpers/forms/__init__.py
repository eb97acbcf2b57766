"""The forms of the course. Each is a thin shell of widgets around one step of the `Lab`.

Every form has `submit()` (what its main button does), `result` and `error`. The only package
that imports ipywidgets. `__init__.pyi` lists the forms; each loads when it is first asked for.
"""

import lazy_loader

# ipywidgets loads with a notebook's first cell, before `Lab()` freezes what is loaded.
from . import base  # noqa: F401

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
