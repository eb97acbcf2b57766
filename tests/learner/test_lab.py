"""The learner's place in the flow: each step, each way back, and what is handed on."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mfa_helpers.client import errors
from mfa_helpers.client.models import Tokens
from mfa_helpers.client.secret import Secret
from mfa_helpers.lab import Lab
from mfa_helpers.learner.attempt import SingleAttempt
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.storage.entries import KINDS, Login, PendingChallenge
from mfa_helpers.storage.handover import Handover

from ..conftest import reset
from ..support.deadline import DEADLINE
from ..support.end_sandbox import end_sandbox
from ..support.misbehaving_server import answering, reply
from ..support.sandbox_api import Api

Advance = Callable[[float], None]
NewestCode = Callable[..., str]
SetUp = Callable[..., None]
Live = Callable[..., Lab]

HUNTER = "hunter22"
SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own: no tenant, no handover, no settings, no proxy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(tmp_path / "sandbox.sqlite3"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("MFA_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.delenv("MFA_HANDS_FREE", raising=False)
    for name in os.environ:
        if name.startswith("AUTH0_") or name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name)
    for name in ("NO_PROXY", "no_proxy"):  # so that what the lab adds is taken back
        monkeypatch.setenv(name, "")


@pytest.fixture
def lab(sandbox: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A learner in the sandbox whose clock and inbox the other fixtures know."""
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(sandbox.state))
    lab = Lab()
    assert lab.tenant.base_url == sandbox.base_url
    return lab


@pytest.fixture
def live(sandbox: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch) -> Live:
    """`live()`: the sandbox as if it were a tenant of one's own; settings can be changed or taken away."""

    def make(**settings: str | None) -> Lab:
        usual = {
            "AUTH0_DOMAIN": sandbox.base_url,
            "AUTH0_CLIENT_ID": sandbox.client_id,
            "AUTH0_CLIENT_SECRET": sandbox.client_secret,
            "AUTH0_AUDIENCE": sandbox.audience,
            "AUTH0_USERNAME": sandbox.username,
        }
        for name, value in {**usual, **settings}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return Lab("live")

    return make


def enrolled(lab: Lab) -> Lab:
    """The same lab, with a confirmed email and a fresh login."""
    lab.catch_up("enrolled", "login")
    return lab


def challenged(lab: Lab) -> Lab:
    """The same lab, with a code for a login on its way."""
    lab.catch_up("challenge")
    return lab


