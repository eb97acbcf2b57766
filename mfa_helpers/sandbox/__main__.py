"""`python -m mfa_helpers.sandbox`, and the command `mfa-sandbox` without its judge: the tenant for people who try their own app against it."""

from __future__ import annotations

import argparse
import errno
import json
import os
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack, closing
from pathlib import Path

from .hosting import class_opening, door, operator_log, seed_file
from .hosting.class_news import ClassNews
from .hosting.own_addresses import own_addresses
from .hosting.ready import default_state
from .hosting.server import NotOpen, ServedSandbox, load_ahead, start, start_class, start_on_own_address
from .store import StateUnusable, Store
from .tenant import seed

LINGER = 10  # seconds: a kernel that was restarted is back by then


def main(name: str = "python -m mfa_helpers.sandbox", more: str = "") -> int:
    """Run the command line, which is called `name`. The exit code: 0, or 1 if it could not start or the server ended by itself.

    `more` is the last paragraph of its help.
    """
    parser = argparse.ArgumentParser(
        prog=name, description="A tenant on your own machine that implements Auth0's MFA API.", epilog=more
    )
    parser.add_argument(
        "--host", type=_host, default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=_port, help=f"port (default: a free one; for a class {_CLASS_PORT})")
    parser.add_argument(
        "--state", metavar="FILE", help="SQLite file that holds the tenant (default: the one that your notebooks use)"
    )
    parser.add_argument(
        "--seed",
        metavar="FILE",
        type=Path,
        help="YAML or JSON: begin with these users, factors, settings, APIs, and origins, which replace what the "
        "state file held (if neither --state nor MFA_SANDBOX_STATE names one, the tenant is temporary and is deleted at the end)",
    )
    parser.add_argument("--tls", action="store_true", help="serve HTTPS with a throwaway certificate for localhost")
    parser.add_argument("--json", action="store_true", help="print the address and credentials as one line of JSON")
    parser.add_argument(
        "--public",
        action="store_true",
        help="allow a --host beyond this machine",
    )
    parser.add_argument(
        "--open",
        action="store_true",
        help="for containers: anyone who reaches the port can use /sandbox/… without the token",
    )
    parser.add_argument(
        "--class",
        dest="is_class",
        action="store_true",
        help="one tenant for a whole class, over TLS; learners need the join line, and you need the token",
    )
    parser.add_argument(
        "--name",
        type=_name,
        help="address or name by which others reach this machine (default: detected, for a class)",
    )
    parser.add_argument(
        "--while-used",
        action="store_true",
        help="for notebooks: stop soon after the last notebook that uses the sandbox has closed",
    )
    arguments = parser.parse_args()
    if arguments.is_class and arguments.open:
        parser.error("--open can't be used with --class, because each learner could read everyone's email")
    if arguments.is_class and arguments.seed:
        parser.error("--seed can't be used with --class, because each start would undo what learners have enrolled")
    with ExitStack() as until_the_end:
        return _serve(arguments, until_the_end)


def _serve(arguments: argparse.Namespace, until_the_end: ExitStack) -> int:
    if not arguments.while_used:  # what notebooks start has no operator
        operator_log.show_errors(sys.stderr)
    door.raise_descriptor_limit()
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    try:
        if arguments.seed:
            _begin_with_the_seed(arguments, until_the_end)
        sandbox = _start(arguments)
    except OSError as error:
        ports = f"{_port_of(arguments)} and the next" if arguments.is_class else str(_port_of(arguments))
        taken = error.errno in (errno.EADDRINUSE, errno.EACCES)  # else the address is to blame
        cure = "Try another port." if taken else "Use an address of this machine, such as --host 127.0.0.1."
        print(f"Can't listen on {arguments.host}:{ports} ({error.strerror}). {cure}", file=sys.stderr)
        return 1
    except _NoName:
        print(
            "This machine isn't connected to a network, so a class can't reach it. Connect it, or set its address with --name ADDRESS.",
            file=sys.stderr,
        )
        return 1
    except (NotOpen, StateUnusable, seed.BadSeed) as error:
        print(error, file=sys.stderr)
        return 1
    news = None
    if arguments.json:
        print(json.dumps(sandbox.ready()), flush=True)
    elif arguments.is_class:  # a room may look on: no credentials
        news = ClassNews(sandbox, is_found=not _set_name(arguments))
        print(news.first(), flush=True)
        print(f"Your own token, for the board: {_where_the_token_is(sandbox)}", flush=True)
    else:
        for told, value in sandbox.ready().items():
            print(f"{told:25} {value}", flush=True)
    if arguments.open:
        print(_who_may_ask(sandbox), file=sys.stderr, flush=True)
    if not arguments.json:
        print("To stop it, press Ctrl+C.", flush=True)
    if arguments.while_used:
        _let_go_of_the_output()
        load_ahead()
    unused = 0  # seconds
    while sandbox.is_running and not ended.wait(1):
        if news is not None and (told := news.later()):
            print(told, flush=True)
        unused = 0 if sandbox.kernels else unused + 1
        if arguments.while_used and unused >= LINGER and sandbox.closes():
            break
    code = 0 if sandbox.is_running else 1  # its error has been logged
    sandbox.stop()
    return code


