"""The My Account API: who may use it, what it takes, and that whoever has only the password gains nothing by it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from ...support.management import Manage
from ...support.sandbox_api import Api, refusal, wrong

METHODS = "/me/v1/authentication-methods"
SCOPES = "create:me:authentication_methods read:me:authentication_methods read:me:factors"
ME = {"type": "email", "email": "ada+me@example.com"}


@pytest.fixture
def manage(api: Api) -> Manage:
    return Manage(api)


def audience(api: Api) -> str:
    return str(api.sandbox.mfa_audience).removesuffix("mfa/") + "me/"


def login(api: Api, **changed: Any) -> requests.Response:
    return api.login(audience=audience(api), scope=SCOPES, **changed)


@pytest.fixture
def token(api: Api) -> str:
    """Of the password alone: there is no policy, and nothing is enrolled."""
    api.set_up(mfa_policy=[])
    return str(login(api).json()["access_token"])


def add(api: Api, token: str, **changed: Any) -> requests.Response:
    return api.bearer("POST", METHODS, token, json={**ME, **changed})


def verify(api: Api, token: str, added: dict[str, str], code: str, **changed: Any) -> requests.Response:
    body = {"auth_session": added["auth_session"], "otp_code": code, **changed}
    return api.bearer("POST", f"{METHODS}/{quote(added['id'], safe='')}/verify", token, json=body)


def enroll(api: Api, token: str) -> dict[str, Any]:
    added = add(api, token).json()
    answer = verify(api, token, added, api.code(ME["email"]))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def methods(api: Api, token: str, **params: str) -> list[dict[str, Any]]:
    answer = api.bearer("GET", METHODS, token, params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["authentication_methods"]
    return found


def problem(answer: requests.Response) -> tuple[int, str, str]:
    """Status, end of the type, and detail. What every refusal shares is checked on the way."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert list(body)[:4] == ["title", "type", "detail", "status"] and body["status"] == answer.status_code
    if body["type"].endswith("A0E-400-0003"):
        (wrong_one,) = body["validation_errors"]
        return answer.status_code, wrong_one["pointer"], wrong_one["detail"]
    assert "validation_errors" not in body
    return answer.status_code, body["type"].removeprefix("https://auth0.com/api-errors/"), body["detail"]


INVALID = (401, "A0E-401-0003", "Invalid Token")


# The way that users take


def test_an_email_is_added_verified_listed_and_asked_for_from_then_on(api: Api, token: str) -> None:
    assert methods(api, token) == []
    answer = add(api, token)
    added = answer.json()
    assert answer.status_code == 202 and list(added) == ["id", "auth_session"]
    assert added["id"].startswith("email|dev_") and added["auth_session"].startswith("Fe26.2*")
    assert answer.headers["location"] == f"{api.sandbox.base_url}{METHODS}/{quote(added['id'], safe='')}"
    assert [(one["id"], one["confirmed"]) for one in methods(api, token)] == [(added["id"], False)]
    done = verify(api, token, added, api.code(ME["email"]))
    assert done.status_code == 201 and done.headers["location"] == answer.headers["location"]
    assert methods(api, token) == [done.json()]
    assert done.json()["confirmed"] is True and done.json()["usage"] == ["secondary"]
    # it is an authenticator like any other
    api.call("POST", "/sandbox/clock", json={"advance_seconds": 1})
    again = login(api)
    assert refusal(again)[1] == "mfa_required"
    mfa_token = again.json()["mfa_token"]
    (row,) = api.rows(mfa_token)
    oob_code = api.challenge(mfa_token, authenticator_id=row["id"]).json()["oob_code"]
    body = api.verify(mfa_token, oob_code, api.code(ME["email"])).json()
    assert body["scope"] == SCOPES
    (method,) = methods(api, body["access_token"])
    assert method["id"] == added["id"] == row["id"] and "last_auth_at" in method


def test_a_page_goes_on_at_the_location_that_it_was_told(api: Api, token: str) -> None:
    """As auth0-spa-js does, which must be allowed to read that header."""
    Manage(api).done("PATCH", f"clients/{api.sandbox.client_id}", {"web_origins": ["http://localhost:3000"]})
    page = {"origin": "http://localhost:3000"}
    answer = api.bearer("POST", METHODS, token, json=ME, headers=page)
    assert "Location" in answer.headers["access-control-expose-headers"]
    path = urlsplit(answer.headers["location"]).path
    body = {"auth_session": answer.json()["auth_session"], "otp_code": api.code(ME["email"])}
    assert api.bearer("POST", f"{path}/verify", token, json=body, headers=page).status_code == 201
    refused = api.bearer("GET", METHODS, token, headers={"origin": "https://evil.example"})
    assert refused.status_code == 401


