"""`python -m mfa_helpers.sandbox`, as somebody with an app of their own runs it."""

import json
import re
import signal
import socket
import stat

import pytest
import requests

from ..support.deadline import DEADLINE
from ..support.sandbox_api import MFA_REQUIRED, Api, refusal
from ..support.sandbox_processes import command

PROMISED = [
    "base_url", "issuer", "client_id", "client_secret", "public_client_id", "management_client_id",
    "management_client_secret", "audience", "mfa_audience", "management_audience", "username", "password", "smtp",
    "inbox_url", "sandbox_token",
]  # fmt: skip


@pytest.fixture
def run(tmp_path):
    """`run(*arguments)`: the command line, as a context."""
    return lambda *arguments, **environment: command(tmp_path, *arguments, **environment)


def enroll(ready):
    """The whole flow at a running command line: the status it ends with."""
    api = Api(ready)
    try:
        return api.enroll().status_code
    finally:
        api.http.close()


def test_json_is_one_line_with_what_was_promised_and_the_end_is_quiet(run):
    with run("--json") as sandbox:
        ready = json.loads(sandbox.line())
        assert list(ready) == PROMISED
        assert all(isinstance(value, str) and value for value in ready.values())
        answer = requests.get(ready["inbox_url"], headers={"x-sandbox-token": ready["sandbox_token"]}, timeout=DEADLINE)
        assert (answer.status_code, answer.json()) == (200, [])
        assert sandbox.end(signal.SIGTERM) == (0, "", "")


def test_the_line_leads_through_the_whole_flow(run):
    with run("--json") as sandbox:
        ready = sandbox.ready()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", ready.base_url)
        assert ready.issuer == ready.base_url + "/"
        assert ready.mfa_audience == ready.issuer + "mfa/"
        assert ready.inbox_url == ready.base_url + "/sandbox/inbox"
        assert enroll(ready) == 200
        assert sandbox.end() == (0, "", "")


def test_with_tls_the_issuer_is_https_and_only_the_ca_file_opens_it(run, tmp_path):
    with run("--json", "--tls") as sandbox:
        ready = sandbox.ready()
        assert list(vars(ready)) == [*PROMISED, "ca_file"]
        assert re.fullmatch(r"https://localhost:\d+/", ready.issuer)
        assert (ready.base_url + "/", ready.mfa_audience) == (ready.issuer, ready.issuer + "mfa/")
        assert enroll(ready) == 200
        with requests.Session() as session:
            session.trust_env = False
            discovery = ready.issuer + ".well-known/openid-configuration"
            told = session.get(discovery, verify=ready.ca_file, timeout=DEADLINE).json()
            assert told["issuer"] == ready.issuer
            assert told["token_endpoint"] == ready.issuer + "oauth/token"
            with pytest.raises(requests.exceptions.SSLError, match="certificate verify failed"):
                session.get(discovery, timeout=DEADLINE)
        (folder,) = tmp_path.glob("mfa-sandbox-*")  # where only this user may look, and no key is left
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [file.name for file in folder.iterdir()] == ["ca.pem"]
        assert "PRIVATE" not in (folder / "ca.pem").read_text()
        assert sandbox.end() == (0, "", "")


def test_without_json_it_tells_people_the_same(run):
    with run() as sandbox:
        lines = [sandbox.line().split(None, 1) for _ in PROMISED]
        assert [name for name, _ in lines] == PROMISED
        assert sandbox.line() == "To stop it, press Ctrl+C.\n"
        assert sandbox.end(signal.SIGINT) == (0, "", "")


def test_the_state_file_is_the_tenant(run, tmp_path):
    arguments = ("--json", "--state", str(tmp_path / "mine.sqlite3"))
    with run(*arguments) as sandbox:
        first = sandbox.ready()
        assert enroll(first) == 200
        sandbox.end()
    with run(*arguments) as sandbox:
        second = sandbox.ready()
        assert (second.client_secret, second.password) == (first.client_secret, first.password)
        api = Api(second)
        assert [row["active"] for row in api.rows(api.mfa_token())] == [True]
        api.http.close()
    with run("--json", "--state", str(tmp_path / "other.sqlite3")) as sandbox:
        assert sandbox.ready().password != first.password


def test_port_and_secrets_can_be_chosen(run):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with run("--json", f"--port={port}", MFA_SANDBOX_PASSWORD="p+w %", MFA_SANDBOX_CLIENT_SECRET="s=&") as sandbox:
        ready = sandbox.ready()
        assert ready.base_url == f"http://127.0.0.1:{port}"
        assert (ready.password, ready.client_secret) == ("p+w %", "s=&")
        api = Api(ready)
        assert refusal(api.login()) == MFA_REQUIRED
        api.http.close()


