"""What goes wrong on demand: how, how often, and that nothing else does."""

import time
from datetime import datetime

import pytest
import requests

from ...support.run_report import count
from ...support.sandbox_api import MFA_REQUIRED, refusal
from ..endpoints.extras.test_control import ONLY_HERE, refused

BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
MAIL_FAILED = (502, "bad_gateway", "The email could not be sent.")
TOO_MANY = "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers."


def ask(api, kind, path="/oauth/token", **more):
    answer = api.call("POST", "/sandbox/faults", json={"kind": kind, "path": path, **more})
    assert answer.status_code == 200, answer.text
    count("faults injected")
    return answer.json()["faults"]


def left(api):
    return api.call("GET", "/sandbox/faults").json()["faults"]


@pytest.fixture
def admin(api):
    """`admin(method, path, body)` at the Management API."""
    fields = {
        "grant_type": "client_credentials",
        "client_id": api.sandbox.management_client_id,
        "client_secret": api.sandbox.management_client_secret,
        "audience": api.sandbox.management_audience,
    }
    token = api.call("POST", "/oauth/token", data=fields).json()["access_token"]
    return lambda method, path, body=None: api.bearer(method, "/api/v2/" + path, token, json=body)


# asking for them


def test_faults_are_told_with_what_kinds_there_are(api):
    answer = api.call("GET", "/sandbox/faults")
    assert answer.headers["x-sandbox-only"] == ONLY_HERE
    body = answer.json()
    assert body["faults"] == [] and body["only_here"] is True
    assert list(body["kinds"]) == ["slow", "rate_limit", "unavailable", "cut", "cut_after", "mail", "another_factor"]
    (fault,) = ask(api, "slow", "/mfa/associate", times=3, seconds=0.5)
    assert {**fault, "id": 0} == {"id": 0, "path": "/mfa/associate", "kind": "slow", "seconds": 0.5, "times": 3}
    assert left(api) == [fault]


KIND = "kind must be one of slow, rate_limit, unavailable, cut, cut_after, mail, another_factor."
PATH = 'path must be an address of the tenant, like "/oauth/token". Addresses under /sandbox/ can\'t have faults.'
TIMES = "times must be a whole number from 1 to 1000."
SECONDS = "seconds must be a number from 0 to 60."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, KIND),
        ({"kind": "fire", "path": "/oauth/token"}, KIND),
        ({"kind": ["cut"], "path": "/oauth/token"}, KIND),
        ({"kind": {}, "path": "/oauth/token"}, KIND),
        ({"kind": "cut"}, PATH),
        ({"kind": "cut", "path": ""}, PATH),
        ({"kind": "cut", "path": "oauth/token"}, PATH),
        ({"kind": "cut", "path": ["/oauth/token"]}, PATH),
        ({"kind": "cut", "path": "/sandbox/reset"}, PATH),
        ({"kind": "cut", "path": "/sandbox"}, PATH),
        *(
            ({"kind": "cut", "path": "/mfa/", "times": times}, TIMES)
            for times in (0, -1, 1001, 1.5, "1", True, None, 10**30)
        ),
        *(
            ({"kind": "slow", "path": "/mfa/", "seconds": seconds}, SECONDS)
            for seconds in (-1, 61, "1", True, None, 1e300)
        ),
    ],
    ids=str,
)
def test_a_fault_that_makes_no_sense_is_refused_with_a_sentence(api, body, text):
    assert refused(api.call("POST", "/sandbox/faults", json=body)) == text
    assert left(api) == []


@pytest.mark.parametrize("raw", [b"[]", b"{", b'"cut"', b'{"kind":"slow","path":"/x","seconds":NaN}'])
def test_a_fault_that_cannot_be_read_is_refused(api, raw):
    answer = api.call("POST", "/sandbox/faults", data=raw, headers={"content-type": "application/json"})
    assert refused(answer) == 'Send JSON like {"path": "/oauth/token", "kind": "unavailable"}.'
    assert left(api) == []


def test_faults_are_taken_back(api):
    ask(api, "unavailable", times=5)
    assert ask(api, "mail")[1]["path"] == ""
    answer = api.call("DELETE", "/sandbox/faults")
    assert (answer.status_code, answer.json()["faults"], answer.headers["x-sandbox-only"]) == (200, [], ONLY_HERE)
    assert refusal(api.login()) == MFA_REQUIRED


