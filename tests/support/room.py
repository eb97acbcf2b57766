"""A room of machines that share a network and nothing else: namespaces of Linux, or addresses of loopback where there are none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .deadline import DEADLINE
from .namespaces import refusal
from .places import ROOT
from .sandbox_processes import Command, environment, next_line

_BRIDGE = "ip link add br0 type bridge && ip link set br0 up"


class Machine:
    """Runs commands in its own network, with a folder of its own, until the room is closed."""

    def __init__(self, address: str, folder: Path, enter: list[str], until_the_end: ExitStack) -> None:
        self.address, self.folder, self.enter, self._until_the_end = address, folder, enter, until_the_end
        folder.mkdir()

    def command(self, *arguments: str, **more: str) -> Command:
        """`python -m mfa_helpers.sandbox` here."""
        program = (*self.enter, sys.executable, "-m", "mfa_helpers.sandbox")
        running = Command(self.folder, *arguments, program=program, **more)
        self._until_the_end.callback(running.close)
        return running

    def kernel(self) -> Kernel:
        """A kernel of the learner who sits here."""
        kernel = Kernel(self.enter, self.folder)
        self._until_the_end.callback(kernel.close)
        return kernel

    def move(self, address: str) -> None:
        """It has another address from now on."""
        if self.enter:
            _run(*self.enter, "ip", "addr", "del", f"{self.address}/24", "dev", "eth0")
            _run(*self.enter, "ip", "addr", "add", f"{address}/24", "dev", "eth0")
        self.address = address


class Kernel:
    """One notebook's kernel."""

    def __init__(self, enter: list[str], folder: Path) -> None:
        own = {
            "HOME": str(folder),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "MFA_PROGRESS": str(folder / "progress.json"),
            "PYTHONPATH": str(ROOT),
        }
        self._process = subprocess.Popen(
            [*enter, sys.executable, "-m", "tests.support.laptop"],
            env=environment(folder, **own),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, code: str, **names: object) -> None:
        """Let it run `code`, in which `names` are known."""
        assert self._process.stdin is not None
        given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        self._process.stdin.write(json.dumps(given + code) + "\n")
        self._process.stdin.flush()

    def end(self) -> Any:
        """What `said` is after that."""
        answer = json.loads(next_line(self._process))
        assert not answer["trouble"], answer["trouble"]
        return answer["said"]

    def run(self, code: str, **names: object) -> Any:
        self.begin(code, **names)
        return self.end()

    def close(self) -> None:
        self._process.kill()
        with suppress(BrokenPipeError):  # it had ended before
            self._process.communicate(timeout=DEADLINE)


@dataclass(frozen=True)
class Room:
    """`machines`, and the namespaces of their switch; `reason` says why they have no networks of their own, if they don't."""

    machines: list[Machine]
    reason: str = ""
    _enter_switch: tuple[str, ...] = ()

    def run(self, number: int, *command: str) -> None:
        """Run a system's command on a machine."""
        _run(*self.machines[number].enter, *command)

    def run_switch(self, *command: str) -> None:
        """Run a system's command on the switch, where the cable of the first machine is in port `p1`."""
        _run(*self._enter_switch, *command)


@contextmanager
def room(folder: Path, number: int) -> Iterator[Room]:
    """So many machines, which reach each other and nothing else."""
    reason = refusal("--net")
    with ExitStack() as until_the_end:
        if reason:
            places = [(f"127.0.0.{n}", folder / f"machine{n}") for n in range(1, number + 1)]
            yield Room([Machine(address, place, [], until_the_end) for address, place in places], reason)
            return
        switch = _started(until_the_end, ["unshare", "--map-root-user", "--net"], _BRIDGE)
        machines = []
        for n in range(1, number + 1):
            machine = _started(until_the_end, [*_into(switch), "unshare", "--net"], "ip link set lo up")
            port = f"ip link add p{n} type veth peer name eth0 netns {machine} && ip link set p{n} master br0 up"
            _run(*_into(switch), "bash", "-c", port)
            _run(*_into(machine), "bash", "-c", f"ip addr add 10.77.0.{n}/24 dev eth0 && ip link set eth0 up")
            machines.append(Machine(f"10.77.0.{n}", folder / f"machine{n}", _into(machine), until_the_end))
        yield Room(machines, _enter_switch=tuple(_into(switch)))


def _started(until_the_end: ExitStack, enter: list[str], prepare: str) -> int:
    """A process that keeps a namespace alive."""
    process = subprocess.Popen(
        [*enter, "bash", "-c", f"{prepare} && echo ready && exec sleep infinity"], stdout=subprocess.PIPE, text=True
    )
    until_the_end.callback(process.communicate, timeout=DEADLINE)
    until_the_end.callback(process.kill)
    assert next_line(process) == "ready\n"
    return process.pid


def _into(process: int) -> list[str]:
    """Put before a command: it runs in the namespaces of that process."""
    return ["nsenter", "--target", str(process), "--user", "--preserve-credentials", "--net"]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=DEADLINE)
