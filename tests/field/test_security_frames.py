"""Security findings about what a traceback or an object shows: S21, S22."""

from __future__ import annotations

import _thread
import gc
import signal
import threading
import traceback
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.ultratb import VerboseTB

from mfa_helpers import forms
from mfa_helpers.client import waiting
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Authenticator
from mfa_helpers.client.secret import Secret
from mfa_helpers.forms.next_factor import NextFactorForm
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.next_factor import NextFactor
from mfa_helpers.lessons.other_factors import Factors, _Waiting
from mfa_helpers.lessons.second_token import SecondToken
from mfa_helpers.storage import atomic_file
from mfa_helpers.storage.entries import ChosenAuthenticator, ClassSecret, Login, Note, PendingChallenge
from mfa_helpers.storage.handover import Handover
from mfa_helpers.tenants import class_tenant

from ..support.misbehaving_server import SILENCE, IllBehaved, answering

PLAIN = "a-secret-of-" + "somebody"  # no line of a test holds it whole


def told(error: BaseException) -> str:
    """What each kind of traceback shows that prints what frames hold, without those of the test itself."""
    while error.__traceback__ and error.__traceback__.tb_frame.f_code.co_filename == __file__:
        error.__traceback__ = error.__traceback__.tb_next
    standard = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    return standard + VerboseTB(theme_name="nocolor").text(type(error), error, error.__traceback__)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[IllBehaved]:
    """A server that says nothing."""
    monkeypatch.setattr(waiting, "_LOOK", 0.01)
    with answering((SILENCE,)) as server:
        yield server


def interrupted(server: IllBehaved, act: Callable[[], Any]) -> BaseException:
    """What `act` raises when it is interrupted as soon as its request is with the server."""

    def interrupt() -> None:
        while not server.asked and not over.wait(0.01):
            pass
        if not over.is_set():
            _thread.interrupt_main()

    over = threading.Event()
    hand = threading.Thread(target=interrupt)
    # A shell lets what it starts in the background ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    hand.start()
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            act()
    finally:
        over.set()
        hand.join()
        signal.signal(signal.SIGINT, before)
    return caught.value


def calls(client: MfaClient) -> dict[str, Callable[[], Any]]:
    secret = Secret(PLAIN)
    return {
        "login": lambda: client.login("ada@example.com", secret),
        "login with a text": lambda: client.login("ada@example.com", PLAIN),
        "login with a realm": lambda: client.login("ada@example.com", PLAIN, realm="x"),
        "associate": lambda: client.enroll_authenticator(PLAIN, "ada@example.com"),
        "list": lambda: client.list_authenticators(PLAIN),
        "challenge": lambda: client.challenge_authenticator(mfa_token=PLAIN, authenticator_id="email|x"),
        "remove": lambda: client.delete_authenticator(PLAIN, "email|x"),
        "verify": lambda: client.verify(mfa_token=PLAIN, oob_code=PLAIN, binding_code="123456"),
        "verify a recovery code": lambda: client.verify(mfa_token=PLAIN, recovery_code="A1B2C3D4E5F6G7H8I9J0K1L2"),
    }


@pytest.mark.parametrize("name", calls(MfaClient("http://127.0.0.1:1", "x")))
def test_s_21_an_interrupted_call_shows_no_secret(hanging: IllBehaved, name: str) -> None:
    client = MfaClient(hanging.base_url, "x", client_secret=Secret(PLAIN + "-too"))
    shown = told(interrupted(hanging, calls(client)[name]))
    assert "KeyboardInterrupt" in shown and "transport.py" in shown
    assert PLAIN not in shown


def test_s_21_an_interrupted_form_shows_no_secret(hanging: IllBehaved, lab: Lab) -> None:
    form = forms.SignInForm(lab)
    lab.client.transport.base_url = hanging.base_url
    form.password.value = PLAIN
    assert PLAIN not in told(interrupted(hanging, form.submit))


CODE = "00" + "4217"


def in_the_middle(lab: Lab) -> Iterator[forms.Form]:
    """Forms with a code or a recovery code that is about to be sent."""
    lab.login()
    lab.associate()
    lab.keep(ChosenAuthenticator("email|dev_x", None))
    lab.keep(PendingChallenge(Secret("oob")))
    second = lab.companion(SecondToken)
    second.sign_in()
    second.enroll("ada.second@example.com")
    lab.companion(Factors)._waiting["otp"] = _Waiting("otp", "verify", lab.mfa_token, None)
    yield from (forms.ConfirmForm(lab), forms.CompleteForm(lab), forms.ConfirmSecondForm(lab), forms.AppForm(lab))
    below = NextFactor(lab)
    below._row = Authenticator("totp|dev_x", "otp", True)
    yield NextFactorForm(lab, below)


def test_s_21_an_interrupted_form_shows_no_code(lab: Lab) -> None:
    for form in [*in_the_middle(lab)]:
        login = lab.needed(Login)
        with answering((SILENCE,)) as server:
            lab.client.transport.base_url = server.base_url
            form.code.value = CODE
            shown = told(interrupted(server, form.submit))
        assert "KeyboardInterrupt" in shown and CODE not in shown, form
        lab.keep(login)


