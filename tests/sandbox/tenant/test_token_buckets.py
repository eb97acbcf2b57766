"""Token buckets, on a real tenant's file."""

import random

import pytest

from mfa_helpers.sandbox.defaults import LIFETIMES, LIMITS, Bucket
from mfa_helpers.sandbox.store import Store
from mfa_helpers.sandbox.tenant.token_buckets import seconds_until_one, take_one

BUCKET = Bucket(size=3, refill=60)
NOW = 1_800_000_000.25


@pytest.fixture
def store(state):
    store = Store(state)
    yield store
    store.close()


def wait(store, now, user="ada", name="codes", bucket=BUCKET):
    return seconds_until_one(store, user, name, bucket, now)


def take(store, now, times=1, user="ada", name="codes", bucket=BUCKET):
    for _ in range(times):
        take_one(store, user, name, bucket, now)


def test_the_tenants_numbers_are_the_documented_ones():
    assert LIMITS.wrong_codes == Bucket(10, 360)
    assert LIMITS.emails == Bucket(20, 60)
    assert (LIMITS.failed_logins, LIMITS.authenticators) == (10, 51)
    assert (LIFETIMES.mfa_token, LIFETIMES.oob_code) == (600, 300)
    assert (LIFETIMES.id_token, LIFETIMES.access_token, LIFETIMES.mfa_access_token) == (36_000, 86_400, 600)


def test_a_full_bucket_gives_its_size_at_once(store):
    for _ in range(3):
        assert wait(store, NOW) == 0
        take(store, NOW)
    assert wait(store, NOW) == 60


def test_asking_takes_nothing(store):
    assert [wait(store, NOW) for _ in range(10)] == [0] * 10


@pytest.mark.parametrize(("later", "left"), [(0, 60), (1, 59), (59, 1), (59.5, 1), (60, 0), (61, 0)])
def test_the_wait_is_told_in_whole_seconds(store, later, left):
    take(store, NOW, 3)
    assert wait(store, NOW + later) == left


def test_one_try_comes_back_with_each_refill(store):
    take(store, NOW, 3)
    take(store, NOW + 60)
    assert wait(store, NOW + 60) == 60
    assert wait(store, NOW + 119.5) == 1
    take(store, NOW + 120)
    assert wait(store, NOW + 120) == 60


def test_a_bucket_never_holds_more_than_its_size(store):
    take(store, NOW)
    take(store, NOW + 10_000, 3)
    assert wait(store, NOW + 10_000) == 60


def test_taking_from_an_empty_bucket_makes_no_debt(store):
    take(store, NOW, 10)
    assert wait(store, NOW + 60) == 0


def test_a_clock_moved_back_gives_nothing_away(store):
    take(store, NOW, 3)
    assert wait(store, NOW - 3600) == 60
    take(store, NOW - 3600)
    assert wait(store, NOW - 3600) == 60


def test_buckets_of_other_users_and_names_are_other_buckets(store):
    take(store, NOW, 3)
    assert wait(store, NOW) == 60
    assert wait(store, NOW, user="bob") == 0
    assert wait(store, NOW, name="mails") == 0


def test_who_waits_as_long_as_told_is_let_through(store):
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    now = NOW
    for _ in range(500):
        told = wait(store, now, bucket=LIMITS.wrong_codes)
        if told:
            assert wait(store, now + told - 1.001, bucket=LIMITS.wrong_codes) > 0, f"seed {seed}"
            now += told
            assert wait(store, now, bucket=LIMITS.wrong_codes) == 0, f"seed {seed}"
        take(store, now, bucket=LIMITS.wrong_codes)
        now += chance.choice([0, 0, 0, chance.random() * 400])