def test_reset_takes_faults_back(api):
    ask(api, "unavailable", times=5)
    api.set_up()
    assert left(api) == [] and refusal(api.login()) == MFA_REQUIRED


# how often and where


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    "path", ["/oauth/token", "/mfa/associate", "/mfa/challenge", "/mfa/authenticators", "/api/v2/users", "/userinfo"]
)
def test_so_many_times_and_never_again(api, path, times):
    ask(api, "unavailable", path, times=times)
    statuses = [api.call("POST", path, json={}).status_code for _ in range(times + 2)]
    assert statuses[:times] == [503] * times and 503 not in statuses[times:]
    assert left(api) == []


def test_a_fault_is_for_its_path_and_what_lies_below(api):
    ask(api, "unavailable", "/mfa/authenticators", times=9)
    for path in ("/mfa/authenticatorsx", "/mfa", "/mfa/challenge", "/oauth/token"):
        assert api.call("GET", path).status_code != 503
    for path in ("/mfa/authenticators", "/mfa/authenticators/x", "/mfa/authenticators?x=1"):
        assert api.call("GET", path).status_code == 503
    assert left(api)[0]["times"] == 6


@pytest.mark.parametrize("path", ["/", "/api/v2/", "/api/v2"])
def test_a_fault_may_be_for_a_whole_part_of_the_tenant(api, path):
    ask(api, "unavailable", path, times=2)
    assert api.call("GET", "/api/v2/guardian/factors").status_code == 503
    assert (api.call("GET", "/userinfo").status_code == 503) == (path == "/")


def test_the_sandboxs_own_addresses_have_no_faults(api):
    ask(api, "unavailable", "/", times=9)
    assert api.mails() == [] and left(api)[0]["times"] == 9


def test_faults_on_one_path_come_one_after_the_other(api):
    ask(api, "unavailable")
    ask(api, "rate_limit")
    assert [api.login().status_code for _ in range(3)] == [503, 429, 403]


# slow


def test_a_slow_answer_comes_later_and_is_right(api):
    ask(api, "slow", seconds=0.3)
    start = time.monotonic()
    assert refusal(api.login()) == MFA_REQUIRED
    assert time.monotonic() - start >= 0.3
    assert left(api) == []


def test_a_client_that_does_not_wait_gives_up(api):
    ask(api, "slow", seconds=1)
    with pytest.raises(requests.ReadTimeout):
        requests.post(api.sandbox.base_url + "/oauth/token", data=api.login_fields(), timeout=0.1)
    assert refusal(api.login()) == MFA_REQUIRED


# a limit


