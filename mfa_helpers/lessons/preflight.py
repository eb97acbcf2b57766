"""What a lesson needs before it begins: checks, each with a sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec

from ..client.errors import MfaError
from ..learner.email_steps import EmailSteps
from ..storage import browser
from .diagnosis import diagnosis

MEND_ALL = "To fix it, use the form “Find the cause” in notebook 09."

#: Whether it is fine, and a sentence that says so or what to do.
Check = tuple[bool, str]


def checks(session: EmailSteps) -> Iterator[Check]:
    """What a lesson needs of this machine, then of its tenant."""
    if sys.version_info >= (3, 11):  # noqa: UP036  (it is the learner who may have another)
        yield True, "Python is new enough (3.11 or later)."
    else:
        yield False, "Python is older than 3.11. Install a newer version, and create the environment again."

    for package, why in (("ipywidgets", "Forms need"), ("requests", "Calls need")):
        if find_spec(package):
            yield True, f"{package} is installed. {why} it."
        else:
            yield False, f"{package} is missing. Run: pip install {package}"

    yield from of_tenant(session)


def of_tenant(session: EmailSteps) -> Iterator[Check]:
    """Whether notebooks can hand things over, whether the tenant answers, and whether it is set up for a lesson."""
    with session.handover.transaction():
        session.handover.choose(session.tenant.kind)
        session.handover.try_writing()  # a choice that is kept already would not tell
    if trouble := session.handover.trouble or browser.trouble():
        yield False, trouble
    else:
        yield True, "Notebooks can share state in a private file."

    try:
        session.check()
        yield True, "The tenant responds and sends its discovery document."
        yield True, "Its public keys are available, so signatures can be checked."
        for cause, setting in diagnosis.settings(session):
            if setting.is_right:
                yield True, cause.fine
            else:
                yield False, f"{cause.what} ({setting.words}.) {MEND_ALL}"
    except MfaError as error:
        yield False, f"{error.what} {error.next_step}"
