"""Whether what the notebooks need is installed: the package alone has the client and the sandbox, without Jupyter."""

from __future__ import annotations

from importlib.util import find_spec

_ONE_OF_ITS_PACKAGES = "ipywidgets"  # a page of a browser has it, too


def trouble() -> str:
    """A sentence if the extra `course` is missing; empty if it is there."""
    if find_spec(_ONE_OF_ITS_PACKAGES):
        return ""
    return (
        "The notebooks and their forms need more packages, such as JupyterLab, and they are not installed. "
        "Run: python -m pip install 'mfa-helpers[course]' (in a clone: -e '.[course]')."
    )
