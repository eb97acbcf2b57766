"""An attempt at an exercise, and a way to run what a learner might write."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO

import pytest

from mfa_helpers.lab import Lab
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.lessons.exercises.grading import Attempt
from mfa_helpers.lessons.exercises.verdict import Verdict

#: What a learner's cell can use here: requests, what the hand-over keeps, and the notebook's `lab`.
HELPERS = """
import requests
from mfa_helpers.storage.entries import PendingChallenge, PendingEnrollment

def ask(**fields):
    fields = {"client_id": lab.tenant.client_id, "client_secret": lab.tenant.client_secret.reveal(), **fields}
    return requests.post(lab.tenant.base_url + "/oauth/token", data=fields, timeout=30)

def sign_in(password=lab.tenant.password.reveal(), **fields):
    fields = {"username": lab.tenant.username, "audience": lab.tenant.audience, "scope": "openid", **fields}
    return ask(**{"grant_type": "password", "password": password, **fields})

def prove(mfa_token, oob_code, code, **fields):
    grant = "http://auth0.com/oauth/grant-type/mfa-oob"
    return ask(**{"grant_type": grant, "mfa_token": mfa_token, "oob_code": oob_code, "binding_code": code, **fields})

def associate(mfa_token, **fields):
    body = {"authenticator_types": ["oob"], "oob_channels": ["email"], **fields}
    return requests.post(lab.tenant.base_url + "/mfa/associate", json=body,
                         headers={"Authorization": "Bearer " + mfa_token}, timeout=30)

def rows(mfa_token):
    return requests.get(lab.tenant.base_url + "/mfa/authenticators",
                        headers={"Authorization": "Bearer " + mfa_token}, timeout=30).json()

def challenge(mfa_token, authenticator_id, **fields):
    body = {"client_id": lab.tenant.client_id, "client_secret": lab.tenant.client_secret.reveal(), "challenge_type": "oob",
            "authenticator_id": authenticator_id, "mfa_token": mfa_token, **fields}
    return requests.post(lab.tenant.base_url + "/mfa/challenge", json=body, timeout=30)

def newest(to=None):
    return lab.tenant.mails(to)[0].code.reveal()
"""

Try = Callable[[str], Verdict]


@pytest.fixture
def attempt(learner: Lab) -> Callable[[str], Try]:
    """`attempt("id")("code")`: run code as the exercise's cell would, then check."""

    def begin(id: str) -> Try:
        attempt = Attempt(EXERCISES[id], learner)
        attempt.begin()

        def run(code: str) -> Verdict:
            with redirect_stdout(StringIO()):
                exec(HELPERS + code, {"lab": learner})
            return attempt.check()

        return run

    return begin
