"""Security finding S-03: which `.env` is read, whose it must be, and who says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mfa_helpers import forms
from mfa_helpers.client.errors import InvalidInput
from mfa_helpers.course.working_copy import MANIFEST
from mfa_helpers.doctor import __main__ as doctor
from mfa_helpers.doctor import lesson
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.instructors_board import connect
from mfa_helpers.storage.handover import Handover
from mfa_helpers.tenants import class_tenant, environment
from mfa_helpers.tenants.opening import open_tenant

LIVE = "AUTH0_DOMAIN=t.eu.auth0.com\nAUTH0_CLIENT_ID=app\n"
CLASS = "MFA_CLASS=mfa-class/192.0.2.1:8443/8444/" + "a" * 24 + "/" + "b" * 52 + "\n"
SOMEBODY = 65_534  # a user id that isn't this one's

modes = pytest.mark.skipif(os.name == "nt", reason="On Windows, permissions don't say who may change a file")
as_root = pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root gives files away")


@pytest.fixture
def lesson_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory, three folders down; nothing is set in the environment."""
    for name in os.environ:
        if name.startswith("AUTH0_") or name in ("MFA_CLASS", "MFA_HANDS_FREE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "a" / "b" / "lesson"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    yield folder
    environment.trust(None)


def readers(folder: Path) -> dict[str, Callable[[], object]]:
    """Everything that needs the file."""
    return {
        "your own tenant": lambda: open_tenant("live"),
        "a lab of your own tenant": lambda: Lab("live"),
        "a class": lambda: class_tenant.join(Handover(folder / "handover.json")),
        "the board of a class": lambda: connect("class", folder, token="x"),
        "the board of your own tenant": lambda: connect("live", folder),
    }


def as_copy(folder: Path) -> None:
    (folder / MANIFEST).write_text("{}")


@pytest.mark.parametrize("content", [LIVE, CLASS], ids=["live", "class"])
@pytest.mark.parametrize("place", ["..", "../..", "../../..", "below"])
def test_s_03_a_file_in_another_folder_is_not_read(lesson_folder: Path, place: str, content: str) -> None:
    (lesson_folder / "below").mkdir()
    (lesson_folder / place / ".env").write_text(content)
    assert environment.read_settings() == {} and environment.settings_file() is None
    assert not environment.names_a_class()
    for read in readers(lesson_folder).values():
        with pytest.raises(InvalidInput):
            read()
    assert "AUTH0_DOMAIN" in next(sentence for _, sentence in doctor.told(lesson.own_tenant))


@pytest.mark.parametrize("place", ["../..", "../../.."])
def test_s_03_above_the_folder_that_holds_the_copy_nothing_is_read(lesson_folder: Path, place: str) -> None:
    as_copy(lesson_folder)
    (lesson_folder / place / ".env").write_text(LIVE)
    assert environment.settings_file() is None


def test_s_03_the_folders_that_the_readme_names_are_read(
    lesson_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = lesson_folder.parent
    (checkout / ".env").write_text(LIVE)
    as_copy(lesson_folder)
    assert environment.settings_file() == checkout / ".env"
    for name in ("notebooks", "mfa_helpers"):
        (checkout / name).mkdir()
    monkeypatch.chdir(checkout / "notebooks")
    assert environment.settings_file() == checkout / ".env"
    monkeypatch.chdir(checkout)
    assert environment.settings_file() == checkout / ".env"
    (checkout / "mfa-course").mkdir()
    as_copy(checkout / "mfa-course")
    (checkout / ".env").rename(checkout / "mfa-course" / ".env")
    assert environment.settings_file() == checkout / "mfa-course" / ".env"


def refused_by_all(folder: Path, what: str) -> None:
    for name, read in readers(folder).items():
        with pytest.raises(InvalidInput) as caught:
            read()
        assert caught.value.what == f"The file {folder / '.env'} {what}, so it isn't read.", name
    (found,) = doctor.told(lesson.own_tenant)
    assert found[0] is False and what in found[1]
    assert not environment.names_a_class()


@modes
@pytest.mark.parametrize(
    "mode", [0o666, 0o646, 0o602, pytest.param(0o664, marks=as_root), pytest.param(0o620, marks=as_root)]
)
@pytest.mark.parametrize("content", [LIVE, CLASS], ids=["live", "class"])
def test_s_03_a_file_that_others_can_change_is_refused(lesson_folder: Path, content: str, mode: int) -> None:
    (lesson_folder / ".env").write_text(content)
    (lesson_folder / ".env").chmod(mode)
    refused_by_all(lesson_folder, "can be changed by other users")


@as_root
@pytest.mark.parametrize("group", [SOMEBODY, SOMEBODY + 1])
def test_s_03_the_group_may_change_it_only_where_it_is_the_users_own(
    lesson_folder: Path, monkeypatch: pytest.MonkeyPatch, group: int
) -> None:
    """Many systems give each user a group of their own, and make new files writable by it."""
    (lesson_folder / ".env").write_text(CLASS)
    os.chown(lesson_folder / ".env", SOMEBODY, group)
    (lesson_folder / ".env").chmod(0o664)
    monkeypatch.setattr(os, "getuid", lambda: SOMEBODY)
    assert environment.names_a_class() == (group == SOMEBODY)


@as_root
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o666])
def test_s_03_another_users_file_is_refused(lesson_folder: Path, mode: int) -> None:
    (lesson_folder / ".env").write_text(LIVE + CLASS)
    (lesson_folder / ".env").chmod(mode)
    os.chown(lesson_folder / ".env", SOMEBODY, SOMEBODY)
    refused_by_all(lesson_folder, "belongs to another user")


