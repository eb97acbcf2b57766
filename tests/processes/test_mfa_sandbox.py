"""The command `mfa-sandbox`, as it serves somebody's own tests: a seed, a name, and whether it is well."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from ..support.deadline import DEADLINE
from ..support.sandbox_api import MFA_REQUIRED, Api, refusal
from ..support.sandbox_processes import command

SEED = """
settings:
  factors: [email, otp]
origins: [http://localhost:3000]
users:
  - email: grace@example.com
    password: a throwaway password
    factors: [{type: email}]
"""
COMMAND = "import sys; from mfa_helpers.lessons.judge.command import mfa_sandbox; sys.exit(mfa_sandbox())"
GRACE = {"username": "grace@example.com", "password": "a throwaway password"}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Any]:
    """`run(*arguments)`: the command, as a context. No variable names a file."""
    return lambda *arguments, **more: command(tmp_path, *arguments, program=[sys.executable, "-c", COMMAND], **more)


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.yaml"
    path.write_text(SEED)
    return path


def logs_in_with_a_code(api: Api) -> bool:
    token = api.mfa_token(**GRACE)
    oob_code = api.challenge(token).json()["oob_code"]
    return api.verify(token, oob_code, api.code(GRACE["username"])).status_code == 200


def test_it_is_called_by_its_name(run: Callable[..., Any]) -> None:
    with run("--help") as sandbox:
        status, out, err = sandbox.result()
    assert (status, err) == (0, "") and out.startswith("usage: mfa-sandbox [-h]")


def test_it_begins_as_the_seed_says_and_a_reset_brings_that_back(
    run: Callable[..., Any], seed: Path, tmp_path: Path
) -> None:
    with run("--json", "--seed", str(seed), "--state", str(tmp_path / "mine.sqlite3")) as sandbox:
        api = Api(sandbox.ready())
        assert api.call("GET", "/health").status_code == 200
        assert logs_in_with_a_code(api)
        assert api.call("POST", "/sandbox/reset").json()["settings"]["factors"] == ["email", "otp"]
        assert api.mails() == [] and logs_in_with_a_code(api)
        assert api.call("POST", "/sandbox/reset", json={"users": []}).status_code == 200
        assert api.login(**GRACE).status_code == 403
        api.http.close()
        assert sandbox.end() == (0, "", "")


def test_without_a_file_of_its_own_the_notebooks_tenant_stays_and_the_seeds_is_gone_at_the_end(
    run: Callable[..., Any], seed: Path, tmp_path: Path
) -> None:
    where = {"MFA_SANDBOX_STATE": "", "XDG_DATA_HOME": str(tmp_path / "data")}
    with run("--json", **where) as sandbox:
        notebooks = sandbox.ready()
        sandbox.end()
    (file,) = (tmp_path / "data").rglob("sandbox.sqlite3")
    with run("--json", "--seed", str(seed), **where) as sandbox:
        api = Api(sandbox.ready())
        assert logs_in_with_a_code(api) and api.sandbox.client_secret != notebooks.client_secret
        api.http.close()
        sandbox.end()
    with sqlite3.connect(file) as db:
        assert db.execute("SELECT email FROM users").fetchall() == [("ada@example.com",)]
    db.close()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("mfa-sandbox")] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("users: [{email: grace}]", "users[0].email must be an email address, like grace@example.com."),
        ("users:\n - email: 'grace", "line 2, column 17 isn't valid YAML (found unexpected end of stream)."),
    ],
)
def test_a_bad_seed_gets_one_sentence_with_its_place(run: Callable[..., Any], seed: Path, text: str, said: str) -> None:
    seed.write_text(text)
    with run("--seed", str(seed)) as sandbox:
        assert sandbox.result() == (1, "", f"{seed}: {said}\n")


def test_a_seed_is_not_for_a_class(run: Callable[..., Any], seed: Path) -> None:
    with run("--class", "--seed", str(seed)) as sandbox:
        status, out, err = sandbox.result()
    assert (status, out) == (2, "") and "--seed can't be used with --class" in err


@pytest.mark.parametrize("tls", [False, True])
def test_others_reach_it_by_the_name_that_is_given(run: Callable[..., Any], tls: bool) -> None:
    """As other containers do, by the name of a service."""
    arguments = ["--json", "--host=0.0.0.0", "--public", "--name=MFA-Sandbox", *(["--tls"] if tls else [])]
    with run(*arguments) as sandbox:
        ready = sandbox.ready()
        found = re.fullmatch(r"(https?)://mfa-sandbox:(\d+)", ready.base_url)
        assert found and found[1] == ("https" if tls else "http") and ready.issuer == ready.base_url + "/"
        with requests.Session() as session:
            session.trust_env = False
            session.verify = getattr(ready, "ca_file", None) or True
            address = f"{found[1]}://127.0.0.1:{found[2]}"
            headers = {"host": f"mfa-sandbox:{found[2]}"}
            told = session.get(f"{address}/.well-known/openid-configuration", headers=headers, timeout=DEADLINE).json()
            assert told["issuer"] == ready.issuer
        sandbox.end()


def test_json_tells_the_seeds_tenant(run: Callable[..., Any], seed: Path) -> None:
    seed.write_text(json.dumps({"users": [{"email": "ada@example.com", "password": "chosen"}]}))
    with run("--json", "--seed", str(seed)) as sandbox:
        ready = sandbox.ready()
        assert ready.password == "chosen"
        api = Api(ready)
        assert refusal(api.login()) == MFA_REQUIRED
        api.http.close()
        sandbox.end()
