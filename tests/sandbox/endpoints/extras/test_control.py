"""`/sandbox/…`: clock, reset and inbox, which a real tenant does not have."""

from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from mfa_helpers.sandbox.defaults import Settings

from ....support.deadline import DEADLINE
from ....support.management import Manage
from ....support.sandbox_api import MFA_REQUIRED, refusal

ONLY_HERE = "This address exists only in the sandbox. A real tenant doesn't have it."
SEND_SECONDS = 'Send JSON like {"advance_seconds": 300}.'
TOO_FAR = "The clock can't be more than ten years from the real time."
DEFAULTS = asdict(Settings())


def refused(answer):
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json")
    assert answer.headers["x-sandbox-only"] == ONLY_HERE
    body = answer.json()
    assert list(body) == ["error", "error_description"]
    assert body["error"] == "invalid_request"
    return body["error_description"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/sandbox/inbox", None),
        ("POST", "/sandbox/clock", {"advance_seconds": 0}),
        ("POST", "/sandbox/reset", {"settings": {}}),
    ],
)
def test_each_answer_says_that_it_exists_only_here(api, method, path, body):
    answer = api.call(method, path, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["x-sandbox-only"] == ONLY_HERE


# the clock


def now_of(api, seconds=0):
    answer = api.call("POST", "/sandbox/clock", json={"advance_seconds": seconds})
    assert list(answer.json()) == ["now", "only_here"]
    assert answer.json()["now"].endswith("Z")
    return datetime.fromisoformat(answer.json()["now"])


def test_the_clock_starts_right_and_moves_both_ways(api):
    start = now_of(api)
    assert abs((start - datetime.now(UTC)).total_seconds()) < DEADLINE
    assert 3600 <= (now_of(api, 3600) - start).total_seconds() < 3600 + DEADLINE
    assert 0.5 <= (now_of(api, -3599.5) - start).total_seconds() < DEADLINE


@pytest.mark.parametrize("wrong", [None, "300", True, [300], {}])
def test_the_clock_moves_by_numbers_only(api, wrong):
    assert refused(api.call("POST", "/sandbox/clock", json={"advance_seconds": wrong})) == SEND_SECONDS


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_the_clock_does_not_move_by_what_json_cannot_mean(api, written):
    body = f'{{"advance_seconds": {written}}}'
    answer = api.call("POST", "/sandbox/clock", data=body, headers={"content-type": "application/json"})
    assert refused(answer) == SEND_SECONDS


@pytest.mark.parametrize(
    "seconds",
    [315_400_000, -315_400_000, 1e300, 10**308, 10**400],
    ids=["after", "before", "far after", "as far as a float goes", "farther than a float goes"],
)
def test_the_clock_stays_within_ten_years(api, seconds):
    body = f'{{"advance_seconds": {seconds}}}'
    answer = api.call("POST", "/sandbox/clock", data=body, headers={"content-type": "application/json"})
    assert refused(answer) in (TOO_FAR, SEND_SECONDS)
    assert abs((now_of(api) - datetime.now(UTC)).total_seconds()) < DEADLINE


def test_ten_years_are_counted_from_the_real_time(api):
    api.advance(200_000_000)
    assert refused(api.call("POST", "/sandbox/clock", json={"advance_seconds": 200_000_000})) == TOO_FAR
    api.advance(-500_000_000)


@pytest.mark.parametrize("years", [9, -9])
def test_the_flow_works_at_the_edge_of_time(api, years):
    api.advance(years * 31_536_000)
    assert api.enroll().status_code == 200


# reset


def test_reset_forgets_what_happened(api):
    api.enroll()
    api.advance(3600)
    token = api.mfa_token()
    for _ in range(10):
        api.login(password="wrong")
    answer = api.call("POST", "/sandbox/reset")
    assert answer.json() == {"reset": True, "settings": DEFAULTS, "only_here": True}
    assert api.mails() == []
    assert api.authenticators(token).status_code == 401
    assert api.rows(api.mfa_token()) == []
    assert abs((now_of(api) - datetime.now(UTC)).total_seconds()) < DEADLINE


def test_reset_keeps_credentials_and_key(api):
    keys = api.call("GET", "/.well-known/jwks.json").json()
    api.set_up(mfa_policy=[])
    assert api.login().status_code == 200
    assert api.call("GET", "/.well-known/jwks.json").json() == keys


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_reset_brings_back_a_user_who_was_renamed_or_deleted(api, method):
    manage = Manage(api)
    (user,) = manage.done("GET", "users")
    assert manage(method, f"users/{user['user_id']}", {"email": "b@example.com"} if method == "PATCH" else None).ok
    api.set_up()
    (again,) = Manage(api).done("GET", "users")
    assert (again["user_id"], again["email"]) == (user["user_id"], api.sandbox.username)
    assert refusal(api.login()) == MFA_REQUIRED


def test_reset_refills_the_buckets(api):
    token, oob_code, _ = api.begin()
    for _ in range(10):
        api.verify(token, oob_code, "x")
    assert api.verify(token, oob_code, "x").status_code == 429
    api.set_up()
    assert api.enroll().status_code == 200


def test_reset_sets_the_tenant_up_and_what_is_not_named_is_as_at_first(api):
    answer = api.call("POST", "/sandbox/reset", json={"settings": {"factors": ["email", "sms"], "mfa_policy": []}})
    assert answer.json()["settings"] == {**DEFAULTS, "factors": ["email", "sms"], "mfa_policy": []}
    answer = api.call("POST", "/sandbox/reset", json={"settings": {"email_verified": True}})
    assert answer.json()["settings"] == {**DEFAULTS, "email_verified": True}
    assert refusal(api.login()) == MFA_REQUIRED


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ("email_verified", "settings must be an object"),
        (["email_verified"], "settings must be an object"),
        ({"unknown": True}, "settings.unknown is unknown."),
        ({"email_verified": 1}, "settings.email_verified must be true or false."),
        ({"email_verified": "yes"}, "settings.email_verified must be true or false."),
        ({"factors": "email"}, "settings.factors must be a list, such as [sms]. Known names: sms, "),
        ({"factors": ["email", 5]}, "settings.factors[1] must be text"),
        ({"default_directory": None}, "settings.default_directory must be text"),
    ],
)
def test_settings_that_mean_nothing_change_nothing(api, settings, place):
    token = api.mfa_token()
    text = refused(api.call("POST", "/sandbox/reset", json={"settings": settings}))
    assert text.startswith(place)
    assert api.rows(token) == []  # the token is still known, so nothing was reset


