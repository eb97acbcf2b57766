"""Ten thousand odd requests, each night others: `MFA_TEST_SEED=…` repeats a run."""

import os
import random

from ..support.odd_tenant import send_odd_requests

SEED = int(os.environ.get("MFA_TEST_SEED") or random.randrange(2**32))


def test_odd_requests_get_a_documented_no_and_the_flow_works_afterwards(state, tmp_path, pytestconfig):
    answered = send_odd_requests(10_000, SEED, state, tmp_path, pytestconfig)
    assert {200, 201, 204, 400, 401, 403, 404, 405} <= set(answered)
