"""A learner in the clinic: what is broken now, and which faults were cured."""

from __future__ import annotations

from typing import Any

from ...client.errors import MfaError, StepMissing
from ...client.models import Exchange
from ...learner.session import LearnerSession
from ...storage.entries import OpenFault
from ..diagnosis import diagnosis
from .faults import FAULTS, Fault
from .patient import Patient


class Clinic:
    """One fault and its patient, from the break to the cure. Raises what the tenant raises, and `StepMissing` on a live one."""

    def __init__(self, session: LearnerSession, fault: Fault) -> None:
        self.session, self.fault = session, fault
        self.step = f"clinic {fault.id}"
        self.patient: Patient | None = None

    @property
    def is_left_open(self) -> bool:
        """Whether this fault is in the way of other calls until it is repaired."""
        fault = self.session.kept(OpenFault)
        return fault is not None and fault.title == self.fault.title

    def break_it(self) -> Exchange:
        """Break it and make the call that fails. Returns its exchange, masked."""
        patient = self.patient = Patient(self.session)
        self.restore()
        patient.admit()
        try:
            for act in (*self.fault.healthy, *self.fault.broken):
                act(patient)
            with patient.later(self.fault.ahead):
                self._call(patient, hope=False)
        except MfaError:
            self.restore()
            raise
        if diagnosis.wrong_settings(self.session):
            self.session.keep(OpenFault(self.fault.title))
        exchange = patient.client.last_exchange
        assert exchange is not None
        return exchange

    def repair(self) -> str:
        """Cure it and make the same call again. Returns its answer in words; raises if it still fails."""
        if self.patient is None and self.session.noted(self.step):
            self.break_it()  # as it was when an earlier kernel was killed
        patient = self.patient
        if patient is None:
            raise StepMissing("Nothing is broken yet.", "Click “Break it” first.")
        if not self.is_left_open:
            repair_left_open(self.session)  # another form has broken something since
        try:
            with patient.later(patient.wait if self.fault.waits else 0):
                for act in self.fault.cured:
                    act(patient)
                said = str(self._call(patient, hope=True))
        finally:
            self.restore()
        self.patient = None
        self.session.note("cured", sorted(cured_faults(self.session)))
        return said

    def send_again(self) -> str:
        """Make the same call again, after somebody else has cured it. Returns its response in words; raises if it still fails."""
        if self.patient is None:
            raise StepMissing("Nothing is broken yet.", "Click “Break it” first.")
        with self.patient.later(self.fault.ahead):
            return str(self._call(self.patient, hope=True))

    def restore(self) -> None:
        """Settings as a lesson needs them, and nothing that goes wrong on purpose."""
        if self.session.tenant.can_move_clock:
            self.session.tenant.require_controls().go_well()
            if self.patient is not None:
                self.patient.leave()
            diagnosis.put_back(self.session)
            self.session.forget(OpenFault.name)

    def _call(self, patient: Patient, *, hope: bool) -> Any:
        try:
            said = self.fault.call(patient)
        except MfaError as error:
            if hope:
                raise
            patient.wait = error.retry_after or 0
            self.session.record(self.step, patient.client.last_exchange, error, in_flow=False)
            return None
        self.session.record(self.step, patient.client.last_exchange, in_flow=False)
        return said


def repair_left_open(session: LearnerSession) -> str:
    """Repair the fault that was left open, if there is one, so that it isn't in the way. Returns what to say about it."""
    fault = session.kept(OpenFault)
    if fault is None:
        return ""
    is_repaired = not session.guarded(lambda: diagnosis.wrong_settings(session))
    session.guarded(lambda: diagnosis.put_back(session))
    session.forget(OpenFault.name)
    return (
        "" if is_repaired else f"The fault “{fault.title}” in notebook 09 was still active, so it was repaired first."
    )


def cured_faults(session: LearnerSession) -> set[str]:
    """The faults that were met and cured in this notebook: both are recorded, and a call that still fails is not."""
    steps = [step for step, _ in session.history]
    here = {id for id in FAULTS if steps.count(f"clinic {id}") >= 2 and f"clinic {id}" not in session.failures}
    return here | set(session.noted("cured", []))
