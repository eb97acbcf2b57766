"""A secret stays hidden in every form it is shown in, is no text, and gives its text to who asks for it by name."""

from __future__ import annotations

import ast
import copy
import dataclasses
import json
import logging
import pickle
import pprint
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from IPython.core.formatters import DisplayFormatter
from IPython.core.ultratb import VerboseTB

from mfa_helpers.client.models import Tokens
from mfa_helpers.client.secret import STARS, Secret, plain, secret
from tests.support.places import PACKAGE

PLAIN = "correct horse battery"
HIDDEN = "-".join(("hidden", "value"))  # so that it is not in the lines that a traceback quotes


@pytest.mark.parametrize(
    "shown",
    [
        str(Secret(PLAIN)),
        repr(Secret(PLAIN)),
        f"{Secret(PLAIN)}",
        f"{Secret(PLAIN)!r}",
        f"{Secret(PLAIN):>40}",
        "%s" % Secret(PLAIN),
        str([Secret(PLAIN)]),
        str({"password": Secret(PLAIN)}),
        pprint.pformat({"password": Secret(PLAIN)}),
        json.dumps({"password": Secret(PLAIN)}, default=str),
    ],
)
def test_a_secret_is_shown_as_stars(shown: str) -> None:
    assert PLAIN not in shown
    assert STARS in shown


def test_the_wanted_width_holds_for_the_stars() -> None:
    assert f"{Secret('x'):>20}" == STARS.rjust(20)


def test_a_printed_secret_is_stars_and_its_neighbor_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    print("user", Secret(PLAIN))
    assert capsys.readouterr().out == f"user {STARS}\n"


