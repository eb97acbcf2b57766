"""Reports of the second collection about `.env` (K-03): in another encoding, with another's bytes, with signs that mean something elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mfa_helpers import forms
from mfa_helpers.client.errors import InvalidInput
from mfa_helpers.doctor import __main__ as doctor
from mfa_helpers.doctor import lesson
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.instructors_board import connect
from mfa_helpers.storage.handover import Handover
from mfa_helpers.tenants import class_tenant, environment
from mfa_helpers.tenants.opening import open_tenant

GOOD = "# Prüfung\nAUTH0_DOMAIN=t.eu.auth0.com\nAUTH0_CLIENT_ID=app\nAUTH0_REALM=Prüfer\n"
READABLE = {
    "UTF-8": GOOD.encode(),
    "UTF-8 with a mark": GOOD.encode("utf-8-sig"),
    "UTF-16 with a mark": GOOD.encode("utf-16"),
    "UTF-16, big end first, with a mark": b"\xfe\xff" + GOOD.encode("utf-16-be"),
    "UTF-16 without a mark": GOOD.encode("utf-16-le"),
    "UTF-16, big end first, without a mark": GOOD.encode("utf-16-be"),
    "with Windows's ends of lines": GOOD.replace("\n", "\r\n").encode(),
    "with a Latin-1 comment": GOOD.replace("# Prüfung", "# Pr\udcfcfung").encode("utf-8", "surrogateescape"),
    "with half a character of UTF-16 at its end": GOOD.encode("utf-16-le") + b"A",
    "with another program's Latin-1 value": GOOD.encode() + b"OTHER=Pr\xfcfer\n",
}
UNREADABLE = {
    "Latin-1": GOOD.encode("latin-1"),
    "Latin-1 in the join line": b"MFA_CLASS=mfa-class/\xfc\n",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00AUTH0_DOMAIN=x",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, and no setting in the environment."""
    for name in os.environ:
        if name.startswith("AUTH0_") or name in ("MFA_CLASS", "MFA_HANDS_FREE"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    environment.trust(None)


@pytest.mark.parametrize("content", READABLE.values(), ids=READABLE)
def test_k_03_a_file_of_any_usual_encoding_is_read(content: bytes, folder: Path) -> None:
    Path(".env").write_bytes(content)
    expected = {"AUTH0_DOMAIN": "t.eu.auth0.com", "AUTH0_CLIENT_ID": "app", "AUTH0_REALM": "Prüfer"}
    assert environment.read_settings() == expected
    assert open_tenant("live").base_url == "https://t.eu.auth0.com"


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_k_03_where_it_is_needed_one_sentence_names_the_file_and_the_cure(
    content: bytes, lab: Lab, folder: Path
) -> None:
    Path(".env").write_bytes(content)
    said = f"The file {folder / '.env'} isn't encoded in UTF-8. In your editor, save it with the encoding UTF-8."
    for act in (
        lambda: open_tenant("live"),
        lambda: class_tenant.join(Handover(folder / "handover.json")),
        lambda: connect("live", folder),
        lambda: Lab("live"),
    ):
        with pytest.raises(InvalidInput) as caught:
            act()
        assert f"{caught.value.what} {caught.value.next_step}" == said
    assert list(doctor.told(lesson.own_tenant)) == [(False, said)]
    form = forms.TenantForm(lab)
    form.kind.value = "live"
    form.submit()
    assert form.status == f"Problem: {said}"


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_k_03_the_sandbox_works_whatever_is_in_it(content: bytes, lab: Lab, folder: Path) -> None:
    Path(".env").write_bytes(content)
    again = Lab(handover=Handover(folder / "handover.json"))
    assert again.tenant.kind == "sandbox"
    again.catch_up("enrolled")
    board = forms.InstructorsBoard(again)
    board.submit()
    assert board.error is None and (board.where.value, len(board.result)) == ("sandbox", 1)


def test_k_03_a_file_that_may_not_be_read_is_named_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(GOOD)
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == ".env":  # whoever runs the tests may read everything
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(InvalidInput, match=r"The file .*\.env can't be read \(Permission denied\)\."):
        open_tenant("live")
    assert not environment.names_a_class()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("a${b}c$d", "a${b}c$d"),
        ("${HOME}", "${HOME}"),
        ("'a b'", "a b"),
        ("a#b", "a#b"),
        ("abc\u200b", "abc"),  # not seen, so not meant
        ("\ufeffabc", "abc"),
        ("a“b”c", "a“b”c"),
        ("pa ss", "pa ss"),
    ],
)
def test_k_03_a_value_is_taken_as_it_is_written(written: str, value: str, folder: Path) -> None:
    text = f"\u200bAUTH0_DOMAIN=“t.eu.auth0.com”\nAUTH0_CLIENT_ID=app\nAUTH0_CLIENT_SECRET={written}\nAUTH0_USERNAME=\u2068ada\u2069\n"
    Path(".env").write_text(text, "utf-8")
    tenant = open_tenant("live")
    assert tenant.client_secret is not None and tenant.client_secret.reveal() == value
    assert (tenant.base_url, tenant.username) == ("https://t.eu.auth0.com", "ada")


def test_k_03_the_environment_s_join_line_needs_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_bytes(UNREADABLE["a picture"])
    monkeypatch.setenv("MFA_CLASS", " mfa-class/x ")
    assert environment.environment_line() == "mfa-class/x"