_CLASS_PORT = 8443  # stays the same after a restart, so the join line does


class _NoName(Exception):
    """Nobody could reach this machine by an address that can be found out."""


def _begin_with_the_seed(arguments: argparse.Namespace, until_the_end: ExitStack) -> None:
    """If nobody names a file, the tenant is in a folder that is deleted at the end: the notebooks' tenant is left alone."""
    wanted = seed_file.read(arguments.seed)
    if not arguments.state and not os.environ.get("MFA_SANDBOX_STATE"):
        folder = until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="mfa-sandbox-seeded-"))
        arguments.state = str(Path(folder, "sandbox.sqlite3"))
    with closing(Store(arguments.state or default_state())) as store, store.change():
        seed.plant(store, wanted)
        seed.keep(store, wanted)


def _who_may_ask(sandbox: ServedSandbox) -> str:
    if sandbox.sandbox_token:
        return "MFA_SANDBOX_TOKEN is set, so --open has no effect: the addresses under /sandbox/ require that token."
    return "Open: anyone who reaches this port can read the inbox, move the clock, and reset the tenant."


def _where_the_token_is(sandbox: ServedSandbox) -> str:
    """In words that a room may read. A token that the tenant made is put into a file, for its owner alone."""
    if os.environ.get("MFA_SANDBOX_TOKEN"):
        return "the one in MFA_SANDBOX_TOKEN."
    place = sandbox.state.with_name(sandbox.state.name + "-token")
    try:
        place.unlink(missing_ok=True)  # whatever was there, and whoever's it was
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(sandbox.sandbox_token + "\n")
    except OSError as error:
        return (
            f"it can't be written to {place} ({error.strerror}). Set MFA_SANDBOX_TOKEN, and then start the class again."
        )
    return f"the one in the file {place}, which only you can read."


def _start(arguments: argparse.Namespace) -> ServedSandbox:
    token = os.environ.get("MFA_SANDBOX_TOKEN", "")  # one that is given always counts
    if arguments.while_used:
        return start(arguments.state, token=token)
    if not arguments.is_class:
        return start_on_own_address(
            arguments.state,
            host=arguments.host,
            port=_port_of(arguments),
            tls=arguments.tls,
            token=token,
            public=arguments.public,
            open=arguments.open,
            name=arguments.name or "",
        )
    name = _set_name(arguments) or next(iter(own_addresses()), "")
    if not name or ":" in name:  # a join line has no number of IPv6
        raise _NoName
    # Not the file of the notebooks: whoever breaks things there would break them for the class.
    state = arguments.state or default_state().with_name("class.sqlite3")
    return start_class(
        state, name=name, token=token, host=arguments.host, port=_port_of(arguments), public=arguments.public
    )


def _set_name(arguments: argparse.Namespace) -> str:
    """The name or address of the class that was asked for; empty if this machine's own is to be found."""
    return str(arguments.name or ("" if arguments.host in ("0.0.0.0", "") else arguments.host))


def _port_of(arguments: argparse.Namespace) -> int:
    if arguments.port is not None:
        return int(arguments.port)
    return _CLASS_PORT if arguments.is_class else 0


def _host(text: str) -> str:
    return text.strip().strip("[]")  # a number of IPv6 has brackets in an address, and none here


def _name(text: str) -> str:
    if not class_opening.is_name(text.lower()):
        raise argparse.ArgumentTypeError(f"{text} is neither an IPv4 address nor a host name")
    return text.lower()


def _let_go_of_the_output() -> None:
    """Whoever started this reads the first line and goes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _port(text: str) -> int:
    number = int(text) if text.isdigit() else -1
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} isn't a port. A port is a number from 0 to 65535")
    return number


if __name__ == "__main__":
    sys.exit(main())