def other_than(code: str) -> str:
    """Six digits that are not `code`."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def plain(code: Secret) -> str:
    return code.reveal()


# The whole way


def test_a_learner_can_do_the_whole_flow(lab: Lab) -> None:
    lab.login()
    lab.associate()
    confirmed = lab.confirm(lab.newest_code())
    lab.login()
    assert [row.kind for row in lab.list_authenticators()] == ["email"]
    assert lab.pick().name == "***@exam*******"
    lab.challenge()
    tokens = lab.complete(lab.newest_code())
    assert isinstance(confirmed, Tokens) and isinstance(tokens, Tokens)
    assert lab.tokens is tokens
    assert lab.missing("login", "enrollment", "enrolled", "authenticator", "challenge") == [
        "login",
        "enrollment",
        "challenge",
    ]


def test_every_step_leaves_its_exchange(lab: Lab) -> None:
    lab.check()
    challenged(lab)
    lab.complete(lab.newest_code())
    assert {step: exchange.path for step, exchange in lab.exchanges.items()} == {
        "discovery": "/.well-known/openid-configuration",
        "jwks": "/.well-known/jwks.json",
        "login": "/oauth/token",
        "associate": "/mfa/associate",
        "confirm": "/oauth/token",
        "list": "/mfa/authenticators",
        "challenge": "/mfa/challenge",
        "complete": "/oauth/token",
    }


# Sign in


def test_signing_in_gives_an_mfa_token_for_ten_minutes(lab: Lab) -> None:
    required = lab.login()
    assert isinstance(required, errors.MfaRequired)
    assert lab.mfa_token == required.mfa_token
    assert 595 < (lab.seconds_left("login") or 0) <= 600
    assert "login" in lab.exchanges


def test_a_wrong_password_gives_nothing(lab: Lab) -> None:
    with pytest.raises(errors.WrongCredentials) as caught:
        lab.login(password=HUNTER)
    assert (caught.value.status, caught.value.error) == (403, "invalid_grant")
    assert not lab.has("login")
    assert lab.exchanges["login"].status == 403


def test_a_failed_sign_in_leaves_the_login_before_it_alone(lab: Lab) -> None:
    lab.login()
    token = lab.mfa_token
    with pytest.raises(errors.WrongCredentials):
        lab.login(password=HUNTER)
    assert lab.mfa_token == token


def test_a_tenant_without_mfa_gives_tokens_at_once(lab: Lab, set_up: SetUp) -> None:
    set_up(mfa_policy=[])
    tokens = lab.login()
    assert isinstance(tokens, Tokens)
    assert lab.tokens is None  # only both factors make the last checkpoint
    assert not lab.has("login")


def test_a_new_login_leaves_the_codes_of_the_old_one_behind(lab: Lab) -> None:
    lab.login()
    lab.associate("other@example.com")
    lab.login()
    assert lab.missing("enrollment", "login") == ["enrollment"]
    assert lab.pending_email() == "other@example.com"


def test_without_a_user_name_or_a_password_nothing_is_sent(live: Live) -> None:
    lab = live(AUTH0_USERNAME=None)
    with pytest.raises(errors.InvalidInput, match="The user name is missing. Type your user's email address."):
        lab.login(username="  ", password="x")
    with pytest.raises(errors.InvalidInput, match="The password is missing. Type the password of your user."):
        lab.login("ada@example.com")
    assert lab.client.last_exchange is None


# Associate and confirm


def test_associating_keeps_the_code_for_five_minutes(lab: Lab) -> None:
    lab.login()
    lab.associate()
    assert 295 < (lab.seconds_left("enrollment") or 0) <= 300
    assert lab.pending_email() is None
    assert [mail.to for mail in lab.mails()] == ["ada@example.com"]


def test_an_address_of_ones_own_is_where_the_lab_looks_for_the_mail(lab: Lab) -> None:
    lab.login()
    lab.associate(" other@example.com ")
    assert lab.pending_email() == "other@example.com"
    assert [mail.to for mail in lab.mails()] == ["other@example.com"]
    assert lab.confirm(lab.newest_code())


def test_the_code_that_the_lab_waits_for_comes_before_a_newer_one_of_another_call(lab: Lab) -> None:
    lab.login()
    lab.associate()
    lab.client.enroll_authenticator(lab.mfa_token, None)  # past the lab, as a cell of the learner's own does
    awaited, newer = lab.mails()
    assert awaited.id < newer.id and lab.confirm(lab.newest_code())


@pytest.mark.parametrize("need", ["enrollment", "challenge"])
def test_a_code_of_ones_own_call_can_be_adopted(lab: Lab, need: str) -> None:
    if need == "enrollment":
        lab.login()
        given = lab.client.enroll_authenticator(lab.mfa_token, None).oob_code
    else:
        lab.catch_up("authenticator", "login")
        given = lab.client.challenge_authenticator(
            mfa_token=lab.mfa_token, authenticator_id=lab.chosen()["id"]
        ).oob_code  # type: ignore[index]
    assert given is not None and not lab.has(need)
    lab.adopt(need, {"error": "invalid_grant"})
    assert not lab.has(need)
    lab.adopt(need, {"oob_code": given.reveal()})
    assert (lab.confirm if need == "enrollment" else lab.complete)(lab.newest_code())


def test_a_code_for_something_else_is_not_adopted(lab: Lab) -> None:
    with pytest.raises(errors.InvalidInput, match="'login' isn't a step.* enrollment, challenge"):
        lab.adopt("login", {"oob_code": SEAL})


@pytest.mark.parametrize("need", ["", None, [], 5])
def test_what_is_no_name_of_a_code_is_a_sentence(lab: Lab, need: Any) -> None:
    with pytest.raises(errors.InvalidInput, match="write one of these words: enrollment, challenge"):
        lab.adopt(need, {"oob_code": SEAL})


@pytest.mark.parametrize("response", [None, [], "text", 5, [{"oob_code": SEAL}]])
def test_what_is_no_body_of_a_response_is_not_adopted(lab: Lab, response: Any) -> None:
    with pytest.raises(errors.InvalidInput, match=r"isn't the body of a response.* write response.json\(\)"):
        lab.adopt("enrollment", response)
    assert not lab.has("enrollment")


@pytest.mark.parametrize("oob_code", [5, {}, ["a"], True])
def test_an_oob_code_that_is_no_text_is_not_adopted(lab: Lab, oob_code: Any) -> None:
    with pytest.raises(errors.InvalidInput, match="The oob_code in this response isn't text"):
        lab.adopt("enrollment", {"oob_code": oob_code})
    lab.adopt("enrollment", {"oob_code": None})
    assert not lab.has("enrollment")
    lab.adopt("enrollment", {"oob_code": Secret(SEAL)})
    assert lab.has("enrollment")


def test_without_an_address_of_ones_own_only_the_profiles_mail_is_shown(lab: Lab) -> None:
    lab.login()
    lab.associate("other@example.com")
    lab.associate()
    assert [mail.to for mail in lab.mails()] == ["ada@example.com"]


def test_a_mail_to_an_address_that_only_another_session_knows_is_shown(lab: Lab, handover: Handover) -> None:
    lab.login()
    lab.associate("other@example.com")
    assert [mail.to for mail in Lab(handover=handover).mails()] == ["other@example.com"]


def test_what_is_no_address_is_refused_before_anything_is_missed(lab: Lab) -> None:
    with pytest.raises(errors.InvalidInput, match="'ada' isn't an email address"):
        lab.associate("ada")
    assert lab.client.last_exchange is None


def test_a_wrong_code_leaves_everything_as_it_is(lab: Lab) -> None:
    lab.login()
    lab.associate()
    with pytest.raises(errors.WrongCode) as caught:
        lab.confirm(other_than(plain(lab.newest_code())))
    assert caught.value.error_description == "Invalid binding_code."
    assert lab.missing("login", "enrollment") == []
    assert lab.confirm(lab.newest_code())


def test_a_call_made_aside_keeps_and_forgets_nothing(lab: Lab) -> None:
    lab.catch_up("challenge", "login")
    code = lab.newest_code()
    before = {need: lab.value_of(need) for need in KINDS}
    with lab.aside():
        lab.complete(code)
        lab.adopt("enrollment", {"oob_code": SEAL})
        with pytest.raises(errors.MfaError):  # the login is spent
            lab.list_authenticators()
    assert {need: lab.value_of(need) for need in KINDS} == before and lab.tokens is None


def test_while_code_runs_aside_no_step_takes_its_exchange_for_its_own(lab: Lab) -> None:
    got_in: list[bool] = []
    other = threading.Thread(target=lambda: got_in.append(lab._lock.acquire(blocking=False)))
    with lab.aside():
        lab.client.jwks()
        other.start()
        other.join(DEADLINE)
    assert got_in == [False] and lab.history == []


@pytest.mark.parametrize("step", ["confirm", "complete"])
def test_what_cannot_be_a_code_is_refused_before_anything_is_missed(step: str, lab: Lab) -> None:
    with pytest.raises(errors.InvalidInput, match="A code has six digits, but you typed 5."):
        getattr(lab, step)("12345")
    with pytest.raises(errors.CodeIsNotText):
        getattr(lab, step)(4217)
    assert lab.client.last_exchange is None


def test_confirming_spends_the_login_and_gives_tokens(lab: Lab) -> None:
    lab.login()
    lab.associate()
    assert lab.confirm(plain(lab.newest_code())) is lab.tokens
    assert lab.has("enrolled")
    assert lab.missing("login", "enrollment") == ["login", "enrollment"]
    assert not lab.has_expired("login")


def test_who_is_enrolled_already_is_told_so_and_can_go_on(lab: Lab, handover: Handover) -> None:
    enrolled(lab)
    newcomer = Lab(handover=handover)
    newcomer.login()
    with pytest.raises(errors.AlreadyEnrolled) as caught:
        newcomer.associate()
    assert (caught.value.error, caught.value.error_description) == ("access_denied", "User is already enrolled.")
    assert newcomer.has("enrolled")


# List, pick, challenge


def test_only_confirmed_emails_are_offered(lab: Lab) -> None:
    lab.login()
    lab.associate("first@example.com")
    lab.associate("second@example.com")
    lab.confirm(lab.newest_code())
    lab.login()
    assert [row.active for row in lab.list_authenticators()] == [False, True]
    assert lab.usable() == [lab.authenticators[1]]
    assert lab.pick() == lab.authenticators[1]
    assert lab.chosen() == {"id": lab.authenticators[1].id, "name": lab.authenticators[1].name}


def test_an_unconfirmed_email_cannot_be_picked(lab: Lab) -> None:
    enrolled(lab)
    other = lab.client.login(
        lab.tenant.username or "", lab.tenant.password or "", audience=lab.tenant.base_url + "/mfa/"
    )
    lab.client.enroll_authenticator(other.access_token, "other@example.com")
    unconfirmed = lab.list_authenticators()[1]
    with pytest.raises(errors.NoSuchAuthenticator, match="pick one that's active"):
        lab.pick(unconfirmed.id)
    assert not unconfirmed.active
    assert lab.chosen() is None


def test_factors_of_another_kind_are_counted_and_not_offered(live: Live) -> None:
    rows = [
        {"id": "recovery-code|dev_1", "authenticator_type": "recovery-code", "active": True},
        {"id": "totp|dev_1", "authenticator_type": "otp", "active": True},
        {"id": "sms|dev_1", "authenticator_type": "oob", "oob_channel": "sms", "active": True},
        {"id": "email|dev_1", "authenticator_type": "oob", "oob_channel": "email", "active": False},
    ]
    required = reply(403, {"error": "mfa_required", "mfa_token": SEAL})
    with answering(required, reply(200, rows), reply(200, [*rows, {**rows[3], "active": True}])) as ill:
        lab = live(AUTH0_DOMAIN=ill.base_url)
        lab.login(password=HUNTER)
        lab.list_authenticators()
        with pytest.raises(errors.NoSuchAuthenticator) as caught:
            lab.pick()
        assert caught.value.what == "No confirmed email is in the list."
        assert caught.value.next_step == "Associate and confirm one, as in notebooks 02 and 03."
        lab.list_authenticators()
        assert lab.pick().id == "email|dev_1"


def test_with_nothing_listed_nothing_can_be_picked(lab: Lab) -> None:
    lab.login()
    lab.list_authenticators()
    with pytest.raises(errors.NotEnrolled, match="notebook 02"):
        lab.pick()


def test_an_id_that_is_not_listed_cannot_be_picked(lab: Lab) -> None:
    enrolled(lab).list_authenticators()
    with pytest.raises(errors.NoSuchAuthenticator):
        lab.pick("email|dev_of_somebody_else")


def test_a_challenge_keeps_its_code_for_five_minutes(lab: Lab) -> None:
    enrolled(lab).list_authenticators()
    lab.pick()
    assert lab.challenge().binding_method == "prompt"
    assert 295 < (lab.seconds_left("challenge") or 0) <= 300


def test_completing_spends_login_and_code_and_keeps_the_choice(lab: Lab) -> None:
    challenged(lab)
    assert lab.complete(plain(lab.newest_code())) is lab.tokens
    assert lab.missing("login", "challenge", "authenticator", "enrolled") == ["login", "challenge"]


# What is missing


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        (lambda lab: lab.mfa_token, "an MFA token"),
        (lambda lab: lab.associate(), "an MFA token"),
        (lambda lab: lab.list_authenticators(), "an MFA token"),
        (lambda lab: lab.challenge(), "an MFA token"),
        (lambda lab: lab.confirm("123456"), "an MFA token"),
        (lambda lab: lab.complete("123456"), "an MFA token"),
    ],
)
def test_a_step_too_early_says_what_it_misses_and_sends_nothing(
    step: Callable[[Lab], object], missing: str, lab: Lab
) -> None:
    with pytest.raises(errors.StepMissing) as caught:
        step(lab)
    assert caught.value.what == f"This step needs {missing}, which you don't have yet."
    assert caught.value.next_step == "Click “Catch up”, below or at the top of this notebook."
    assert lab.client.last_exchange is None


def test_a_challenge_needs_a_chosen_authenticator(lab: Lab) -> None:
    lab.login()
    with pytest.raises(errors.StepMissing, match="This step needs a chosen authenticator, which you don't have yet."):
        lab.challenge()


def test_without_a_mail_there_is_no_code(lab: Lab) -> None:
    with pytest.raises(errors.StepMissing, match="There's no email with a code. Request a code first."):
        lab.newest_code()


def test_what_does_not_expire_or_is_not_there_has_no_seconds_left(lab: Lab) -> None:
    enrolled(lab)
    assert lab.seconds_left("enrolled") is None
    assert lab.seconds_left("challenge") is None


# The two clocks


def test_a_login_that_the_tenant_calls_expired_is_forgotten(lab: Lab, advance: Advance) -> None:
    lab.login()
    advance(601)
    with pytest.raises(errors.LoginExpired) as first:
        lab.list_authenticators()
    assert (first.value.status, first.value.error) == (401, "expired_token")
    assert not lab.has("login") and lab.has_expired("login")
    with pytest.raises(errors.LoginExpired) as second:
        lab.list_authenticators()
    assert second.value.status is None  # nobody had to be asked
    assert second.value.what == first.value.what == "The MFA token is older than 10 minutes."


def test_a_code_that_the_tenant_calls_expired_leaves_the_login(lab: Lab, advance: Advance) -> None:
    challenged(lab)
    advance(301)
    with pytest.raises(errors.CodeExpired) as caught:
        lab.complete(lab.newest_code())
    assert caught.value.error_description == "oob_code is expired"
    assert lab.has("login")
    lab.challenge()
    assert lab.complete(lab.newest_code())


def expire(lab: Lab, *needs: str) -> None:
    """Let time run out by this machine's clock."""
    for need in needs:
        lab.keep(KINDS[need](Secret(SEAL)), -1)  # type: ignore[call-arg]


