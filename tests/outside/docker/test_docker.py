"""The sandbox's image: its Dockerfile done step by step in a folder, without Docker, and its compose file beside it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from mfa_helpers.sandbox import defaults

from ...support.deadline import DEADLINE
from ...support.dockerfile import Container
from ...support.places import FOREIGN, NOT_CLONED, ROOT
from ...support.sandbox_api import Api
from ...support.sandbox_processes import next_line

HERE = ROOT / "mfa_helpers" / "sandbox" / "docker"
DOCKERFILE = (HERE / "Dockerfile").read_text("utf-8")
SERVICE: dict[str, Any] = yaml.safe_load((HERE / "compose.yaml").read_text("utf-8"))["services"]["mfa-sandbox"]
FRAGMENT = (HERE / "github-actions.yaml").read_text("utf-8")
RELEASE = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
PORT = "8080"


class Image(Container):
    """A virtual environment stands for the base's Python. Of the context, a build sees what `Dockerfile.dockerignore` lets in."""

    health: list[str]

    def __init__(self, root: Path, clone: Path) -> None:
        root.mkdir()
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        super().__init__(root, clone, {**own, "PATH": f"{root}/usr/local/bin:{os.defpath}"}, lambda _: None)

    def do_from(self, rest: str) -> None:
        assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim-bookworm", rest)
        subprocess.run([sys.executable, "-m", "venv", self.root / "usr" / "local"], check=True, timeout=DEADLINE)

    def do_copy(self, rest: str) -> None:
        source, target = shlex.split(rest)
        assert f"!{source}" in (HERE / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
        found = list(self.clone.glob(source))
        assert found
        for file in found:
            self._copy(file, self.place(target) / file.name)

    def do_run(self, rest: str) -> None:
        super().do_run(re.sub(r"(?<= )/(?=tmp/)", f"{self.root}/", rest))

    def do_workdir(self, rest: str) -> None:
        super().do_workdir(rest)
        self.folder.mkdir(parents=True, exist_ok=True)

    def do_healthcheck(self, rest: str) -> None:
        self.health = json.loads(rest.partition("CMD ")[2])

    def do_entrypoint(self, rest: str) -> None:
        self.start = json.loads(rest)

    def do_cmd(self, rest: str) -> None:
        self.usual: list[str] = json.loads(rest)

    @contextmanager
    def running(self, *command: str, **environment: str) -> Iterator[Running]:
        """What `docker run` starts, on a free port of this machine, which nobody else may reach."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            here = {"0.0.0.0": "127.0.0.1", PORT: str(free.getsockname()[1])}
        for file in self.folder.iterdir():  # what an earlier container has written is not in the image
            file.unlink()
        words = [here.get(word, word) for word in [*self.start, *(command or self.usual)]]
        out = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        # As in Docker, what an image's own programs are is found by its PATH.
        program = shutil.which(words[0], path=self.env["PATH"])
        assert program is not None and Path(program).is_relative_to(self.root)
        health = [word.replace(PORT, here[PORT]) for word in self.health]
        process = subprocess.Popen([program, *words[1:]], cwd=self.folder, env={**self.env, **environment}, **out)  # type: ignore[call-overload]
        try:
            yield Running(self, process, health)
        finally:
            process.kill()
            process.communicate(timeout=DEADLINE)


class Running:
    def __init__(self, image: Image, process: subprocess.Popen[str], health: list[str]) -> None:
        self.image, self.process, self._health = image, process, health

    def is_well(self) -> bool:
        """What Docker asks for the container's health."""
        asked = subprocess.run(self._health, env=self.image.env, capture_output=True, timeout=DEADLINE)
        return asked.returncode == 0

    def wait(self) -> None:
        """As `docker compose up --wait` does."""
        deadline = time.monotonic() + DEADLINE
        while not self.is_well():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise AssertionError(self.process.communicate(timeout=DEADLINE))
            time.sleep(0.1)

    def ready(self) -> SimpleNamespace:
        """The first line of `docker logs`."""
        return SimpleNamespace(**json.loads(next_line(self.process)))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Built from a clone by the two commands that the Dockerfile names."""
    folder = tmp_path_factory.mktemp("docker")
    clone = folder / "clone"
    shutil.copytree(ROOT, clone, ignore=NOT_CLONED)
    wheel, build = re.findall(r"^#   (.+)$", DOCKERFILE, flags=re.M)
    assert build.split()[:4] == ["docker", "build", "--file", "mfa_helpers/sandbox/docker/Dockerfile"]
    program, *words = shlex.split(wheel)
    assert program == "python"
    subprocess.run([sys.executable, *words, "-q"], cwd=clone, check=True, timeout=3 * DEADLINE)
    made = Image(folder / "image", clone)
    made.build(DOCKERFILE)
    return made


def test_only_the_user_is_left_out_of_the_rehearsal_and_nothing_runs_as_root_in_the_end(image: Image) -> None:
    assert [step.split()[0] for step in image.left_out] == ["useradd"]
    assert image.user == "sandbox" and image.user in image.left_out[0]
    assert not (image.root / "tmp" / "wheel").exists()


def test_its_python_is_one_that_is_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (version,) = re.findall(r"^FROM \S+/python:(3\.\d+)-", DOCKERFILE, flags=re.M)
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


def test_it_is_well_once_it_is_up_and_anybody_who_reaches_it_may_use_it(image: Image) -> None:
    with image.running() as container:
        container.wait()
        ready = container.ready()
        assert ready.sandbox_token == ""
        api = Api(ready)
        assert api.enroll().status_code == 200 and len(api.mails()) == 1
        api.http.close()
        container.process.send_signal(signal.SIGTERM)  # `docker stop`
        assert container.process.wait(DEADLINE) == 0
        assert not container.is_well()


def test_the_compose_file_starts_it_with_the_seed_and_with_what_is_chosen(image: Image) -> None:
    ((source, target, mode),) = [volume.split(":") for volume in SERVICE["volumes"]]
    assert mode == "ro" and (HERE / source).resolve() == HERE / "seed.yaml"
    assert [port.rpartition(":")[2] for port in SERVICE["ports"]] == [PORT]
    assert all(port.startswith("127.0.0.1:") for port in SERVICE["ports"])
    command = [str(HERE / source) if word == target else word for word in SERVICE["command"]]
    with image.running(*command, **SERVICE["environment"]) as container:
        container.wait()
        ready = container.ready()
        api = Api(ready)
        assert api.login().json()["error"] == "mfa_required"
        assert ready.password == SERVICE["environment"]["MFA_SANDBOX_PASSWORD"]
        grace = {"username": "grace@example.com", "password": "a throwaway password"}
        token = api.mfa_token(**grace)
        oob_code = api.challenge(token).json()["oob_code"]
        assert api.verify(token, oob_code, api.code(grace["username"])).status_code == 200
        assert api.login(username="alan@example.com", password="another throwaway password").status_code == 403
        assert api.call("POST", "/sandbox/reset").status_code == 200
        assert api.mails() == [] and api.login(**grace).json()["error"] == "mfa_required"
        api.http.close()


def test_a_bad_seed_ends_it_with_a_sentence(image: Image, tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text("users: [{email: grace}]")
    with image.running("--seed", str(tmp_path / "seed.yaml")) as container:
        _, told = container.process.communicate(timeout=DEADLINE)
    assert container.process.returncode == 1
    assert told == f"{tmp_path / 'seed.yaml'}: users[0].email must be an email address, like grace@example.com.\n"


def test_the_workflow_for_others_waits_for_it_and_names_what_the_compose_file_does() -> None:
    jobs = yaml.safe_load(FRAGMENT)["jobs"]
    (steps,) = (job["steps"] for job in jobs.values())
    assert any(step.get("run", "").startswith("docker compose up --wait ") for step in steps)
    (told,) = [step["env"] for step in steps if "env" in step]
    assert told == {
        "AUTH0_BASE_URL": f"http://{SERVICE['ports'][0].rpartition(':')[0]}",
        "AUTH0_CLIENT_ID": defaults.CLIENT_ID,
        "AUTH0_CLIENT_SECRET": SERVICE["environment"]["MFA_SANDBOX_CLIENT_SECRET"],
    }


def test_the_release_publishes_the_image_that_the_compose_file_names() -> None:
    names = re.fullmatch(r"ghcr\.io/[a-z0-9-]+/[a-z0-9_.-]+/([a-z-]+):latest", SERVICE["image"])
    assert names and f'image="ghcr.io/${{GITHUB_REPOSITORY,,}}/{names[1]}"' in RELEASE
    assert RELEASE.count("docker build --file mfa_helpers/sandbox/docker/Dockerfile ") == 2
    assert '--tag "$image:latest"' in RELEASE
