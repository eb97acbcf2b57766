"""A class that is simulated over real HTTP: learners who join one shared tenant, and stop where they are told to."""

from __future__ import annotations

import secrets
from types import SimpleNamespace
from typing import Any

import requests

from mfa_helpers.client.management import Management
from mfa_helpers.lessons.instructors_board import STEPS
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.tenants import class_tenant

from .sandbox_api import Api, wrong

TOKEN = "the-instructors-own-token"

Stand = tuple[str, tuple[str, str, int]]


def instructors(tenant: server.ServedSandbox) -> Management:
    """The Management API of that class."""
    return class_tenant.management(tenant.join_line, TOKEN, tenant.state.parent)


class Learner(Api):
    """Somebody who has joined."""

    def __init__(self, tenant: server.ServedSandbox) -> None:
        super().__init__(tenant)
        self.key = secrets.token_urlsafe(32)
        token = class_tenant.parse(tenant.join_line).token.reveal()
        joined = self.bearer("POST", "/sandbox/join", token, json={"secret": self.key})
        assert joined.status_code == 200, joined.text
        self.sandbox = SimpleNamespace(**{**vars(tenant), "join_line": tenant.join_line, **joined.json()})
        self.name = self.sandbox.username.removesuffix("@class.example")

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        if path == "/sandbox/inbox" and "headers" not in kwargs:
            kwargs["headers"] = {"authorization": f"Bearer {self.key}"}
        return super().call(method, path, **kwargs)

    def as_instructor(self, method: str, path: str, **kwargs: Any) -> None:
        """A call that only the instructor may make."""
        assert self.call(method, path, headers={"x-sandbox-token": TOKEN}, **kwargs).status_code == 200


def play(tenant: server.ServedSandbox, reached: int, fails: bool, times: int) -> Stand:
    """Somebody gets as far as `STEPS[reached]` and, if so told, fails `times` at what comes next: name, and what a board must show."""
    one = Learner(tenant)
    code = token = oob_code = ""
    if reached >= 1:
        token = one.mfa_token()
    if reached >= 2:
        token, oob_code, code = one.begin(token)
    if reached >= 3:
        assert one.verify(token, oob_code, code).status_code == 200
    if reached >= 4:
        token = one.mfa_token()
        assert one.rows(token)
    if reached >= 5:
        oob_code, code = one.challenge(token).json()["oob_code"], one.code()
    if reached >= 6:
        assert one.verify(token, oob_code, code).status_code == 200
    trouble = ""
    for _ in range(times if fails else 0):
        trouble = _fail(one, reached, token, oob_code, code)
    one.http.close()
    return one.name, (STEPS[reached], trouble, times if trouble else 0)


def _fail(one: Learner, reached: int, token: str, oob_code: str, code: str) -> str:
    """What goes wrong at that place in lessons, and the tenant's words for it."""
    if reached in (0, 3, 6):
        answer = one.login(password="wrong")
    elif reached == 1:
        answer = one.associate(token, email="no address")
    elif reached in (2, 5):
        answer = one.verify(token, oob_code, wrong(code))
    else:
        answer = one.associate(token)
    assert answer.status_code in (400, 403)
    return str(answer.json()["error_description"])
