"""The fixture `mfa_tenant`, as somebody's own tests use it: pytest runs them in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from ..support.deadline import DEADLINE
from ..support.places import ROOT
from ..support.sandbox_processes import environment

#: Nothing of this machine's own plugins, and no settings of this repository.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
HELPERS = """
import pytest
import requests


def login(tenant, **changed):
    body = {**tenant.password_grant, **changed}
    return requests.post(tenant.base_url + "/oauth/token", data=body, verify=tenant.ca_file or True, timeout=60)


def enroll(tenant):
    asked = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
    bearer = {"authorization": "Bearer " + login(tenant).json()["mfa_token"]}
    assert requests.post(tenant.base_url + "/mfa/associate", json=asked, headers=bearer, timeout=60).ok


def challenge(tenant, token):
    body = {"mfa_token": token, "client_id": tenant.client_id, "client_secret": tenant.client_secret}
    return requests.post(tenant.base_url + "/mfa/challenge", json=body, timeout=60).json()


def verify(tenant, token, oob_code, code):
    grant = "http://auth0.com/oauth/grant-type/mfa-oob"
    return login(tenant, grant_type=grant, mfa_token=token, oob_code=oob_code, binding_code=code)

"""


def run(folder: Path, text: str, *options: str, settings: str = "", helpers: str = HELPERS) -> tuple[int, str]:
    """The status and the words of a run of these tests."""
    (folder / "test_mine.py").write_text(helpers + text)
    (folder / "pytest.ini").write_text(f"[pytest]\nfilterwarnings = error\n{settings}\n")
    command = [sys.executable, "-m", "pytest", "-p", "mfa_helpers.pytest_plugin", "-p", "no:cacheprovider", *options]
    own = environment(folder, **ALONE)
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, timeout=4 * DEADLINE)
    return done.returncode, done.stdout + done.stderr


def test_the_test_of_the_readme_is_one(tmp_path: Path) -> None:
    text = (ROOT / "mfa_helpers" / "sandbox" / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    assert len([line for line in example.splitlines() if line]) <= 5
    status, said = run(tmp_path, example, helpers="")
    assert status == 0, said
    names = {name.split(".")[0] for name in re.findall(r"`mfa_tenant\.([a-z.]+)", text)}
    assert names == {"inbox", "clock", "faults", "seed"}


def test_each_test_has_a_tenant_of_its_own_and_all_share_a_key(tmp_path: Path) -> None:
    status, said = run(
        tmp_path,
        """
import json, pathlib

@pytest.mark.parametrize("n", range(4))
def test_one(mfa_tenant, n):
    assert login(mfa_tenant).json()["error"] == "mfa_required"
    assert mfa_tenant.inbox.messages() == []
    enroll(mfa_tenant)
    assert len(mfa_tenant.inbox.code()) == 6
    keys = requests.get(mfa_tenant.base_url + "/.well-known/jwks.json", timeout=60).json()
    pathlib.Path(f"{n}.json").write_text(json.dumps([mfa_tenant.base_url, keys]))
""",
    )
    assert status == 0, said
    told = [json.loads((tmp_path / f"{n}.json").read_text()) for n in range(4)]
    assert len({address for address, _ in told}) > 1  # a port may come back
    assert all(keys == told[0][1] for _, keys in told)
    assert list(tmp_path.glob("mfa-*")) == []  # TMPDIR is here


def test_what_a_test_does_to_its_tenant(tmp_path: Path) -> None:
    status, said = run(
        tmp_path,
        """
GRACE = {"email": "grace@example.com", "password": "throwaway", "factors": [{"type": "email"}]}


def begun(tenant):
    tenant.seed(users=[GRACE])
    token = login(tenant, username="grace@example.com", password="throwaway").json()["mfa_token"]
    return token, challenge(tenant, token)["oob_code"]


def test_seed_and_inbox(mfa_tenant):
    token, oob_code = begun(mfa_tenant)
    answer = verify(mfa_tenant, token, oob_code, mfa_tenant.inbox.code("grace@example.com"))
    assert "access_token" in answer.json()
    with pytest.raises(AssertionError, match="No code was sent to ada@example.com within 0 seconds. There are messages to grace@example.com."):
        mfa_tenant.inbox.code(within=0)
    mfa_tenant.reset()
    with pytest.raises(AssertionError, match="The inbox is empty."):
        mfa_tenant.inbox.code(within=0)


def test_clock(mfa_tenant):
    token, oob_code = begun(mfa_tenant)
    before = mfa_tenant.clock.now()
    mfa_tenant.clock.advance(301)
    assert mfa_tenant.clock.now() - before >= 301
    assert verify(mfa_tenant, token, oob_code, mfa_tenant.inbox.code("grace@example.com")).status_code == 401  # expired_token


def test_faults(mfa_tenant):
    mfa_tenant.faults.add("/oauth/token", "unavailable", times=2)
    assert [login(mfa_tenant).status_code for _ in range(3)] == [503, 503, 403]
    mfa_tenant.faults.add("/oauth/token", "unavailable", times=2)
    mfa_tenant.faults.clear()
    assert login(mfa_tenant).status_code == 403


