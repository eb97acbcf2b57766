"""Each type of event that the sandbox writes has what Auth0's published schema of that type requires."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest

import mfa_helpers.sandbox
from mfa_helpers.sandbox.endpoints import oauth
from mfa_helpers.sandbox.tenant.messages import CHANNELS

from ....support.log_rules import NOTHING_OR_ALL, RULES, faults_of
from ....support.login_page import CALLBACK, Browser, told
from ....support.management import Manage
from ....support.sandbox_api import MFA_OTP, MFA_RECOVERY, Api, wrong


def written() -> Iterator[str]:
    """The types that the code writes."""
    for path in Path(mfa_helpers.sandbox.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            func = node.func if isinstance(node, ast.Call) else None
            if isinstance(func, ast.Attribute) and func.attr in ("log", "_log", "add_log"):
                given = [item.value for item in node.args if isinstance(item, ast.Constant)]
                yield from (name for name in given[:1] if re.fullmatch(r"[a-z_]+", str(name)))
    for succeeded, failed in oauth._EVENTS.values():
        yield from (succeeded, failed)
    for channel in CHANNELS.values():
        yield from (channel.sent, channel.failed)


def test_there_is_a_rule_for_each_type_that_is_written() -> None:
    assert set(written()) == set(RULES)


def everything(api: Api, manage: Manage) -> None:
    """Whatever a user, an application, and an administrator can bring about, but for joining a class."""
    api.set_up(factors=["email", "otp", "sms", "push-notification", "recovery-code"], callbacks=[CALLBACK])
    user = manage.user_id()
    manage("PUT", "guardian/policies", ["x"])
    # logins in a browser
    manage.done("PUT", "guardian/policies", [])
    browser = Browser(api)
    browser.authorize(redirect_uri="https://evil.example/")
    browser.authorize(prompt="none")
    browser.exchange(told(browser.sign_in())["code"])
    browser.exchange("x")
    browser.authorize(prompt="none")
    browser.open("/v2/logout?returnTo=https://evil.example/")
    browser.open("/v2/logout")
    manage.done("PUT", "guardian/policies", ["all-applications"])
    # logins
    api.login(password="wrong")
    api.login(username="nobody@example.com")
    api.login(audience="https://nobody.example/")
    api.call("POST", "/oauth/token", data=api.login_fields(), headers={"origin": "https://evil.example"})
    manage.done("PATCH", f"users/{user}", {"blocked": True})
    api.login()
    manage.done("PATCH", f"users/{user}", {"blocked": False})
    # enrollments of each kind, and what does not go out
    token = api.mfa_token(scope="offline_access")
    app = api.associate(token, authenticator_types=["otp"], oob_channels=None).json()
    api.associate(token, oob_channels=["auth0"])
    for channel in ("email", "sms", "voice"):
        for _ in range(2):
            api.associate(token, oob_channels=[channel], phone_number="+15550100167")
            api.call("POST", "/sandbox/faults", json={"kind": "mail"})
        api.call("DELETE", "/sandbox/faults")
    api.associate(token, oob_channels=["pigeon"])
    push = api.associate(token, oob_channels=["auth0"]).json()["oob_code"]
    waiting = api.call("GET", "/sandbox/push").json()[0]["id"]
    api.call("POST", f"/sandbox/push/{waiting}", json={"answer": "reject"})
    api.verify(token, push, None)
    api.verify(token, "", None, grant_type=MFA_OTP, otp="000000")
    body = api.verify(token, "", None, grant_type=MFA_OTP, otp=pyotp.TOTP(app["secret"]).now()).json()
    # refreshes
    for given in (body["refresh_token"], "x"):
        api.login(grant_type="refresh_token", refresh_token=given, username=None, password=None)
    manage.done("PUT", "guardian/policies", [])
    api.login(grant_type="refresh_token", refresh_token=body["refresh_token"], username=None, password=None)
    api.login()
    api.call("POST", "/oauth/revoke", json={**api._client(), "token": body["refresh_token"]})
    manage.done("PUT", "guardian/policies", ["all-applications"])
    # recovery codes and challenges
    token = api.mfa_token(audience=api.sandbox.mfa_audience, scope="enroll remove:authenticators")
    api.verify(token, "", None, grant_type=MFA_RECOVERY, recovery_code="x")
    answer = api.verify(token, "", None, grant_type=MFA_RECOVERY, recovery_code=app["recovery_codes"][0])
    access = answer.json()["access_token"]
    api.verify(*api.begin(access))
    push = api.associate(access, oob_channels=["auth0"]).json()["oob_code"]
    waiting = api.call("GET", "/sandbox/push").json()[0]["id"]
    api.call("POST", f"/sandbox/push/{waiting}", json={"answer": "approve"})
    api.verify(access, push, None)
    token = api.mfa_token()
    (phone,) = (row["id"] for row in api.rows(token) if row["id"].startswith("push|") and row["active"])
    api.challenge(token, authenticator_id=phone)
    (mail,) = (row["id"] for row in api.rows(token) if row["id"].startswith("email|") and row["active"])
    oob_code = api.challenge(token, authenticator_id=mail).json()["oob_code"]
    for _ in range(11):
        api.verify(token, oob_code, wrong(api.code()))
    for _ in range(11):
        api.verify(token, "", None, grant_type=MFA_RECOVERY, recovery_code="x")
    api.delete(access, mail)
    # the user's own account
    audience = api.sandbox.mfa_audience.removesuffix("mfa/") + "me/"
    token = api.mfa_token(audience=audience, scope="create:me:authentication_methods")
    api.call("DELETE", "/sandbox/limits")
    api.advance(30)
    body = api.verify(token, "", None, grant_type=MFA_OTP, otp=pyotp.TOTP(app["secret"]).at(api.now())).json()
    for email in ("ada@example.com", "nobody"):
        api.bearer(
            "POST", "/me/v1/authentication-methods", body["access_token"], json={"type": "email", "email": email}
        )
    # an application without its secret, and limits
    api.login(grant_type="client_credentials", client_secret="wrong", username=None, password=None)
    for _ in range(11):
        api.login(password="wrong")


@pytest.fixture
def events(api: Api, manage: Manage) -> list[dict[str, Any]]:
    """What all of that is told by."""
    everything(api, manage)
    found: list[dict[str, Any]] = []
    for page in range(3):
        found += manage.done("GET", "logs", params={"per_page": 100, "page": page})
    return found


def test_each_event_has_what_the_schema_of_its_type_requires(api: Api, events: list[dict[str, Any]]) -> None:
    seen = {event["type"] for event in events}
    # A class, and the request limit, have tests of their own.
    assert set(RULES) - seen == {"ss", "api_limit"}
    assert [(event, found) for event in events if (found := faults_of(event))] == []
    assert {type for event in events if "details" not in event for type in [event["type"]]} == set(NOTHING_OR_ALL)


def test_an_event_of_the_request_limit(api: Api, manage: Manage) -> None:
    token = manage.token()
    api.set_up(request_limits=True)
    # Nothing is worked out for an empty request, so even a busy machine is faster than the limit's refill.
    assert any(api.call("POST", "/oauth/token", data={}).status_code == 429 for _ in range(400))
    event = api.bearer("GET", "/api/v2/logs?q=type:api_limit", token).json()[0]
    assert faults_of(event) == []
    assert event["details"]["limit"] == {"size": 30, "bucket": "token_requests", "global": True}


def test_an_exchange_names_the_audience_and_each_event_the_host(api: Api, manage: Manage) -> None:
    api.verify(*api.begin(api.mfa_token(audience=api.sandbox.audience)))
    (event,) = manage.done("GET", "logs", params={"q": "type:seoobft"})
    assert (event["audience"], event["hostname"]) == (api.sandbox.audience, urlsplit(api.sandbox.base_url).hostname)


def test_a_refused_page_is_told_with_its_origin_and_what_is_listed(api: Api, manage: Manage) -> None:
    api.set_up(allowed_origins=["http://localhost:3000"])
    api.call("POST", "/oauth/token", data=api.login_fields(), headers={"origin": "https://evil.example"})
    (event,) = manage.done("GET", "logs", params={"q": "type:fco"})
    assert event["details"] == {
        "allowedOrigins": ["http://localhost:3000"],
        "webOrigins": [],
        "headers": {"origin": "https://evil.example"},
        "host": api.sandbox.base_url.removeprefix("http://"),
        "method": "POST",
        "origin": "https://evil.example",
        "originalUrl": "/oauth/token",
        "xhr": False,
    }
