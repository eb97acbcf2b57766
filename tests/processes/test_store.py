"""Several processes on one tenant's file."""

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ..support.sandbox_api import INVALID_CODE, MFA_REQUIRED, Api, refusal
from ..support.sandbox_processes import DEADLINE, command, environment


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Two command lines that serve one file."""
    folder = tmp_path_factory.mktemp("twins")
    state = folder / "one.sqlite3"
    arguments = ("--json", "--state", str(state))
    with command(folder, *arguments) as first:
        one = Api(first.ready())
        with command(folder, *arguments) as second:
            two = Api(second.ready())
            one.sandbox.state = two.sandbox.state = state
            yield one, two
            one.http.close()
            two.http.close()


@pytest.fixture
def both(twins):
    twins[0].set_up()
    return twins


def test_two_processes_serve_one_tenant_each_on_its_port(both):
    one, two = both
    assert one.sandbox.base_url != two.sandbox.base_url
    token, oob_code, _ = one.begin()
    assert two.rows(token) == one.rows(token)
    assert two.verify(token, oob_code, two.code()).status_code == 200
    assert one.rows(one.mfa_token())[0]["active"]
    assert refusal(one.verify(token, oob_code, one.code())) == INVALID_CODE


def test_limits_and_clock_are_the_tenants_and_not_the_processes(both):
    one, two = both
    token, oob_code, code = one.begin()
    for number in range(10):
        assert refusal(both[number % 2].verify(token, oob_code, "x")) == INVALID_CODE
    assert two.verify(token, oob_code, code).status_code == 429
    two.advance(601)
    assert one.authenticators(token).status_code == 401


def test_a_hundred_logins_at_two_processes_at_once_all_work(both):
    def ten(api):
        own = Api(api.sandbox)
        answers = [refusal(own.login()) for _ in range(10)]
        own.http.close()
        return answers

    with ThreadPoolExecutor(10) as pool:
        answers = [answer for part in pool.map(ten, both * 5) for answer in part]
    assert answers == [MFA_REQUIRED] * 100


def test_a_code_given_to_two_processes_at_once_works_once(both):
    both[0].enroll()
    token = both[0].mfa_token()
    scene = token, both[0].challenge(token).json()["oob_code"], both[0].code()
    held = sqlite3.connect(both[0].sandbox.state, isolation_level=None, check_same_thread=False)
    held.execute("BEGIN IMMEDIATE")  # until both processes have read the code and stand before the change
    release = threading.Timer(0.5, held.execute, ["ROLLBACK"])
    release.start()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda api: api.verify(*scene), both))
    release.join()
    held.close()
    assert sorted(answer.status_code for answer in answers) == [200, 403]
    assert refusal(max(answers, key=lambda answer: answer.status_code)) == INVALID_CODE


MAKE = """
import sys
from mfa_helpers.sandbox.store import Store

print("ready", flush=True)
sys.stdin.readline()
store = Store(sys.argv[1])
print(store.get("password"), store.signing_key())
"""


def test_four_processes_that_make_the_same_fresh_tenant_make_one(tmp_path):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE, str(tmp_path / "new.sqlite3")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(tmp_path),
        )
        for _ in range(4)
    ]
    assert [process.stdout.readline() for process in started] == ["ready\n"] * 4
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    told = [process.communicate(timeout=DEADLINE)[0] for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert len(set(told)) == 1 and told[0].strip()
