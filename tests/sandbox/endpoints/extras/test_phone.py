"""The push factor: an enrollment or a login that a phone has to approve."""

from urllib.parse import parse_qs, urlsplit

import pytest

from ....support.sandbox_api import refusal
from .test_control import ONLY_HERE, refused

PENDING = (400, "authorization_pending", "Authorization pending: please repeat the request in a few seconds.")
REJECTED = (400, "access_denied", "MFA Authorization rejected.")
SLOW_DOWN = (429, "slow_down", "You are polling faster than allowed. Try again in 1 seconds.")
GONE = "No push notification with that ID is waiting. It may have expired, or it was already answered. Look at /sandbox/push."


@pytest.fixture
def api(api):
    """A tenant whose only factor is the push."""
    api.set_up(factors=["push-notification"])
    return api


def begin(api, token=None):
    token = token or api.mfa_token()
    answer = api.associate(token, oob_channels=["auth0"])
    assert answer.status_code == 200, answer.text
    return token, answer.json()["oob_code"]


def poll(api, token, oob_code):
    return api.call("POST", "/oauth/token", data=api.verify_fields(token, oob_code, None))


def waiting(api):
    answer = api.call("GET", "/sandbox/push")
    assert (answer.status_code, answer.headers["x-sandbox-only"]) == (200, ONLY_HERE)
    return answer.json()


def say(api, answer, id=None):
    return api.call("POST", f"/sandbox/push/{id or waiting(api)[0]['id']}", json={"answer": answer})


def enroll(api):
    begun = begin(api)
    assert say(api, "approve").status_code == 200
    assert poll(api, *begun).status_code == 200


def gone(answer):
    assert (answer.status_code, answer.headers["x-sandbox-only"]) == (404, ONLY_HERE)
    return answer.json() == {"error": "invalid_request", "error_description": GONE}


def test_an_enrollment_has_an_address_for_the_app_and_no_binding_method(api):
    answer = api.associate(api.mfa_token(), oob_channels=["auth0"])
    body = answer.json()
    assert list(body) == ["authenticator_type", "barcode_uri", "oob_channel", "oob_code"]
    assert (body["authenticator_type"], body["oob_channel"]) == ("oob", "auth0")
    uri = urlsplit(body["barcode_uri"])
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/Sandbox%20tenant:ada%40example.com")
    query = parse_qs(uri.query)
    assert list(query) == ["enrollment_tx_id", "base_url"] and query["base_url"] == [api.sandbox.base_url]


def test_an_enrollment_waits_for_the_phone(api):
    token, oob_code = begin(api)
    (push,) = waiting(api)
    assert list(push) == ["id", "user_id", "email", "purpose", "expires_at"]
    assert (push["email"], push["purpose"]) == (api.sandbox.username, "enrollment")
    assert push["id"] not in oob_code
    assert refusal(poll(api, token, oob_code)) == PENDING
    answer = say(api, "approve")
    assert answer.json() == {**push, "answer": "approve"}
    assert waiting(api) == []
    body = poll(api, token, oob_code).json()
    assert list(body) == ["access_token", "id_token", "expires_in", "scope", "token_type"]


def test_a_push_opens_the_login_once(api):
    token, oob_code = begin(api)
    say(api, "approve")
    assert poll(api, token, oob_code).status_code == 200
    assert poll(api, token, oob_code).status_code == 403


def test_a_push_that_was_rejected_opens_nothing_however_often_it_is_asked(api):
    token, oob_code = begin(api)
    assert say(api, "reject").json()["answer"] == "reject"
    for _ in range(2):
        assert refusal(poll(api, token, oob_code)) == REJECTED
    assert [row["active"] for row in api.rows(token)] == [False]


def test_after_a_rejection_the_same_login_may_try_again(api):
    token, oob_code = begin(api)
    say(api, "reject")
    assert refusal(poll(api, token, oob_code)) == REJECTED
    second = begin(api, token)
    say(api, "approve")
    assert poll(api, *second).status_code == 200


