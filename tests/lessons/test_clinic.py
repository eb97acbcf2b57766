"""Each fault is a real one: it is met over the wire, cured, and leaves the tenant and the learner as they were."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests

from mfa_helpers.client import errors
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.clinic.clinic import Clinic, cured_faults
from mfa_helpers.lessons.clinic.faults import FAULTS
from mfa_helpers.lessons.clinic.patient import Patient
from mfa_helpers.lessons.diagnosis import diagnosis

#: The answer that each fault must lead to, and the cause that the diagnosis must find.
EXPECTED: dict[str, tuple[int | None, type[Exception] | None, str]] = {
    "grant-off": (403, errors.GrantNotAllowed, "grant-type"),
    "never": (200, None, "policy"),
    "wrong-audience": (403, errors.AudienceUnknown, "audience"),
    "factor-off": (400, errors.AddressRefused, "factor"),
    "origin": (401, errors.ClientRefused, "origin"),
    "already-enrolled": (403, errors.AlreadyEnrolled, "already-enrolled"),
    "wrong-code": (403, errors.WrongCode, "code-wrong"),
    "too-many-codes": (429, errors.TooManyCodes, "too-many-codes"),
    "blocked-user": (429, errors.AccountBlocked, "blocked"),
    "expired-code": (401, errors.CodeExpired, "code-expired"),
    "expired-token": (401, errors.LoginExpired, "login-expired"),
    "rate-limit": (429, errors.SlowDown, "rate-limit"),
    "proxy-page": (503, errors.UnreadableAnswer, "proxy-page"),
    "time-out": (None, errors.TenantTimedOut, "time-out"),
    "access-token": (403, errors.MfaTokenRefused, "access-token"),
}
EACH = pytest.mark.parametrize("id", EXPECTED)


def set_up_of(lab: Lab) -> dict[str, Any]:
    """All that a fault could leave behind: settings, clock, faults, and the learner's own user."""
    management = lab.tenant.management
    assert management is not None and lab.tenant.username
    (user,) = management.get("/users-by-email", email=lab.tenant.username)
    ask = lab.tenant.require_controls()._send
    clock = ask("GET", "/sandbox/clock").body["now"]
    return {
        "grants": sorted(management.get(f"/clients/{lab.tenant.client_id}")["grant_types"]),
        "origins": [row.get("web_origins", []) for row in management.get("/clients")],
        "factors": [row for row in management.get("/guardian/factors") if row["enabled"]],
        "policies": management.get("/guardian/policies"),
        "settings": management.get("/tenants/settings"),
        "apis": management.get("/resource-servers"),
        "user": user,
        "methods": management.get(f"/users/{requests.utils.quote(user['user_id'], safe='')}/authentication-methods"),
        "faults": ask("GET", "/sandbox/faults").body["faults"],
        "day and hour": clock[:13],
        "handover": {need: lab.has(need) for need in ("login", "enrolled", "challenge")},
    }


def test_every_fault_is_expected_here() -> None:
    assert list(FAULTS) == list(EXPECTED) and len(FAULTS) >= 12


@EACH
def test_it_is_met_diagnosed_and_cured_and_all_is_as_before(id: str, learner: Lab) -> None:
    status, kind, cause = EXPECTED[id]
    learner.catch_up("enrolled", "challenge")
    before = set_up_of(learner)
    clinic = Clinic(learner, FAULTS[id])
    exchange = clinic.break_it()
    assert exchange.status == status
    error = learner.failures.get(clinic.step)
    assert isinstance(error, kind) if kind else error is None
    assert [finding.cause.name for finding in diagnosis.diagnose(learner)] == [cause]
    said = clinic.repair()
    assert said.startswith("403 mfa_required" if FAULTS[id].call is Patient.login else "200 ")
    assert learner.exchanges[clinic.step].path == exchange.path  # the same call
    assert learner.exchanges[clinic.step].status in (200, 403)
    assert diagnosis.diagnose(learner) == []
    assert set_up_of(learner) == before
    learner.complete(learner.newest_code())  # the learner's own login has stood still


