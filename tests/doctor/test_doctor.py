"""Checks of the room of which each can be tried alone: each trouble has its sentence, and never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mfa_helpers.doctor import __main__, lesson, machine
from mfa_helpers.sandbox.hosting import server


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--learners", "0"]])
def test_a_number_that_cannot_be_is_refused_at_once(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["mfa_helpers.doctor", *arguments])
    with pytest.raises(SystemExit) as refused:
        __main__.main()
    said = capsys.readouterr()
    assert refused.value.code == 2 and f"error: {arguments[0]} must be " in said.err and said.out == ""


def test_a_kernel_that_jupyter_does_not_know_or_cannot_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "own" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text('{"argv": ["/gone/bin/python"], "display_name": "", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "own"))
    cure = "Run: python -m ipykernel install --sys-prefix"
    assert list(machine.kernel_spec()) == [
        (False, f"The kernel python3 starts /gone/bin/python, which doesn't exist. {cure}")
    ]


@pytest.mark.parametrize(
    ("domain", "client_id", "words"),
    [
        ("tenant.invalid", "x", "The name 'tenant.invalid' can't be found on this network. Check the domain."),
        ("tenant.invalid", "", "Your own tenant needs AUTH0_CLIENT_ID."),
        ("a tenant", "x", "'atenant' isn't a domain."),
    ],
)
def test_a_tenant_of_ones_own_that_cannot_be(
    domain: str, client_id: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH0_DOMAIN", domain)
    monkeypatch.setenv("AUTH0_CLIENT_ID", client_id)
    assert words in "\n".join(sentence for fine, sentence in __main__.told(lesson.own_tenant) if not fine)


def test_a_tenant_over_tls_with_an_unknown_authority_and_then_its_ca_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = server.start(tmp_path / "tls.sqlite3", tls=True)
    monkeypatch.setenv("AUTH0_DOMAIN", running.base_url)
    monkeypatch.setenv("AUTH0_CLIENT_ID", running.client_id)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    troubles = [sentence for fine, sentence in lesson.own_tenant() if not fine]
    assert len(troubles) == 1 and "This machine doesn't trust the server's certificate." in troubles[0]
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca_file))
    found = list(lesson.own_tenant())
    running.stop()
    assert all(fine for fine, _ in found)
    assert found[-1][1] == f"{running.base_url}: its clock and this machine's agree."


def test_a_clock_that_is_wrong(tmp_path: Path) -> None:
    assert list(machine.clock(0)) == [
        (False, "The clock says January 1970, which is before the course was installed here. Correct it.")
    ]


def test_a_check_that_breaks_is_trouble_and_no_traceback() -> None:
    def breaks() -> Iterator[tuple[bool, str]]:
        yield True, "so far"
        raise ZeroDivisionError("no reason")

    assert list(__main__.told(breaks)) == [
        (True, "so far"),
        (False, "This check itself failed (ZeroDivisionError: no reason). Run both commands from the README yourself."),
    ]