@pytest.mark.parametrize(("step", "need"), [("confirm", "enrollment"), ("complete", "challenge")])
def test_a_code_that_ran_out_here_is_told_as_the_tenant_would(step: str, need: str, lab: Lab) -> None:
    lab.login()
    asked = lab.client.last_exchange
    expire(lab, need)
    assert not lab.has(need) and lab.has_expired(need)
    with pytest.raises(errors.CodeExpired) as caught:
        getattr(lab, step)("123456")
    assert str(caught.value) == "The code is older than 5 minutes. Request a new code. You don't need to sign in again."
    assert lab.client.last_exchange is asked


@pytest.mark.parametrize("step", ["associate", "list_authenticators", "challenge"])
def test_a_login_that_ran_out_here_is_told_as_the_tenant_would(step: str, lab: Lab) -> None:
    expire(lab, "login")
    with pytest.raises(errors.LoginExpired) as caught:
        getattr(lab, step)()
    assert str(caught.value) == (
        "The MFA token is older than 10 minutes. Sign in again with the password. Nothing else is lost."
    )
    assert lab.client.last_exchange is None


@pytest.mark.parametrize(("step", "need"), [("confirm", "enrollment"), ("complete", "challenge")])
def test_where_code_and_login_ran_out_the_login_is_not_said_to_be_kept(step: str, need: str, lab: Lab) -> None:
    expire(lab, need, "login")
    with pytest.raises(errors.LoginExpired):
        getattr(lab, step)("123456")


