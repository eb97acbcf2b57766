"""Runs notebook 12's own cells and programs with the SDKs of this folder, and writes what they sent into its recordings.

    python -m tests.outside.sdk.record          into the lesson
    python -m tests.outside.sdk.record FILE     into another file

Do this after a change of a version, a cell, or a program, then look at the difference.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from mfa_helpers import notebook
from mfa_helpers.client.errors import MfaRequired
from mfa_helpers.client.masking import mask_text
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.models import Exchange
from mfa_helpers.client.secret import Secret
from mfa_helpers.languages.sdks import SDKS
from mfa_helpers.lessons.sdk import PYTHON, STEPS, SdkLesson, recordings
from mfa_helpers.lessons.sdk.tenant import shared_sdk_tenant

from ...support.notebook_files import cells, sanitized, tags
from ...support.places import NOTEBOOKS
from . import environments

NOTEBOOK = NOTEBOOKS / "12_the_login_you_ship.ipynb"
PROGRAMS = ("auth0-auth-js", "auth0-spa-js")


class _Session:
    hands_free = True


def with_python_sdk() -> None:
    """Let this process import the SDK for Python, after all that it has anyway."""
    python = environments.python()
    sys.path += map(str, python.parents[1].glob("lib/python*/site-packages"))


def by_hand() -> dict[str, Exchange]:
    """The flow with the course's own client, by places."""
    here = shared_sdk_tenant()
    here.reset(mfa=True)
    tenant = here.tenant
    client = MfaClient(tenant.base_url, tenant.client_id, tenant.client_secret)
    client.session.verify = here.ca_file
    found: dict[str, Exchange] = {}

    def keep(place: str) -> None:
        assert client.last_exchange is not None
        found[place] = client.last_exchange

    def login(place: str) -> Secret:
        try:
            client.login(tenant.username, tenant.password, audience=tenant.audience, scope="openid profile email")
        except MfaRequired as required:
            keep(place)
            return required.mfa_token
        raise AssertionError("no second factor was required")

    token = login("login")
    enrollment = client.enroll_authenticator(token, tenant.username)
    keep("associate")
    client.verify(mfa_token=token, oob_code=enrollment.oob_code, binding_code=Secret(here.newest_code()))
    keep("confirm")
    token = login("login again")
    (row,) = client.list_authenticators(token)
    keep("list")
    challenge = client.challenge_authenticator(mfa_token=token, authenticator_id=row.id)
    keep("challenge")
    client.verify(mfa_token=token, oob_code=challenge.oob_code, binding_code=Secret(here.newest_code()))
    keep("complete")
    return found


def recorded(packages: Path) -> dict[str, Any]:
    """What the recordings hold; `packages` is the folder with the npm packages."""
    with_python_sdk()
    found: dict[str, Any] = {
        "by hand": {
            place: told
            for place, one in by_hand().items()
            for told in recordings.told([replace(one, response_body=None)])
        }
    }
    lesson = SdkLesson(_Session())  # type: ignore[arg-type]
    notebook.__dict__["sdk"] = lesson  # where the cells import it from
    for cell in cells(NOTEBOOK):
        if "call" in tags(cell) and "@sdk.step" in cell["source"]:
            with redirect_stdout(io.StringIO()):
                exec(cell["source"], {})
    found[PYTHON] = {
        "version": SDKS[PYTHON].version,
        "sent": {step: recordings.told(lesson.runs[step].sent) for step in STEPS},
    }
    before = Path.cwd()
    os.chdir(packages)
    try:
        for name in PROGRAMS:
            lesson.program(name)
            run = lesson.runs[name]
            found[name] = {
                "version": SDKS[name].version,
                "sent": {"program": recordings.told(run.sent)},
                "printed": list(run.said),
            }
    finally:
        os.chdir(before)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    assert mask_text(text) == text  # no token is in it
    told: dict[str, Any] = json.loads(sanitized(text))
    return told


def main(target: str = str(recordings.FILE)) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["JUPYTER_RUNTIME_DIR"] = folder
        text = json.dumps(recorded(environments.node()), indent=1, ensure_ascii=False)
    Path(target).write_text(text + "\n", "utf-8")
    print(f"{target}: {len(text)} characters")


if __name__ == "__main__":
    main(*sys.argv[1:])