def test_asking_again_within_the_second_is_too_fast(api):
    api.advance(1)
    begun = begin(api)
    assert refusal(poll(api, *begun)) == PENDING
    answer = poll(api, *begun)
    assert refusal(answer) == SLOW_DOWN
    assert (answer.headers["retry-after"], answer.headers["x-ratelimit-limit"]) == ("1", "1")
    api.advance(1)
    assert refusal(poll(api, *begun)) == PENDING


def test_an_answer_is_heard_even_within_the_second(api):
    begun = begin(api)
    poll(api, *begun)
    say(api, "approve")
    assert poll(api, *begun).status_code == 200


def test_a_clock_that_was_set_back_does_not_slow_anybody_down(api):
    begun = begin(api)
    assert refusal(poll(api, *begun)) == PENDING
    api.advance(-100)
    assert refusal(poll(api, *begun)) == PENDING


def test_a_push_lives_five_minutes(api):
    token, oob_code = begin(api)
    id = waiting(api)[0]["id"]
    api.advance(290)
    assert [push["id"] for push in waiting(api)] == [id]
    api.advance(11)
    assert waiting(api) == []
    assert gone(say(api, "approve", id))
    assert refusal(poll(api, token, oob_code)) == (401, "expired_token", "oob_code is expired")


def test_an_approval_does_not_outlive_its_push(api):
    begun = begin(api)
    say(api, "approve")
    api.advance(301)
    assert refusal(poll(api, *begun)) == (401, "expired_token", "oob_code is expired")


def test_a_push_is_answered_once(api):
    begin(api)
    id = waiting(api)[0]["id"]
    say(api, "reject", id)
    assert gone(say(api, "approve", id))


@pytest.mark.parametrize("id", ["x", "%00", "0" * 24, "%", "0" * 5000])
def test_a_push_that_nobody_sent_is_not_there(api, id):
    begin(api)
    assert gone(say(api, "approve", id))


@pytest.mark.parametrize(
    "body", [{}, {"answer": "yes"}, {"answer": True}, {"answer": ["approve"]}, {"answer": None}, {"answer": {}}]
)
def test_an_answer_is_one_of_two_words(api, body):
    begin(api)
    answer = api.call("POST", f"/sandbox/push/{waiting(api)[0]['id']}", json=body)
    assert refused(answer) == 'Send JSON like {"answer": "approve"} or {"answer": "reject"}.'
    assert len(waiting(api)) == 1


# challenges


def test_an_enrolled_phone_is_challenged(api):
    enroll(api)
    token = api.mfa_token()
    body = api.challenge(token).json()
    assert list(body) == ["challenge_type", "oob_code"] and body["challenge_type"] == "oob"
    assert waiting(api)[0]["purpose"] == "challenge"
    assert refusal(poll(api, token, body["oob_code"])) == PENDING
    say(api, "approve")
    assert poll(api, token, body["oob_code"]).status_code == 200


def test_newest_waits_on_top_and_each_answer_is_for_its_own_login(api):
    enroll(api)
    logins = []
    for _ in range(2):
        token = api.mfa_token()
        logins.append((token, api.challenge(token).json()["oob_code"]))
        api.advance(1)
    newest, oldest = waiting(api)
    assert newest["expires_at"] > oldest["expires_at"]
    say(api, "approve", newest["id"])
    say(api, "reject", oldest["id"])
    assert refusal(poll(api, *logins[0])) == REJECTED
    assert poll(api, *logins[1]).status_code == 200


def test_the_approval_of_one_login_does_not_open_another(api):
    enroll(api)
    mine, other = api.mfa_token(), api.mfa_token()
    oob_code = api.challenge(mine).json()["oob_code"]
    say(api, "approve")
    assert refusal(poll(api, other, oob_code)) == (400, "invalid_request", "The oob_code doesn't match the mfa_token")


