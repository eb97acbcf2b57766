"""Example apps log in with a password and a code by email, unchanged: only their environment says which tenant.

Each is one file, in Flask, FastAPI, Express, Go, and Java. They speak HTTPS with the tenant, as with a real one.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from ...support import sandbox_processes
from ...support.deadline import DEADLINE
from ...support.sandbox_api import Api, wrong
from ..compilers.toolchains import KEPT, trust_store
from ..sdk import environments

HERE = Path(__file__).parent
SEED = """
users:
  - {email: grace@example.com, password: throwaway, factors: [{type: email}]}
  - {email: alan@example.com, password: throwaway}
"""


def python(*words: str) -> Callable[[Path, str], list[str]]:
    """A command of the environment in which the Python apps run."""
    return lambda folder, port: [
        str(_python_environment() / "bin" / "python"),
        "-m",
        *(word.replace("PORT", port) for word in words),
    ]


def express(folder: Path, port: str) -> list[str]:
    """Node finds packages in a folder above the app."""
    made = environments.or_skip(lambda: environments.node("express", HERE), "MFA_SDKS", "Express")
    (folder / "node_modules").symlink_to(made / "node_modules")
    return ["node", "express_app.mjs"]


def go(folder: Path, port: str) -> list[str]:
    return _needing("go", ["go", "run", "app.go"])


def java(folder: Path, port: str) -> list[str]:
    return _needing("java", ["java", "-XX:TieredStopAtLevel=1", "App.java"])


#: The file of each app, how it is started, and the variable by which its language trusts one more authority.
APPS: dict[str, tuple[str, Callable[[Path, str], list[str]], str]] = {
    "flask": ("flask_app.py", python("flask", "--app", "flask_app", "run", "--port", "PORT"), "REQUESTS_CA_BUNDLE"),
    "fastapi": ("fastapi_app.py", python("uvicorn", "--port", "PORT", "fastapi_app:app"), "SSL_CERT_FILE"),
    "express": ("express_app.mjs", express, "NODE_EXTRA_CA_CERTS"),
    "go": ("app.go", go, "SSL_CERT_FILE"),
    "java": ("App.java", java, "JAVA_TOOL_OPTIONS"),
}


def _needing(program: str, command: list[str]) -> list[str]:
    if shutil.which(program) is None:
        if os.environ.get("MFA_LANGUAGES") == "required":
            pytest.fail(f"{program} is not installed", pytrace=False)
        pytest.skip(f"{program} is not installed")
    return command


def _python_environment() -> Path:
    pins = HERE / "requirements.txt"

    def build(folder: Path) -> None:
        environments._run("venv", [sys.executable, "-m", "venv", "--without-pip", str(folder)], HERE)
        pip = [sys.executable, "-m", "pip", "--python", str(folder), "install", "--retries", "1"]
        environments._run("pip install", [*pip, "--no-deps", "--no-compile", "-r", str(pins)], HERE)

    more = sys.version + sys.base_prefix
    return environments.or_skip(
        lambda: environments._built("webapps", (str(pins),), more, build), "MFA_SDKS", "Flask and FastAPI"
    )


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    folder = tmp_path_factory.mktemp("apps-tenant")
    seed = folder / "seed.yaml"
    seed.write_text(SEED)
    with sandbox_processes.command(folder, "--tls", "--json", "--seed", str(seed)) as running:
        yield running.ready()


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
) -> Iterator[str]:
    """The address of each app in turn, while it runs."""
    file, command, trust = APPS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copy(HERE / file, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    trusted = tenant.ca_file
    if trust == "JAVA_TOOL_OPTIONS":
        trust_store(tenant.ca_file)
        trusted = f"-Djavax.net.ssl.trustStore={tenant.ca_file}.p12 -Djavax.net.ssl.trustStorePassword=changeit"
    words = command(folder, port)
    own = {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "AUTH0_DOMAIN": tenant.base_url.removeprefix("https://"),
        "AUTH0_CLIENT_ID": tenant.client_id,
        "AUTH0_CLIENT_SECRET": tenant.client_secret,
        "PORT": port,
        "GOTOOLCHAIN": "local",
        "GOPROXY": "off",
        trust: trusted,
    }
    log = folder / "log.txt"
    with log.open("wb") as out:
        # A group of its own: `go run` starts the app as a process of its own.
        process = subprocess.Popen(words, cwd=folder, env=own, stdout=out, stderr=out, start_new_session=True)
        try:
            _wait_until_it_listens(int(port), process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, 9)
            process.wait(DEADLINE)


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def post(address: str, **body: str) -> requests.Response:
    return requests.post(address, json=body, timeout=DEADLINE)


@pytest.mark.parametrize("username", ["grace@example.com", "alan@example.com"])
def test_a_user_signs_in_with_the_code_of_the_email(app: str, api: Api, username: str) -> None:
    """Grace has enrolled her email; Alan enrolls his with this login."""
    begun = post(app + "/login", username=username, password="throwaway")
    assert begun.status_code == 200, begun.text
    code = api.code(username)
    refused = post(app + "/code", login=begun.json()["login"], code=wrong(code))
    assert (refused.status_code, "access_token" in refused.text) == (401, False)
    done = post(app + "/code", login=begun.json()["login"], code=code)
    assert (done.status_code, done.json()) == (200, {"email": username})
    assert post(app + "/code", login=begun.json()["login"], code=code).status_code == 401


def test_a_wrong_password_gets_no_code(app: str, api: Api) -> None:
    refused = post(app + "/login", username="grace@example.com", password="wrong")
    assert refused.status_code == 401 and "Wrong email or password." in refused.text
    assert api.mails() == []
