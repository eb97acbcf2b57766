"""What the page's service worker is asked, where it answers in another way than it should, or not at all.

A stand-in for the browser's `js` answers here. With a real one, `tests/outside/lite/test_locks.py` asks.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mfa_helpers.storage import atomic_file, browser


class JsException(Exception):
    """What Pyodide makes of an error of JavaScript."""


class Request:
    responseText = "token"

    def __init__(self, status: int, asked: list[str]) -> None:
        self.status, self._asked = status, asked

    def open(self, method: str, address: str, _: bool) -> None:
        self._asked.append(method)

    def send(self, _: None) -> None:
        if not self.status:
            raise JsException("NetworkError: Failed to execute 'send' on 'XMLHttpRequest'")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`asked = page(status)`: from now on each request gets this HTTP status, or nobody answers (0)."""
    monkeypatch.setattr(browser, "IS_HERE", True)
    monkeypatch.setattr(browser, "_STORAGE", tmp_path)

    def answering(status: int) -> list[str]:
        asked: list[str] = []
        url = SimpleNamespace(new=lambda path, here: SimpleNamespace(href=here + path))
        request = SimpleNamespace(new=lambda: Request(status, asked))
        js = SimpleNamespace(XMLHttpRequest=request, URL=url, location=SimpleNamespace(href="http://localhost/"))
        monkeypatch.setitem(sys.modules, "js", js)  # type: ignore[arg-type]
        return asked

    return answering


def test_a_lock_that_is_lent_is_given_back(page: Any, tmp_path: Path) -> None:
    asked = page(200)
    with atomic_file.lock(tmp_path / "progress.json") as problem:
        assert problem is None and asked == ["POST"]
    assert asked == ["POST", "DELETE"]


@pytest.mark.parametrize("status", [404, 423, 504])
def test_a_lock_that_is_not_lent_is_not_held(page: Any, tmp_path: Path, status: int) -> None:
    asked = page(status)
    with atomic_file.lock(tmp_path / "progress.json") as problem:
        assert isinstance(problem, TimeoutError)
    assert asked == ["POST"]


def test_where_nobody_answers_it_is_an_error_of_the_operating_system(page: Any, tmp_path: Path) -> None:
    page(0)
    with atomic_file.lock(tmp_path / "progress.json") as problem:
        assert isinstance(problem, OSError)
    assert not browser.is_lent()