def test_the_list_has_every_kind_once_confirmed_ones_first(api: Api, manage: Manage, token: str) -> None:
    user = manage.user_id()
    for body in (
        {"type": "phone", "phone_number": "+15550100167"},
        {"type": "totp", "totp_secret": "A" * 32},
        {"type": "email", "email": "ada@example.com"},
    ):
        manage.done("POST", f"users/{user}/authentication-methods", body, 201)
    manage.done("PATCH", f"users/{user}", {"email_verified": True})
    mine = api.mfa_token(audience=audience(api), scope=SCOPES)
    access = proven(api, mine)
    unconfirmed = add(api, access).json()["id"]
    found = methods(api, access)
    assert [one["type"] for one in found] == ["phone", "totp", "email", "email"]
    assert found[-1]["id"] == unconfirmed and [one["confirmed"] for one in found] == [True, True, True, False]
    assert (found[0]["phone_number"], found[0]["preferred_authentication_method"]) == ("+15550100167", "sms")
    assert [one["type"] for one in methods(api, access, type="totp")] == ["totp"]
    assert methods(api, access, type="passkey") == []
    assert problem(api.bearer("GET", METHODS, access, params={"type": "pigeon"}))[:2] == (400, "/type")


def proven(api: Api, mfa_token: str) -> str:
    """An access token for which a factor was proven."""
    row = next(row for row in api.rows(mfa_token) if row["id"].startswith("email|") and row["active"])
    oob_code = api.challenge(mfa_token, authenticator_id=row["id"]).json()["oob_code"]
    answer = api.verify(mfa_token, oob_code, api.code())
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def test_a_list_has_twenty_methods_at_most(api: Api, token: str) -> None:
    for number in range(19):
        add(api, token, email=f"ada+{number}@example.com")
    api.call("DELETE", "/sandbox/limits")
    enroll(api, token)
    add(api, token)
    found = methods(api, token)
    assert len(found) == 20 and found[0]["confirmed"]


def test_of_one_type_none_is_missing_however_many_there_are_of_another(api: Api, manage: Manage, token: str) -> None:
    addresses = ["ada@example.com", *(f"ada+{number}@example.com" for number in range(20))]
    wanted = [{"type": "email", "email": one} for one in addresses] + [{"type": "totp", "totp_secret": "A" * 32}]
    manage.done("PUT", f"users/{manage.user_id()}/authentication-methods", wanted)
    access = proven(api, api.mfa_token(audience=audience(api), scope=SCOPES))
    assert [one["type"] for one in methods(api, access, type="totp")] == ["totp"]
    assert len(methods(api, access)) == len(methods(api, access, type="email")) == 20


def test_the_factors_are_those_that_are_on(api: Api, manage: Manage, token: str) -> None:
    def told() -> list[str]:
        answer = api.bearer("GET", "/me/v1/factors", token)
        assert list(answer.json()) == ["factors"]
        return [factor["type"] for factor in answer.json()["factors"]]

    assert told() == ["password", "email"]
    for name in ("sms", "otp", "recovery-code", "push-notification", "webauthn-roaming", "duo"):
        manage.done("PUT", f"guardian/factors/{name}", {"enabled": True})
    manage.done("PUT", "guardian/factors/email", {"enabled": False})
    assert told() == ["password", "webauthn-roaming", "totp", "phone", "push-notification", "recovery-code"]


# Who may


def test_no_token_and_those_of_other_apis_open_nothing(api: Api, manage: Manage, token: str) -> None:
    others = [api.access_token(), manage.token(), api.login(audience=api.sandbox.audience).json()["access_token"]]
    for other in (*others, token + "x", token[:-4] + "AAAA", "Fe26.2*x", "x.y.z", ""):
        for method, path in (
            ("GET", METHODS),
            ("POST", METHODS),
            ("POST", f"{METHODS}/x/verify"),
            ("GET", "/me/v1/factors"),
        ):
            assert problem(api.bearer(method, path, other)) == INVALID, other
    assert problem(api.call("GET", METHODS)) == INVALID


def test_its_tokens_open_neither_mfa_nor_the_management_api(api: Api, token: str) -> None:
    assert refusal(api.associate(token))[0] == 401
    assert api.bearer("GET", "/api/v2/clients", token).status_code == 401