def test_seed_of_a_file(mfa_tenant, tmp_path):
    (tmp_path / "seed.yaml").write_text("settings: {mfa_policy: []}")
    mfa_tenant.seed(tmp_path / "seed.yaml")
    assert login(mfa_tenant).status_code == 200


def test_a_bad_seed_gets_a_sentence_and_changes_nothing(mfa_tenant):
    begun(mfa_tenant)
    with pytest.raises(ValueError, match=r"^users\\[0\\].password must be the user's password"):
        mfa_tenant.seed(users=[{"email": "a@example.com"}])
    assert login(mfa_tenant, username="grace@example.com", password="throwaway").status_code == 403


def test_no_secret_is_shown(mfa_tenant):
    assert repr(mfa_tenant) == f"<mfa_tenant at {mfa_tenant.base_url}>"
    for one in (mfa_tenant.inbox, mfa_tenant.clock, mfa_tenant.faults):
        assert mfa_tenant.sandbox_token not in repr(one)
""",
    )
    assert status == 0, said


def test_a_test_that_fails_writes_no_secret_out(tmp_path: Path) -> None:
    status, said = run(
        tmp_path,
        """
import json, pathlib

def kept(tenant, *more):
    names = ("password", "client_secret", "management_client_secret", "sandbox_token")
    found = [*(getattr(tenant, name) for name in names), *more]
    with pathlib.Path("secrets.jsonl").open("a") as file:
        file.write(json.dumps(found) + chr(10))
    return tenant

def test_a_call(mfa_tenant):
    url = kept(mfa_tenant).base_url + "/oauth/token"
    assert requests.post(url, data=mfa_tenant.password_grant, auth=("x", mfa_tenant.client_secret)).status_code == 200

def test_a_code(mfa_tenant):
    token = login(mfa_tenant).json()["mfa_token"]
    asked = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
    bearer = {"authorization": "Bearer " + token}
    requests.post(mfa_tenant.base_url + "/mfa/associate", json=asked, headers=bearer, timeout=60)
    code = mfa_tenant.inbox.code()
    found = [code, mfa_tenant.sandbox_token, mfa_tenant.management_client_secret]
    kept(mfa_tenant, code)
    assert not found and isinstance(code, str)
""",
        "-l",
        "-vv",
    )
    assert status == 1 and "2 failed" in said and "password_grant" in said, said
    secrets = [secret for line in (tmp_path / "secrets.jsonl").read_text().splitlines() for secret in json.loads(line)]
    assert len(secrets) == 9 and not [secret for secret in secrets if secret in said]


def test_one_tenant_for_a_session_over_tls_if_the_settings_say_so(tmp_path: Path) -> None:
    status, said = run(
        tmp_path,
        """
@pytest.fixture(scope="session")
def app(mfa_tenant):
    return mfa_tenant


@pytest.mark.parametrize("n", range(3))
def test_same(app, mfa_tenant, n):
    assert app is mfa_tenant and app.base_url.startswith("https://localhost:")
    assert login(app).json()["error"] == "mfa_required"
""",
        settings="mfa_tenant_scope = session\nmfa_tenant_tls = true",
    )
    assert status == 0, said


def test_another_scope_gets_a_sentence(tmp_path: Path) -> None:
    status, said = run(tmp_path, "def test_one(mfa_tenant): pass", settings="mfa_tenant_scope = modul")
    assert status != 0 and "mfa_tenant_scope is 'modul'. Use function or session." in said
    assert "Traceback" not in said and len(said.splitlines()) < 5, said


def test_a_fault_or_a_seed_that_cannot_be_is_told_at_the_line_of_the_test(tmp_path: Path) -> None:
    text = """
def test_fault(mfa_tenant):
    mfa_tenant.faults.add("/oauth/token", "unavailible")

def test_seed(mfa_tenant):
    mfa_tenant.seed(settings={"mfa_policy": "Always"})
"""
    status, said = run(tmp_path, text)
    assert status == 1 and "ValueError: kind must be one of slow, " in said, said
    assert "ValueError: settings.mfa_policy must be a list, such as [all-applications]." in said
    assert "transport.py" not in said and "seed.py" not in said and len(said.splitlines()) < 60, said


def test_under_xdist_each_worker_has_its_own(tmp_path: Path) -> None:
    status, said = run(
        tmp_path,
        """
@pytest.mark.parametrize("n", range(20))
def test_one(mfa_tenant, n):
    assert mfa_tenant.inbox.messages() == []
    enroll(mfa_tenant)
    assert len(mfa_tenant.inbox.messages()) == 1
""",
        *("-p", "xdist", "-n", "2"),
    )
    assert status == 0, said
    assert "20 passed" in said


def test_a_run_that_does_not_ask_for_it_loads_none_of_it(tmp_path: Path) -> None:
    status, said = run(
        tmp_path,
        """
def test_one():
    assert ours == {"mfa_helpers.storage", "mfa_helpers.storage.browser", "mfa_helpers.pytest_plugin"}
    assert not {"requests", "starlette", "uvicorn", "sqlite3", "yaml"} & loaded
""",
        helpers="import sys\n\nloaded = set(sys.modules)\nours = {name for name in loaded if name.startswith('mfa_helpers.')}\n",
    )
    assert status == 0, said
