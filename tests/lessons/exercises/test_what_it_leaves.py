"""Every exercise leaves the lab, the inbox, and the tenant as it has found them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from mfa_helpers import forms
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.lessons.exercises import EXERCISES
from mfa_helpers.outline import BY_TOPIC
from mfa_helpers.sandbox.hosting.server import ServedSandbox
from mfa_helpers.sandbox.store import Store
from mfa_helpers.storage.progress import default_path

#: Exercises whose stage takes the user's authenticators off; the end of their notebooks gives them back.
TAKEN_OFF = ("the-other-address", "own-app")
EACH = pytest.mark.parametrize("id", EXERCISES)


def in_order(lab: Lab, id: str) -> None:
    """What the notebooks so far have led to."""
    lab.catch_up(*(BY_TOPIC[EXERCISES[id].topic].gives[-1:] or ("enrolled", "login")))


def come_back(lab: Lab, id: str) -> None:
    """The flow is done, and a new login waits for its code.

    Who enrolls another address has made room for it first. A stage that takes authenticators off ends their codes, too.
    """
    lab.catch_up("tokens")
    if id == "another-address":
        lab.unenroll()
        lab.catch_up("enrolment")
    else:
        lab.catch_up("authenticator" if id in TAKEN_OFF else "challenge", "login")


def everything(lab: Lab, sandbox: ServedSandbox) -> dict[str, Any]:
    """All that an exercise could change, by names. An authenticator that was taken off and given again has a new id."""
    client = lab.client
    found: dict[str, Any] = {
        "tokens": lab.tokens,
        "tenant": lab.tenant,
        "client": (client.base_url, client.client_id, client.client_secret),
        "session": {name: repr(getattr(client.session, name)) for name in ("verify", "headers", "hooks", "adapters")},
        "inbox": [(mail.id, mail.to) for mail in lab.tenant.mails()],
        "progress": default_path().read_text("utf-8") if default_path().exists() else "",
    }
    store = Store(sandbox.state)
    try:
        found["settings"] = asdict(store.settings())
        found["mail server, templates"] = [store.get(name) for name in ("email_provider", "email_templates")]
        found["clock"] = float(store.get("clock_offset") or 0)
        found["faults"] = [tuple(row) for row in store.faults()]
        rows = store.all("SELECT * FROM authenticators")
        found["authenticators"] = sorted((row["kind"], row["address"], row["active"]) for row in rows)
        ids = {row["id"] for row in rows}
    finally:
        store.close()
    handed = json.loads(lab.handover.path.read_text("utf-8"))
    chosen = handed["tenants"]["sandbox"].get("authenticator")
    if chosen is not None:
        assert chosen.pop("id") in ids, "the chosen authenticator is not there any more"
    found["hand-over"] = handed
    return found


def differences(id: str, lab: Lab, sandbox: ServedSandbox) -> list[str]:
    """What is not as it was, after the exercise has been solved and its notebook has put the settings back."""
    before = everything(lab, sandbox)
    lab.hands_free = True
    assert forms.ExerciseForm(lab, id).result.solved
    lab.companion(TenantSetup).put_back()  # as the last form of its notebook does
    after = everything(lab, sandbox)
    return [name for name in before if before[name] != after[name]]


@EACH
@pytest.mark.parametrize("lead_to", [in_order, come_back], ids=["in order", "come back"])
def test_it_leaves_lab_inbox_and_tenant_as_it_has_found_them(
    lead_to: Any, id: str, learner: Lab, sandbox: ServedSandbox
) -> None:
    lead_to(learner, id)
    assert differences(id, learner, sandbox) == []


@EACH
def test_what_comes_next_is_done_with_what_is_there(id: str, learner: Lab) -> None:
    gives = BY_TOPIC[EXERCISES[id].topic].gives
    in_order(learner, id)
    here = [need for need in gives if learner.has(need)]
    learner.hands_free = True
    assert forms.ExerciseForm(learner, id).result.solved
    learner.companion(TenantSetup).put_back()
    assert learner.missing(*here) == []
    if "enrolment" in here:
        learner.confirm(learner.newest_code())
    elif here == ["login"]:
        learner.associate()
        learner.confirm(learner.newest_code())
    if "authenticator" in here:
        chosen = learner.chosen()
        learner.challenge()
        learner.complete(learner.newest_code())
        assert learner.chosen() == chosen
    learner.catch_up("tokens")


@pytest.mark.parametrize(
    ("careless", "changed"),
    [
        ("lab.associate(); lab.associate()", {"inbox", "authenticators", "hand-over"}),
        ("enrolled = lab.client.enroll_authenticator(lab.mfa_token)", {"inbox", "authenticators"}),
        ("lab.forget('login')", {"hand-over"}),
        ("lab.login()", {"hand-over"}),
        ("lab.handover.choose_language('Go')", {"hand-over"}),
        ("lab.tokens = lab.client.login(lab.tenant.username, lab.tenant.password, audience=lab.client.discovery()['issuer'] + 'mfa/')", {"tokens"}),
        ("lab.client.client_id = 'another'", {"client"}),
        ("lab.client.session.headers['accept'] = 'text/plain'", {"session"}),
        ("lab.tenant.require_controls().advance(60)", {"clock"}),
        ("lab.tenant.require_controls().go_wrong('/userinfo', 'slow')", {"faults"}),
        ("lab.tenant.require_management().change('PUT', '/guardian/factors/otp', {'enabled': True})", {"settings"}),
        ("from mfa_helpers.storage.progress import Progress; Progress().begun('sign-in')", {"progress"}),
    ],
)  # fmt: skip
def test_an_exercise_that_leaves_something_behind_is_noticed(
    careless: str, changed: set[str], learner: Lab, sandbox: ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: one careless line more in a solution, and the comparison names what has changed."""
    exercise = EXERCISES["two-answers"]
    monkeypatch.setitem(EXERCISES, exercise.id, replace(exercise, solution=f"{exercise.solution}\n{careless}\n"))
    in_order(learner, exercise.id)
    assert set(differences(exercise.id, learner, sandbox)) == changed