def test_a_token_ends_with_its_time_its_user_and_the_users_block(api: Api, manage: Manage, token: str) -> None:
    user = manage.user_id()
    manage.done("PATCH", f"users/{user}", {"blocked": True})
    assert problem(api.bearer("GET", METHODS, token)) == INVALID
    manage.done("PATCH", f"users/{user}", {"blocked": False})
    assert methods(api, token) == []
    api.advance(86_401)
    assert problem(api.bearer("GET", METHODS, token)) == INVALID


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", METHODS, "read:me:authentication_methods"),
        ("POST", METHODS, "create:me:authentication_methods"),
        ("POST", f"{METHODS}/x/verify", "create:me:authentication_methods"),
        ("GET", "/me/v1/factors", "read:me:factors"),
    ],
)
def test_each_address_needs_its_scope(api: Api, token: str, method: str, path: str, scope: str) -> None:
    less = " ".join(one for one in SCOPES.split() if one != scope)
    other = api.login(audience=audience(api), scope=less).json()["access_token"]
    assert problem(api.bearer(method, path, other, json={})) == (
        403,
        "A0E-403-0002",
        f"Insufficient scope, expected: {scope}",
    )


def test_without_a_scope_a_login_gets_all_of_them_and_a_machine_gets_none(api: Api, token: str) -> None:
    granted = api.login(audience=audience(api)).json()["scope"].split()
    assert set(SCOPES.split()) < set(granted) and all(":me:" in name for name in granted)
    answer = api.login(
        grant_type="client_credentials",
        client_id=api.sandbox.management_client_id,
        client_secret=api.sandbox.management_client_secret,
        audience=audience(api),
    )
    assert refusal(answer)[:2] == (403, "access_denied")
    assert "client-grant" in answer.json()["error_description"]


def test_nobody_makes_an_api_of_that_audience(api: Api, manage: Manage) -> None:
    for identifier in (audience(api), "https://other.example/me"):
        answer = manage("POST", "resource-servers", {"identifier": identifier})
        assert manage.refused(answer)[:2] == (409, "conflict")


# What the password alone opens


def test_with_a_factor_the_audience_asks_for_it_whatever_the_policy_is(api: Api, manage: Manage) -> None:
    api.enroll()
    for policy in ([], ["all-applications"]):
        manage.done("PUT", "guardian/policies", policy)
        assert refusal(login(api))[1] == "mfa_required"
    assert methods(api, proven(api, login(api).json()["mfa_token"]))


def test_a_verified_address_is_a_factor_here_too(api: Api, manage: Manage, token: str) -> None:
    manage.done("PATCH", f"users/{manage.user_id()}", {"email_verified": True})
    assert refusal(login(api))[1] == "mfa_required"
    assert problem(add(api, token)) == INVALID


def test_a_token_of_the_password_alone_ends_with_the_first_factor_but_for_its_own(api: Api, token: str) -> None:
    stranger = str(login(api).json()["access_token"])
    begun = add(api, stranger, email="stranger@example.com").json()
    code = api.code("stranger@example.com")
    enroll(api, token)
    assert methods(api, token)
    assert problem(verify(api, stranger, begun, code)) == INVALID
    for answer in (add(api, stranger), api.bearer("GET", METHODS, stranger)):
        assert problem(answer) == INVALID


def test_a_refresh_asks_for_the_factor_too(api: Api) -> None:
    api.set_up(mfa_policy=[], mfa_at_refresh=False)
    body = api.login(audience=audience(api), scope=f"{SCOPES} offline_access").json()
    fields = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"], "username": None, "password": None}
    assert api.login(**fields).status_code == 200
    enroll(api, body["access_token"])
    assert refusal(api.login(**fields))[1] == "mfa_required"


# What is taken, and what isn't


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/type"),
        ({"type": 1}, "/type"),
        ({"type": "pigeon"}, "/type"),
        ({"type": "totp"}, "/type"),
        ({"type": "email"}, "/email"),
        ({"type": "email", "email": 1}, "/email"),
        ({"type": "email", "email": "nobody"}, "/email"),
        ({"type": "email", "email": "a\u200bda@example.com"}, "/email"),
        ({**ME, "name": "x"}, ""),
        ([], "/type"),
    ],
    ids=ascii,
)
def test_a_method_that_cannot_be_added_is_refused_and_no_message_goes_out(
    api: Api, token: str, body: Any, pointer: str
) -> None:
    assert problem(api.bearer("POST", METHODS, token, json=body))[:2] == (400, pointer)
    assert api.mails() == [] and methods(api, token) == []


