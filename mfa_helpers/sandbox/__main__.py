"""`python -m mfa_helpers.sandbox`: the tenant for people who try their own app against it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading

from .server import NotOpen, start_on_own_address
from .store import StateUnusable


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m mfa_helpers.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=_port, default=0, help="port (default: a free one)")
    parser.add_argument(
        "--state", metavar="FILE", help="SQLite file that is the tenant (default: the one of your notebooks)"
    )
    parser.add_argument("--tls", action="store_true", help="HTTPS with a throw-away certificate for localhost")
    parser.add_argument("--json", action="store_true", help="tell the address and credentials as one JSON line")
    parser.add_argument(
        "--public",
        action="store_true",
        help="allow a --host beyond this machine; MFA_SANDBOX_TOKEN then opens /sandbox/…",
    )
    arguments = parser.parse_args()

    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    try:
        sandbox = start_on_own_address(
            arguments.state,
            arguments.host,
            arguments.port,
            arguments.tls,
            os.environ.get("MFA_SANDBOX_TOKEN", "") if arguments.public else "",
        )
    except OSError as fault:
        print(
            f"Cannot listen on {arguments.host}:{arguments.port} ({fault.strerror}). Try another port.", file=sys.stderr
        )
        return 1
    except NotOpen as fault:
        print(f"{fault} Put it into MFA_SANDBOX_TOKEN and add --public.", file=sys.stderr)
        return 1
    except StateUnusable as fault:
        print(fault, file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(sandbox.ready()), flush=True)
    else:
        for told, value in sandbox.ready().items():
            print(f"{told:25} {value}", flush=True)
        print("Stop it with Ctrl+C.", flush=True)
    while not ended.wait(1):
        pass
    sandbox.stop()
    return 0


def _port(text: str) -> int:
    number = int(text) if text.isdigit() else -1
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} is no port: a port is a number from 0 to 65535")
    return number


if __name__ == "__main__":
    sys.exit(main())
