"""One try at a time: the model under every form, without a widget.

A click may come twice, and on any thread: JupyterLab hands clicks to a thread
of their own while a cell may be running. So tries take turns by a lock that
is never waited for: who comes second is turned away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..show import text


class SingleAttempt:
    """The state of one thing that a learner does.

    `result` is what the last try gave, `error` what it raised; one of them is
    `None`. `sentence` tells the learner how it went.
    """

    def __init__(self) -> None:
        self.result: Any = None
        self.error: Exception | None = None
        self.sentence = ""
        self._turn = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether somebody is acting right now."""
        return self._turn.locked()

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Gives `True` to the one who may act, `False` to who comes while another acts."""
        mine = self._turn.acquire(blocking=False)
        try:
            yield mine
        finally:
            if mine:
                self._turn.release()

    def run(self, action: Callable[[], Any], say: Callable[[Any], str]) -> None:
        """Do `action` and keep how it went; `say` makes the sentence of a result.

        Nothing is raised and nothing is lost: a failure is kept in `error`, an
        error of the course itself as well, and the sentence tells both apart.
        Only an interrupt is raised.
        """
        self.result = self.error = None
        self.sentence = "You interrupted it. To try again, click the button again."
        try:
            self.result = action()
            self.sentence = say(self.result)
        except Exception as error:
            self.error = error
            self.sentence = f"Problem: {text.error_text(error)}"
