"""Programs for the judge: as they are, or with a defect that is put in by replacing some of their text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mfa_helpers.lessons.judge.faults import FAULTS, LOGIN
from mfa_helpers.lessons.judge.judge import judge

from .deadline import DEADLINE
from .run_report import count


@dataclass(frozen=True)
class Defect:
    """What is wrong with a program: `edits` are pairs of old and new text. The run `fault` ends with the words `told`."""

    program: str
    fault: str
    told: str
    edits: tuple[tuple[str, str], ...]
    limit: float = DEADLINE

    def __str__(self) -> str:
        return f"{self.program} {self.fault} {self.told}"


def defect(program: str, fault: str, told: str, *edits: tuple[str, str], limit: float = DEADLINE) -> Defect:
    """A `Defect` with these edits."""
    return Defect(program, fault, told, edits, limit)


def written(source: Path, folder: Path, *edits: tuple[str, str]) -> Path:
    """A copy of the program in `folder`, edited."""
    text = source.read_text("utf-8")
    for old, new in edits:
        assert text.count(old) == 1, f"{text.count(old)} times in {source.name}: {old}"
        text = text.replace(old, new)
    (folder / source.name).write_text(text, "utf-8")
    return folder / source.name


def assert_found(defect: Defect, command: list[str], folder: Path) -> None:
    """The judge finds the defect in the run in which it shows."""
    faults = [FAULTS[defect.fault]] if defect.fault != LOGIN.id else []
    finding = judge(command, folder, defect.limit, faults=faults).findings[-1]
    assert finding.id == defect.fault and not finding.held and defect.told in finding.sentence, finding
    count("judge: defects found")


def assert_right(command: list[str], folder: Path) -> None:
    """The judge finds nothing wrong."""
    report = judge(command, folder, DEADLINE)
    assert [one for one in report.findings if not one.held] == []
    assert report.held and report.survived == len(FAULTS)
    count("judge: right programs accepted")
