"""A learner in the clinic: what is broken now, and what was cured."""

from __future__ import annotations

from typing import Any

from ...client.errors import MfaError, StepMissing
from ...client.models import Exchange
from ...learner.session import LearnerSession
from ..diagnosis import diagnosis
from .faults import FAULTS, Fault
from .patient import Patient


class Clinic:
    """One fault and its patient, from the break to the cure. Raises what the tenant raises, and `StepMissing` on a live one."""

    def __init__(self, lab: LearnerSession, fault: Fault) -> None:
        self.lab, self.fault = lab, fault
        self.step = f"clinic {fault.id}"
        self.patient: Patient | None = None

    def break_it(self) -> Exchange:
        """Break it and make the call that fails. Returns its exchange, masked."""
        patient = self.patient = Patient(self.lab)
        self.restore()
        patient.admit()
        try:
            self.fault.breaks(patient)
            with patient.later(self.fault.ahead):
                self._call(patient, hope=False)
        except MfaError:
            self.restore()
            raise
        exchange = patient.client.last_exchange
        assert exchange is not None
        return exchange

    def repair(self) -> str:
        """Cure it and make the same call again. Returns its answer in words; raises if it still fails."""
        if self.patient is None and self.lab.noted(self.step):
            self.break_it()  # as it was when an earlier kernel was killed
        patient = self.patient
        if patient is None:
            raise StepMissing("Nothing is broken yet.", "Press “Break it” first.")
        try:
            with patient.later(patient.wait if self.fault.waits else 0):
                self.fault.cures(patient)
                said = str(self._call(patient, hope=True))
        finally:
            self.restore()
        self.patient = None
        self.lab.note("cured", sorted(cured(self.lab)))
        return said

    def restore(self) -> None:
        """Settings as a lesson needs them, and nothing that goes wrong on purpose."""
        if self.lab.tenant.can_move_clock:
            self.lab.tenant.require_controls().go_well()
            diagnosis.put_back(self.lab)

    def _call(self, patient: Patient, *, hope: bool) -> Any:
        try:
            said = self.fault.call(patient)
        except MfaError as error:
            if hope:
                raise
            patient.wait = error.retry_after or 0
            self.lab.record(self.step, patient.client.last_exchange, error, in_flow=False)
            return None
        self.lab.record(self.step, patient.client.last_exchange, in_flow=False)
        return said


def cured(lab: LearnerSession) -> set[str]:
    """The faults that were met and cured in this notebook: both are recorded, and a call that still fails is not."""
    steps = [step for step, _ in lab.history]
    here = {id for id in FAULTS if steps.count(f"clinic {id}") >= 2 and f"clinic {id}" not in lab.failures}
    return here | set(lab.noted("cured", []))
