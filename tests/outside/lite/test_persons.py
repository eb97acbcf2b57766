"""A person does 06 to 14 in a page that no server stands behind.

With a server and its kernels a person does them in `tests/nightly/test_killed_in_jupyterlab.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from ...support.person import KeyboardPerson, MousePerson
from . import capstone, clinic, errata, factors, sdks, which_api
from .edition import LiteServer


@pytest.fixture
def person(new_page: Callable[[], Page], lite: LiteServer, hosts: set[str]) -> Iterator[MousePerson]:
    yield MousePerson(new_page(), lite, "page")
    assert hosts == {lite.url.removeprefix("http://")}


def test_06_to_08_each_factor_is_chosen_enrolled_and_proven(person: MousePerson) -> None:
    factors.every_factor(person)


def test_09_faults_are_broken_named_and_repaired_and_one_is_diagnosed(person: MousePerson) -> None:
    clinic.faults_are_cured(person)


def test_10_and_14_a_call_is_corrected_and_the_answers_are_known(person: MousePerson) -> None:
    errata.a_call_is_corrected_and_the_answers_are_known(person)
    errata.the_five_questions_are_answered(KeyboardPerson(person.page, person.lab, "page"))


def test_11_situations_are_decided_and_grants_are_predicted(person: MousePerson) -> None:
    which_api.with_the_mouse(person)


def test_11_with_the_keyboard_alone(person: MousePerson) -> None:
    which_api.with_the_keyboard(KeyboardPerson(person.page, person.lab, "page"))


def test_12_recordings_are_read_and_a_trap_is_avoided(person: MousePerson) -> None:
    sdks.with_the_mouse(person)


def test_12_with_the_keyboard_alone(person: MousePerson) -> None:
    at_the_keyboard = KeyboardPerson(person.page, person.lab, "page")
    sdks.with_the_keyboard(at_the_keyboard)
    sdks.expect_recordings(at_the_keyboard)


def test_13_a_whole_login_is_written_and_the_board_knows(person: MousePerson) -> None:
    capstone.a_login_is_written(person)
