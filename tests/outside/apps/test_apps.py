"""Example apps sign users in with a password and a code by email, unchanged: only their environment says which tenant.

Each is one file, in Flask, FastAPI, Express, Go, or Java. They speak HTTPS with the tenant, as with a real one.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from mfa_helpers.sandbox.crypto import certificate

from ...support import sandbox_processes
from ...support.deadline import DEADLINE
from ...support.misbehaving_server import answering, reply
from ...support.sandbox_api import Api, wrong
from ..compilers.toolchains import KEPT, TOOLCHAINS, trust_store
from ..sdk import environments

HERE = Path(__file__).parent
PASSWORD = 'a "throwaway" p&ssword, 100% ünsafe\\'
LATER = (502, "You can't sign in just now. Try again later.")
SEED = {
    "users": [
        {"email": "grace@example.com", "password": PASSWORD, "factors": [{"type": "email"}]},
        {"email": "alan@example.com", "password": PASSWORD},
    ]
}

# How each is started in a folder of its own that has its file.


def flask(folder: Path, port: str) -> list[str]:
    return [_python(), "-m", "flask", "--app", "flask_app", "run", "--port", port]


def fastapi(folder: Path, port: str) -> list[str]:
    return [_python(), "-m", "uvicorn", "fastapi_app:app", "--port", port]


def express(folder: Path, port: str) -> list[str]:
    made = environments.or_skip(lambda: environments.node(HERE), "MFA_SDKS", "Express")
    (folder / "node_modules").symlink_to(made / "node_modules")
    return ["node", "express_app.mjs"]


def go(folder: Path, port: str) -> list[str]:
    return _needing("go", "run", "app.go")


def java(folder: Path, port: str) -> list[str]:
    return _needing("java", "App.java")


def _python() -> str:
    return str(environments.or_skip(lambda: environments.python(HERE), "MFA_SDKS", "Flask and FastAPI"))


def _needing(language: str, *arguments: str) -> list[str]:
    if why := TOOLCHAINS[language].missing():
        if os.environ.get("MFA_LANGUAGES") == "required":
            pytest.fail(why, pytrace=False)
        pytest.skip(why)
    return [language, *arguments]


#: How each is started, its file, and the variable by which it's told to trust the tenant's authority.
APPS = {
    "flask": (flask, "flask_app.py", "REQUESTS_CA_BUNDLE"),
    "fastapi": (fastapi, "fastapi_app.py", "SSL_CERT_FILE"),
    "express": (express, "express_app.mjs", "NODE_EXTRA_CA_CERTS"),
    "go": (go, "app.go", "SSL_CERT_FILE"),
    "java": (java, "App.java", "JAVA_TOOL_OPTIONS"),
}


@contextmanager
def running(name: str, folder: Path, settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """An app of which a copy runs in `folder`, where `log.txt` has what it prints."""
    start, file, _ = APPS[name]
    shutil.copy(HERE / file, folder)
    command = start(folder, settings["PORT"])
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = kept | {"GOTOOLCHAIN": "local", "GOPROXY": "off", "LANG": "C.UTF-8"} | settings
    with (folder / "log.txt").open("wb") as log:
        # A group of its own: `go run` starts the app as a process of its own.
        process = subprocess.Popen(command, cwd=folder, env=own, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(DEADLINE)


def trusting(name: str, ca_file: str | Path, folder: Path) -> dict[str, str]:
    """The variable by which an app trusts that authority."""
    trust = APPS[name][2]
    if trust != "JAVA_TOOL_OPTIONS":
        return {trust: str(ca_file)}
    store = shutil.copy(ca_file, folder / "trusted.pem")
    trust_store(str(store))
    return {trust: f"-Djavax.net.ssl.trustStore={store}.p12 -Djavax.net.ssl.trustStorePassword=changeit"}


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@dataclass(frozen=True)
class App:
    address: str
    log: Path

    def post(self, path: str, **form: str) -> requests.Response:
        return requests.post(self.address + path, data=form, timeout=DEADLINE)

    def login(self, username: str) -> str:
        answer = self.post("/login", username=username, password=PASSWORD)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["login"])


def listening(process: subprocess.Popen[bytes], folder: Path, port: str) -> App:
    """An app that has just been started, as soon as it listens."""
    log, deadline = folder / "log.txt", time.monotonic() + DEADLINE
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                return App(f"http://127.0.0.1:{port}", log)
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def told(answer: requests.Response) -> tuple[int, str]:
    """The status and the one sentence of a refusal."""
    assert list(answer.json()) == ["error"]
    return answer.status_code, answer.json()["error"]


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    folder = tmp_path_factory.mktemp("apps-tenant")
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED), "utf-8")
    with sandbox_processes.command(folder, "--tls", "--json", "--seed", str(seed)) as sandbox:
        yield sandbox.ready()


@pytest.fixture
def api(tenant: SimpleNamespace) -> Iterator[Api]:
    """Plain calls at that tenant, which is as its seed says."""
    api = Api(tenant)
    assert api.call("POST", "/sandbox/reset").status_code == 200
    yield api
    api.http.close()


@pytest.fixture(scope="module", params=APPS)
def app(
    request: pytest.FixtureRequest, tenant: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """Each app in turn, while it runs."""
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    settings = {
        "AUTH0_DOMAIN": tenant.base_url.removeprefix("https://"),
        "AUTH0_CLIENT_ID": tenant.client_id,
        "AUTH0_CLIENT_SECRET": tenant.client_secret,
        "PORT": port,
        **trusting(request.param, tenant.ca_file, folder),
    }
    with running(request.param, folder, settings) as process:
        yield listening(process, folder, port)


@pytest.mark.parametrize("username", ["grace@example.com", "alan@example.com"])
def test_a_user_signs_in_with_the_code_of_the_email(app: App, api: Api, username: str) -> None:
    """Grace has enrolled her email; Alan enrolls his with this login."""
    login = app.login(username)
    code = api.code(username)
    refused = app.post("/code", login=login, code=wrong(code))
    assert told(refused) == (401, "That code is wrong. Try again with the newest one.")
    done = app.post("/code", login=login, code=code)
    assert (done.status_code, done.json()) == (200, {"email": username})
    again = app.post("/code", login=login, code=code)
    assert told(again) == (401, "This login has ended. Sign in again.")
    printed = app.log.read_text("utf-8")
    assert not [secret for secret in (api.sandbox.client_secret, PASSWORD, code, login) if secret in printed]


def test_a_wrong_password_gets_no_code(app: App, api: Api) -> None:
    refused = app.post("/login", username="grace@example.com", password="wrong")
    assert told(refused) == (401, "Wrong email or password.")
    assert api.mails() == []


def test_what_the_tenant_refuses_is_told_and_a_new_login_works(app: App, api: Api) -> None:
    login = app.login("grace@example.com")
    api.advance(3600)
    assert told(app.post("/code", login=login, code=api.code("grace@example.com")))[0] == 401
    login = app.login("grace@example.com")
    assert app.post("/code", login=login, code=api.code("grace@example.com")).status_code == 200


def test_a_tenant_that_fails_is_told_and_the_next_try_works(app: App, api: Api) -> None:
    login = app.login("grace@example.com")
    fault = api.call("POST", "/sandbox/faults", json={"path": "/oauth/token", "kind": "unavailable", "times": 1})
    assert fault.status_code == 200, fault.text
    code = api.code("grace@example.com")
    assert told(app.post("/code", login=login, code=code)) == LATER
    assert app.post("/code", login=login, code=code).status_code == 200


def test_a_field_that_is_missing_is_no_fault_of_the_app(app: App, api: Api) -> None:
    for path in ("/login", "/code"):
        assert 400 <= requests.post(app.address + path, timeout=DEADLINE).status_code < 500
    assert api.mails() == []


@pytest.mark.parametrize("name", APPS)
def test_a_tenant_that_cannot_be_reached_is_told(name: str, tmp_path: Path) -> None:
    port, nobody = free_port(), free_port()
    settings = {"AUTH0_DOMAIN": f"127.0.0.1:{nobody}", "AUTH0_CLIENT_ID": "an-application", "PORT": port}
    with running(name, tmp_path, {**settings, "AUTH0_CLIENT_SECRET": "a-secret"}) as process:
        app = listening(process, tmp_path, port)
        assert told(app.post("/login", username="grace@example.com", password=PASSWORD)) == LATER


@pytest.mark.parametrize("name", APPS)
def test_a_refusal_without_words_for_the_user_is_told(name: str, tmp_path: Path) -> None:
    port, (context, ca_file) = free_port(), certificate.make(tmp_path)
    settings = {"AUTH0_CLIENT_ID": "an-application", "AUTH0_CLIENT_SECRET": "a-secret", "PORT": port}
    with answering(reply(403, {"message": "Forbidden"})) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        settings |= {"AUTH0_DOMAIN": f"127.0.0.1:{server.port}", **trusting(name, ca_file, tmp_path)}
        with running(name, tmp_path, settings) as process:
            app = listening(process, tmp_path, port)
            assert told(app.post("/login", username="grace@example.com", password=PASSWORD)) == LATER
        assert [asked.path for asked in server.asked] == ["/oauth/token"]


@pytest.mark.parametrize("name", APPS)
def test_without_a_secret_it_names_the_variable_and_ends(name: str, tmp_path: Path) -> None:
    settings = {"AUTH0_DOMAIN": "localhost", "AUTH0_CLIENT_ID": "an-application", "PORT": free_port()}
    with running(name, tmp_path, settings) as process:
        assert process.wait(DEADLINE) != 0
    assert "AUTH0_CLIENT_SECRET" in (tmp_path / "log.txt").read_text()