def test_a_refused_token_is_forgotten_and_not_called_expired(lab: Lab) -> None:
    lab.keep(Login(Secret(SEAL)), 600)
    with pytest.raises(errors.MfaTokenRefused) as caught:
        lab.list_authenticators()
    assert (caught.value.status, caught.value.error) == (401, "invalid_grant")
    assert not lab.has("login") and not lab.has_expired("login")


def test_a_chained_factor_keeps_the_new_token(live: Live) -> None:
    with answering(reply(403, {"error": "mfa_required", "mfa_token": SEAL})) as ill:
        lab = live(AUTH0_DOMAIN=ill.base_url)
        lab.keep(Login(Secret("old")), 600)
        lab.keep(PendingChallenge(Secret("oob")), 300)
        with pytest.raises(errors.MfaRequired):
            lab.complete("123456")
    assert lab.mfa_token == Secret(SEAL)
    assert lab.tokens is None
    assert ill.asked[0].form["mfa_token"] == "old"


# Catching up


@pytest.mark.parametrize("need", ["login", "enrollment", "enrolled", "authenticator", "challenge"])
def test_from_nothing_each_need_is_caught_up_with(need: str, lab: Lab) -> None:
    lab.catch_up(need)
    assert lab.has(need)


@pytest.mark.parametrize(
    "needs", [("login", "enrolled"), ("enrolled", "login"), ("login", "authenticator"), ("authenticator", "login")]
)
def test_two_needs_are_there_together_in_whatever_order(needs: tuple[str, str], lab: Lab) -> None:
    lab.catch_up(*needs)
    assert lab.missing(*needs) == []


