"""What a kernel leaves to the next one of the same notebook."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from mfa_helpers.client.errors import AlreadyEnrolled, StepMissing, WrongCode
from mfa_helpers.client.models import Exchange
from mfa_helpers.client.secret import Secret
from mfa_helpers.lab import Lab
from mfa_helpers.learner.tenant_setup import TenantSetup
from mfa_helpers.lessons.other_factors import Factors
from mfa_helpers.lessons.quiz import QUESTIONS, Quiz
from mfa_helpers.lessons.second_token import SecondToken
from mfa_helpers.storage.entries import ChangedSettings, Login

Next = Callable[[str], Lab]


@pytest.fixture
def next_kernel(learner: Lab, monkeypatch: pytest.MonkeyPatch) -> Next:
    """`next_kernel("06")`: all that was in memory is gone."""

    def kernel(number: str) -> Lab:
        monkeypatch.setenv("JPY_SESSION_NAME", f"notebooks/{number}_of_the_course.ipynb")
        return Lab()

    return kernel


def dies(*_: object, **__: object) -> None:
    """Nobody hears the answer."""
    raise KeyboardInterrupt


def test_a_note_is_for_the_kernels_of_one_notebook(next_kernel: Next) -> None:
    next_kernel("07").note("color", "red")
    assert next_kernel("07").noted("color") == "red"
    assert next_kernel("06").noted("color", "none") == "none"


def test_nothing_is_noted_hands_free_or_where_the_notebook_is_unknown(
    learner: Lab, next_kernel: Next, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner.note("color", "red")
    assert learner.noted("color") is None
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    next_kernel("07").note("color", "red")
    assert next_kernel("07").noted("color") is None
    monkeypatch.delenv("MFA_HANDS_FREE")
    assert next_kernel("07").noted("color") is None


def test_what_two_kernels_of_a_notebook_record_at_once_is_all_there(next_kernel: Next) -> None:
    labs = [next_kernel("09"), next_kernel("09")]
    together = Barrier(len(labs))

    def record(number: int) -> None:
        together.wait()
        for call in range(40):
            answer = Exchange(method="GET", url="https://t.example/x", path="/x", status=200)
            labs[number].record(f"{number} {call}", answer, in_flow=False)
            labs[number].companion(TenantSetup)._note(f"factor {number} {call}", False)

    with ThreadPoolExecutor(len(labs)) as threads:
        list(threads.map(record, range(len(labs))))
    later = next_kernel("09")
    assert all(later.was_answered(f"{number} {call}") for number in range(len(labs)) for call in range(40))
    changed = later.kept(ChangedSettings)
    assert changed is not None and len(changed.before) == 40 * len(labs)


def test_what_has_expired_leaves_the_file_when_the_next_kernel_starts(
    next_kernel: Next, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = next_kernel("07")
    lab.keep(Login(Secret("canary")), 600)
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 601)
    assert "canary" in lab.handover.path.read_text()
    next_kernel("06")
    assert "canary" not in lab.handover.path.read_text()
    assert lab.has_expired("login")


def test_resetting_forgets_the_notes(next_kernel: Next) -> None:
    lab = next_kernel("07")
    lab.note("color", "red")
    lab.reset()
    assert next_kernel("07").noted("color") is None


def test_what_was_answered_is_known_with_its_status(next_kernel: Next) -> None:
    next_kernel("04").login()
    lab = next_kernel("04")
    assert lab.was_answered("login", 403)
    assert not lab.was_answered("login", 200)
    assert lab.history == []


def test_a_kernel_that_is_killed_while_a_code_is_on_its_way_leaves_no_login_that_may_be_spent(
    next_kernel: Next,
) -> None:
    lab = next_kernel("03")
    lab.catch_up("enrollment")
    lab.client.session.hooks["response"].append(dies)
    with pytest.raises(KeyboardInterrupt):
        lab.confirm("000000")
    assert next_kernel("03").missing("login", "enrollment") == ["login"]


def test_a_code_that_was_taken_while_the_kernel_was_killed_has_confirmed_the_email(next_kernel: Next) -> None:
    lab = next_kernel("03")
    lab.catch_up("enrollment")
    code = lab.newest_code()
    lab.client.session.hooks["response"].append(dies)
    with pytest.raises(KeyboardInterrupt):
        lab.confirm(code)
    lab = next_kernel("03")
    with pytest.raises(AlreadyEnrolled) as caught:
        lab.catch_up("login", "enrollment")
    assert "Continue with notebook 04" in caught.value.next_step
    assert lab.has("enrolled")


def test_a_wrong_code_leaves_the_login_as_it_was(next_kernel: Next) -> None:
    lab = next_kernel("03")
    lab.catch_up("enrollment")
    before = lab.mfa_token, lab.seconds_left("login")
    with pytest.raises(WrongCode):
        lab.confirm("000000" if lab.newest_code().reveal() != "000000" else "000001")
    assert lab.mfa_token == before[0]
    assert (lab.seconds_left("login") or 0) <= (before[1] or 0)


def test_tokens_are_in_one_kernel_and_can_be_caught_up_with(next_kernel: Next) -> None:
    lab = next_kernel("05")
    lab.catch_up("tokens")
    assert lab.missing("tokens") == []
    lab = next_kernel("05")
    assert lab.missing("tokens") == ["tokens"]
    lab.catch_up("tokens")
    assert lab.tokens is not None


def test_the_second_address_is_confirmed_by_the_next_kernel(next_kernel: Next) -> None:
    lab = next_kernel("06")
    lab.catch_up("enrolled")
    lab.companion(SecondToken).sign_in()
    lab.companion(SecondToken).enroll("ada.second@example.com")
    lab = next_kernel("06")
    access = lab.companion(SecondToken)
    assert access.address == "ada.second@example.com"
    code = lab.newest_code(lab.tenant.mails(access.address))
    assert access.confirm(code).expires_in > 0


def test_without_a_sign_in_before_there_is_no_access_token(next_kernel: Next) -> None:
    with pytest.raises(StepMissing) as caught:
        next_kernel("06").companion(SecondToken).list_authenticators()
    assert caught.value.what == "There's no access token yet."


def test_an_app_goes_on_where_the_kernel_stopped_and_needs_no_second_scan(next_kernel: Next) -> None:
    lab = next_kernel("08")
    lab.companion(TenantSetup).switch_on("otp", "recovery-code")
    lab.companion(Factors).enroll("otp")
    code = lab.companion(Factors).recovery_code
    factors = next_kernel("08").companion(Factors)
    assert factors.waits("otp") == "confirm"
    assert factors.recovery_code == code
    factors.verify("otp", factors.app_code(1)[0])
    factors = next_kernel("08").companion(Factors)
    assert factors.waits("otp") is None
    factors.challenge("otp")
    factors = next_kernel("08").companion(Factors)
    assert factors.waits("otp") == "verify"
    assert factors.verify("otp", factors.app_code()[0]).expires_in > 0


def test_five_right_answers_stay_right(next_kernel: Next) -> None:
    next_kernel("14").companion(Quiz).grade({one.id: one.right for one in QUESTIONS})
    assert next_kernel("14").companion(Quiz).passed