def test_s_21_an_interrupted_form_shows_no_recovery_code(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    form = forms.RecoveryForm(lab)
    lab.login()
    monkeypatch.setattr(Factors, "_login", lambda factors: lab.mfa_token)
    with answering((SILENCE,)) as server:
        lab.client.transport.base_url = server.base_url
        form.code.value = PLAIN.upper()
        shown = told(interrupted(server, form.submit))
    assert "KeyboardInterrupt" in shown and PLAIN.upper() not in shown


def test_s_21_joining_a_class_that_hangs_shows_no_secret(hanging: IllBehaved, tmp_path: Path) -> None:
    token, print_ = "abcdefghijklmnopqrstuvwx", "a" * 52
    line = f"mfa-class/127.0.0.1:1/{hanging.port}/{token}/{print_}"
    error = interrupted(hanging, lambda: class_tenant.join(Handover(tmp_path / "handover.json"), line))
    assert token not in told(error)


@pytest.mark.parametrize("kind", [SystemExit, MemoryError, RuntimeError, GeneratorExit, RecursionError])
def test_s_21_whatever_ends_a_call_its_frames_hold_no_secret(kind: type[BaseException]) -> None:
    client = MfaClient("http://127.0.0.1:1", "x", client_secret=Secret(PLAIN))

    def end(*_: Any, **__: Any) -> None:
        raise kind

    client.session.request = end  # type: ignore[method-assign]
    with pytest.raises(kind) as caught:
        client.login("ada@example.com", Secret(PLAIN))
    assert PLAIN not in told(caught.value)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("where", ["read", "replace"])
def test_s_21_an_interrupt_while_the_hand_over_reads_or_writes_shows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException], where: str
) -> None:
    handover = Handover(tmp_path / "handover.json")
    handover.put("tenant", Login(Secret(PLAIN)))

    def end(*_: Any) -> None:
        raise kind

    monkeypatch.setattr(atomic_file, where, end)
    with pytest.raises(kind) as caught:
        handover.put("tenant", ClassSecret(Secret(PLAIN)))
    assert PLAIN not in told(caught.value)
    monkeypatch.undo()
    kept = handover.get("tenant", Login)
    assert kept is not None and kept.mfa_token == Secret(PLAIN)


def test_s_21_an_interrupt_within_a_transaction_shows_no_secret(tmp_path: Path) -> None:
    handover = Handover(tmp_path / "handover.json")
    handover.put("tenant", Login(Secret(PLAIN)))

    def within() -> None:
        with handover.transaction():
            handover.put("tenant", ClassSecret(Secret(PLAIN)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        within()
    assert PLAIN not in told(caught.value)


def reached(thing: object, plain: str) -> bool:
    """Whether text that holds `plain` is reached from `thing`, through whatever it holds except what is a `Secret`."""
    seen, left = set(), [thing]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, (type, types.ModuleType, Secret)):
            continue
        seen.add(id(one))
        if isinstance(one, str | bytes) and plain in (one if isinstance(one, str) else one.decode("latin-1")):
            return True
        if isinstance(one, types.FunctionType):
            left += [cell.cell_contents for cell in one.__closure__ or ()]
            continue
        left += gc.get_referents(one)
    return False


@pytest.mark.parametrize("can_be_written", [True, False])
def test_s_22_the_hand_over_holds_its_secrets_wrapped(tmp_path: Path, can_be_written: bool) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    path = folder / "handover.json"
    if not can_be_written:
        path.mkdir()  # no file, and none can be put there
    handover = Handover(path)
    handover.put("tenant", Login(Secret(PLAIN)))
    handover.put("class", ClassSecret(Secret(PLAIN)), key="x")
    handover.put("tenant", Note([{"waiting": [["otp", Secret(PLAIN), None]]}]), key="05 factors")
    note = handover.get("tenant", Note, "05 factors")
    assert note is not None and note.value == [{"waiting": [["otp", PLAIN, None]]}]
    kept = handover.get("tenant", Login)
    assert kept is not None and kept.mfa_token == Secret(PLAIN), "it is kept all the same"
    assert bool(handover.trouble) != can_be_written
    assert PLAIN not in repr(vars(handover)) and not reached(vars(handover), PLAIN)
    control = Secret(PLAIN)
    assert reached({"a": [lambda: control.reveal, PLAIN]}, PLAIN)


def test_s_22_what_a_notebook_notes_for_its_next_kernel_is_wrapped(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.tenant.require_controls().reset({"settings": {"factors": ["email", "otp"]}})
    lab._here = "08"
    monkeypatch.setattr(atomic_file, "replace", _refuse)  # so that all of it stays in memory
    second = lab.companion(SecondToken)
    second.sign_in()
    second.enroll("ada.second@example.com")
    lab.companion(Factors).enroll("otp")
    assert lab.handover.trouble
    noted = lab.noted("factors")
    (waiting,) = noted["waiting"]
    for secret in (lab.noted("access"), lab.noted("oob_code"), waiting[2], noted["app"]):
        assert len(secret) > 15 and not reached(vars(lab.handover), secret)


def _refuse(*_: Any) -> None:
    raise OSError(28, "No space left on device")


def test_s_22_a_lab_in_the_middle_of_the_flow_holds_its_secrets_wrapped(lab: Lab) -> None:
    lab.login()
    lab.associate()
    text = lab.handover.path.read_text("utf-8")
    token = text.split('"mfa_token": "')[1].split('"')[0]
    for one in (lab, lab.handover, lab.client, lab.client.transport, lab.tenant):
        assert token not in repr(vars(one))
