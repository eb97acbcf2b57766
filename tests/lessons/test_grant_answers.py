"""Which grants get `mfa_required`: each right prediction is what the tenant does."""

from __future__ import annotations

import re

import pytest

from mfa_helpers.lab import Lab
from mfa_helpers.lessons.exercises.trial import practice_tenant
from mfa_helpers.lessons.grant_answers import ASKED, REQUESTS, TOKENS, GrantAnswers
from mfa_helpers.sandbox.endpoints.oauth import GRANTS

from ..support.notebook_files import PATHS, cells

ELEVEN = next(path for path in PATHS if path.stem.startswith("11_"))


@pytest.mark.parametrize("id", REQUESTS)
def test_the_right_prediction_is_what_the_tenant_does(id: str, learner: Lab) -> None:
    question = REQUESTS[id].question
    assert GrantAnswers(learner).send(id) == question.right
    exchange = learner.exchanges[f"grant {id}"]
    assert exchange.path == "/oauth/token" and exchange.request_body["grant_type"].endswith(REQUESTS[id].grant)
    assert ("mfa_token" in exchange.response_body) == (question.right == ASKED)
    assert ("access_token" in exchange.response_body) == (question.right == TOKENS)


def test_the_code_of_the_login_page_was_given_out_after_both_factors(learner: Lab) -> None:
    GrantAnswers(learner).send("authorization_code")
    assert [mail.to for mail in practice_tenant().controls.mails()] == [practice_tenant().username]


def test_nothing_of_the_learners_own_is_touched(learner: Lab) -> None:
    learner.catch_up("challenge")
    token, flow = learner.mfa_token.reveal(), repr(learner.wire("login"))
    for id in REQUESTS:
        GrantAnswers(learner).send(id)
    assert learner.mfa_token.reveal() == token and repr(learner.wire("login")) == flow
    assert learner.complete(learner.newest_code()).access_token


def test_what_is_kept_of_a_request_holds_no_secret(learner: Lab) -> None:
    tenant = practice_tenant()
    for id in REQUESTS:
        GrantAnswers(learner).send(id)
        shown = repr(learner.exchanges[f"grant {id}"])
        for secret in (tenant.password, tenant.details.client_secret, *(mail.code for mail in tenant.controls.mails())):
            assert (secret if isinstance(secret, str) else secret.reveal() if secret else "?") not in shown
        assert not re.search(r"eyJ\w{8}|Fe26\.2\*\w|v1\.\w{20}", shown)


def test_each_request_is_a_question_with_two_answers_and_a_reason() -> None:
    for id, request in REQUESTS.items():
        question = request.question
        assert question.id == id and question.text.endswith("What does the tenant return?")
        assert [answer for answer, _ in question.answers] == [TOKENS, ASKED]
        assert [wrong for _, wrong in question.answers].count("") == 1
        assert all(
            said.endswith(".") for said in (question.because, *(wrong for _, wrong in question.answers if wrong))
        )


def test_the_notebooks_table_has_a_row_for_each_grant_that_the_tenant_supports_and_agrees_with_the_form() -> None:
    (table,) = (cell["source"] for cell in cells(ELEVEN) if cell["id"] == "explain-all-grants")
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \|", table, re.M)
    said = {name: answer for names, answer in rows for name in re.findall(r"`([^`]+)`", names)}
    assert said.keys() == {grant.rsplit("/", 1)[-1] for grant in GRANTS}
    for request in REQUESTS.values():
        is_asked = said[request.grant].startswith("Yes")
        assert is_asked == (request.question.right == ASKED) or "bypassed" in request.question.id
