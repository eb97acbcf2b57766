"""What a thread prints is collected, and nothing of another thread; the process's own output stays."""

from __future__ import annotations

import threading

import pytest
from IPython.core.interactiveshell import InteractiveShell

from mfa_helpers.show.printing import printed

from ..support.deadline import DEADLINE


def test_two_threads_that_overlap_collect_their_own_lines_and_the_output_of_before_is_there_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    began, may_end = threading.Event(), threading.Event()
    told: list[str] = []

    def long() -> None:
        with printed() as lines:
            began.set()
            assert may_end.wait(DEADLINE)
            print("of the thread")
        told.append(lines.getvalue())

    thread = threading.Thread(target=long)
    with printed() as mine:
        thread.start()
        assert began.wait(DEADLINE)
        print("of the cell")
    may_end.set()  # the first to begin is the last to end
    thread.join(DEADLINE)
    print("afterwards")
    assert (mine.getvalue(), told) == ("of the cell\n", ["of the thread\n"])
    assert capsys.readouterr().out == "afterwards\n"


def test_one_inside_another_takes_its_own_lines() -> None:
    with printed() as outer:
        print("a")
        with printed() as inner:
            print("b")
        print("c")
    assert (outer.getvalue(), inner.getvalue()) == ("a\nc\n", "b\n")


def test_in_each_cell_of_a_kernel_not_only_in_the_first() -> None:
    shell = InteractiveShell.instance()
    try:
        shell.run_cell("from mfa_helpers.show.printing import printed\nfound = []")
        for number in range(3):
            shell.run_cell(f"with printed() as lines:\n    print({number})\nfound.append(lines.getvalue())")
        assert shell.user_ns["found"] == ["0\n", "1\n", "2\n"]
    finally:
        InteractiveShell.clear_instance()
