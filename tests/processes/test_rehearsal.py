"""Two days of an instructor with two groups of six, without the Internet: the tenant is killed once, and its address changes at noon and overnight."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ..sandbox.hosting.test_class_opening import LINE, TOKEN
from ..support.ports import two_free_ports
from ..support.room import Kernel, Machine, room
from ..support.run_report import tell
from ..support.sandbox_processes import Command

LEARNERS = 6
#: What people do, in the forms of their notebooks.
DEEDS = """
import socket
from mfa_helpers import forms
from mfa_helpers.client.errors import MfaError
from mfa_helpers.notebook import open_lab

def join(line, name):
    form = forms.TenantForm(open_lab("tenant"))
    form.kind.value, form.join_line.value, form.name.value = "class", line, name
    form.submit()
    return form.status

def who():
    lab = open_lab("authenticators")
    return lab.tenant.kind, lab.tenant.username, lab.waiting_for is not None

def is_there():
    open_lab("authenticators").list_authenticators()
    return [row.id for row in open_lab("authenticators").authenticators if row.active]

def tried(act):
    try:
        act()
    except MfaError as error:
        return str(error)

def complete():
    lab = open_lab("authenticators")
    lab.catch_up("enrolled", "login", "authenticator", "challenge")
    lab.complete(lab.newest_code())

def reach_the_internet():
    try:
        socket.create_connection(("192.0.2.1", 443), 5)
    except OSError as error:
        return error.strerror
"""
#: What the instructor does, on a board that stays open, or on a new one.
BOARD = """
from pathlib import Path
from mfa_helpers import forms
from mfa_helpers.client.sandbox_controls import SandboxControls
from mfa_helpers.client.secret import Secret
from mfa_helpers.client.transport import new_session
from mfa_helpers.lessons.instructors_board import STEPS
from mfa_helpers.notebook import open_lab
from mfa_helpers.tenants.class_tenant import management, parse

def move_clock(line, token, days):
    management(line, token, Path.cwd())  # brings the certificate
    (ca_file,) = Path.cwd().glob("mfa-class-*.pem")
    controls = SandboxControls(parse(line).base_url, Secret(token))
    controls.use(new_session(str(ca_file)))
    controls.advance(days * 86_400)

def connect(line, token):
    global board
    board = forms.InstructorsBoard(open_lab("board"))
    board.where.value, board.join_line.value, board.token.value = "class", line, token
    board.submit()
    return board.status

def rows():
    board.submit()
    return board.status, [[row.person, STEPS[row.reached], row.trouble, row.tries] for row in board.result or ()]