@pytest.mark.parametrize(
    "body", ['{"users": [}', '"users"', "[]", "null", "x", '{"users": %s1%s}' % ("[" * 200, "]" * 200)]
)
def test_a_body_that_is_no_seed_resets_nothing(api, body):
    token = api.mfa_token()
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        text = refused(api.call("POST", "/sandbox/reset", data=body, headers={"content-type": kind}))
        assert text == 'Send nothing, or JSON like {"settings": {"factors": ["email", "otp"]}}.'
    assert api.rows(token) == []  # the token is still known


def test_json_is_read_whatever_its_label_and_what_is_none_changes_nothing(api):
    label = {"content-type": "application/x-www-form-urlencoded"}  # as curl's -d sends it
    fault = '{"path": "/oauth/token", "kind": "unavailable"}'
    assert api.call("POST", "/sandbox/faults", data=fault, headers=label).json()["faults"][0]["kind"] == "unavailable"
    assert api.call("POST", "/sandbox/clock", data='{"advance_seconds": 5}', headers=label).status_code == 200
    elsewhere = api.call("POST", "/sandbox/link", data='{"page": "/elsewhere"}', headers=label)
    assert refused(elsewhere).startswith("page must be one of ")
    for path in ("faults", "clock", "link"):
        assert refused(api.call("POST", f"/sandbox/{path}", data="{", headers=label))


@pytest.mark.parametrize("settings", [{"factors": ["\ud800"]}, {"default_directory": "\ud800"}])
def test_half_a_surrogate_pair_in_the_settings_breaks_nothing(api, settings):
    assert api.call("POST", "/sandbox/reset", json={"settings": settings}).status_code in (200, 400)
    assert api.call("POST", "/sandbox/reset").status_code == 200


def test_reset_sets_up_users_with_what_they_have_enrolled(api):
    grace = {"email": "grace@example.com", "password": "throwaway", "factors": [{"type": "email"}]}
    assert api.call("POST", "/sandbox/reset", json={"users": [grace]}).status_code == 200
    token = api.mfa_token(username="grace@example.com", password="throwaway")
    answer = api.challenge(token)
    assert answer.status_code == 200
    code = api.code("grace@example.com")
    assert api.verify(token, answer.json()["oob_code"], code).status_code == 200
    assert api.call("POST", "/sandbox/reset").status_code == 200  # nobody has started the tenant with a seed
    assert api.login(username="grace@example.com", password="throwaway").status_code == 403


def test_a_reset_dates_nobody_in_the_future(api):
    api.advance(3_600)
    grace = {"email": "grace@example.com", "password": "throwaway", "factors": [{"type": "email"}]}
    assert api.call("POST", "/sandbox/reset", json={"users": [grace]}).status_code == 200
    params = {"email": "grace@example.com"}
    (user,) = Manage(api).done("GET", "users-by-email", params=params)
    assert datetime.fromisoformat(user["created_at"]) <= now_of(api)


# the inbox


def test_the_inbox_shows_one_recipients_mails_or_all_newest_first(api):
    token = api.mfa_token()
    for address in ("a@example.com", "b@example.com", "A@example.com"):
        api.associate(token, email=address)
    assert [mail["to"] for mail in api.mails()] == ["A@example.com", "b@example.com", "a@example.com"]
    assert [mail["to"] for mail in api.mails("a@example.com")] == ["A@example.com", "a@example.com"]
    assert api.mails("nobody@example.com") == []
    assert api.mails("") == api.mails()


def test_the_inbox_says_which_oob_code_a_code_belongs_to_and_not_the_oob_code(api):
    token = api.mfa_token()
    given = [api.associate(token).json()["oob_code"] for _ in range(2)]
    told = [mail["fingerprint"] for mail in api.mails()]
    assert told == [sha256(oob_code.encode()).hexdigest()[:16] for oob_code in reversed(given)]