def test_a_logged_secret_is_stars(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("lesson").warning("token %s of %s", Secret(PLAIN), "ada")
    assert caplog.messages == [f"token {STARS} of ada"]


def test_a_notebook_shows_stars_in_every_form_it_knows() -> None:
    shown, _ = DisplayFormatter().format([Secret(PLAIN), "ada"])  # type: ignore[no-untyped-call]
    assert shown == {"text/plain": f"[Secret('{STARS}'), 'ada']"}


def test_a_secret_in_an_exception_is_stars_in_the_traceback() -> None:
    try:
        raise KeyError(Secret(HIDDEN), "shown-value")
    except KeyError:
        text = traceback.format_exc()
    assert HIDDEN not in text
    assert "shown-value" in text


def _fail(password: Secret, user: str) -> None:
    raise RuntimeError("wrong") from None


def _failure() -> RuntimeError:
    with pytest.raises(RuntimeError) as caught:
        _fail(Secret("-".join(("hidden", "value"))), "ada" * 3)
    return caught.value


@pytest.mark.parametrize(
    "told",
    [
        lambda error: "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()),
        lambda error: VerboseTB(theme_name="nocolor").text(type(error), error, error.__traceback__),
        lambda error: str(pytest.ExceptionInfo.from_exception(error).getrepr(showlocals=True)),
    ],
    ids=["the standard library's", "IPython's", "that of a failing test"],
)
def test_a_traceback_that_prints_local_values_prints_stars(told: Callable[[BaseException], str]) -> None:
    text = told(_failure())
    assert re.search(rf"password *= *Secret\('{re.escape(STARS)}'\)", text)
    assert "hidden-value" not in text.replace(repr(HIDDEN), "") and "adaadaada" in text


def test_a_secret_is_no_text() -> None:
    assert not isinstance(Secret(PLAIN), str)
    assert not hasattr(Secret(PLAIN), "encode") and not hasattr(Secret(PLAIN), "__dict__")


class _Echo(requests.adapters.BaseAdapter):
    """Never reached: the request cannot be made."""

    def send(self, *_: Any, **__: Any) -> requests.Response:
        raise AssertionError("sent")

    def close(self) -> None: ...


def _post(**what: Any) -> None:
    session = requests.Session()
    session.mount("http://", _Echo())
    session.post("http://tenant.example/", **what, timeout=1)


@pytest.mark.parametrize(
    "use",
    [
        lambda one: "Bearer " + one,
        lambda one: one + " ",
        lambda one: "".join([one]),
        lambda one: PLAIN in one,
        lambda one: one in PLAIN,
        lambda one: [*one],
        lambda one: len(one),
        lambda one: one[0],
        lambda one: one == PLAIN,
        lambda one: one != PLAIN,
        lambda one: one == PLAIN.encode(),
        lambda one: json.dumps({"token": one}),
        lambda one: json.dumps({one: "token"}),
        lambda one: bytes(one),
        lambda one: [pickle.dumps(one, protocol) for protocol in range(6)],
        lambda one: one.__getstate__(),
        lambda one: _post(data={"token": one}),
        lambda one: _post(json={"token": one}),
    ],
)
def test_what_needs_text_and_is_given_a_secret_is_told_so_without_the_text(use: Callable[[Secret], Any]) -> None:
    with pytest.raises(TypeError) as caught:
        use(Secret(PLAIN))
    assert PLAIN not in str(caught.value)
    assert str(caught.value)


def test_a_header_is_not_made_of_a_secret() -> None:
    with pytest.raises(requests.exceptions.InvalidHeader) as caught:
        _post(headers={"authorization": Secret(PLAIN)})
    assert PLAIN not in str(caught.value) and "authorization" in str(caught.value)


def test_a_learner_who_forgets_it_is_told_to_reveal() -> None:
    for use in (lambda: "Bearer " + Secret(PLAIN), lambda: _post(data={"token": Secret(PLAIN)})):  # type: ignore[operator]
        with pytest.raises(TypeError, match=r"[Uu]se \.reveal\(\)"):
            use()


def test_reveal_gives_the_text() -> None:
    assert type(Secret(PLAIN).reveal()) is str
    assert Secret(PLAIN).reveal() == PLAIN
    assert Secret("").reveal() == ""


def test_plain_gives_the_text_of_a_secret_and_anything_else_as_it_is() -> None:
    assert [plain(Secret(PLAIN)), plain("ada"), plain(None), plain(["otp"])] == [PLAIN, "ada", None, ["otp"]]


def test_secrets_are_equal_if_their_texts_are() -> None:
    assert Secret(PLAIN) == Secret(PLAIN)
    assert hash(Secret(PLAIN)) == hash(Secret(PLAIN))
    assert {Secret(PLAIN), Secret(PLAIN)} == {Secret(PLAIN)}
    assert Secret(PLAIN) != Secret(PLAIN + " ")
    assert Secret("é\ud800") == Secret("é\ud800")


@pytest.mark.parametrize("other", [None, 7, [PLAIN], object()])
def test_a_secret_equals_nothing_that_is_none(other: object) -> None:
    assert Secret(PLAIN) != other
    assert other != Secret(PLAIN)


def test_an_empty_secret_is_false() -> None:
    assert Secret(PLAIN)
    assert not Secret("")


def test_a_secret_made_from_a_secret_keeps_the_plain_text() -> None:
    assert Secret(Secret(PLAIN)).reveal() == PLAIN


@pytest.mark.parametrize("wrong", [4217, None, b"4217", ["4217"]])
def test_a_secret_is_made_of_text(wrong: Any) -> None:
    with pytest.raises(TypeError, match="A Secret must be a string"):
        Secret(wrong)


def test_values_that_hold_a_secret_are_copied_and_hide_it() -> None:
    tokens = Tokens(access_token=Secret(PLAIN), token_type="Bearer", expires_in=86400)
    for copied in (copy.copy(tokens), copy.deepcopy(tokens), dataclasses.replace(tokens)):
        assert copied == tokens and copied.access_token.reveal() == PLAIN
    assert PLAIN not in str(dataclasses.asdict(tokens)) and "86400" in str(dataclasses.asdict(tokens))


def test_secret_keeps_text() -> None:
    kept = secret(PLAIN)
    assert isinstance(kept, Secret)
    assert kept.reveal() == PLAIN


@pytest.mark.parametrize("nothing", [None, "", Secret("")])
def test_secret_of_nothing_is_none(nothing: str | Secret | None) -> None:
    assert secret(nothing) is None


#: Who may turn a secret into text, and what for.
REVEALING = {
    "client/transport.py": "it sends",
    "client/sandbox_controls.py": "a fingerprint of it is compared",
    "client/masking.py": "to find it in a text",
    "client/error_codes.py": "the code of a refusal is no secret",
    "client/validation.py": "a code and a token are checked before they are sent",
    "client/id_token.py": "its signature is checked",
    "client/secret.py": "what kind of token it is",
    "storage/entries.py": "the handover keeps it",
    "lessons/other_factors.py": "an app's code is computed",
    "lessons/login_page.py": "a code goes into the login page of a practice tenant",
    "lessons/sdk/__init__.py": "an SDK's program gets the password of a practice tenant",
    "lessons/sdk/tenant.py": "an SDK gets a code of that tenant",
    "lessons/clinic/patient.py": "a wrong code is made from the right one",
    "lessons/exercises/trial.py": "a learner's function gets plain text, of a practice tenant that is thrown away",
    "lessons/exercises/evidence.py": "a grader compares what was sent there",
    "lessons/exercises/hiding.py": "it looks for the spellings of a secret, to put stars in their place",
    "lessons/errata/tenant.py": "it sends what the transport refuses to send",
    "lessons/errata/ways.py": "it shows what a slip gives away",
    "tenants/class_tenant.py": "the join line is read",
    "forms/six_digits.py": "the code goes into the learner's field",
    "forms/authenticator_app.py": "the code goes into the learner's field",
    "forms/phone_number.py": "the code goes into the learner's field",
    "forms/push.py": "the phone's QR code is drawn",
    "forms/page/join_page.py": "the class's join line is shown with its QR code",
    "forms/recovery.py": "the code goes into the learner's field",
    "forms/next_code.py": "the next recovery code is shown once",
    "pytest_plugin.py": "somebody's test sends the code to an app of theirs",
    "forms/other_factors.py": "what an app needs, and recovery codes, are shown once",
}


def _reveals(file: Path) -> bool:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == "reveal":
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "plain":
            return True
    return False


def test_only_these_turn_a_secret_into_text() -> None:
    found = {file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py") if _reveals(file)}
    assert "client/transport.py" in found
    assert found == set(REVEALING)
