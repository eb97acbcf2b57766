"""The MFA API for any program: no lesson, no file, no widget, no sandbox."""

from . import errors as errors  # every call may raise one of them
