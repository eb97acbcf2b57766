"""What the kernel of a notebook holds: one `Lab`, also when its cells run again, alone, or in another order.

A cell that runs alone after a restart finds it here: `from mfa_helpers.notebook import forms, lab`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from . import forms as forms
from .client.errors import MfaError
from .forms.guidance import Guide
from .lab import Lab
from .learner.session import chose_another, is_hands_free
from .lessons.path import SPINE
from .outline import BY_TOPIC
from .show.html import Html
from .show.text import Words, missing_name
from .storage import browser
from .storage.progress import this_notebook
from .tenants.tenant import SANDBOX

if TYPE_CHECKING:
    from .lessons.sdk import SdkLesson

    lab: Lab
    sdk: SdkLesson

_LATE = 1.0  # seconds; what takes less needs no sign of progress
_STARTING = "Starting your tenant …"
#: What was asked for, and the lab that was given.
_given: tuple[tuple[object, ...], Lab] | None = None


def open_lab(topic: str, tenant: str = SANDBOX, *, hands_free: bool = False) -> Lab:
    """The `Lab` of the notebook with this `topic`; the same one again, unless another tenant was asked for or chosen.

    A notebook that changes its tenant, and the instructor's `board`, leave a class's alone and use a sandbox. One that
    waits for its class shows a form that offers to try again.

    Raises what `Lab` does.
    """
    global _given  # noqa: PLW0603  # a kernel holds one
    asked = (topic, tenant, hands_free)
    notebook = BY_TOPIC.get(topic)
    own = topic == "board" or (notebook is not None and notebook not in SPINE)
    if _given is None or _given[0] != asked or chose_another(_given[1]):
        with _progress(is_hands_free(hands_free)):
            made = Lab(tenant, hands_free=hands_free, own=own)
        made.topic = topic if notebook else ""
        if _given is not None:
            Guide.leave(_given[1])
        _given = asked, made
    else:
        with suppress(MfaError):
            _given[1].come_back()
    lab = _given[1]
    if lab.waiting_for is not None:  # the learner decides what to do, and nothing else does
        from IPython import display

        display.display(forms.ClassInWaitingForm(lab))
    return lab


def __getattr__(name: str) -> Any:
    if name not in ("lab", "sdk"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    here = _given[1] if _given is not None else open_lab(this_notebook() or "")
    if name == "lab":
        return here
    from .lessons.sdk import SdkLesson  # notebook 12 alone asks

    return here.companion(SdkLesson)


def _meet_kernel() -> None:
    """After each cell, what follows looks again; and a name that isn't there yet gets a sentence."""
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    if shell is not None:
        shell.events.register("post_run_cell", _cell_ran)
        shell.set_custom_exc((NameError,), _say_what_is_missing)


def _cell_ran(_: Any) -> None:
    if _given is not None:
        _given[1].views.cell_ran()


def _say_what_is_missing(shell: Any, kind: type[NameError], error: NameError, trace: Any, tb_offset: Any = None) -> Any:
    """A cell that runs alone may use a name of a cell above. A function's own mistake is shown as Python shows it."""
    is_seen = not is_hands_free(_given is not None and _given[1].hands_free)
    is_in_the_cell = trace is not None and trace.tb_next is not None and trace.tb_next.tb_next is None
    if not is_seen or not is_in_the_cell or not error.name:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        return None
    print(f"In line {trace.tb_next.tb_lineno}, {missing_name(error)}")
    return None


@contextmanager
def _progress(nobody_looks: bool) -> Iterator[None]:
    """Say that something is going on, if it takes long."""
    from IPython import display

    shown: list[Any] = []

    def show() -> None:
        said = Words(_STARTING, Html("<p>{} <progress aria-label='Starting'></progress></p>").format(_STARTING))
        output = display.display(said, display_id=True)
        if output is not None:  # there's a shell
            shown.append(output)

    if nobody_looks or browser.IS_HERE:  # a browser's page has one thread, and its tenant starts at once
        yield
        return
    late = threading.Timer(_LATE, show)
    late.start()
    try:
        yield
    finally:
        late.cancel()
        late.join()
        for output in shown:  # and nothing else that the cell has shown
            output.update({"text/plain": "", "text/html": ""}, raw=True)


_meet_kernel()  # before the first cell: that may already lack a name