@pytest.mark.parametrize(("seconds", "told"), [(0, "1"), (2.5, "3"), (60, "60")])
@pytest.mark.parametrize("path", ["/oauth/token", "/mfa/associate", "/mfa/challenge"])
def test_a_limit_says_when_to_come_back(api, path, seconds, told):
    ask(api, "rate_limit", path, seconds=seconds)
    answer = api.call("POST", path, json={})
    assert refusal(answer) == (429, "too_many_requests", TOO_MANY)
    headers = answer.headers
    assert (headers["retry-after"], headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == (told, "30", "0")
    now = datetime.fromisoformat(
        api.call("POST", "/sandbox/clock", json={"advance_seconds": 0}).json()["now"]
    ).timestamp()
    assert -5 < int(headers["x-ratelimit-reset"]) - now - int(told) <= 0


def test_the_management_api_says_it_in_its_own_shape(api, admin):
    ask(api, "rate_limit", "/api/v2/guardian/policies", seconds=7)
    answer = admin("PUT", "guardian/policies", [])
    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/json; charset=utf-8")
    assert answer.json() == {
        "statusCode": 429,
        "error": "Too Many Requests",
        "message": "Global limit has been reached",
        "errorCode": "too_many_requests",
    }
    assert (answer.headers["retry-after"], answer.headers["x-ratelimit-remaining"]) == ("7", "0")
    assert admin("GET", "guardian/policies").json() == ["all-applications"]


# a page from a proxy


def test_a_tenant_that_is_down_answers_with_a_page(api):
    token = api.mfa_token()
    ask(api, "unavailable", "/mfa/associate")
    answer = api.associate(token)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "<h1>503 Service Unavailable</h1>" in answer.text
    assert api.rows(token) == [] and api.mails() == []


# a broken connection


@pytest.mark.parametrize("path", ["/oauth/token", "/mfa/associate", "/api/v2/users"])
@pytest.mark.parametrize("kind", ["cut", "cut_after"])
def test_a_broken_connection_is_seen_as_one_and_the_next_call_works(api, kind, path):
    ask(api, kind, path)
    with pytest.raises(BROKEN):
        api.call("POST", path, json={})
    assert api.call("POST", path, json={}).status_code in (400, 401)


def test_a_cut_before_the_work_leaves_everything_undone(api):
    token = api.mfa_token()
    ask(api, "cut", "/mfa/associate")
    with pytest.raises(BROKEN):
        api.associate(token)
    assert api.rows(token) == [] and api.mails() == []
    begun = api.begin(token)
    ask(api, "cut")
    with pytest.raises(BROKEN):
        api.verify(*begun)
    assert api.verify(*begun).status_code == 200


def test_a_cut_after_the_work_loses_the_answer_only(api):
    token = api.mfa_token()
    ask(api, "cut_after", "/mfa/associate")
    with pytest.raises(BROKEN):
        api.associate(token)
    assert [row["active"] for row in api.rows(token)] == [False] and len(api.mails()) == 1
    begun = api.begin(token)
    ask(api, "cut_after")
    with pytest.raises(BROKEN):
        api.verify(*begun)
    assert api.verify(*begun).json()["error"] == "invalid_grant"  # the code has been used
    assert [row["active"] for row in api.rows(api.mfa_token())] == [False, True]


def test_a_user_may_have_been_made_although_the_answer_was_lost(api, admin):
    bob = {"connection": "Username-Password-Authentication", "email": "bob@example.com", "password": "pw"}
    ask(api, "cut", "/api/v2/users")
    with pytest.raises(BROKEN):
        admin("POST", "users", bob)
    assert admin("GET", "users-by-email?email=bob@example.com").json() == []
    ask(api, "cut_after", "/api/v2/users")
    with pytest.raises(BROKEN):
        admin("POST", "users", bob)
    assert admin("POST", "users", bob).status_code == 409


# the post


@pytest.mark.parametrize("times", [1, 2])
def test_a_mail_that_is_refused_leaves_nothing_and_the_next_try_works(api, times):
    token = api.mfa_token()
    ask(api, "mail", times=times)
    for _ in range(times):
        assert refusal(api.associate(token)) == MAIL_FAILED
        assert api.rows(token) == [] and api.mails() == []
    assert api.verify(*api.begin(token)).status_code == 200
    assert left(api) == []


def test_the_recovery_code_of_a_refused_enrollment_is_forgotten_too(api):
    api.set_up(factors=["email", "recovery-code"])
    token = api.mfa_token()
    ask(api, "mail")
    assert refusal(api.associate(token)) == MAIL_FAILED
    assert api.rows(token) == []
    assert len(api.associate(token).json()["recovery_codes"]) == 1


def test_a_challenge_whose_mail_is_refused_can_be_asked_for_again(api):
    api.enroll()
    token = api.mfa_token()
    ask(api, "mail")
    assert refusal(api.challenge(token)) == MAIL_FAILED
    oob_code = api.challenge(token).json()["oob_code"]
    assert api.verify(token, oob_code, api.code()).status_code == 200


def test_a_text_that_is_refused_is_named(api):
    api.set_up(factors=["sms"])
    ask(api, "mail")
    answer = api.associate(api.mfa_token(), oob_channels=["sms"], phone_number="+15550100167")
    assert refusal(answer) == (502, "bad_gateway", "The SMS could not be sent.")


# one more factor


def test_a_chained_factor_goes_on_with_a_new_mfa_token_and_ends_with_the_tokens_of_the_login(api):
    first = api.mfa_token(scope="openid email")
    first_try = api.associate(first).json()["oob_code"], api.code()
    ask(api, "another_factor")
    answer = api.verify(first, *first_try)
    assert refusal(answer) == (403, "mfa_required", "Multifactor authentication required") and left(api) == []
    second = answer.json()["mfa_token"]
    assert refusal(api.challenge(first)) == (403, "invalid_grant", "Malformed mfa_token")
    assert [row["active"] for row in api.rows(second)] == [True]
    oob_code = api.challenge(second).json()["oob_code"]
    assert api.verify(second, oob_code, api.code()).json()["scope"] == "openid email"


def test_an_access_token_that_enrolls_is_asked_for_no_chained_factor(api):
    token = api.access_token()
    oob_code = api.associate(token).json()["oob_code"]
    ask(api, "another_factor")
    assert api.verify(token, oob_code, api.code()).status_code == 200 and len(left(api)) == 1