def test_a_body_that_is_no_json_is_refused(api: Api, token: str) -> None:
    assert problem(api.bearer("POST", METHODS, token, data=ME))[:2] == (415, "A0E-415-0001")
    headers = {"content-type": "application/json; charset=klingon"}
    assert problem(api.bearer("POST", METHODS, token, data=b"{}", headers=headers))[0] == 400
    headers = {"content-type": "application/json"}
    assert problem(api.bearer("POST", METHODS, token, data=b" " * 200_000, headers=headers))[0] == 413


def test_a_message_that_does_not_go_out_leaves_nothing_behind(api: Api, token: str) -> None:
    api.call("POST", "/sandbox/faults", json={"kind": "mail"})
    assert problem(add(api, token))[0] == 502
    assert methods(api, token) == []


def test_the_limits_of_messages_codes_and_methods_hold(api: Api, token: str) -> None:
    added = add(api, token).json()
    code = api.code(ME["email"])
    for _ in range(10):
        assert problem(verify(api, token, added, wrong(code)))[0] == 403
    answer = verify(api, token, added, code)
    assert problem(answer)[0] == 429 and int(answer.headers["retry-after"]) > 0
    for _ in range(19):
        assert add(api, token).status_code == 202
    answer = add(api, token)
    assert problem(answer)[0] == 429 and "retry-after" in answer.headers
    api.call("DELETE", "/sandbox/limits")
    assert verify(api, token, added, code).status_code == 201


@pytest.mark.parametrize("changed", [{"auth_session": "x"}, {"auth_session": ""}, {"otp_code": 123456}, {"more": "x"}])
def test_a_verification_that_is_not_whole_is_refused(api: Api, token: str, changed: dict[str, Any]) -> None:
    added = add(api, token).json()
    assert problem(verify(api, token, added, api.code(ME["email"]), **changed))[0] == 400
    assert [one["confirmed"] for one in methods(api, token)] == [False]


def test_a_session_works_once_for_its_method_its_user_and_its_time(api: Api, manage: Manage, token: str) -> None:
    first, code = add(api, token).json(), api.code(ME["email"])
    second = add(api, token).json()
    swapped = {"id": second["id"], "auth_session": first["auth_session"]}
    assert problem(verify(api, token, swapped, code))[:2] == (400, "/auth_session")
    user = {"connection": "Username-Password-Authentication", "email": "bob@example.com", "password": "bobs-password"}
    manage.done("POST", "users", user, 201)
    bob = login(api, username=user["email"], password=user["password"]).json()["access_token"]
    assert problem(verify(api, bob, first, code))[:2] == (400, "/auth_session")
    assert verify(api, token, first, code).status_code == 201
    assert problem(verify(api, token, first, code))[:2] == (400, "/auth_session")
    late, code = second, api.code(ME["email"])
    api.advance(301)
    assert problem(verify(api, token, late, code))[:2] == (400, "/auth_session")


def test_its_sessions_and_those_of_the_mfa_api_are_not_each_others(api: Api, manage: Manage) -> None:
    mfa_token, oob_code, code = api.begin()
    (row,) = api.rows(mfa_token)
    manage.done("PUT", "guardian/policies", [])
    token = str(login(api).json()["access_token"])
    swapped = {"id": row["id"], "auth_session": oob_code}
    assert problem(verify(api, token, swapped, code))[:2] == (400, "/auth_session")
    added = add(api, token).json()
    answer = api.verify(mfa_token, added["auth_session"], api.code(ME["email"]))
    assert refusal(answer) == (400, "invalid_request", "The oob_code doesn't match the mfa_token")


# The log


def test_the_log_tells_what_was_added_and_what_was_refused_and_no_secret(api: Api, manage: Manage, token: str) -> None:
    added = add(api, token).json()
    code = api.code(ME["email"])
    verify(api, token, added, wrong(code))
    verify(api, token, added, code)
    add(api, token, email="nobody")
    q = "type:my_account_authentication_method_*"
    events = manage.done("GET", "logs", params={"q": q, "sort": "date:1"})
    assert [(event["type"].rpartition("_")[2], event["details"]["operation"]) for event in events] == [
        ("succeeded", "create"),
        ("failed", "verify"),
        ("succeeded", "verify"),
        ("failed", "create"),
    ]
    assert events[0]["user_id"] == manage.user_id()
    assert {"gd_send_email", "gd_auth_failed", "gd_enrollment_complete"} <= set(manage.types())
    events = manage.done("GET", "logs", params={"per_page": 100})
    told = [(event["description"], event.get("details")) for event in events]  # an ID may have any six digits
    for secret in (token, added["auth_session"], code, wrong(code)):
        assert secret not in str(told)
