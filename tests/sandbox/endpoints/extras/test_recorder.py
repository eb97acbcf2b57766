"""What arrives is told, by a tenant that was started for that, and by no other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from mfa_helpers.client.sandbox_controls import SandboxControls
from mfa_helpers.client.secret import Secret
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.sandbox.hosting.server import ServedSandbox

from ....support.deadline import DEADLINE
from ....support.sandbox_api import own
from ....support.transport import needs_a_socket

pytestmark = needs_a_socket


@pytest.fixture
def recording(state: Path) -> Iterator[ServedSandbox]:
    sandbox = server.start(state, records=True)
    yield sandbox
    sandbox.stop()


def rows(sandbox: ServedSandbox) -> list[dict[str, Any]]:
    answer = requests.get(sandbox.base_url + "/sandbox/requests", headers=own(sandbox), timeout=DEADLINE)
    told: list[dict[str, Any]] = answer.json()
    return told


def test_each_request_is_told_with_its_fields_and_its_response(recording: ServedSandbox) -> None:
    url = recording.base_url
    form = {"grant_type": "password", "client_id": "nobody"}
    requests.post(url + "/oauth/token", data=form, timeout=DEADLINE)
    bearer = {"Authorization": "Bearer abc", "Auth0-Client": "an SDK"}
    requests.post(url + "/mfa/associate?a=1", json={"authenticator_types": "oob"}, headers=bearer, timeout=DEADLINE)
    requests.get(url + "/no/such/page", headers={"Authorization": "abc"}, timeout=DEADLINE)
    first, second, third = rows(recording)
    assert (first["method"], first["path"], first["status"]) == ("POST", "/oauth/token", 401)
    assert first["fields"] == form and first["content_type"] == "application/x-www-form-urlencoded"
    assert first["response"] == {"error": "access_denied", "error_description": "Unauthorized"}
    assert (second["scheme"], second["token"], second["query"]) == ("Bearer", "abc", {"a": "1"})
    assert second["fields"] == {"authenticator_types": "oob"} and second["has_body"] is True
    assert (first["client"], second["client"]) == ("", "an SDK")
    assert (third["status"], third["scheme"], third["token"], third["has_body"]) == (404, "", "abc", False)
    assert first["at"] <= second["at"] <= third["at"]


def test_its_time_is_that_of_its_arrival_however_long_the_response_takes(recording: ServedSandbox) -> None:
    controls = SandboxControls(recording.base_url, token=Secret(recording.sandbox_token))
    controls.go_wrong("/userinfo", "slow", 0.3)
    before = time.monotonic()
    requests.get(recording.base_url + "/userinfo", timeout=DEADLINE)
    (row,) = rows(recording)
    assert before <= row["at"] <= time.monotonic() - 0.3


def test_of_two_requests_at_once_the_one_that_arrived_first_is_told_first(recording: ServedSandbox) -> None:
    controls = SandboxControls(recording.base_url, token=Secret(recording.sandbox_token))
    controls.go_wrong("/userinfo", "slow", 1)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(requests.get, recording.base_url + "/userinfo", timeout=DEADLINE)
        while fault_is_to_come(recording):  # it has arrived
            time.sleep(0.01)
        requests.get(recording.base_url + "/no/such/page", timeout=DEADLINE)
        assert [row["path"] for row in rows(recording)] == ["/no/such/page"] and not slow.done()
        slow.result()
    assert [row["path"] for row in rows(recording)] == ["/userinfo", "/no/such/page"]


def test_what_arrived_before_it_was_forgotten_is_not_told_when_it_is_answered(recording: ServedSandbox) -> None:
    controls = SandboxControls(recording.base_url, token=Secret(recording.sandbox_token))
    controls.go_wrong("/userinfo", "slow", 0.5)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(requests.get, recording.base_url + "/userinfo", timeout=DEADLINE)
        while fault_is_to_come(recording):  # it has arrived
            time.sleep(0.01)
        controls.forget_requests()
        slow.result()
    requests.get(recording.base_url + "/no/such/page", timeout=DEADLINE)
    assert [row["path"] for row in rows(recording)] == ["/no/such/page"]


def fault_is_to_come(sandbox: ServedSandbox) -> bool:
    answer = requests.get(sandbox.base_url + "/sandbox/faults", headers=own(sandbox), timeout=DEADLINE)
    return bool(answer.json()["faults"])


def test_what_cannot_be_read_is_told_as_a_request_without_fields(recording: ServedSandbox) -> None:
    url = recording.base_url + "/oauth/token"
    requests.post(url, data="{}", timeout=DEADLINE)
    requests.post(url, data=b"\xff", headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=DEADLINE)
    told = rows(recording)
    assert [row["fields"] for row in told] == [{}, {}] and told[0]["content_type"] == ""


def test_what_is_nested_without_end_is_told_without_it_so_that_the_client_can_read_all(
    recording: ServedSandbox,
) -> None:
    deep: list[Any] = []
    for _ in range(98):
        deep = [deep]
    requests.post(recording.base_url + "/mfa/associate", json={"x": deep}, timeout=DEADLINE)
    requests.post(recording.base_url + "/mfa/associate", json={"x": [[[]]]}, timeout=DEADLINE)
    told = SandboxControls(recording.base_url, token=Secret(recording.sandbox_token)).requests()
    assert [(row["fields"], row["has_body"]) for row in told] == [({}, True), ({"x": [[[]]]}, True)]


def test_the_newest_are_kept_and_all_can_be_forgotten(recording: ServedSandbox) -> None:
    controls = SandboxControls(recording.base_url, token=Secret(recording.sandbox_token))
    with requests.Session() as http:
        for number in range(205):
            http.get(f"{recording.base_url}/userinfo?n={number}", timeout=DEADLINE)
    told = controls.requests()
    assert len(told) == 200 and told[0]["query"] == {"n": "5"} and told[-1]["query"] == {"n": "204"}
    controls.forget_requests()
    assert controls.requests() == []


def test_it_takes_the_sandboxs_token(recording: ServedSandbox) -> None:
    answer = requests.get(recording.base_url + "/sandbox/requests", timeout=DEADLINE)
    assert answer.status_code == 403


def test_another_tenant_does_not_have_the_address(sandbox: ServedSandbox) -> None:
    answer = requests.get(sandbox.base_url + "/sandbox/requests", headers=own(sandbox), timeout=DEADLINE)
    assert answer.status_code == 404
