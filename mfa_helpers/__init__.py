"""Helpers of the course on MFA by email.

`__init__.pyi` lists the public names; each loads when it is first asked for, so importing this is cheap.
"""

import lazy_loader

from .storage.browser import settle

settle()

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name):  # type: ignore[no-untyped-def]  # the stub has the types
    if name in ("Lab", "forms"):
        from .course import extra

        if trouble := extra.trouble():
            raise ModuleNotFoundError(trouble)
    return _load(name)
