"""The guide's troubles of a class, each brought about in a network of its own: what a learner reads, and that the cure cures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..sandbox.hosting.test_class_opening import LINE, TOKEN
from ..support.namespaces import refusal
from ..support.room import Kernel, Room, room
from ..support.sandbox_processes import Command

DEEDS = """
from mfa_helpers.client.errors import MfaError
from mfa_helpers.lab import Lab

lab = Lab()

def join(line):
    try:
        lab.choose("class", line)
    except MfaError as error:
        return str(error)
    return lab.tenant.username
"""
AWAY = "The class's tenant doesn't respond at "


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Room]:
    """An instructor's machine and two laptops."""
    if reason := refusal("--net"):
        pytest.skip(reason)
    with room(tmp_path, 3) as made:
        yield made


@pytest.fixture
def laptops(network: Room) -> list[Kernel]:
    """A learner at each."""
    kernels = [machine.kernel() for machine in network.machines[1:]]
    for kernel in kernels:
        kernel.run(DEEDS)
    return kernels


Begin = Callable[..., tuple[Command, str]]


@pytest.fixture
def begin(network: Room) -> Begin:
    """`begin(*arguments)`: start the class; its command, and its line."""

    def started(*arguments: str) -> tuple[Command, str]:
        command = network.machines[0].command(
            *("--class", "--host=0.0.0.0", "--public"), *arguments, MFA_SANDBOX_TOKEN=TOKEN
        )
        while not (found := LINE.match(line := command.line())):
            assert line, command.result()
        return command, found[0]

    return started


def is_learner(said: str) -> bool:
    return re.fullmatch(r"learner\d\d-\w{5}@class\.example", said) is not None


def test_a_firewall_on_the_instructors_machine(network: Room, laptops: list[Kernel], begin: Begin) -> None:
    """It lets nothing in; here, nothing gets out to the laptops, which they can't tell from it."""
    _, line = begin()
    network.run(0, *["ip", "route", "add", "blackhole", "10.77.0.2/32"])
    assert laptops[0].run("said = join(line)", line=line).startswith(f"{AWAY}10.77.0.1:8444.")
    network.run(0, *["ip", "route", "del", "blackhole", "10.77.0.2/32"])
    assert is_learner(laptops[0].run("said = join(line)", line=line))
    network.run(0, *["ip", "route", "add", "blackhole", "10.77.0.2/32"])
    assert laptops[0].run("said = join(line)", line=line).startswith(f"{AWAY}10.77.0.1:8443.")


def test_a_network_that_keeps_its_devices_apart(network: Room, laptops: list[Kernel], begin: Begin) -> None:
    _, line = begin()
    for isolated in ("on", "off"):
        for number in range(3):
            network.run_switch(*f"ip link set dev p{number + 1} type bridge_slave isolated {isolated}".split())
        said = [kernel.run("said = join(line)", line=line) for kernel in laptops]
        if isolated == "on":
            assert all(one.startswith(f"{AWAY}10.77.0.1:8444.") for one in said)
        else:
            assert all(map(is_learner, said)) and len(set(said)) == 2


def test_an_address_that_some_cannot_reach_and_the_other_by_name(
    network: Room, laptops: list[Kernel], begin: Begin
) -> None:
    """As with a VPN: the address that the line names leads nowhere for one of them."""
    network.run(0, *["ip", "addr", "add", "10.99.0.1/24", "dev", "eth0"])
    network.run(1, *["ip", "route", "add", "10.99.0.0/24", "dev", "eth0"])
    command, line = begin("--name=10.99.0.1")
    first = laptops[0].run("said = join(line)", line=line)
    assert is_learner(first)
    assert laptops[1].run("said = join(line)", line=line).startswith(f"{AWAY}10.99.0.1:8444.")
    command.end()
    _, line = begin("--name=10.77.0.1")
    assert is_learner(laptops[1].run("said = join(line)", line=line))
    assert laptops[0].run("said = join(line)", line=line) == first, "nobody is somebody else now"


def test_another_class_at_the_address_of_the_line(network: Room, laptops: list[Kernel], begin: Begin) -> None:
    command, line = begin()
    assert is_learner(laptops[0].run("said = join(line)", line=line))
    command.end()
    _, other = begin("--state=another.sqlite3")
    at_first = laptops[0].run("said = join(line)", line=line)  # has the certificate from before
    assert at_first.startswith("The certificate at 10.77.0.1:8443 doesn't belong to the class's tenant.")
    assert (
        laptops[1]
        .run("said = join(line)", line=line)
        .startswith("The certificate at 10.77.0.1:8444 isn't the one that the join line names. Nothing was sent there.")
    )
    assert all(is_learner(kernel.run("said = join(line)", line=other)) for kernel in laptops)


def test_a_port_that_another_program_has(network: Room, begin: Begin) -> None:
    begin()
    status, out, err = network.machines[0].command("--class", "--host=0.0.0.0", "--public").result()
    assert (status, out) == (1, "")
    assert err == "Can't listen on 0.0.0.0:8443 and the next (Address already in use). Try another port.\n"
    _, line = begin("--port=9443", "--state=another.sqlite3")
    assert ":9443/9444/" in line