def test_a_code_cannot_stand_for_an_approval(api):
    token, oob_code = begin(api)
    assert refusal(api.verify(token, oob_code, "000000")) == PENDING


def test_the_sixth_push_within_a_minute_must_wait(api):
    enroll(api)
    token = api.mfa_token()
    for _ in range(5):
        assert api.challenge(token).status_code == 200
    answer = api.challenge(token)
    text = "We have received too many notification requests. Wait a few minutes and try again."
    assert refusal(answer) == (429, "too_many_requests", text)
    assert answer.headers["x-ratelimit-limit"] == "5"
    api.advance(int(answer.headers["retry-after"]))
    assert api.challenge(token).status_code == 200
    assert api.challenge(token).status_code == 429


def test_with_the_factor_off_there_is_no_push(api):
    api.set_up(factors=["email"])
    token = api.mfa_token()
    expected = (400, "invalid_request", "The push-notification factor is not enabled for this tenant.")
    assert refusal(api.associate(token, oob_channels=["auth0"])) == expected


# the device


def test_an_unconfirmed_phone_has_neither_a_name_nor_codes(api):
    token, _ = begin(api)
    (row,) = api.rows(token)
    assert list(row) == ["id", "authenticator_type", "active", "oob_channel"]
    assert (row["authenticator_type"], row["active"], row["oob_channel"]) == ("oob", False, "auth0")


def test_a_confirmed_phone_has_codes_as_well(api):
    enroll(api)
    push, totp = api.rows(api.mfa_token())
    assert (push["id"].split("|")[0], totp["id"]) == ("push", push["id"].replace("push|", "totp|"))
    assert (push["active"], totp["active"], push["name"]) == (True, True, "Sandbox phone")
    assert totp["authenticator_type"] == "otp"


@pytest.mark.parametrize("kind", ["push", "totp"])
def test_whichever_of_the_two_is_deleted_both_are_gone(api, kind):
    enroll(api)
    token = api.mfa_token(audience=api.sandbox.mfa_audience)  # a phone is asked for here too
    oob_code = api.challenge(token, challenge_type="oob").json()["oob_code"]
    say(api, "approve")
    access = poll(api, token, oob_code).json()["access_token"]
    (id,) = [row["id"] for row in api.rows(access) if row["id"].startswith(kind)]
    assert api.delete(access, id).status_code == 204
    assert api.rows(access) == []


def test_a_push_of_a_deleted_phone_waits_no_more(api):
    token, oob_code = begin(api)
    (row,) = api.rows(token)
    assert api.delete(api.access_token(), row["id"]).status_code == 204
    assert waiting(api) == []
    assert refusal(poll(api, token, oob_code)) == (403, "invalid_grant", "Malformed oob_code")


def test_the_phone_is_a_page_too(api):
    answer = api.call("GET", "/sandbox/phone")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["x-sandbox-only"] == ONLY_HERE
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<title>The sandbox's phone</title>" in answer.text


def test_the_log_tells_of_a_push(api):
    enroll(api)
    token = api.mfa_token()
    oob_code = api.challenge(token).json()["oob_code"]
    say(api, "reject")
    poll(api, token, oob_code)
    fields = {
        "grant_type": "client_credentials",
        "client_id": api.sandbox.management_client_id,
        "client_secret": api.sandbox.management_client_secret,
        "audience": api.sandbox.management_audience,
    }
    admin = api.call("POST", "/oauth/token", data=fields).json()["access_token"]
    events = api.bearer("GET", "/api/v2/logs?sort=date:1", admin).json()
    assert [event["description"] for event in events if event["type"] == "gd_auth_rejected"] == [REJECTED[2]]
    assert [event["type"] for event in events] == [
        *("mfar", "gd_start_enroll", "gd_enrollment_complete", "gd_auth_succeed", "seoobft"),
        *("mfar", "gd_send_pn", "gd_start_auth", "gd_auth_rejected", "feoobft", "seccft"),
    ]