"""
AWAY = "The class's tenant doesn't respond at "
NAMES = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald"]


class Class:
    """The instructor's machine, with the class's tenant and the board."""

    def __init__(self, machine: Machine, *arguments: str) -> None:
        self.machine, self._arguments = machine, arguments
        self.begin()

    def begin(self) -> None:
        self.tenant: Command = self.machine.command("--class", *self._arguments, MFA_SANDBOX_TOKEN=TOKEN)
        self.line = self.next_line()

    def move(self, end: int) -> None:
        """Stop the tenant, give the machine an address with that `end`, and start the tenant again."""
        before = self.line
        assert self.tenant.end(signal.SIGINT)[0] == 0
        self.machine.move(f"{self.machine.address.rpartition('.')[0]}.{end}")
        if self.machine.address.startswith("127."):
            self._arguments = (f"--host={self.machine.address}", *self._arguments[1:])
        self.begin()
        assert self.line != before and self.line.split("/")[2:] == before.split("/")[2:], "only the address differs"

    def next_line(self) -> str:
        """The next join line in the terminal."""
        while not (found := LINE.match(line := self.tenant.line())):
            assert line, self.tenant.result()
        return found[0]


@pytest.fixture
def the_room(tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[tuple[Class, list[Kernel], list[Machine]]]:
    with room(tmp_path, LEARNERS + 1) as made:
        instructors, *laptops = made.machines
        if made.reason:
            tell(pytestconfig, "rehearsal", f"on addresses of loopback: {made.reason}")
        where = (
            ["--host=0.0.0.0", "--public"] if not made.reason else ["--host=127.0.0.1", f"--port={two_free_ports()}"]
        )
        the_class, kernels = Class(instructors, *where), [one.kernel() for one in laptops]
        for kernel in kernels:
            kernel.run(DEEDS)
        yield the_class, kernels, laptops


def all_of(kernels: Sequence[Kernel], code: str, **names: object) -> list[Any]:
    """Everybody does the same at once."""
    for number, kernel in enumerate(kernels):
        kernel.begin(code, number=number, **names)
    return [kernel.end() for kernel in kernels]


def test_two_groups_an_outage_and_another_address_make_nobody_somebody_else_and_lose_nothing(
    the_room: tuple[Class, list[Kernel], list[Machine]],
) -> None:
    the_class, kernels, laptops = the_room
    if the_class.machine.address.startswith("10."):
        assert set(all_of([*kernels], "said = reach_the_internet()")) == {"Network is unreachable"}
    board = the_class.machine.kernel()
    board.run(BOARD)
    # It's the day before, so that the board of the next morning has to look back a day.
    board.run("move_clock(line, token, -1)", line=the_class.line, token=TOKEN)
    assert board.run("said = connect(line, token)", line=the_class.line, token=TOKEN).startswith("Done: ")

    # The first group joins and begins. One mistypes a code, one stops early.
    said = all_of(kernels, "said = join(line, names[number])", line=the_class.line, names=NAMES)
    assert all(one.startswith("Done: the class's tenant responds. You are learner") for one in said)
    people = all_of(kernels, "said = who()")
    assert len({name for _, name, _ in people}) == LEARNERS
    assert all(one == ["class", one[1], False] for one in people)
    all_of(kernels[:4], 'open_lab("authenticators").catch_up("enrolled", "login")')
    kernels[4].run('lab = open_lab("authenticators"); lab.catch_up("enrollment"); code = lab.newest_code().reveal()')
    wrong = "tried(lambda: lab.confirm(str((int(code) + 1) % 10**6).zfill(6)))"
    assert "The code is incorrect." in kernels[4].run(f"said = {wrong}")
    kernels[5].run('open_lab("authenticators").login()')
    enrolled = all_of(kernels[:4], "said = is_there()")
    begun = [
        *([name, "04 signed in again", "", 0] for name in NAMES[:4]),
        ["Barbara", "02 email associated", "Invalid binding_code.", 1],
        ["Donald", "01 signed in", "", 0],
    ]
    status, rows = board.run("said = rows()")
    assert status.startswith("Done: 6 learners, 1 stuck.") and sorted(rows) == sorted(begun)

    # The tenant is killed: those who work on and those who open a notebook now are told, and wait.
    the_class.tenant.process.kill()
    the_class.tenant.result()
    assert all(one.startswith(AWAY) for one in all_of(kernels, 'said = tried(open_lab("authenticators").login)'))
    waiting = [laptop.kernel() for laptop in laptops]
    all_of(waiting, DEEDS)
    assert all_of(waiting, "said = who()") == [["class", name, True] for _, name, _ in people]
    assert all(one.startswith(AWAY) for one in all_of(waiting, 'said = tried(open_lab("authenticators").login)'))
    assert board.run("said = rows()")[0].startswith(f"Problem: {AWAY}{the_class.machine.address}:")

    # It is started again, and all go on.
    before = the_class.line
    the_class.begin()
    assert the_class.line == before
    assert all_of(waiting, "said = who()") == all_of(kernels, "said = who()") == people
    status, rows = board.run("said = rows()")
    assert status.startswith("Done: 6 learners, 1 stuck.") and sorted(rows) == sorted(begun)

    # At noon, the instructor's machine gets another address, and the line another beginning.
    the_class.move(99)
    assert all(one.startswith(AWAY) for one in all_of(kernels, "said = tried(is_there)"))
    all_of(waiting, "said = join(line, names[number])", line=the_class.line, names=NAMES)  # in notebook 00
    assert all_of(kernels[:4], "said = is_there()") == enrolled, "in a notebook that was open all the time"
    assert all_of(waiting, "said = who()") == all_of(kernels, "said = who()") == people
    all_of(kernels[:3], "complete()")
    kernels[3].run('open_lab("authenticators").catch_up("challenge")')
    assert kernels[4].run('lab = open_lab("authenticators"); lab.confirm(code)') is None, (
        "the login of the morning is still good"
    )
    ended = [
        *([name, "05 login complete", "", 0] for name in NAMES[:3]),
        ["Edsger", "05 challenged", "", 0],
        ["Barbara", "03 email confirmed", "", 0],
        ["Donald", "01 signed in", "", 0],
    ]
    assert board.run("said = connect(line, token)", line=the_class.line, token=TOKEN).startswith("Done: 6 learners, 0")
    assert sorted(board.run("said = rows()")[1]) == sorted(ended)

    # Overnight, the address changes again. A board that is opened in the morning shows the day before.
    board.close()
    the_class.move(98)
    board = the_class.machine.kernel()
    board.run(BOARD)
    assert board.run("said = connect(line, token)", line=the_class.line, token=TOKEN).startswith("Done: 6 learners, 0")
    board.run("move_clock(line, token, 1)", line=the_class.line, token=TOKEN)
    assert sorted(board.run("said = rows()")[1]) == sorted(ended)
    all_of(waiting, "said = join(line, names[number])", line=the_class.line, names=NAMES)
    assert all_of(waiting, "said = who()") == all_of(kernels, "said = who()") == people
    all_of(kernels[:4], 'open_lab("authenticators").login()')
    assert all_of(kernels[:4], "said = is_there()") == enrolled

    # The next group: the first one is exported, and its line lets nobody in any more.
    board.run("board.ask(); board.begin_group(); said = board.status")
    (export,) = the_class.machine.folder.glob("class_*.csv")
    lines = export.read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + LEARNERS
    for name, reached, trouble, _ in ended:
        assert any(f",{name},{reached},{trouble}," in line for line in lines), name
    old, the_class.line = the_class.line, the_class.next_line()
    for one in all_of(kernels, 'said = join(line, "")', line=old):
        assert one.startswith("Problem: This join line was for an earlier group.")
    assert board.run("said = rows()")[1] == []
    for kernel in (*kernels, *waiting):
        kernel.close()
    others = [laptop.kernel() for laptop in laptops]  # on the same laptops
    all_of(others, DEEDS)
    all_of(others, "said = join(line, names[number])", line=the_class.line, names=[name[::-1] for name in NAMES])
    again = all_of(others, "said = who()")
    assert len({name for _, name, _ in (*people, *again)}) == 2 * LEARNERS
    all_of(others, "complete()")
    status, rows = board.run("said = rows()")
    assert status == "Done: 6 learners, 0 stuck. 05 login complete: 6."
    assert sorted(name for name, *_ in rows) == sorted(name[::-1] for name in NAMES)
    board.run("board.export()")
    first, second = sorted(the_class.machine.folder.glob("class_*.csv"))
    assert first == export and first.read_text("utf-8-sig").splitlines() == lines
    assert len(re.findall(r",05 login complete,,", second.read_text("utf-8-sig"))) == LEARNERS
    for kernel in (board, *others):
        kernel.close()
    assert the_class.tenant.end() == (0, "", "")
