"""Work that is broken off if it computes too long."""

import gc
import time
from email import message_from_string
from email.feedparser import FeedParser

import pytest

from mfa_helpers.sandbox.tenant.workers import TooSlow, in_time

LIMIT = 0.05


def read_mails(number: int) -> None:
    for _ in range(number):
        message_from_string("Subject: a\n\nb")


def test_work_without_an_end_is_broken_off() -> None:
    with pytest.raises(TooSlow):
        in_time(LIMIT, lambda: read_mails(10**9))


def test_a_generator_that_is_closed_when_it_is_late_swallows_nothing() -> None:
    def work() -> None:
        parser = FeedParser()
        parser.feed("Subject: a")  # its generator waits for more
        end = time.thread_time() + 2 * LIMIT
        while time.thread_time() < end:
            pass
        del parser
        gc.collect()
        read_mails(2_000)

    with pytest.raises(TooSlow):
        in_time(LIMIT, work)


def test_a_collection_of_garbage_that_falls_into_it_ends_nothing() -> None:
    tries: list[int] = []

    def work() -> str:
        read_mails(5)
        end = time.thread_time() + 2 * LIMIT
        while not tries and time.thread_time() < end:
            gc.collect()
        tries.append(1)
        read_mails(20)
        return "done"

    assert in_time(LIMIT, work) == "done" and len(tries) == 2
