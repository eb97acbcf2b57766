"""Helpers of the course on MFA by e-mail.

`__init__.pyi` lists the public names; each loads when it is first asked for, so importing this is cheap.
"""

import lazy_loader

from .storage.browser import settle

settle()

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
