"""For each cause: it is met on a real tenant, named, shown with its evidence, and mended where that can be."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest
import requests

from mfa_helpers.client import errors
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.clinic.clinic import Clinic
from mfa_helpers.lessons.clinic.faults import FAULTS
from mfa_helpers.lessons.clinic.patient import PAGE
from mfa_helpers.lessons.diagnosis.case import NOTHING
from mfa_helpers.lessons.diagnosis.causes import CAUSES, Finding
from mfa_helpers.lessons.diagnosis.diagnosis import diagnose, mend, put_back, wrong_settings
from mfa_helpers.lessons.diagnosis.tenant_settings import confirmed
from mfa_helpers.storage.entries import PendingChallenge

from ..support.misbehaving_server import answering, reply

SetUp = Callable[..., None]
Advance = Callable[[float], None]


def first(lab: Lab) -> Finding:
    return diagnose(lab)[0]


def failing(lab: Lab, step: str, act: Callable[[], object]) -> None:
    with contextlib.suppress(errors.MfaError):
        lab.call(step, act)
    assert lab.failures


def change(lab: Lab, method: str, path: str, body: object) -> None:
    assert lab.tenant.management is not None
    lab.tenant.management.change(method, path, body)  # type: ignore[arg-type]


def sign_in(lab: Lab) -> None:
    with contextlib.suppress(errors.MfaError):
        lab.login()


def associate(lab: Lab) -> None:
    with contextlib.suppress(errors.MfaError):
        lab.login()
        lab.associate()


# What a setting leads to: break it, meet it, see it named with its evidence, mend it, and the same call works

SETTINGS = [
    (
        "grant-type",
        {"grant_types": ["refresh_token"]},
        sign_in,
        "unauthorized_client",
        "grant_types don't include password and http",
    ),
    ("no-directory", {"default_directory": ""}, sign_in, "server_error", "default_directory is empty"),
    ("policy", {"mfa_policy": []}, sign_in, "with tokens at once", "the policy is never"),
    (
        "factor",
        {"factors": ["otp", "sms"]},
        associate,
        "The email factor is not enabled",
        "the factors that are turned on: sms, otp",
    ),
]


@pytest.mark.parametrize(("name", "settings", "meet", "answer", "words"), SETTINGS, ids=[row[0] for row in SETTINGS])
def test_a_setting_at_fault_is_named_shown_and_mended(
    name: str,
    settings: dict[str, object],
    meet: Callable[[Lab], None],
    answer: str,
    words: str,
    learner: Lab,
    set_up: SetUp,
) -> None:
    set_up(**settings)
    meet(learner)
    found = first(learner)
    assert found.cause.name == name and found.can_mend
    evidence = dict(found.evidence)
    assert answer in evidence["Response"] and words in evidence["Setting"]
    mend(learner, found)
    assert wrong_settings(learner) == []
    (over,) = diagnose(learner)  # the call that failed is still the newest one
    assert over.cause.name == name and over.is_over and not over.can_mend
    assert dict(over.evidence)["Setting now"] != evidence["Setting"]
    meet(learner)
    assert diagnose(learner) == []


def test_the_log_is_shown_where_it_has_a_line(learner: Lab, set_up: SetUp) -> None:
    set_up(grant_types=["refresh_token"])
    sign_in(learner)
    assert dict(first(learner).evidence)["Log"] == "fepft: Grant type 'password' not allowed for the client."


def test_an_audience_that_was_removed_is_made_again(learner: Lab) -> None:
    identifier = requests.utils.quote(learner.tenant.audience, safe="")
    change(learner, "DELETE", f"/resource-servers/{identifier}", None)
    sign_in(learner)
    found = first(learner)
    assert (
        found.cause.name == "audience"
        and found.can_mend
        and dict(found.evidence)["Setting"] == "the tenant's APIs: none"
    )
    mend(learner, found)
    sign_in(learner)
    assert diagnose(learner) == []


def test_a_misspelt_audience_is_no_fault_of_the_tenant(learner: Lab) -> None:
    failing(learner, "login", lambda: learner.client.login("a@b.example", "x", audience="https://api.sandbox.example"))
    found = first(learner)
    assert found.cause.name == "audience" and not found.can_mend and not found.is_over
    assert dict(found.evidence)["Setting"] == "the tenant's APIs: https://api.sandbox.example/"


def test_a_user_blocked_by_an_administrator_is_unblocked(learner: Lab) -> None:
    assert learner.tenant.management is not None
    user = learner.tenant.management.get("/users-by-email", email=learner.tenant.username or "")[0]
    change(learner, "PATCH", "/users/" + requests.utils.quote(user["user_id"], safe=""), {"blocked": True})
    sign_in(learner)
    found = first(learner)
    assert found.cause.name == "blocked" and dict(found.evidence)["Setting"] == "the user's blocked field is true"
    mend(learner, found)
    sign_in(learner)
    assert diagnose(learner) == []


def test_a_user_blocked_by_wrong_passwords_is_unblocked(learner: Lab) -> None:
    for _ in range(11):
        with contextlib.suppress(errors.MfaError):
            learner.login(password="wrong")
    found = first(learner)
    assert found.cause.name == "blocked" and found.can_mend and "Wait" in dict(found.evidence)
    assert "Setting" not in dict(found.evidence)  # an administrator's block is another thing
    mend(learner, found)
    _, error = learner.newest
    (over,) = diagnose(learner, error)
    assert over.is_over and not over.can_mend
    sign_in(learner)
    assert diagnose(learner) == []


def test_a_setting_that_nothing_has_met_yet_is_found_too_and_all_are_put_back(learner: Lab, set_up: SetUp) -> None:
    set_up(factors=[], mfa_policy=[], default_directory="", grant_types=["password"])
    names = [finding.cause.name for finding in diagnose(learner)]
    assert names == ["grant-type", "no-directory", "policy", "factor"]
    put_back(learner)
    assert diagnose(learner) == []


# What a step leads to


def code_wrong(lab: Lab) -> None:
    lab.catch_up("challenge")
    right = lab.newest_code().reveal()
    lab.complete("000000" if right != "000000" else "000001")


def too_many_codes(lab: Lab) -> None:
    lab.catch_up("challenge")
    right = lab.newest_code().reveal()
    for _ in range(11):
        with contextlib.suppress(errors.WrongCode):
            lab.complete("000000" if right != "000000" else "000001")


def access_token(lab: Lab) -> None:
    lab.catch_up("challenge")
    tokens = lab.complete(lab.newest_code())
    lab.call("list", lambda: lab.client.list_authenticators(tokens.access_token))


def token_spent(lab: Lab) -> None:
    lab.catch_up("challenge")
    token = lab.mfa_token
    lab.complete(lab.newest_code())
    lab.call("list", lambda: lab.client.list_authenticators(token))


def already_enrolled(lab: Lab) -> None:
    lab.catch_up("enrolled", "login")
    lab.associate()


def unconfirmed(lab: Lab) -> None:
    lab.catch_up("enrollment")
    lab.call(
        "challenge", lambda: lab.client.challenge_authenticator(mfa_token=lab.mfa_token, authenticator_id="email|dev_x")
    )


def other_login(lab: Lab) -> None:
    lab.catch_up("challenge")
    old = lab.needed(PendingChallenge).oob_code
    lab.login()
    lab.call("complete", lambda: lab.client.verify(mfa_token=lab.mfa_token, oob_code=old, binding_code="123456"))


STEPS = [
    (
        "client-secret",
        lambda lab: lab.call(
            "login", lambda: MfaClient(lab.tenant.base_url, lab.tenant.client_id, "wrong").login("a@b.example", "x")
        ),
    ),
    ("password", lambda lab: lab.login(password="wrong")),
    ("already-enrolled", already_enrolled),
    ("unconfirmed", unconfirmed),
    ("code-wrong", code_wrong),
    ("other-login", other_login),
    ("too-many-codes", too_many_codes),
    ("access-token", access_token),
    ("token-spent", token_spent),
]


@pytest.mark.parametrize(("name", "act"), STEPS, ids=[row[0] for row in STEPS])
def test_a_step_at_fault_is_named_with_the_tenants_words(name: str, act: Callable[[Lab], object], learner: Lab) -> None:
    with pytest.raises(errors.MfaError) as caught:
        act(learner)
    found = diagnose(learner)
    assert [finding.cause.name for finding in found] == [name]
    assert caught.value.error_description and caught.value.error_description in dict(found[0].evidence)["Response"]
    assert found[0].cause.place.endswith(".")


@pytest.mark.parametrize(("seconds", "name"), [(301, "code-expired"), (601, "login-expired")])
def test_what_has_expired_is_named(seconds: float, name: str, learner: Lab, advance: Advance) -> None:
    learner.catch_up("challenge")
    code = learner.newest_code()
    advance(seconds)
    with pytest.raises(errors.Refused):
        learner.complete(code)
    assert [finding.cause.name for finding in diagnose(learner)] == [name]


def test_too_many_codes_say_how_long_to_wait(learner: Lab) -> None:
    with pytest.raises(errors.TooManyCodes):
        too_many_codes(learner)
    evidence = dict(first(learner).evidence)
    assert evidence["Wait"] == "6 minutes"
    assert evidence["Log"] == "feoobft: Too many failed codes. Wait for some minutes before retrying."


# What comes from the way to the tenant


@pytest.mark.parametrize(
    ("answer", "name", "words"),
    [
        (
            reply(503, "<html><h1>503 Service Unavailable</h1></html>", "text/html"),
            "proxy-page",
            "503 Service Unavailable",
        ),
        (reply(429, {"error": "too_many_requests"}, retry_after="7"), "rate-limit", "429 too_many_requests"),
    ],
)
def test_what_stands_between_is_named(answer: bytes, name: str, words: str, learner: Lab) -> None:
    with answering(answer) as ill:
        failing(learner, "list", lambda: MfaClient(ill.base_url, "app").list_authenticators("token"))
    found = first(learner)
    assert found.cause.name == name and words in dict(found.evidence)["Response"]
    if name == "rate-limit":
        assert dict(found.evidence)["Wait"] == "7 seconds"


def test_a_time_out_is_named(learner: Lab) -> None:
    address = learner.tenant.base_url
    learner.tenant.require_controls().go_wrong("/mfa/authenticators", "slow", 1)
    slow = MfaClient(address, learner.tenant.client_id, timeout=(1, 0.2))
    failing(learner, "list", lambda: slow.list_authenticators("token"))
    found = first(learner)
    assert found.cause.name == "time-out" and dict(found.evidence)["Response"] == "GET /mfa/authenticators: no response"


def test_a_tenant_that_is_down_is_a_finding_and_no_fault_of_its_settings(learner: Lab) -> None:
    with answering(b"") as gone:
        address = gone.base_url
    learner.tenant = replace(learner.tenant, kind="live", base_url=address)
    failing(learner, "login", lambda: MfaClient(address, "app").login("a@b.example", "x"))
    assert [finding.cause.name for finding in diagnose(learner)] == ["tenant-down"]


# What holds for all


def test_where_all_is_well_nothing_is_found(learner: Lab) -> None:
    assert diagnose(learner) == []
    learner.catch_up("challenge")
    assert diagnose(learner) == []


def test_a_later_success_of_the_same_step_ends_its_failure(learner: Lab) -> None:
    with pytest.raises(errors.WrongCredentials):
        learner.login(password="wrong")
    learner.check()
    assert first(learner).cause.name == "password"  # another step has not mended it
    learner.login()
    assert diagnose(learner) == []


def test_only_the_newest_call_counts(learner: Lab) -> None:
    Clinic(learner, FAULTS["factor-off"]).break_it()
    newer = Clinic(learner, FAULTS["grant-off"])
    newer.break_it()
    assert [finding.cause.name for finding in diagnose(learner)] == ["grant-type"]
    newer.repair()
    assert diagnose(learner) == []


def test_a_live_tenant_gets_the_place_in_the_dashboard_and_no_button(learner: Lab, set_up: SetUp) -> None:
    set_up(grant_types=["refresh_token"])
    learner.tenant = replace(learner.tenant, management=None)
    sign_in(learner)
    (found,) = diagnose(learner)
    assert found.cause.name == "grant-type" and not found.can_mend
    assert [name for name, _ in found.evidence] == ["Response"]
    assert (
        found.cause.place
        == "In the Dashboard, under Applications > your application > Advanced Settings > Grant Types, select Password and MFA."
    )


def test_no_evidence_holds_a_secret(learner: Lab) -> None:
    with pytest.raises(errors.WrongCode):
        code_wrong(learner)
    text = str(diagnose(learner))
    for hidden in (learner.mfa_token.reveal(), learner.newest_code().reveal(), learner.tenant.client_secret.reveal()):  # type: ignore[union-attr]
        assert hidden not in text


def test_a_page_that_is_refused_is_named_with_its_origin_and_the_log(learner: Lab) -> None:
    clinic = Clinic(learner, FAULTS["origin"])
    clinic.break_it()
    finding = first(learner)
    assert (finding.cause.name, finding.can_mend) == ("origin", True)
    assert dict(finding.evidence) == {
        "Response": "POST /oauth/token: 401 access_denied, “Unauthorized”",
        "Setting": "the application lists these origins: none",
        "Log": f"fco: Origin {PAGE} is not allowed. Behavior used for check: WEB ORIGINS",
    }
    mend(learner, finding)
    assert first(learner).is_over
    assert dict(first(learner).evidence)["Setting now"] == f"the application lists these origins: {PAGE}"
    assert clinic.patient is not None and FAULTS["origin"].call(clinic.patient).startswith("403 mfa_required")


def test_what_is_counted_is_in_the_singular_if_there_is_one(learner: Lab) -> None:
    associate(learner)
    assert confirmed(learner, NOTHING).words == "1 authenticator, 0 confirmed"
    associate(learner)
    assert confirmed(learner, NOTHING).words == "2 authenticators, 0 confirmed"


def test_every_cause_is_a_sentence_with_a_place_and_a_name_of_its_own() -> None:
    assert len({cause.name for cause in CAUSES}) == len(CAUSES) >= 19
    for cause in CAUSES:
        assert cause.what.endswith(".") and cause.place.endswith(".")
        assert (cause.mend or not cause.fine) and (cause.reads or not cause.mend)


def test_no_cause_fits_where_nothing_has_failed() -> None:
    assert not [cause for cause in CAUSES if cause.fits(NOTHING)]
