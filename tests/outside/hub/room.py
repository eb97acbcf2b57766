"""A room full of learners who all begin at once, and what came of it."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from .hub import Hub, Learner

SPAWNS_AT_ONCE = 6  # more only makes each slower, and the Hub refuses beyond its own limit


@dataclass
class Outcome:
    """Times in seconds, memory in MB (PSS)."""

    learners: list[Learner]
    faults: list[str] = field(default_factory=list)
    starting: float = 0  # until everybody had a server
    working: float = 0  # from then on, until the last had finished 05
    notebooks: list[float] = field(default_factory=list)  # from opening each to its checkpoint
    cpu: list[float] = field(default_factory=list)  # processor time of each learner, server and kernels
    memory: list[dict[str, float]] = field(default_factory=list)

    @property
    def completed(self) -> int:
        return len(self.memory)

    def percentile(self, percent: int) -> float:
        """The smallest time that so many of a hundred notebooks did not exceed."""
        return sorted(self.notebooks)[math.ceil(len(self.notebooks) * percent / 100) - 1]

    def mean(self, part: str) -> float:
        return statistics.mean(one[part] for one in self.memory)

    def ratio(self, notebooks: int) -> float:
        """What a learner needs with that many notebooks open (05 alone, or all six), against the floor."""
        course, floor = self.needs(notebooks)
        return course / floor

    def needs(self, notebooks: int) -> tuple[float, float]:
        """MB: a server, the sandbox and the course's kernels; and the same server with as many bare kernels."""
        kernels = self.mean("kernel") if notebooks == 1 else self.mean("six")
        course = self.mean("server") + self.mean("sandbox") + kernels
        return course, self.mean("server") + notebooks * self.mean("bare")

    def __str__(self) -> str:
        said = f"{self.completed} of {len(self.learners)} learners completed 00 to 05 at once"
        if self.completed:
            said += (
                f"; servers up after {self.starting:.0f} s, all done {self.working:.0f} s later"
                f" ({60 * self.completed / self.working:.1f} flows a minute)"
                f"; a notebook p50 {self.percentile(50):.1f} s, p99 {self.percentile(99):.1f} s"
                f"; {statistics.mean(self.cpu):.1f} s of processor time a learner"
                f"; MB a learner: server {self.mean('server'):.0f} + sandbox {self.mean('sandbox'):.0f} + kernel {self.mean('kernel'):.0f}"
                f" (bare {self.mean('bare'):.0f}), {self.ratio(1):.2f} of the floor, with six open {self.ratio(6):.2f}"
            )
        return "; ".join([said, *self.faults])


def hold(hub: Hub, number: int) -> Outcome:
    """Let `number` learners in, let them all work at once, then look at the memory of those who have finished."""
    learners = [Learner(hub, f"learner{one}") for one in range(number)]
    outcome = Outcome(learners)
    began = time.monotonic()
    ready = _all(learners, Learner.start, outcome, SPAWNS_AT_ONCE)
    outcome.starting, began = time.monotonic() - began, time.monotonic()

    def learn(learner: Learner) -> None:
        outcome.notebooks.extend(learner.learn())
        outcome.cpu.append(learner.cpu)

    done = _all(ready, learn, outcome)
    outcome.working = time.monotonic() - began
    done = _all(done, Learner.start_bare_kernel, outcome, SPAWNS_AT_ONCE)
    outcome.memory = [learner.memory() for learner in done]
    return outcome


def _all(
    learners: list[Learner], act: Callable[[Learner], None], outcome: Outcome, at_once: int | None = None
) -> list[Learner]:
    """Those for whom it went well; the faults of the others are kept."""
    with ThreadPoolExecutor(at_once or len(learners) or 1) as pool:
        running = {pool.submit(act, learner): learner for learner in learners}
        went_well = []
        for one in as_completed(running):
            fault = one.exception()
            if fault is None:
                went_well.append(running[one])
            else:
                outcome.faults.append(f"{running[one].name}: {type(fault).__name__}: {fault}")
    return went_well