def test_after_catching_up_the_next_step_works(lab: Lab) -> None:
    lab.catch_up("enrollment", "login")
    assert lab.confirm(lab.newest_code())
    lab.catch_up("challenge", "login")
    assert lab.complete(lab.newest_code())


def test_what_is_there_is_not_done_again(lab: Lab) -> None:
    lab.catch_up("challenge", "login")
    asked = lab.client.last_exchange
    mails = len(lab.mails())
    lab.catch_up("challenge", "login", "enrolled", "authenticator")
    assert lab.client.last_exchange is asked
    assert len(lab.mails()) == mails


def test_a_code_on_its_way_is_used_before_another_is_asked_for(lab: Lab) -> None:
    lab.login()
    lab.associate("other@example.com")
    lab.catch_up("enrolled")
    assert len(lab.mails()) == 1


def test_an_email_that_is_confirmed_already_needs_no_mail(lab: Lab, handover: Handover) -> None:
    enrolled(lab)
    newcomer = Lab(handover=handover)
    newcomer.catch_up("enrolled")
    assert newcomer.has("enrolled")
    assert len(newcomer.mails()) == 1


def test_an_expired_code_for_a_new_email_is_asked_for_at_the_same_address(lab: Lab) -> None:
    lab.login()
    lab.associate("other@example.com")
    expire(lab, "enrollment")
    lab.catch_up("enrollment")
    assert [mail.to for mail in lab.mails()] == ["other@example.com"] * 2


def test_after_expiry_everything_can_be_caught_up_with(lab: Lab, advance: Advance) -> None:
    challenged(lab)
    advance(601)
    with pytest.raises(errors.LoginExpired):
        lab.complete(lab.newest_code())
    lab.catch_up("login", "challenge")
    assert lab.complete(lab.newest_code())


def test_a_tenant_without_mfa_cannot_be_caught_up_with(lab: Lab, set_up: SetUp) -> None:
    set_up(mfa_policy=[])
    with pytest.raises(errors.StepMissing) as caught:
        lab.catch_up("login")
    assert caught.value.what == "The tenant issued tokens at once, so it doesn't require a second factor."


# Reset sandbox, remove


def test_removing_every_authenticator_leaves_none(lab: Lab) -> None:
    challenged(lab)
    assert lab.unenroll() == 1
    assert lab.missing("enrolled", "authenticator", "challenge") == ["enrolled", "authenticator", "challenge"]
    lab.login()
    assert lab.list_authenticators() == []


def test_removing_also_removes_what_was_never_confirmed(lab: Lab) -> None:
    lab.login()
    lab.associate()
    lab.associate()
    assert lab.unenroll() == 2
    assert lab.unenroll() == 0


@pytest.mark.usefixtures("own_tenant")
def test_the_notebooks_own_sandbox_can_be_emptied_as_well() -> None:
    lab = enrolled(Lab())
    assert lab.check()["issuer"] == "https://sandbox.localhost/"
    assert lab.unenroll() == 1


def test_resetting_forgets_all(lab: Lab) -> None:
    challenged(lab)
    lab.complete(lab.newest_code())
    lab.reset()
    assert lab.missing("login", "enrolled", "authenticator") == ["login", "enrolled", "authenticator"]
    assert (lab.tokens, lab.authenticators, lab.exchanges) == (None, [], {})
    assert lab.mails() == []
    lab.login()
    assert lab.list_authenticators() == []


# From notebook to notebook


def test_the_next_notebook_goes_on_where_this_one_ended(lab: Lab) -> None:
    lab.login()
    second = Lab()
    second.associate("other@example.com")
    third = Lab()
    third.confirm(third.newest_code())
    assert not Lab().has("login")
    Lab().login()
    fourth = Lab()
    fourth.list_authenticators()
    fourth.pick()
    fourth.challenge()
    fifth = Lab()
    assert isinstance(fifth.complete(fifth.newest_code()), Tokens)
    assert lab.tokens is None  # finished tokens stay in their notebook


