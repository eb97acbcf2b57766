"""Work that is broken off if it computes too long."""

import gc
from email import message_from_string

import pytest

from mfa_helpers.sandbox.tenant.workers import TooSlow, in_time

LIMIT = 0.05


def read_mails(number: int) -> None:
    for _ in range(number):
        message_from_string("Subject: a\n\nb")


def test_work_without_an_end_is_broken_off() -> None:
    with pytest.raises(TooSlow):
        in_time(LIMIT, lambda: read_mails(10**9))


def test_a_collection_of_garbage_that_falls_into_it_ends_nothing() -> None:
    junk = [[number, {number: [number]}] for number in range(300_000)]
    tries = []

    def work() -> str:
        read_mails(5)
        if not tries:
            for _ in range(3):
                gc.collect()  # it counts as time of whoever is at work
        tries.append(len(junk))
        read_mails(20)
        return "done"

    assert in_time(LIMIT, work) == "done" and len(tries) == 2
