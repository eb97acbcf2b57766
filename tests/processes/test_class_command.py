"""`python -m mfa_helpers.sandbox --class`: what a room sees, and what is said of what is missing."""

import json
import socket
import ssl
import stat
import urllib.request
from pathlib import Path

import pytest

from mfa_helpers.client.secret import Secret
from mfa_helpers.tenants import class_tenant

from ..sandbox.hosting.test_class_opening import LINE, TOKEN
from ..support.deadline import DEADLINE
from ..support.namespaces import refusal, with_addresses
from ..support.sandbox_processes import SANDBOX, command


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


@pytest.fixture
def in_network(tmp_path):
    """`in_network(*addresses)`: a class's command on a machine that has these addresses and no way to other networks."""
    if reason := refusal("--net"):
        pytest.skip(reason)
    return lambda *addresses: command(
        tmp_path,
        *("--class", "--host=0.0.0.0", "--public", "--port=0"),
        program=[*with_addresses(*addresses), *SANDBOX],
        MFA_SANDBOX_TOKEN=TOKEN,
    )


def test_without_a_default_route_a_class_is_at_the_address_that_there_is(in_network):
    with in_network("10.7.7.7/24") as sandbox:
        shown = "".join(sandbox.line() for _ in range(6))
        assert LINE.search(shown)[1] == "10.7.7.7" and "To stop it" in shown, "of the only one, nothing more is said"


def test_of_several_addresses_one_is_in_the_line_and_the_others_are_named(in_network):
    with in_network("10.7.7.7/24", "192.168.7.7/24", "10.7.8.7/24") as sandbox:
        shown = "".join(sandbox.line() for _ in range(7))
    assert LINE.search(shown)[1] == "10.7.7.7"
    assert (
        "Other addresses of this machine: 192.168.7.7, 10.7.8.7. If learners can't reach the one in the line, "
        "start again with --name and one of these.\n"
    ) in shown


def test_without_any_network_a_class_says_what_to_do(in_network):
    with in_network() as sandbox:
        assert sandbox.result() == (
            1,
            "",
            "This machine isn't connected to a network, so a class can't reach it. Connect it, or set its address with "
            "--name ADDRESS.\n",
        )


def test_an_address_that_is_gone_is_told(tmp_path):
    if reason := refusal("--net"):
        pytest.skip(reason)
    away = '(until test -e "$TMPDIR/move"; do sleep 0.1; done; ip addr del 10.7.7.7/24 dev v0) & exec "$@"'
    program = [*with_addresses("10.7.7.7/24"), "bash", "-c", away, "-", *SANDBOX]
    arguments = ("--class", "--host=0.0.0.0", "--public", "--port=0")
    with command(tmp_path, *arguments, program=program, MFA_SANDBOX_TOKEN=TOKEN) as sandbox:
        for _ in range(6):
            sandbox.line()
        (tmp_path / "move").touch()
        assert sandbox.line() == (
            "This machine no longer has the address 10.7.7.7, so learners can't reach it there. Press Ctrl+C, and start the "
            "class again to get a join line with the new address. Learners who paste it keep their user.\n"
        )


def test_the_line_of_the_next_group_is_shown_at_once(tmp_path):
    with command(tmp_path, "--class", "--port=0", MFA_SANDBOX_TOKEN=TOKEN) as sandbox:
        before = LINE.search("".join(sandbox.line() for _ in range(6)))[0]
        instructor = class_tenant.management(before, TOKEN, tmp_path)
        instructor.begin_group()
        shown = "".join(sandbox.line() for _ in range(4))
        after = LINE.search(shown)[0]
        assert shown.startswith("A new group begins. Its join line:\n\n") and Secret(after) == instructor.join_line()
        assert after != before