def test_a_taken_port_gets_a_sentence(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with run(f"--port={port}") as sandbox:
            code, out, err = sandbox.result()
    assert (code, out) == (1, "")
    assert re.fullmatch(rf"Can't listen on 127\.0\.0\.1:{port} \([^()]+\)\. Try another port\.\n", err)


def test_an_unusable_file_gets_a_sentence(run, tmp_path):
    path = tmp_path / "letter.sqlite3"
    path.write_text("This is a letter to grandmother. " * 300)
    with run("--state", str(path)) as sandbox:
        code, out, err = sandbox.result()
    assert (code, out) == (1, "")
    assert err == (
        f"The sandbox's file {path} can't be used (file is not a database). If you delete it, the sandbox makes a new tenant.\n"
    )


@pytest.mark.parametrize("where", ["a folder", "below a file"])
def test_a_place_where_no_file_can_be_gets_a_sentence_about_the_place(run, tmp_path, where):
    (tmp_path / "file").touch()
    path = tmp_path if where == "a folder" else tmp_path / "file" / "sandbox.sqlite3"
    with run("--state", str(path)) as sandbox:
        code, out, err = sandbox.result()
    assert (code, out) == (1, "")
    assert err.count("\n") == 1 and str(path) in err
    assert "port" not in err


def test_a_port_that_cannot_be_gets_a_sentence(run):
    with run("--port=99999") as sandbox:
        code, out, err = sandbox.result()
    assert code in (1, 2) and out == ""
    assert "Traceback" not in err and "99999" in err


def test_help_names_every_option(run):
    with run("--help") as sandbox:
        code, out, err = sandbox.result()
    assert (code, err) == (0, "")
    options = {
        "--help",
        "--host",
        "--port",
        "--state",
        "--seed",
        "--tls",
        "--json",
        "--public",
        "--open",
        "--class",
        "--name",
        "--while-used",
    }
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", out)) == options


TOKEN = "a token of a class, 5193"


@pytest.mark.parametrize("environment", [{}, {"MFA_SANDBOX_TOKEN": TOKEN}])
def test_it_does_not_listen_beyond_this_machine_unasked(run, environment):
    with run("--host", "0.0.0.0", **environment) as sandbox:
        assert sandbox.result() == (
            1, "", "0.0.0.0 can be reached from other machines. If that's what you want, add --public.\n",
        )  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("--tls",), ("--while-used",), ("--host=0.0.0.0", "--public"), ("--class",)])
def test_it_makes_its_token_itself_and_tells_it_the_same_after_a_restart(run, arguments):
    told = []
    for _ in range(2):
        with run("--json", "--port=0", *arguments) as sandbox:
            ready = sandbox.ready()
            told.append(ready.sandbox_token)
            ask = {"url": ready.inbox_url, "verify": getattr(ready, "ca_file", None) or True, "timeout": DEADLINE}
            assert requests.get(**ask).status_code == 403
            assert requests.get(**ask, headers={"x-sandbox-token": ready.sandbox_token}).status_code == 200
            sandbox.end()
    assert told[0] == told[1] and len(told[0]) == 43


@pytest.mark.parametrize("arguments", [(), ("--open",), ("--while-used",), ("--host=0.0.0.0", "--public", "--open")])
def test_a_token_that_is_given_always_counts(run, arguments):
    with run("--json", *arguments, MFA_SANDBOX_TOKEN=TOKEN) as sandbox:
        ready = sandbox.ready()
        assert ready.sandbox_token == TOKEN
        assert requests.get(ready.inbox_url, timeout=DEADLINE).status_code == 403
        _, _, err = sandbox.end()
    assert ("so --open has no effect" in err) == ("--open" in arguments)


@pytest.mark.parametrize("arguments", [(), ("--host=0.0.0.0", "--public")])
def test_open_turns_the_token_off_and_says_so(run, arguments):
    with run("--json", "--open", *arguments) as sandbox:
        ready = sandbox.ready()
        assert ready.sandbox_token == ""
        assert requests.get(ready.inbox_url, timeout=DEADLINE).status_code == 200
        page = {"origin": "https://evil.example"}
        assert requests.get(ready.inbox_url, headers=page, timeout=DEADLINE).status_code == 401
        assert sandbox.end() == (
            0, "", "Open: anyone who reaches this port can read the inbox, move the clock, and reset the tenant.\n",
        )  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("--class", "--port=0"), ("--host=0.0.0.0", "--public"), ("--while-used",)])
@pytest.mark.parametrize("token", ["aaaaaaaaaaaaaaaa", "short", "1234567890123456", "mit Ümlaut und lang genug"])
def test_a_token_that_could_be_guessed_is_refused(run, arguments, token):
    with run(*arguments, MFA_SANDBOX_TOKEN=token) as sandbox:
        status, out, err = sandbox.result()
    assert (status, out) == (1, "") and err.startswith("The token in MFA_SANDBOX_TOKEN is too easy to guess.")
    assert err.count("\n") == 1 and token not in err
