"""Every notebook under strict nbval, in order, on one tenant: each stored output is found again, and nothing leaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from ..support.namespaces import refusal
from ..support.notebook_files import PATHS, SANITIZE, cells
from ..support.places import NOTEBOOKS
from ..support.run_notebooks import own_surroundings, with_nbval
from ..support.run_report import tell
from ..support.secrets_search import codes_of, leaks

FIRST_SIX = PATHS[:6]
OTHERS = sorted({*NOTEBOOKS.glob("*.ipynb")} - {*FIRST_SIX})


@dataclass(frozen=True)
class Runs:
    """Both runs, the folder they wrote to, and how many messages the tenant had sent after the first six notebooks."""

    folder: Path
    first_six: CompletedProcess[str]
    others: CompletedProcess[str]
    sent_in_first_six: int


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """As a person types it: `pytest --nbval notebooks/…`. Where that is permitted, there is no network but loopback."""
    why_not = refusal("--net")
    if why_not:
        tell(request.config, "left out", f"nbval without a network: {why_not}")
    with own_surroundings(tmp_path_factory.mktemp("nbval")) as folder:
        first_six = with_nbval("--nbval", *FIRST_SIX, offline=not why_not)
        sent = len(codes_of(folder))
        return Runs(folder, first_six, with_nbval("--nbval", *OTHERS, offline=not why_not), sent)


@pytest.mark.parametrize("name", ["first_six", "others"])
def test_each_stored_output_is_found_again(runs: Runs, name: str) -> None:
    paths = {"first_six": FIRST_SIX, "others": OTHERS}[name]
    done: CompletedProcess[str] = getattr(runs, name)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert f"{sum(cell['cell_type'] == 'code' for path in paths for cell in cells(path))} passed" in done.stdout


def test_each_of_the_first_six_finds_what_the_one_before_left(runs: Runs) -> None:
    """One email is to confirm and one to complete: nobody had to catch up, and no exercise left one behind."""
    assert runs.sent_in_first_six == 2


def test_no_secret_is_left(runs: Runs) -> None:
    texts = [text for done in (runs.first_six, runs.others) for text in (done.stdout, done.stderr)]
    assert leaks(runs.folder, codes_of(runs.folder), *texts) == []


def test_control_a_changed_output_an_error_in_a_form_and_an_unmet_checkpoint_fail(surroundings: Path) -> None:
    text = PATHS[1].read_text("utf-8")
    form = "forms.SignInForm(lab)"
    changes = {
        "printed": ('"text/plain": "403 mfa_required"', '"text/plain": "200 mfa_required"'),
        "drawn_as_text": ("✔ 403 mfa_required: as expected\\n", "✘ 403 invalid_grant\\n"),
        "drawn_as_html": ("mfa_required: as expected</span>", "mfa_required</span>"),
        "error": (form, f"lab.client.client_id = 'nobody'; {form}"),
        "cut": (form, "pass"),  # its name comes first: nobody has signed in before it
    }
    folder = surroundings / "changed"
    folder.mkdir()
    for name, (true, changed) in changes.items():
        assert text.count(true) == 1
        (folder / f"{name}.ipynb").write_text(text.replace(true, changed), "utf-8")
    done = with_nbval("--nbval", folder, f"--nbval-sanitize-with={SANITIZE}", MFA_HANDS_FREE="1")
    failed = re.findall(r"^FAILED \S*?(\w+)\.ipynb::Cell \d+", done.stdout, flags=re.M)
    assert done.returncode == 1 and set(failed) == set(changes)
    for name in ("printed", "drawn_as_text", "drawn_as_html"):
        assert failed.count(name) == 1  # that output alone
    assert done.stdout.count("Cell outputs differ") >= 3
    for error in ("ClientRefused", "CheckpointNotReached"):
        assert error in done.stdout
    assert leaks(surroundings, codes_of(surroundings), done.stdout, done.stderr) == []
