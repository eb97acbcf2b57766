"""The limits of the whole tenant: off by default, by the tenant's clock when they are on."""

import pytest

from mfa_helpers.sandbox.store import Store
from mfa_helpers.sandbox.tenant.tenant import Tenant

from ...support.sandbox_api import MFA_REQUIRED, refusal
from ..tenant.test_messages import served

TOO_MANY = (
    429,
    "too_many_requests",
    "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.",
)
TOO_MANY_LOGINS = (
    429,
    "too_many_attempts",
    "Too many logins with the same username from the same address. Wait some seconds before retrying.",
)
NAMES = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]


class Clock:
    """A tenant's clock that stands still unless it is moved."""

    def __init__(self):
        self.time = 1_800_000_000.0

    def now(self):
        return self.time


@pytest.fixture
def limited(state):
    """The calls at a tenant with its limits on, and its clock."""

    async def deliver(message, relay):
        pass

    store = Store(state)
    tenant = Tenant(store, "https://sandbox.localhost/", deliver)
    tenant.__dict__["clock"] = clock = Clock()
    with served(tenant) as api:
        _, _, set_up = store.clients()
        api.sandbox.set_up = {name: set_up[name] for name in ("client_id", "client_secret")}
        api.set_up(request_limits=True)
        yield api, clock
    store.close()


def empty(api, path="/oauth/token"):
    return api.call("POST", path, json={})


def told(answer):
    return [int(answer.headers[name]) for name in NAMES]


def test_they_are_off_by_default(api):
    answers = [empty(api) for _ in range(60)]
    assert {answer.status_code for answer in answers} == {400}
    assert not [name for name in answers[-1].headers if "ratelimit" in name.lower()]


def test_the_running_server_has_them_too(api):
    api.set_up(request_limits=True)
    assert told(empty(api))[:2] == [30, 29]
    api.set_up()
    assert not [name for name in empty(api).headers if "ratelimit" in name.lower()]


def test_the_thirty_first_request_within_a_moment_is_too_many(limited):
    api, clock = limited
    for left in range(29, -1, -1):
        answer = empty(api)
        assert (answer.status_code, told(answer)) == (400, [30, left, 1_800_000_001])
    answer = empty(api)
    assert refusal(answer) == TOO_MANY
    assert (told(answer), answer.headers["retry-after"]) == ([30, 0, 1_800_000_001], "1")


def test_a_right_login_is_told_what_is_left(limited):
    api, _ = limited
    answer = api.login()
    assert refusal(answer) == MFA_REQUIRED and told(answer)[:2] == [30, 29]


def test_thirty_come_back_with_each_second(limited):
    api, clock = limited
    for _ in range(30):
        empty(api)
    assert empty(api).status_code == 429
    clock.time += 0.11  # three of them
    assert [empty(api).status_code for _ in range(4)] == [400, 400, 400, 429]
    clock.time += 3600
    assert [empty(api).status_code for _ in range(31)] == [400] * 30 + [429]


def test_who_waits_as_long_as_told_gets_through(limited):
    api, clock = limited
    while (answer := empty(api)).status_code != 429:
        pass
    clock.time += int(answer.headers["retry-after"])
    assert empty(api).status_code == 400


def test_the_whole_api_has_three_hundred_a_minute(limited):
    api, clock = limited
    paths = ("/mfa/associate", "/mfa/challenge", "/mfa/authenticators", "/oauth/revoke")
    answers = [empty(api, paths[number % 4]) for number in range(300)]
    assert not [answer for answer in answers if answer.status_code == 429]
    assert [told(answer)[:2] for answer in answers] == [[300, left] for left in range(299, -1, -1)]
    for path in (*paths, "/oauth/token"):
        answer = empty(api, path)
        assert answer.status_code == 429 and told(answer)[:2] == [300, 0]
        assert refusal(answer) == TOO_MANY
    clock.time += 0.21  # one of them
    assert [empty(api, "/mfa/challenge").status_code for _ in range(2)] == [400, 429]


def test_what_is_no_authentication_has_none(limited):
    api, _ = limited
    for _ in range(31):
        empty(api)
    for path in ("/api/v2/users", "/.well-known/jwks.json", "/userinfo", "/sandbox/clock"):
        answer = api.call("GET", path)
        assert answer.status_code != 429 and not set(NAMES) & set(answer.headers)


def test_the_twenty_first_login_of_one_user_within_a_minute_must_wait(limited):
    api, clock = limited
    for _ in range(20):
        assert refusal(api.login()) == MFA_REQUIRED
    answer = api.login()
    assert refusal(answer) == TOO_MANY_LOGINS
    assert answer.headers["retry-after"] == "6"
    assert answer.headers["x-ratelimit-limit"] == "20"
    assert refusal(api.login(username="nobody@example.com"))[0] == 403
    clock.time += 6
    assert refusal(api.login()) == MFA_REQUIRED
    assert refusal(api.login()) == TOO_MANY_LOGINS


def test_a_login_has_twelve_exchanges_and_then_one_each_five_seconds(limited):
    api, clock = limited
    token = api.mfa_token()
    answers = [api.verify(token, "x", "000000") for _ in range(13)]
    assert [answer.status_code for answer in answers] == [403] * 12 + [429]
    assert refusal(answers[-1]) == TOO_MANY and answers[-1].headers["retry-after"] == "5"
    clock.time += 5
    assert [api.verify(token, "x", "0").status_code for _ in range(2)] == [403, 429]
    assert api.verify(api.mfa_token(), "x", "0").status_code == 403  # another login


def test_a_request_that_was_too_many_is_in_the_log(limited):
    api, clock = limited
    for _ in range(31):
        empty(api)
    clock.time += 1
    fields = {"grant_type": "client_credentials", "audience": "https://sandbox.localhost/api/v2/", **api.sandbox.set_up}
    token = api.call("POST", "/oauth/token", data=fields).json()["access_token"]
    (event,) = api.bearer("GET", "/api/v2/logs?q=type:api_limit", token).json()
    assert event["description"] == TOO_MANY[2]
