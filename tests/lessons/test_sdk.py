"""The lesson about SDKs, without any of them: recordings, what is shown beside what, and the tenant that they would talk to."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from mfa_helpers.client.errors import MfaRequired, SandboxUnusable
from mfa_helpers.client.management import Management
from mfa_helpers.client.masking import mask_text
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Exchange
from mfa_helpers.lab import Lab
from mfa_helpers.languages.sdks import SDKS
from mfa_helpers.lessons import sdk
from mfa_helpers.lessons.sdk import PYTHON, STEPS, SdkLesson, node, recordings
from mfa_helpers.lessons.sdk import tenant as tenant_of_sdks
from mfa_helpers.lessons.sdk.runs import SdkRun, difference, places
from mfa_helpers.lessons.sdk.tenant import CALLBACK, App, MemoryStore, SdkTenant, sdk_named
from mfa_helpers.storage import browser
from mfa_helpers.tenants.environment import is_own
from mfa_helpers.tenants.opening import open_recording

from ..support.deadline import DEADLINE
from ..support.notebook_files import cells
from ..support.places import NOTEBOOKS

(NOTEBOOK,) = NOTEBOOKS.glob("12_*.ipynb")
PROGRAMS = ("auth0-auth-js", "auth0-spa-js")


@pytest.fixture
def lesson(learner: Lab) -> SdkLesson:
    return SdkLesson(learner)


@pytest.fixture
def without_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "_python_version", lambda: "")


@pytest.fixture
def with_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the SDK were there; the steps of these tests don't import it."""
    monkeypatch.setattr(sdk, "_python_version", lambda: "1.2.3")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SdkTenant]:
    tenant = SdkTenant(tmp_path / "sdk")
    monkeypatch.setattr(sdk, "shared_sdk_tenant", lambda: tenant)
    yield tenant
    tenant.close()


# The recordings


def test_the_recordings_are_of_the_versions_that_the_tests_run_and_hold_no_secret() -> None:
    text = recordings.FILE.read_text("utf-8")
    assert mask_text(text) == text and not re.search(r"Fe26\.2\*\w|eyJ\w{8}|\b\d{6}\b", text)
    for name in (PYTHON, *PROGRAMS):
        assert recordings.version(name) == SDKS[name].version


def test_each_recording_is_the_whole_flow() -> None:
    calls = ["login", "associate", "confirm", "login again", "list", "challenge", "complete"]
    assert list(recordings.by_hand()) == calls
    sent = [one for step in STEPS for one in recordings.of(PYTHON, step)]
    assert [place for place in places(sent) if place] == ["sign in", *calls]
    assert [place for place in places(recordings.of("auth0-auth-js", "program")) if place] == calls
    assert [place for place in places(recordings.of("auth0-spa-js", "program")) if place] == ["sign in", *calls]


def test_the_notebook_has_each_step_and_names_the_versions() -> None:
    code = "\n".join(cell["source"] for cell in cells(NOTEBOOK))
    assert re.findall(r'@sdk\.step\("([^"]+)"\)', code) == list(STEPS)
    assert re.findall(r'sdk\.program\("([^"]+)"\)', code) == list(PROGRAMS)
    assert all(f"{name} {one.version}" in code for name, one in SDKS.items())
    assert f"pip install {PYTHON}=={SDKS[PYTHON].version}" in code
    assert f"npm install {' '.join(f'{SDKS[name].package}@{SDKS[name].version}' for name in PROGRAMS)}" in code


