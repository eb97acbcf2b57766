"""The user at the keyboard: who may ask, and what is typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from mfa_helpers.client.errors import SandboxUnusable
from mfa_helpers.lessons.judge.keyboard import PATIENCE, Keyboard, NothingToType

from ...support.deadline import DEADLINE
from ...support.transport import needs_a_socket

pytestmark = needs_a_socket


@pytest.fixture
def keyboard() -> Iterator[Keyboard]:
    with closing(Keyboard(lambda time_asked: f"{time_asked:06}")) as made:
        yield made


def ask(address: str) -> requests.Response:
    return requests.get(address, timeout=DEADLINE)


def test_each_time_it_is_asked_the_user_types_six_digits(keyboard: Keyboard) -> None:
    first, second = ask(keyboard.address), ask(keyboard.address)
    assert (first.status_code, first.text, second.text) == (200, "000001", "000002")
    assert first.headers["Content-Type"] == "text/plain; charset=utf-8" and keyboard.typed == ["000001", "000002"]


def test_the_user_gives_up_after_six_codes(keyboard: Keyboard) -> None:
    answers = [ask(keyboard.address) for _ in range(PATIENCE + 1)]
    assert [one.status_code for one in answers] == [200] * 6 + [410] and answers[-1].text == "The user has given up."


def test_only_who_knows_the_address_can_ask(keyboard: Keyboard) -> None:
    root = keyboard.address.rsplit("/", 2)[0]
    for path in ("/", "/code", "/x/code"):
        assert ask(root + path).status_code == 404
    assert keyboard.typed == []


def test_without_a_code_there_is_nothing_to_type() -> None:
    def nothing(time_asked: int) -> str:
        raise NothingToType

    with closing(Keyboard(nothing)) as keyboard:
        answer = ask(keyboard.address)
    assert answer.status_code == 404 and answer.text.startswith("No code was sent yet")


@pytest.mark.parametrize("error", [ConnectionResetError(), SandboxUnusable("It has ended."), ValueError("a defect")])
def test_nobody_is_told_that_whoever_asked_has_gone(
    keyboard: Keyboard, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    try:
        raise error
    except Exception:
        keyboard._server.handle_error(None, ("127.0.0.1", 1))
    told = capsys.readouterr().err
    assert "ValueError: a defect" in told if isinstance(error, ValueError) else told == ""


def test_nobody_can_ask_once_it_is_closed(keyboard: Keyboard) -> None:
    keyboard.close()
    with pytest.raises(requests.ConnectionError):
        ask(keyboard.address)
