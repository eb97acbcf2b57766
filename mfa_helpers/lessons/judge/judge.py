"""Runs a program once for the login and once for each fault, and tells what the tenant saw."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...client.errors import MfaError
from ..exercises import program as outcome
from ..exercises.evidence import Seen
from ..exercises.trial import PracticeTenant, Trial
from . import program
from .faults import FAULTS, LOGIN, Fault, Stage
from .keyboard import Keyboard, NothingToType
from .program import Ended
from .rules import Run, told

LIMIT = 60.0  # seconds for one run
_LINES = 12  # of what a program printed
Start = Callable[[Mapping[str, str], Callable[[], None]], Ended]
Saw = Callable[[str, Sequence[str]], object]


@dataclass(frozen=True)
class Finding:
    """What came of one run; nothing in it is a secret. `sent` are the requests that the tenant saw, `printed` is the end of the output."""

    id: str
    title: str
    held: bool
    sentence: str
    sent: Sequence[str] = ()
    printed: str = ""


@dataclass(frozen=True)
class Report:
    """What came of all runs. Without a login that works, the faults aren't tried."""

    findings: Sequence[Finding]

    @property
    def held(self) -> bool:
        """Whether the program did everything well."""
        return all(one.held for one in self.findings)

    @property
    def survived(self) -> int:
        """The number of faults that it survived."""
        return sum(one.held for one in self.findings[1:])

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        counts = {"held": self.held, "survived": self.survived, "faults": len(FAULTS)}
        return {**counts, "findings": [asdict(one) for one in self.findings]}

    def summary(self) -> str:
        """One sentence."""
        if not self.findings[0].held:
            return "The login itself doesn't work yet, so no fault was tried."
        if len(self.findings) == 1:
            return "The login works."
        return f"The login works, and the program survived {self.survived} of {len(self.findings) - 1} faults."


def judge(
    command: Sequence[str],
    folder: Path,
    limit: float = LIMIT,
    *,
    tls: bool = False,
    found: Callable[[Finding], object] = lambda _: None,
    saw: Saw | None = None,
    faults: Sequence[Fault] = tuple(FAULTS.values()),
) -> Report:
    """Run `command` in `folder` and judge it. Each run has a tenant of its own, and at most `limit` seconds.

    With `tls`, the tenants serve HTTPS. `found` is told each finding, and `saw` is told during a run what the tenant has seen until then. Raises
    `program.Unusable` if the command can't be started, and what the client raises if the tenant can't.
    """
    program.check(*command)
    program.found(command[0], folder)

    def start(variables: Mapping[str, str], look: Callable[[], None]) -> Ended:
        return program.run(command, folder, variables, limit, look)

    findings = []
    for fault in (LOGIN, *faults):
        with closing(PracticeTenant(is_own_issuer=True, tls=tls)) as tenant:
            finding = Performance(tenant, fault, start).finding(limit, saw)
        findings.append(finding)
        found(finding)
        if fault is LOGIN and not finding.held:
            break
    return Report(findings)