@as_root
@pytest.mark.parametrize("whose", ["the link", "the file"])
def test_s_03_so_is_another_users_link_and_a_link_to_another_users_file(lesson_folder: Path, whose: str) -> None:
    (lesson_folder / "other").write_text(LIVE + CLASS)
    (lesson_folder / ".env").symlink_to("other")
    os.chown(lesson_folder / (".env" if whose == "the link" else "other"), SOMEBODY, SOMEBODY, follow_symlinks=False)
    refused_by_all(lesson_folder, "belongs to another user")


@modes
def test_s_03_the_sandbox_and_the_environments_class_need_no_file(
    lesson_folder: Path, sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lesson_folder / ".env").write_text(LIVE + CLASS)
    (lesson_folder / ".env").chmod(0o666)
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(sandbox.state))
    assert Lab().tenant.kind == "sandbox"
    monkeypatch.setenv("MFA_CLASS", "mfa-class/x")
    assert environment.environment_line() == "mfa-class/x"


def test_s_03_the_forms_and_the_doctor_name_the_file(
    lesson_folder: Path, sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = lesson_folder / ".env"
    file.write_text(f"AUTH0_DOMAIN={sandbox.base_url}\nAUTH0_CLIENT_ID={sandbox.client_id}\n")
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(sandbox.state))
    lab = Lab()
    form = forms.TenantForm(lab)
    form.kind.value = "live"
    form.submit()
    assert form.status.endswith(f"Its settings come from {file}.")
    assert f"It's sent to {sandbox.base_url}, as set in {file}." in forms.SignInForm(lab).status
    for other in (forms.SecondTokenForm(lab), forms.CatchUpForm(lab, "login")):  # they ask for a password, too
        assert f"It's sent to {sandbox.base_url}, as set in {file}." in other.status
    assert str(file) in forms.InstructorsBoard(lab).status
    assert any(f"Your own tenant's settings come from {file}." in said for _, said in doctor.told(lesson.own_tenant))
    monkeypatch.setenv("AUTH0_DOMAIN", sandbox.base_url)
    form.submit()
    assert form.status.endswith("Its settings come from the environment.")


def test_s_03_no_class_is_chosen_in_silence(lesson_folder: Path, sandbox, monkeypatch, capsys) -> None:
    (lesson_folder / ".env").write_text(CLASS.replace("192.0.2.1:8443/8444", "127.0.0.1:9/9"))
    monkeypatch.setenv("MFA_SANDBOX_STATE", str(sandbox.state))
    assert Lab().tenant.kind == "class"  # nobody is there, so it waits
    assert (
        f"This notebook uses the class's tenant, because {lesson_folder / '.env'} contains its join line."
        in capsys.readouterr().out
    )
