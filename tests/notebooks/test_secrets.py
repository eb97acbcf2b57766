"""Canaries: run everything with secrets that can be recognised, then search every byte that was left.

Secrets may stand in three places only: the 0600 hand-over, and the 0600 files of the sandbox and of the throw-away one.
"""

from __future__ import annotations

import json
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
import requests
from nbconvert import HTMLExporter

from mfa_helpers.sandbox.hosting import server
from mfa_helpers.sandbox.store import Store
from mfa_helpers.sandbox.tenant import mailbox

from ..support.notebook_files import PATHS
from ..support.run_report import count
from .running import with_nbclient, with_nbval, with_papermill

PASSWORD = "canary-password-7f3a"
CLIENT_SECRET = "sandbox_canary-client-secret-91bd"
TYPED = "canary-typed-5e2c"
# The last two are the secret of an authenticator app, as text and as a QR code.
TOKEN = re.compile(
    rb"Fe26\.2\*\w+\*[0-9a-f]{16}|eyJ[\w-]{20,}\.[\w-]{20,}|otpauth://totp/|data:image/png;base64,[\w+/]{40}"
)


def allowed(folder: Path) -> list[Path]:
    throw_away = (folder / "runtime" / "mfa-errata").glob("*")
    return [folder / "runtime" / "mfa-course.json", *(folder / "state").glob("*"), *throw_away]


def leaks(folder: Path, codes: list[str], *texts: str, spared: Sequence[Path] = ()) -> list[str]:
    """Where a canary, a code or a token stands though it must not."""
    found = []
    passed = {*allowed(folder), *spared}
    places = [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file() and path not in passed]
    places += [(f"text {number}", text.encode()) for number, text in enumerate(texts)]
    count("secrets: canaries and codes searched for, beside all tokens", 3 + len(codes))
    count("secrets: files and texts searched", len(places))
    count("secrets: bytes searched", sum(len(raw) for _, raw in places))
    for name, raw in places:
        for canary in (PASSWORD, CLIENT_SECRET, TYPED):
            if canary.encode() in raw:
                found.append(f"{canary} in {name}")
        for code in codes:
            # not inside a widget's hexadecimal id, and not the fraction of a second in papermill's times
            if re.search(rb"(?<![0-9a-f])(?<!\d\.)%s(?![0-9a-f])" % code.encode(), raw):
                found.append(f"a code in {name}")
        if TOKEN.search(raw):
            found.append(f"a token in {name}")
    return found


def codes_of(folder: Path) -> list[str]:
    return codes_in(folder / "state" / "sandbox.sqlite3")


def codes_in(state: Path) -> list[str]:
    """Of every message that the tenant has sent."""
    store = Store(state)
    try:
        return [mail["code"] for mail in mailbox.read(store.mails(None))]
    finally:
        store.close()


def twenty_minutes_later(folder: Path) -> None:
    """A tenant sends a user 20 mails, then one a minute, and one run of all notebooks takes most of them."""
    sandbox = server.start(folder / "state" / "sandbox.sqlite3")
    requests.post(sandbox.base_url + "/sandbox/clock", json={"advance_seconds": 1200}, timeout=5)
    sandbox.stop()