class Performance:
    """One run with a fault, at `tenant`. `tabs` is how each start of the program ended, the first one first."""

    def __init__(self, tenant: PracticeTenant, fault: Fault, start: Start) -> None:
        self._fault, self._start, self._ca_file = fault, start, tenant.ca_file
        self.trial = Trial(tenant)
        self._stage = Stage(tenant, self.trial, self._second_tab)
        self._email_id = ""
        self.tabs: list[Ended] = []
        self._typed: list[str] = []
        self._is_over = False

    def prepare(self) -> None:
        """Set the tenant up. What the program sends from now on counts."""
        self._fault.prepare(self._stage)
        self._email_id = next(row.id for row in self.trial.rows() if row.active) if self._fault is LOGIN else ""
        self._stage.begin()

    def types(self, time_asked: int) -> str:
        """What the user types when asked for the nth time."""
        return self._fault.types(self._stage, time_asked)

    def finding(self, limit: float, saw: Saw | None = None) -> Finding:
        """Run the program, and judge it. `saw` is told meanwhile what the tenant has seen."""

        def look() -> None:
            with suppress(MfaError):  # a look more or less
                if saw is not None:
                    saw(self._fault.title, self.lines(self.trial.arrived()))

        self.prepare()
        with closing(Keyboard(self.types)) as keyboard:
            seen = self.trial.watch(lambda: self._first_tab(keyboard, look), keyboard.address)
            look()
        return self.judged(seen, keyboard.typed, limit)

    def judged(self, seen: Seen, typed: Sequence[str], limit: float) -> Finding:
        """What is to be said of a run."""
        run = Run(
            seen=seen,
            client_id=self.trial.tenant.client_id,
            email_id=self._email_id,
            typed=[*typed, *self._typed],
            tabs=self.tabs,
            limit=limit,
            secrets=self._secrets(seen),
        )
        printed = seen.printed if seen.is_whole else ""  # else it may hold secrets that nobody knows
        mistake = told(self._fault.mistakes(run))
        return Finding(
            id=self._fault.id,
            title=self._fault.title,
            held=not mistake,
            sentence=self.trial.masked(mistake or self._fault.praise),
            sent=self.lines(seen),
            printed="\n".join(self.trial.masked(printed, end=True).splitlines()[-_LINES:]),
        )

    def lines(self, seen: Seen) -> list[str]:
        """The requests, a line for each."""
        return self.trial.masked_lines([str(one) for one in seen.requests])

    def _first_tab(self, keyboard: Keyboard, look: Callable[[], None]) -> outcome.Outcome:
        try:
            ended = self._start(variables(self.trial, keyboard, self._ca_file), look)
        finally:
            self._is_over = True
        self.tabs.insert(0, ended)
        return outcome.Outcome(printed="".join(one.end for one in self.tabs))

    def _second_tab(self) -> None:
        """It can't go on when the first one has ended, so that nothing is left running."""

        def look() -> None:
            if self._is_over:
                raise NothingToType

        with closing(Keyboard(lambda _: self._stage.code())) as keyboard:
            try:
                ended = self._start(variables(self.trial, keyboard, self._ca_file), look)
            except program.Unusable as error:  # its file has gone meanwhile
                ended = Ended(program.NOT_FOUND, str(error))
            self.tabs.append(ended)
            self._typed += keyboard.typed

    def _secrets(self, seen: Seen) -> list[tuple[str, str]]:
        issued = [one.response for one in seen.requests if isinstance(one.response, dict)]
        pair = f"{self.trial.tenant.client_id}:{self.trial.tenant.client_secret}"
        return [
            ("the user's password", self.trial.password),
            ("the client secret", self.trial.tenant.client_secret or ""),
            ("the client secret, encoded as in the header Authorization: Basic", b64encode(pair.encode()).decode()),
            *((words, str(one.get(name, ""))) for name, words in _ISSUED.items() for one in issued),
        ]


#: The secrets in a response, by field.
_ISSUED = {
    "access_token": "an access token",
    "id_token": "an ID token",
    "refresh_token": "a refresh token",
    "mfa_token": "an MFA token",
    "oob_code": "an oob_code",
}

#: By which variables Node.js, curl, requests, and what uses OpenSSL are told the authority to trust.
_TRUST = ("MFA_CA_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


def variables(trial: Trial, keyboard: Keyboard, ca_file: str | None = None) -> dict[str, str]:
    """What a program finds in its environment."""
    return {
        **(dict.fromkeys(_TRUST, ca_file) if ca_file else {}),
        "MFA_BASE_URL": trial.tenant.base_url,
        "MFA_CLIENT_ID": trial.tenant.client_id,
        "MFA_CLIENT_SECRET": trial.tenant.client_secret or "",
        "MFA_AUDIENCE": trial.tenant.audience,
        "MFA_USERNAME": trial.username,
        "MFA_PASSWORD": trial.password,
        "MFA_CODE_URL": keyboard.address,
    }