@EACH
def test_a_patient_who_is_healthy_makes_the_call_and_it_works(id: str, learner: Lab) -> None:
    fault, patient = FAULTS[id], Patient(learner)
    patient.admit()
    for act in fault.healthy:
        act(patient)
    assert fault.call(patient).startswith("403 mfa_required" if fault.call is Patient.login else "200 ")


@EACH
def test_only_a_fault_of_time_touches_the_clock(id: str, learner: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[float] = []
    controls = learner.tenant.require_controls()
    advance = controls.advance
    monkeypatch.setattr(controls, "advance", lambda seconds: (moved.append(seconds), advance(seconds)))
    clinic = Clinic(learner, FAULTS[id])
    clinic.break_it()
    clinic.repair()
    assert bool(moved) == bool(FAULTS[id].ahead or FAULTS[id].waits) and 0 not in moved and sum(moved) == 0


@EACH
def test_it_can_be_broken_twice_and_left_broken_without_harm_to_the_next(id: str, learner: Lab) -> None:
    Clinic(learner, FAULTS[id]).break_it()
    other = "grant-off" if id != "grant-off" else "never"
    again = Clinic(learner, FAULTS[other])
    assert again.break_it().status == EXPECTED[other][0]
    again.repair()
    assert diagnosis.wrong_settings(learner) == []


@EACH
def test_the_diagnosis_mends_what_a_learner_left_broken(id: str, learner: Lab) -> None:
    Clinic(learner, FAULTS[id]).break_it()
    diagnosis.put_back(learner)
    assert diagnosis.wrong_settings(learner) == []


def test_what_is_not_cured_does_not_count(learner: Lab) -> None:
    assert cured_faults(learner) == set()
    clinic = Clinic(learner, FAULTS["grant-off"])
    clinic.break_it()
    clinic.break_it()
    assert cured_faults(learner) == set()
    clinic.repair()
    assert cured_faults(learner) == {"grant-off"}


def test_the_checkpoint_wants_five(learner: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    for id in list(FAULTS)[:4]:
        clinic = Clinic(learner, FAULTS[id])
        clinic.break_it()
        clinic.repair()
    print(learner.checkpoint("clinic"))
    assert capsys.readouterr().out.startswith("✘ Not there yet. Diagnose and repair five of the faults above")
    clinic = Clinic(learner, FAULTS["wrong-code"])
    clinic.break_it()
    clinic.repair()
    print(learner.checkpoint("clinic"))
    assert capsys.readouterr().out == "✔ Checkpoint reached: you've repaired five faults or more.\n"


def test_a_cure_that_does_not_help_raises_and_leaves_the_tenant_well(
    learner: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = replace(FAULTS["grant-off"], cured=())
    clinic = Clinic(learner, fault)
    clinic.break_it()
    with pytest.raises(errors.GrantNotAllowed):
        clinic.repair()
    assert diagnosis.wrong_settings(learner) == []


def test_nothing_is_repaired_that_is_not_broken(learner: Lab) -> None:
    with pytest.raises(errors.StepMissing, match="Nothing is broken yet"):
        Clinic(learner, FAULTS["never"]).repair()


def test_a_live_tenant_is_left_alone(learner: Lab) -> None:
    learner.tenant = replace(learner.tenant, management=None, controls=None)
    with pytest.raises(errors.StepMissing, match="These faults need the sandbox"):
        Clinic(learner, FAULTS["never"]).break_it()
    assert learner.history == []


@EACH
def test_its_choices_are_three_with_a_word_for_each(id: str) -> None:
    fault = FAULTS[id]
    assert len(fault.named) == 3 and len({text for text, _ in fault.named}) == 3
    for sentence in (fault.story, fault.advice, *(part for choice in fault.named for part in choice)):
        assert sentence.endswith(".")


def test_no_exchange_shows_a_secret(learner: Lab) -> None:
    clinic = Clinic(learner, FAULTS["wrong-code"])
    clinic.break_it()
    patient = clinic.patient
    assert patient is not None
    text = str(learner.history)
    for hidden in (patient.password, patient.mfa_token, patient.oob_code):
        assert hidden.reveal() not in text
    assert patient.code not in text
