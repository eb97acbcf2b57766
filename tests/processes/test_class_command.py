"""`python -m mfa_helpers.sandbox --class`: what a room sees, and what is said of what is missing."""

import json
import socket
import ssl
import stat
import urllib.request
from pathlib import Path

import pytest

from ..sandbox.hosting.test_class_opening import LINE, TOKEN
from ..support.deadline import DEADLINE
from ..support.sandbox_processes import command


def test_the_command_line_shows_a_room_the_join_line_and_no_credentials(tmp_path):
    with command(tmp_path, "--class", "--port=0", MFA_SANDBOX_TOKEN=TOKEN) as sandbox:
        shown = "".join(sandbox.line() for _ in range(6))
        assert LINE.search(shown) and "To stop it, press Ctrl+C." in shown
        assert "secret" not in shown and "password" not in shown and TOKEN not in shown
        assert sandbox.end() == (0, "", "")


def test_without_a_token_it_makes_one_and_puts_it_where_only_the_instructor_reads_it(tmp_path):
    with command(tmp_path, "--class", "--port=0") as sandbox:
        shown = "".join(sandbox.line() for _ in range(6))
        place = tmp_path / "class.sqlite3-token"
        assert f"Your own token, for the board: the one in the file {place}, which only you can read." in shown
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        token = place.read_text().strip()
        assert len(token) == 43 and token not in shown
        sandbox.end()
    with command(tmp_path, "--class", "--port=0", "--json") as sandbox:
        assert sandbox.ready().sandbox_token == token


def test_where_the_token_cannot_be_put_the_class_says_what_to_do(tmp_path):
    place = tmp_path / "class.sqlite3-token"
    place.mkdir()
    with command(tmp_path, "--class", "--port=0") as sandbox:
        shown = "".join(sandbox.line() for _ in range(6))
        assert f"Your own token, for the board: it can't be written to {place} (" in shown
        assert "Set MFA_SANDBOX_TOKEN, and then start the class again." in shown
        assert sandbox.end() == (0, "", "")


def test_its_json_line_tells_the_join_line_too(tmp_path):
    with command(tmp_path, "--class", "--port=0", "--json", MFA_SANDBOX_TOKEN=TOKEN) as sandbox:
        ready = sandbox.ready()
        assert LINE.fullmatch(ready.join_line) and ready.base_url.startswith("https://127.0.0.1:")
        assert {file.name for file in tmp_path.glob("*.sqlite3")} == {"class.sqlite3"}, "not the notebooks' own"


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (("--host=0.0.0.0",), {}, "If that's what you want, add --public."),
        (("--host=0.0.0.0",), {"MFA_SANDBOX_TOKEN": TOKEN}, "If that's what you want, add --public."),
        (("--open",), {}, "--open can't be used with --class, because each learner could read everyone's email"),
        (("--name=a b",), {"MFA_SANDBOX_TOKEN": TOKEN}, "a b is neither an IPv4 address nor a host name"),
    ],
)
def test_what_the_command_line_misses_it_says(tmp_path, arguments, environment, sentence):
    with command(tmp_path, "--class", "--port=0", *arguments, **environment) as sandbox:
        status, out, err = sandbox.result()
    assert status in (1, 2) and out == "" and err.endswith(sentence + "\n") and "Traceback" not in err


def test_beyond_this_machine_the_certificate_is_for_the_name_that_learners_use(tmp_path):
    arguments = ("--class", "--host=0.0.0.0", "--public", "--name=Class.Example", "--port=0", "--json")
    with command(tmp_path, *arguments, MFA_SANDBOX_TOKEN=TOKEN) as sandbox:
        ready = sandbox.ready()
        host, port, ca_port, *_ = LINE.fullmatch(ready.join_line).groups()
        assert (host, ready.issuer) == ("class.example", f"https://class.example:{port}/")
        context = ssl.create_default_context(cafile=ready.ca_file)
        with urllib.request.urlopen(f"http://127.0.0.1:{ca_port}/", timeout=DEADLINE) as answer:
            assert json.load(answer)["ca"] == Path(ready.ca_file).read_text()
        with socket.create_connection(("127.0.0.1", int(port)), timeout=DEADLINE) as line:
            with context.wrap_socket(line, server_hostname="class.example") as secured:
                assert secured.version() in ("TLSv1.2", "TLSv1.3")
