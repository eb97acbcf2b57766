"""A call of the course's client beside the same call by bare `requests`, in turns, over one kept connection each.

python -m tests.benchmarks.call [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests

from mfa_helpers.client.errors import MfaRequired
from mfa_helpers.client.mfa import MfaClient

from ..support import sandbox_processes

CALLS = 100  # of each kind in a round


def measure(rounds: int = 15) -> dict[str, tuple[float, float]]:
    """Call -> median seconds of the client's and of the bare one."""
    with tempfile.TemporaryDirectory() as name, sandbox_processes.command(Path(name), "--json") as running:
        tenant = running.ready()
        client, bare = MfaClient(tenant.base_url, tenant.client_id, tenant.client_secret), requests.Session()
        scope = "openid profile email"

        def helper_login() -> str:
            try:
                client.login(tenant.username, tenant.password, audience=tenant.audience, scope=scope)
            except MfaRequired as needed:
                return str(needed.mfa_token)
            raise AssertionError("the tenant wants a second factor")

        def bare_login() -> str:
            answer = bare.post(
                tenant.base_url + "/oauth/token",
                data={
                    "grant_type": "password",
                    "client_id": tenant.client_id,
                    "client_secret": tenant.client_secret,
                    "username": tenant.username,
                    "password": tenant.password,
                    "audience": tenant.audience,
                    "scope": scope,
                },
                timeout=(5, 10),
            )
            assert answer.status_code == 403
            return str(answer.json()["mfa_token"])

        token = bare_login()
        token_of_client = client_token(client, tenant, scope)

        def helper_list() -> object:
            return client.list_authenticators(token_of_client)

        def bare_list() -> object:
            answer = bare.get(
                tenant.base_url + "/mfa/authenticators", headers={"Authorization": f"Bearer {token}"}, timeout=(5, 10)
            )
            assert answer.status_code == 200
            return answer.json()

        pairs = {"sign in": (helper_login, bare_login), "list": (helper_list, bare_list)}
        return {what: compared(*pair, rounds) for what, pair in pairs.items()}


def client_token(client: MfaClient, tenant: object, scope: str) -> object:
    try:
        client.login(tenant.username, tenant.password, audience=tenant.audience, scope=scope)  # type: ignore[attr-defined]
    except MfaRequired as needed:
        return needed.mfa_token
    raise AssertionError("the tenant wants a second factor")


def compared(ours: Callable[[], object], bare: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Seconds of a call: the median of all, taken in turns, so that whatever else the machine does hits both."""
    took: tuple[list[float], list[float]] = ([], [])
    for call in (ours, bare):
        call()
    for _ in range(rounds * CALLS):
        for call, seconds in zip((ours, bare), took, strict=True):
            began = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - began)
    return statistics.median(took[0]), statistics.median(took[1])


def main() -> None:
    for what, (ours, bare) in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 15).items():
        print(f"{what}: helper {ours * 1000:.2f} ms, bare requests {bare * 1000:.2f} ms, ratio {ours / bare:.2f}")


if __name__ == "__main__":
    main()