@pytest.fixture
def canaries(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MFA_SANDBOX_PASSWORD", PASSWORD)
    monkeypatch.setenv("MFA_SANDBOX_CLIENT_SECRET", CLIENT_SECRET)
    return surroundings


def test_no_secret_is_left_by_papermill_whatever_it_stores(canaries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    for folder in ("out", "report"):
        (canaries / folder).mkdir()
    for path in PATHS:
        with_papermill(path, canaries / "out" / path.name, store_widget_state=True)
    twenty_minutes_later(canaries)
    for path in PATHS[1:6]:
        with_papermill(path, canaries / "report" / path.name, store_widget_state=True, report_mode=True)
    codes = codes_of(canaries)
    assert len(codes) >= 4
    written = json.loads((canaries / "out" / PATHS[1].name).read_text())
    assert written["metadata"]["widgets"]  # the state was stored, so its absence is no excuse
    assert leaks(canaries, codes) == []


def test_no_secret_is_left_by_nbval_and_jupyter_execute(canaries: Path) -> None:
    said = []
    done = with_nbval("--nbval", *PATHS[:6], MFA_HANDS_FREE="1")
    said += [done.stdout, done.stderr]
    assert done.returncode == 0, done.stdout[-3000:]
    twenty_minutes_later(canaries)
    for path in (*PATHS[1:6], PATHS[8]):  # and the secrets of other factors
        executed = subprocess.run(
            [sys.executable, "-m", "jupyter", "execute", str(path), f"--output={canaries / path.name}"],
            capture_output=True,
            text=True,
            timeout=120,
            env=_hands_free(),
        )
        assert executed.returncode == 0, executed.stderr[-2000:]
        said += [executed.stdout, executed.stderr]
    assert leaks(canaries, codes_of(canaries), *said) == []


def test_no_secret_is_left_by_a_person_whose_tries_fail_and_whose_widgets_are_saved(canaries: Path) -> None:
    """Wrong password, wrong code, right code, a fault in a cell; the notebook is saved with widget state."""
    book = nbformat.read(PATHS[1], as_version=4)
    book.cells += [
        nbformat.v4.new_code_cell(source)
        for source in (
            f"form = forms.SignInForm(lab); form.password.value = '{TYPED[:6]}' + '{TYPED[6:]}'; form.submit(); form",
            "form.submit_as_sandbox_user(); form",
            "form = forms.AssociateForm(lab); form.submit(); form",
            "form = forms.ConfirmForm(lab); form.look(); form.use_code(); form.code.value = form.code.value[::-1]; form.submit()",
            "form.use_code(); form.submit(); assert form.error is None; form",
            "lab.tokens",
            "print(lab.tokens, lab.tenant, lab.client, form.error)",
            "lab.client.verify(mfa_token='x', oob_code='y', binding_code='123')",
            *(
                source
                for mode in ("Plain", "Minimal", "Context", "Verbose")
                for source in (
                    f"%xmode {mode}",
                    "lab.client.login(lab.tenant.username, lab.tenant.password, audience='https://nobody.example/')",
                    "password = lab.tenant.password\n1 / 0",
                )
            ),
        )
    ]
    (canaries / "typed.ipynb").write_text(nbformat.writes(book))
    done = with_nbclient(canaries / "typed.ipynb", store_widget_state=True)
    # The cell's source spells the typed canary in two halves; only its value could join them.
    errors = [out for cell in done.cells for out in cell.get("outputs", []) if out.output_type == "error"]
    assert [error.ename for error in errors] == ["InvalidInput", *["AudienceUnknown", "ZeroDivisionError"] * 4]
    nbformat.write(done, canaries / "saved.ipynb")
    assert done.metadata["widgets"]
    exported, _ = HTMLExporter(template_name="basic").from_notebook_node(done)  # without pictures of its own
    assert "Confirm the e-mail" in exported  # the widgets' state travels into the page
    assert leaks(canaries, codes_of(canaries), exported) == []


def test_the_search_finds_what_is_there(canaries: Path) -> None:
    """The control: a planted canary of each kind is found."""
    (canaries / "planted.txt").write_text(
        f"{PASSWORD} and 004217 and Fe26.2*SERVER_1*{'a' * 64} and eyJ{'a' * 30}.{'b' * 30}.c"
    )
    assert len(leaks(canaries, ["004217"])) == 3


def test_what_may_hold_secrets_only_the_owner_can_read(canaries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MFA_HANDS_FREE", "1")
    with_papermill(PATHS[2], canaries / "out.ipynb")
    files = [path for path in allowed(canaries) if path.exists()]
    assert len(files) >= 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    handed = (canaries / "runtime" / "mfa-course.json").read_text()
    assert "Fe26.2*" in handed and PASSWORD not in handed and CLIENT_SECRET not in handed
    raw = b"".join(path.read_bytes() for path in (canaries / "state").glob("*"))
    assert b"Fe26.2*" not in raw  # tokens are kept as hashes only
    with closing(sqlite3.connect(canaries / "state" / "sandbox.sqlite3")) as database, database:
        assert database.execute("SELECT count(*) FROM oob_codes").fetchone()[0] > 0
    database.close()


def _hands_free() -> dict[str, str]:
    import os

    return {**os.environ, "MFA_HANDS_FREE": "1"}
