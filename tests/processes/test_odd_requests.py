"""A few hundred odd requests, always the same ones. Ten thousand others: `tests/nightly/test_odd_requests.py`."""

from ..support.odd_requests import RIGHT, ROUTES
from ..support.odd_tenant import send_odd_requests


def test_every_right_request_is_to_an_address_that_exists():
    assert set(RIGHT) <= set(ROUTES)


def test_odd_requests_get_a_documented_no_and_the_flow_works_afterwards(state, tmp_path, pytestconfig):
    assert {200, 400, 401, 404} <= set(send_odd_requests(400, 17, state, tmp_path, pytestconfig))