def test_what_one_notebook_spends_is_spent_in_the_other(lab: Lab) -> None:
    lab.login()
    lab.associate()
    Lab().confirm(lab.newest_code())
    with pytest.raises(errors.StepMissing, match="an MFA token"):
        lab.list_authenticators()


def test_another_hand_over_knows_nothing(lab: Lab, handover: Handover) -> None:
    lab.login()
    assert not Lab(handover=handover).has("login")


def test_a_login_of_the_sandbox_is_none_of_ones_own_tenant(lab: Lab, live: Live) -> None:
    lab.login()
    assert not live().has("login")


# The choice of the tenant


def test_the_choice_of_notebook_00_holds_in_the_next(lab: Lab, live: Live) -> None:
    live()
    assert lab.choose("live")["issuer"] == lab.tenant.base_url + "/"
    assert repr(lab) == repr(Lab()) == "Lab('live')"
    lab.choose("sandbox")
    assert repr(lab) == repr(Lab()) == "Lab('sandbox')"


def test_hands_free_the_choice_does_not_matter(lab: Lab, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    live()
    lab.choose("live")
    assert repr(Lab(hands_free=True)) == "Lab('sandbox')"
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    assert Lab().hands_free and repr(Lab()) == "Lab('sandbox')"


def test_a_tenant_that_cannot_be_opened_is_not_chosen(lab: Lab) -> None:
    with pytest.raises(errors.InvalidInput, match="Your own tenant needs AUTH0_DOMAIN and AUTH0_CLIENT_ID."):
        lab.choose("live")
    with pytest.raises(errors.InvalidInput, match="There's no tenant named 'production'."):
        lab.choose("production")
    assert repr(lab) == repr(Lab()) == "Lab('sandbox')"


def test_a_choice_whose_settings_are_gone_leads_back_to_the_sandbox_with_a_word(
    lab: Lab, live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    live()
    lab.choose("live")
    monkeypatch.delenv("AUTH0_DOMAIN")
    capsys.readouterr()
    assert repr(Lab()) == "Lab('sandbox')"
    assert capsys.readouterr().out == (
        "Your own tenant needs AUTH0_DOMAIN. Set them in a file named .env next to the notebooks, "
        "or in the environment. Then check the tenant again. Until then, this notebook uses the sandbox.\n"
    )


def test_missing_settings_are_named_at_once() -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        Lab("live")
    assert caught.value.what == "Your own tenant needs AUTH0_DOMAIN and AUTH0_CLIENT_ID."


def test_settings_are_found_in_a_file_beside_the_notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("AUTH0_DOMAIN=My-Tenant.eu.auth0.com\nAUTH0_CLIENT_ID=app\n")
    for folder in ("notebooks", "mfa_helpers"):  # as in a checkout
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    lab = Lab("live")
    assert (lab.client.base_url, lab.client.client_id) == ("https://my-tenant.eu.auth0.com", "app")


# Proxies, for what a lesson sends by itself


def test_the_sandbox_is_past_the_proxy_for_plain_requests_too(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert requests.get(lab.tenant.base_url + "/.well-known/jwks.json", timeout=DEADLINE).status_code == 200
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(requests.exceptions.ProxyError):
        requests.get(lab.tenant.base_url, timeout=DEADLINE)


def test_what_was_listed_as_past_the_proxy_stays_listed(
    monkeypatch: pytest.MonkeyPatch, sandbox: server.ServedSandbox
) -> None:
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(sandbox.state))
    monkeypatch.setenv("NO_PROXY", "intranet.example,127.0.0.1")
    Lab()
    Lab()
    assert os.environ["NO_PROXY"] == "intranet.example,127.0.0.1,localhost"


def test_ones_own_tenant_changes_no_proxy_setting(live: Live) -> None:
    live()
    assert os.environ["NO_PROXY"] == ""


# What notebooks print


def test_a_tenant_whose_keys_do_not_come_is_no_checkpoint(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(reply(200, {"issuer": "https://t.example/"}), reply(502, "<h1>No</h1>", "text/html")) as ill:
        lab = live(AUTH0_DOMAIN=ill.base_url)
        with pytest.raises(errors.UnreadableAnswer):
            lab.check()
    print(lab.checkpoint("tenant"))
    assert capsys.readouterr().out.startswith("✘ Not there yet.")


def test_another_tenant_that_does_not_answer_is_no_checkpoint(
    lab: Lab, live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.check()
    with answering(b"") as gone:
        live(AUTH0_DOMAIN=gone.base_url)
    with pytest.raises(errors.TenantUnreachable):
        lab.choose("live")
    print(lab.checkpoint("tenant"))
    assert capsys.readouterr().out.startswith("✘ Not there yet.")


def test_an_exchange_is_shown_without_its_secrets(lab: Lab) -> None:
    lab.login()
    token = plain(lab.mfa_token)
    for shown in (repr(lab.last_exchange("login")), lab.last_exchange("login").html(), lab.last_exchange().details()):
        assert "username=ada%40example.com" in shown and "mfa_required" in shown
        assert token not in shown and plain(lab.tenant.password or Secret("")) not in shown


def test_a_password_that_an_answer_repeats_is_not_shown(live: Live) -> None:
    said = {"error": "invalid_grant", "error_description": f"Wrong email or password. ada typed {HUNTER}"}
    with answering(reply(403, said)) as ill:
        lab = live(AUTH0_DOMAIN=ill.base_url)
        with pytest.raises(errors.WrongCredentials):
            lab.login(password=HUNTER)
    for shown in lab.last_exchange("login")._repr_mimebundle_().values():
        assert "ada typed" in shown
        assert HUNTER not in shown


def test_what_was_not_sent_yet_cannot_be_shown(lab: Lab) -> None:
    said = "Use the form above to send this request, and it appears here."
    assert repr(lab.last_exchange("login")) == repr(lab.last_exchange()) == said
    assert lab.last_exchange("login").html() == f"<p>{said}</p>" and lab.last_exchange().details() == ""


# What became of each step


def drawn(lab: Lab, step: str | None = None) -> list[str]:
    """Each call of the diagram, in words."""
    return [row.words for row in lab.last_exchange(step)._rows() if row.words]


def test_the_diagram_of_a_later_notebook_shows_what_earlier_ones_did(lab: Lab) -> None:
    lab.login()
    lab.associate()
    with pytest.raises(errors.WrongCode):
        lab.confirm(other_than(plain(lab.newest_code())))
    later = Lab(handover=lab.handover)
    later.confirm(later.newest_code())
    assert drawn(later) == [
        "01 POST /oauth/token: ✔ 403 mfa_required: as expected",
        "02 POST /mfa/associate: ✔ 200 with an oob_code",
        "03 POST /oauth/token: ✔ 200 with tokens",
    ]
    assert drawn(lab) == [*drawn(later)[:2], "03 POST /oauth/token: ✘ 403 invalid_grant"]


def test_catching_up_alone_draws_the_same_as_going_step_by_step(lab: Lab) -> None:
    lab.catch_up("challenge")
    alone = drawn(lab)
    lab.reset()
    lab.login()
    lab.associate()
    lab.confirm(lab.newest_code())
    lab.login()
    lab.list_authenticators()
    lab.pick()
    lab.challenge()
    assert drawn(lab) == alone
    assert [words[:2] for words in alone] == ["01", "02", "03", "04", "04", "05"]


def test_enrolling_again_draws_the_same_as_the_first_time(lab: Lab) -> None:
    lab.login()
    lab.associate()
    first = drawn(lab)
    lab.confirm(lab.newest_code())
    lab.unenroll()
    lab.login()
    lab.associate()
    assert drawn(lab) == first


def test_resetting_forgets_what_became_of_the_steps(lab: Lab) -> None:
    lab.catch_up("enrolled")
    lab.reset()
    assert repr(lab.last_exchange()).startswith("Use the form above to send this request")
    lab.login()
    assert len(drawn(lab)) == 1 and drawn(lab)[0].startswith("01 ")


def test_another_tenant_has_a_flow_of_its_own(lab: Lab, live: Live) -> None:
    lab.catch_up("enrolled")
    with answering(reply(403, {"error": "mfa_required", "mfa_token": "x"})) as ill:
        other = live(AUTH0_DOMAIN=ill.base_url)
        other.login(password=HUNTER)
    assert drawn(other) == ["01 POST /oauth/token: ✔ 403 mfa_required: as expected"]


def test_a_call_that_nobody_answers_is_drawn_as_well(live: Live) -> None:
    with answering(b"") as gone:
        lab = live(AUTH0_DOMAIN=gone.base_url)
    with pytest.raises(errors.TenantUnreachable):
        lab.login(password=HUNTER)
    assert drawn(lab) == ["01 POST /oauth/token: ✘ no response"]
    assert "No response, after" in lab.last_exchange().html()


# A sandbox that was stopped


@pytest.mark.usefixtures("own_tenant")
def test_after_the_sandbox_was_stopped_the_next_try_works(tmp_path: Path) -> None:
    lab = Lab()
    lab.login()
    address = lab.tenant.base_url.removeprefix("http://")
    end_sandbox(tmp_path / "sandbox.sqlite3")
    step = SingleAttempt()
    step.run(lab.list_authenticators, str)
    assert isinstance(step.error, errors.TenantUnreachable)
    assert step.sentence == (
        f"Problem: Nothing responds at {address}. "
        "Check the domain. If you use the sandbox, run the first cells of the notebook again to restart it."
    )
    step.run(lab.list_authenticators, lambda rows: f"{len(rows)} rows.")
    assert step.sentence == "0 rows."  # with the login from before


@pytest.mark.usefixtures("own_tenant")
def test_after_the_sandbox_was_stopped_the_inbox_opens_again(tmp_path: Path) -> None:
    lab = Lab()
    lab.catch_up("enrollment")
    end_sandbox(tmp_path / "sandbox.sqlite3")
    with pytest.raises(errors.TenantUnreachable):
        lab.mails()
    assert lab.confirm(lab.newest_code())


def test_ones_own_tenant_is_not_replaced_when_it_does_not_answer(live: Live) -> None:
    with answering(b"") as gone:
        lab = live(AUTH0_DOMAIN=gone.base_url)
    for _ in range(2):
        with pytest.raises(errors.TenantUnreachable, match=f"Nothing responds at 127.0.0.1:{gone.port}"):
            lab.login(password=HUNTER)
    assert repr(lab) == "Lab('live')"


# Clicks while a cell runs


@pytest.fixture
def many_switches() -> Iterator[None]:
    """Threads take turns after a microsecond, not after five milliseconds."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("many_switches")
def test_two_threads_do_not_mix_up_their_exchanges(lab: Lab) -> None:
    lab.login()
    wrong: list[Any] = []

    def loop(act: Callable[[], object], step: str, path: str) -> None:
        for _ in range(40):
            try:
                act()
            except Exception as error:
                wrong.append(error)
            if lab.exchanges[step].path != path:
                wrong.append((step, lab.exchanges[step].path))

    threads = [
        threading.Thread(target=loop, args=[lab.list_authenticators, "list", "/mfa/authenticators"]),
        threading.Thread(target=loop, args=[lab.login, "login", "/oauth/token"]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert lab.list_authenticators() == []


# A tenant of one's own


def test_ones_own_tenant_has_no_inbox_here(live: Live, sandbox: server.ServedSandbox) -> None:
    lab = live()
    lab.login(password=sandbox.password)
    lab.associate()
    assert lab.mails() == []
    with pytest.raises(errors.StepMissing):
        lab.newest_code()


def test_ones_own_tenant_is_caught_up_with_as_far_as_no_code_is_needed(
    live: Live, sandbox: server.ServedSandbox, newest_code: NewestCode
) -> None:
    lab = live()
    with pytest.raises(errors.InvalidInput, match="The password is missing."):
        lab.catch_up("login")
    with pytest.raises(errors.StepMissing) as nothing:
        lab.catch_up("enrolled", password=sandbox.password)
    assert nothing.value.what == "This user has no confirmed email."
    assert nothing.value.next_step == "Open notebook 02 and continue from there."
    lab.associate()
    with pytest.raises(errors.StepMissing) as pending:
        lab.catch_up("enrolled", password=sandbox.password)
    assert pending.value.what == "A code is in your own mailbox."
    lab.confirm(newest_code())
    lab.reset()
    lab.catch_up("challenge", password=sandbox.password)
    assert lab.complete(newest_code())


def test_ones_own_tenant_keeps_what_is_enrolled(
    live: Live, sandbox: server.ServedSandbox, newest_code: NewestCode
) -> None:
    lab = live()
    lab.login(password=sandbox.password)
    lab.associate()
    lab.confirm(newest_code())
    with pytest.raises(errors.StepMissing, match="Remove the email in the Dashboard."):
        lab.unenroll()
    lab.reset()
    assert not lab.has("enrolled")
    lab.login(password=sandbox.password)
    assert [row.active for row in lab.list_authenticators()] == [True]


@pytest.fixture(scope="module")
def tls_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.ServedSandbox]:
    """A tenant over TLS that plays the learner's own."""
    sandbox = server.start_on_own_address(tmp_path_factory.mktemp("tls") / "sandbox.sqlite3", tls=True)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def tls_lab(tls_sandbox: server.ServedSandbox, live: Live, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    for name in CA_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_sandbox.ca_file))
    reset(tls_sandbox)
    lab = live(
        AUTH0_DOMAIN=tls_sandbox.base_url.removeprefix("https://"),
        AUTH0_CLIENT_ID=tls_sandbox.client_id,
        AUTH0_CLIENT_SECRET=tls_sandbox.client_secret,
    )
    yield lab
    lab.client.session.close()  # the server would wait for an open TLS connection


def test_the_whole_flow_works_on_ones_own_tenant_over_tls(tls_lab: Lab, tls_sandbox: server.ServedSandbox) -> None:
    def code_from_the_mailbox() -> str:
        return Api(tls_sandbox).code()

    assert repr(tls_lab) == "Lab('live')"
    assert isinstance(tls_lab.login(password=tls_sandbox.password), errors.MfaRequired)
    tls_lab.associate()
    tls_lab.confirm(code_from_the_mailbox())
    tls_lab.login(tls_sandbox.username, tls_sandbox.password)
    tls_lab.list_authenticators()
    tls_lab.pick()
    tls_lab.challenge()
    assert isinstance(tls_lab.complete(code_from_the_mailbox()), Tokens)
    assert tls_sandbox.password not in tls_lab.handover.path.read_text("utf-8")


def test_without_the_ca_file_ones_own_tenant_is_not_trusted(tls_lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(errors.CertificateRefused, match="REQUESTS_CA_BUNDLE"):
        tls_lab.login(password=HUNTER)
    assert not tls_lab.has("login")
