"""Before a lesson: each finding is fine, or says what to do."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mfa_helpers.lab import Lab
from mfa_helpers.lessons import preflight
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.storage.handover import Handover

from ..support.misbehaving_server import IllBehaved, answering, reply

PYTHON = "Python is new enough (3.11 or later)."
PACKAGES = ["ipywidgets is installed. Forms need it.", "requests is installed. Calls need it."]
HANDOVER = "Notebooks can share state in a private file."
ANSWERS = "The tenant responds and sends its discovery document."
KEYS = "Its public keys are available, so signatures can be checked."
SETTINGS = [
    "The application is allowed to use the password and MFA grants.",
    "The tenant has a Default Directory.",
    "The tenant has the API that the tokens are for.",
    "The MFA policy is Always, so each login requires a second factor.",
    "The email factor is turned on.",
    "The user isn't blocked.",
]
KEY = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": "AQAB", "e": "AQAB"}

LiveLab = Callable[..., Lab]


@pytest.fixture(autouse=True)
def _environment(sandbox: server.ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(sandbox.state))
    for name in ("NO_PROXY", "no_proxy"):  # so that what the lab adds is taken back
        monkeypatch.setenv(name, "")
    monkeypatch.delenv("MFA_HANDS_FREE", raising=False)
    for name in os.environ:
        if name.startswith("AUTH0_"):
            monkeypatch.delenv(name)


@pytest.fixture
def live(handover: Handover, monkeypatch: pytest.MonkeyPatch) -> LiveLab:
    """`live(base_url)`: a lab whose own tenant is there."""

    def make(base_url: str) -> Lab:
        monkeypatch.setenv("AUTH0_DOMAIN", base_url)
        monkeypatch.setenv("AUTH0_CLIENT_ID", "app")
        return Lab("live", handover=handover)

    return make


@pytest.fixture
def nobody() -> Iterator[str]:
    """Where a server was, and is no more."""
    with answering(b"") as gone:
        base_url = gone.base_url
    yield base_url


def test_where_all_is_well_every_finding_is_fine(handover: Handover) -> None:
    assert list(preflight.checks(Lab(handover=handover))) == [
        (True, PYTHON),
        *((True, sentence) for sentence in PACKAGES),
        (True, HANDOVER),
        (True, ANSWERS),
        (True, KEYS),
        *((True, sentence) for sentence in SETTINGS),
    ]


def test_a_setting_that_stands_in_the_way_is_named_with_what_it_says(
    set_up: Callable[..., None], handover: Handover
) -> None:
    set_up(factors=["otp"], mfa_policy=[])
    found = [sentence for fine, sentence in preflight.checks(Lab(handover=handover)) if not fine]
    assert found == [
        f"The tenant didn't require a second factor, because its policy isn't Always. (the policy is never.) {preflight.MEND_ALL}",
        f"The email factor is turned off. (the factors that are turned on: otp.) {preflight.MEND_ALL}",
    ]


def test_a_package_that_is_missing_is_named_with_the_way_to_get_it(
    handover: Handover, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = Lab(handover=handover)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)  # as Python marks what cannot be imported
    found = list(preflight.checks(lab))
    assert (False, "ipywidgets is missing. Run: pip install ipywidgets") in found
    assert (True, "requests is installed. Calls need it.") in found


def test_a_hand_over_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = list(preflight.checks(Lab(handover=Handover(tmp_path / "file" / "handover.json"))))
    (told,) = [sentence for fine, sentence in found if not fine]
    assert re.fullmatch(
        r"The file in which notebooks share state can't be read \(.+\), so notebooks can't share what you did\.", told
    )
    assert (True, ANSWERS) in found


def test_a_hand_over_that_can_be_kept_no_longer_is_told_although_nothing_in_it_changes(handover: Handover) -> None:
    assert all(fine for fine, _ in preflight.checks(Lab(handover=handover)))
    lock = handover.path.with_name(handover.path.name + ".lock")
    lock.unlink()
    lock.mkdir()  # nobody can lock it, nor write the file
    found = list(preflight.checks(Lab(handover=Handover(handover.path))))
    (told,) = [sentence for fine, sentence in found if not fine]
    assert re.fullmatch(
        r"The file in which notebooks share state can't be written \(.+\), so notebooks can't share what you did\.",
        told,
    )


def test_a_tenant_that_does_not_answer_is_told_with_what_to_do(live: LiveLab, nobody: str) -> None:
    *others, last = preflight.checks(live(nobody))
    assert all(fine for fine, _ in others)
    assert last == (
        False,
        f"Nothing responds at {nobody.removeprefix('http://')}. "
        "Check the domain. If you use the sandbox, run the first cells of the notebook again to restart it.",
    )


def test_a_tenant_without_readable_keys_is_told(live: LiveLab) -> None:
    with answering(reply(200, {"issuer": "https://t.example/"}), reply(502, "<h1>No</h1>", "text/html")) as ill:
        *_, last = preflight.checks(live(ill.base_url))
    assert last[0] is False
    assert '(502, text/html) isn\'t one that the MFA API sends: "No".' in last[1] and "Try again." in last[1]


def own_tenant(live: LiveLab, ill: IllBehaved) -> list[tuple[bool, str]]:
    return list(preflight.checks(live(ill.base_url)))[-2:]


def test_a_tenant_with_an_issuer_and_a_key_is_fine(live: LiveLab) -> None:
    with answering(reply(200, {"issuer": "https://t.example/"}), reply(200, {"keys": [KEY]})) as ill:
        assert own_tenant(live, ill) == [(True, ANSWERS), (True, KEYS)]


@pytest.mark.parametrize("jwks", [{}, {"keys": []}])
def test_keys_that_are_not_there_are_not_said_to_be_there(jwks: dict[str, object], live: LiveLab) -> None:
    with answering(reply(200, {"issuer": "https://t.example/"}), reply(200, jwks)) as ill:
        found = own_tenant(live, ill)
    assert (True, KEYS) not in found


def test_a_tenant_that_does_not_say_who_it_is_is_not_said_to(live: LiveLab) -> None:
    with answering(reply(200, {"hello": "world"}), reply(200, {"keys": [KEY]})) as ill:
        found = own_tenant(live, ill)
    assert (True, ANSWERS) not in found
    assert (False, KEYS) not in found  # they are there


def test_the_checked_tenant_is_the_one_the_next_notebook_takes(live: LiveLab, handover: Handover, nobody: str) -> None:
    list(preflight.checks(live(nobody)))
    assert handover.choice() == "live"
    list(preflight.checks(Lab(handover=handover, hands_free=True)))
    assert handover.choice() == "sandbox"