def test_the_notebooks_table_of_gaps_is_true() -> None:
    (table,) = (cell["source"] for cell in cells(NOTEBOOK) if cell["id"] == "explain-gaps")
    rows = [
        [part.strip() for part in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]
    head, _, *body = rows
    calls = ("login", "associate", "verify", "list", "challenge", "delete")
    for call, row in zip(calls, body, strict=True):
        for name, cell in zip(head[1:], row[1:], strict=True):
            one = SDKS[name.rpartition(" ")[0]]
            assert (cell == "none") == (call in one.lacks)
            assert cell == "none" or f"{cell.strip('`')}(" in one.programs[call]


# What is shown


def test_without_the_sdk_a_step_is_not_run_and_its_recording_is_shown(
    lesson: SdkLesson, without_python: None, capsys: pytest.CaptureFixture[str]
) -> None:
    @lesson.step("associate")
    async def associate(app: App) -> None:
        raise AssertionError("it ran")

    text = repr(lesson.runs["associate"])
    assert capsys.readouterr().out == text + "\n"
    assert text.startswith(f"{PYTHON} {SDKS[PYTHON].version}, recorded earlier because it isn't installed here")
    assert "02 associate: POST /mfa/associate → 200" in text and "Only the SDK sends" not in text.split("\n")[0]
    html = lesson.runs["associate"].html()
    assert "Notebook 02" in html and "The SDK" in html and "<script" not in html


@pytest.mark.parametrize("name", PROGRAMS)
def test_without_node_or_the_package_a_program_is_shown_with_its_recording(
    lesson: SdkLesson, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    run = lesson.program(name)
    assert isinstance(run, SdkRun) and "recorded earlier" in repr(run) and run.said
    assert node.source(name) == run.program
    assert "<summary>The program</summary>" in run.html() and "Notebook 05" in run.html()
    assert lesson.runs[name] is run


def test_in_the_browser_edition_all_is_recorded(lesson: SdkLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "IS_HERE", True)
    assert sdk._python_version() == "" and "recorded earlier" in repr(lesson.program("auth0-auth-js"))


BY_HAND = Exchange(
    "POST",
    "http://localhost:1/oauth/token",
    "/oauth/token",
    {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"},
    {"grant_type": "password", "username": "ada"},
    200,
)


def test_a_difference_is_said_in_words() -> None:
    sdk_sent = replace(
        BY_HAND,
        request_headers={"auth0-client": "x 1", "content-type": "application/x-www-form-urlencoded"},
        request_body={"grant_type": "refresh_token", "refresh_token": "<hidden>"},
    )
    assert difference(sdk_sent, BY_HAND) == (
        "Only the SDK sends Auth0-Client and refresh_token. Only your request has username. "
        "The SDK's grant_type is refresh_token."
    )
    sdk_sent = replace(
        BY_HAND,
        request_headers={"auth0-client": "x 1", "authorization": "<hidden>", "content-type": "application/json"},
    )
    assert difference(sdk_sent, BY_HAND) == (
        "Only the SDK sends Auth0-Client and Authorization. The SDK's Content-Type is application/json."
    )
    assert difference(BY_HAND, BY_HAND) == "Both requests are the same."


def test_what_a_tenant_or_a_program_says_is_escaped() -> None:
    run = SdkRun(sdk="<b>", how="", sent=[replace(BY_HAND, path="/<i>")], said=["<script>"])
    assert not re.search("<(b|i|script)>", run.html())


def test_what_an_sdk_calls_itself_is_read_from_its_header() -> None:
    assert sdk_named("eyJuYW1lIjoieCIsInZlcnNpb24iOiIxIn0") == "x 1"
    assert (sdk_named(""), sdk_named("%%%"), sdk_named("W10")) == ("", "…", "…")


# Running


def test_a_step_is_run_on_a_tenant_that_tells_what_was_sent(
    lesson: SdkLesson, here: SdkTenant, with_python: None
) -> None:
    @lesson.step("sign in")
    async def sign_in(app: App) -> None:
        query = f"client_id={app.client_id}&response_type=code&redirect_uri={CALLBACK}&scope=openid"
        app.back = app.visit(f"https://{app.domain}/authorize?{query}")  # type: ignore[attr-defined]

    assert repr(lesson.runs["sign in"]) == "auth0-server-python 1.2.3, sent just now"  # Ada's browser isn't the SDK
    assert lesson._app is not None
    back = urlsplit(lesson._app.back)  # type: ignore[attr-defined]
    assert f"{back.scheme}://{back.netloc}{back.path}" == CALLBACK and "code" in dict(parse_qsl(back.query))


def test_a_step_without_those_before_it_gets_a_sentence(lesson: SdkLesson, here: SdkTenant, with_python: None) -> None:
    async def code(app: Any) -> None:
        app.client.mfa

    lesson.session.hands_free = False
    lesson.step("confirm")(code)
    assert "Run the cells above it first" in repr(lesson.runs["confirm"])
    lesson.session.hands_free = True
    with pytest.raises(AttributeError):
        lesson.step("confirm")(code)


def test_an_error_of_the_sdk_is_told_without_its_tokens(lesson: SdkLesson, here: SdkTenant, with_python: None) -> None:
    class MfaVerifyError(Exception):
        pass

    async def code(app: App) -> None:
        raise MfaVerifyError(f"Fe26.2*{'a' * 64} is wrong")

    lesson.session.hands_free = False
    lesson.step("confirm")(code)
    said = repr(lesson.runs["confirm"]).splitlines()[-1]
    assert said.startswith("The SDK raised MfaVerifyError: <sealed text") and "aaaa" not in said


def test_a_tenant_that_cannot_start_is_a_sentence(
    lesson: SdkLesson, with_python: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> SdkTenant:
        raise SandboxUnusable("The sandbox can't start (no space).")

    monkeypatch.setattr(sdk, "shared_sdk_tenant", fail)

    async def code(app: App) -> None: ...

    lesson.session.hands_free = False
    lesson.step("sign in")(code)
    assert capsys.readouterr().out.startswith("The sandbox can't start (no space).")
    lesson.session.hands_free = True
    with pytest.raises(SandboxUnusable):
        lesson.step("sign in")(code)


def test_a_tenant_that_does_not_tell_its_applications_is_not_left_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[bool] = []

    def opened(folder: str, **settings: bool) -> Any:
        made, stop = open_recording(folder, **settings)
        return made, lambda: (stop(), stopped.append(True))

    def fail(management: Management, path: str) -> Any:
        raise SandboxUnusable("It has ended.")

    monkeypatch.setattr(tenant_of_sdks, "open_recording", opened)
    monkeypatch.setattr(Management, "get", fail)
    with pytest.raises(SandboxUnusable, match="It has ended."):
        SdkTenant(tmp_path / "sdk")
    assert stopped == [True]


def test_the_app_shows_no_secret(here: SdkTenant) -> None:
    app = App(here)
    assert app.client_secret and app.client_secret not in repr(app) and app.secret not in repr(app)


async def _kept(store: MemoryStore) -> list[Any]:
    await store.set("a", {"b": 1}, options={})
    first = await store.get("a")
    await store.delete("a")
    return [first, await store.get("a", {})]


def test_the_store_keeps_and_forgets() -> None:
    assert asyncio.run(_kept(MemoryStore())) == [{"b": 1}, None]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of the course's folder: the SDK's `package.json`."""
    monkeypatch.setattr(node.shutil, "which", lambda name: name)
    (tmp_path / "mfa_helpers").mkdir()
    (tmp_path / "notebooks").mkdir()
    file = tmp_path / "node_modules" / "@auth0" / "auth0-auth-js" / "package.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"version": "9.9.9"}), "utf-8")
    return file


def test_a_package_is_found_in_the_notebooks_folder_and_the_courses(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert node.installed("@auth0/auth0-auth-js", tmp_path / "notebooks") == "9.9.9"
    assert node.installed("@auth0/auth0-auth-js", tmp_path) == "9.9.9"
    assert node.installed("@auth0/auth0-spa-js", tmp_path) == ""
    monkeypatch.setattr(node.shutil, "which", lambda name: None)
    assert node.installed("@auth0/auth0-auth-js", tmp_path) == ""


def test_a_package_in_a_folder_above_the_course_is_not_run(package: Path, tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()  # in /tmp, say, where everybody can write
    assert node.installed("@auth0/auth0-auth-js", tmp_path / "below") == ""


def test_a_package_of_another_user_is_not_run(
    package: Path, tmp_path: Path, lesson: SdkLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(node, "is_own", lambda path: asked.append(path) or path != package.parent)
    monkeypatch.chdir(tmp_path)
    lesson.session.hands_free = False
    assert "belongs to another user, so it isn't run. Remove that folder" in str(lesson.program("auth0-auth-js"))
    assert asked[0] == tmp_path / "node_modules"
    monkeypatch.setattr(node, "is_own", is_own)
    assert node.installed("@auth0/auth0-auth-js", tmp_path) == "9.9.9"
    others = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: others)
    assert is_own(package) == (package.stat().st_uid == 0)


@pytest.mark.parametrize("text", ["[]", "5", '"text"', "null", "{", "{}", "[" * 100_000, "\udcff", ""])
def test_a_damaged_package_is_taken_for_none(text: str, package: Path, tmp_path: Path) -> None:
    package.write_text(text, "utf-8", "surrogateescape")
    assert node.installed("@auth0/auth0-auth-js", tmp_path) == ""


# Steps that go wrong


def ended(lesson: SdkLesson, code: sdk.Step, step: str = "confirm") -> str:
    """What is said of a step that a person has written so."""
    lesson.session.hands_free = False
    lesson.step(step)(code)
    return lesson.runs[step].said[-1] if lesson.runs[step].said else ""


async def _exit(app: App) -> None:
    sys.exit(3)


async def _exit_in_a_task(app: App) -> None:
    await asyncio.create_task(_exit(app))


async def _interrupt(app: App) -> None:
    raise KeyboardInterrupt


async def _cancel(app: App) -> None:
    raise asyncio.CancelledError


async def _close(app: App) -> None:
    asyncio.get_running_loop().stop()
    await asyncio.sleep(DEADLINE)


async def _wait(app: App) -> None:
    await asyncio.sleep(DEADLINE)


async def _block(app: App) -> None:
    while True:
        pass


async def _untold(app: App) -> None:
    class Untold(AttributeError):
        def __str__(self) -> str:
            raise ValueError

    raise Untold


def _not_async(app: App) -> int:
    return 5


ENDS: dict[str, tuple[Any, str]] = {
    "exit()": (_exit, "it ended the program. Write return instead of exit()."),
    "exit() in a task": (_exit_in_a_task, "it ended the program. Write return instead of exit()."),
    "an interrupt": (_interrupt, "you interrupted it."),
    "a cancellation": (_cancel, "CancelledError."),
    "a loop that is stopped": (_close, "The SDK raised RuntimeError: Event loop stopped before Future completed."),
    "waiting": (_wait, "The step ran for more than 0.3 seconds, so it was stopped."),
    "blocking": (_block, "Look for a loop that never ends."),
    "an error without a text": (_untold, "The SDK raised Untold."),
    "no coroutine": (_not_async, "can't be used in 'await' expression"),
}


@pytest.mark.parametrize(("code", "said"), ENDS.values(), ids=ENDS)
def test_whatever_ends_a_step_is_a_sentence_and_the_next_step_runs(
    code: Any, said: str, lesson: SdkLesson, here: SdkTenant, with_python: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sdk, "_LONGEST", 0.3)
    monkeypatch.setattr(sdk, "_GRACE", 0.3)
    monkeypatch.setenv("SSL_CERT_FILE", "of the learner")
    assert ended(lesson, code).endswith(said) and os.environ["SSL_CERT_FILE"] == "of the learner"

    monkeypatch.setattr(sdk, "_LONGEST", float(DEADLINE))

    async def fine(app: App) -> None:
        await asyncio.sleep(0)
        print("It ran.")

    assert ended(lesson, fine) == "It ran."
    lesson.session.hands_free = True
    monkeypatch.setattr(sdk, "_LONGEST", 0.3)
    with pytest.raises(Exception):  # noqa: B017  # of any kind
        lesson.step("confirm")(code)


def test_a_step_that_cannot_be_stopped_is_left_alone(
    lesson: SdkLesson, here: SdkTenant, with_python: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sdk, "_LONGEST", 0.3)
    monkeypatch.setattr(sdk, "_GRACE", 0.0)
    is_enough, was_run = threading.Event(), threading.Event()

    async def stuck(app: App) -> None:
        is_enough.wait(DEADLINE)
        was_run.set()

    before = sdk._loop()
    assert ended(lesson, stuck).endswith("Look for a loop that never ends.") and not was_run.is_set()
    assert ended(lesson, _untold) == "The SDK raised Untold." and sdk._loop() is not before
    is_enough.set()
    while not before.is_closed():
        time.sleep(0.01)


def test_neither_an_error_nor_a_print_of_a_step_shows_a_secret(
    lesson: SdkLesson, here: SdkTenant, with_python: None
) -> None:
    secrets: list[str] = []

    async def code(app: App) -> None:
        app.turn_on_mfa()
        client = MfaClient(here.tenant.base_url, here.tenant.client_id, here.tenant.client_secret)
        client.session.verify = here.ca_file
        with pytest.raises(MfaRequired) as required:
            client.login(here.tenant.username or "", app.password, audience=app.audience)
        client.enroll_authenticator(required.value.mfa_token, None)
        secrets.extend([app.password.reveal(), app.client_secret, app.secret, app.read_code(), f"v1.{'M_-1' * 9}"])
        secrets.append("an-authorization-code")
        told = [*secrets[:-1], f"{CALLBACK}?state=x&code={secrets[-1]}"]
        print(*told)
        raise ValueError(told)

    ended(lesson, code, "sign in")
    shown = repr(lesson.runs["sign in"]) + lesson.runs["sign in"].html()
    assert len(secrets) == 6 and "The SDK raised ValueError" in shown
    assert [one for one in secrets if not one or one in shown] == []