def test_a_second_check_leaves_alone_what_came_after_the_first(learner: Lab) -> None:
    learner.catch_up("tokens")
    form = forms.ExerciseForm(learner, "second-factor")
    exec(EXERCISES["second-factor"].solution, {"lab": learner})
    form.submit()
    assert form.result.solved and not learner.has("login")
    learner.catch_up("challenge")
    form.submit()
    assert form.result.solved and learner.has("login") and learner.has("challenge")


SENDS_MORE = """
import requests
for address in ("ada+exercise@example.com", "ada+again@example.com"):
    requests.post(f"{lab.tenant.base_url}/mfa/associate", headers={"Authorization": f"Bearer {lab.mfa_token.reveal()}"},
                  json={"authenticator_types": ["oob"], "oob_channels": ["email"], "email": address}, timeout=120)
"""


def test_mails_of_the_learners_own_requests_go_whatever_they_were_and_others_stay(learner: Lab) -> None:
    """Also those of a try that was a mistake."""
    learner.catch_up("login")
    form = forms.ExerciseForm(learner, "another-address")
    learner.associate()  # by the form of 02, after Run All
    (of_the_course,) = learner.tenant.mails()
    exec(SENDS_MORE.replace("ada+exercise", "ada+wrong"), {"lab": learner})
    form.submit()
    assert not form.result.solved and form.result.over and learner.tenant.mails() == [of_the_course]
    exec(SENDS_MORE, {"lab": learner})
    form.submit()
    assert form.result.solved and learner.tenant.mails() == [of_the_course]
    form.submit()  # once more
    assert learner.tenant.mails() == [of_the_course]
    learner.confirm(learner.newest_code())
