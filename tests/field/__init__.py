"""Reports from the field and findings of an attack, each with the tests that give the product its very input.

    python -m tests.field        run them all, and print report, kind, test, and whether it held

A report is fulfilled by tests named after it in this folder and in `tests/processes/test_field*.py`, and by those of
`covered_by`: those that read runs of notebooks, which cost too much to be made twice, and those of the sandbox that give
it the same input. `differs` is for a part of a report that is deliberately otherwise.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Report:
    """One report. `covered_by` are node ids without parameters."""

    id: str
    kind: str
    summary: str
    covered_by: tuple[str, ...] = ()
    differs: str = ""

    @property
    def tests(self) -> tuple[str, ...]:
        """The node ids of all its tests."""
        begins = f"test_{self.id.lower().replace('-', '_')}_"
        return (*(node for node in own_tests() if node.rpartition("::")[2].startswith(begins)), *self.covered_by)


def defined_in(path: Path) -> Iterator[str]:
    """The node ids of a file's tests, without parameters."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield f"{path.relative_to(ROOT).as_posix()}::{node.name}"


@cache
def own_tests() -> tuple[str, ...]:
    files = [*sorted(HERE.glob("test_*.py")), *sorted((ROOT / "tests" / "processes").glob("test_field*.py"))]
    return tuple(node for path in files for node in defined_in(path))


_PAPERMILL = "tests/notebooks/test_papermill.py::test_"
_NBVAL = "tests/notebooks/test_nbval.py::test_"
_BY_HAND = "tests/processes/test_notebooks_by_hand.py::test_"

_NO_SECRET = _PAPERMILL + "no_secret_is_left_though_the_widgets_state_is_stored"
_NO_WARNING = _PAPERMILL + "it_needs_no_network_and_nothing_warns"
_SEEN = _PAPERMILL + "control_a_warning_and_a_way_off_this_machine_are_seen"
_FOUND_AGAIN = _NBVAL + "each_stored_output_is_found_again"

REPORTS = (
    Report("A-01", "error-shape", "the error for mfa_required had no mfa_token to go on with"),
    Report("A-02", "error-shape", "MFA by an Action: mfa_required without a token, and the client crashed"),
    Report("A-03", "token-kind", "an access token was given to /mfa/challenge"),
    Report("A-04", "expiry", "the clock of the code was taken for that of the login"),
    Report("A-05", "enroll-state", "unconfirmed enrollments pile up to 51; a list in two spellings"),
    Report("A-06", "enroll-state", "an mfa_token was to enroll somebody who has a factor already"),
    Report("A-07", "response-fields", "a filter on a field that is never sent emptied the list in silence"),
    Report("A-08", "factor-choice", "challenge_type oob was sent for an authenticator app"),
    Report("A-09", "factor-choice", "a challenge without an id: nobody knows where the code went"),
    Report(
        "A-10",
        "tenant-config",
        "email as the only factor is never asked for at the MFA audience",
        differs="the sandbox lets email be the only factor that is on: the first six notebooks need no other",
    ),
    Report("A-11", "request-fields", "authentication_types, and JSON that does not say so"),
    Report("A-12", "tenant-config", "a grant that is not ticked looks like a bug in the code"),
    Report("A-13", "request-fields", "a wrong audience was taken for a wrong encoding"),
    Report("A-14", "client-auth", "a secret and another proof of the client at once"),
    Report("A-15", "domain-url", "a domain with https:// in front made calls hang"),
    Report("A-16", "code-input", "a code became a number and lost its zeros"),
    Report("A-17", "code-input", "a pasted code with blanks was refused"),
    Report("A-18", "address-input", "a plus in an address became a blank"),
    Report(
        "A-19",
        "rate-limit",
        "too many mails, too many wrong codes, and no word on the wait",
        differs="the button is not disabled: no form has a timer that could enable it again, and the tenant's clock moves",
    ),
    Report("A-20", "error-shape", "a 429 comes in several shapes, and the wait was lost"),
    Report("A-21", "error-shape", "a page of HTML in place of JSON gave a parser's error"),
    Report("A-22", "transport", "an unknown authority gave a long trace, and verify=False as advice"),
    Report("A-23", "secret-rotation", "the new recovery code was dropped"),
    Report("A-24", "mail-inbox", "the code was looked for in the raw mail"),
    Report(
        "N-01",
        "secret-leak",
        "a saved widget state held the password",
        (
            _NO_SECRET,
            _BY_HAND + "no_secret_is_left_by_a_person_whose_tries_fail_and_whose_widgets_are_saved",
        ),
    ),
    Report("N-02", "secret-leak", "a widget's text form showed what was typed"),
    Report("N-03", "secret-leak", "papermill keeps a parameter twice", (_NO_SECRET,)),
    Report("N-04", "callback-errors", "an error in a click was lost, and the test stayed green"),
    Report(
        "N-05",
        "callback-errors",
        "an error inside a form's output did not fail the run",
        (
            _PAPERMILL + "control_an_error_in_a_form_fails_papermill",
            _NBVAL + "control_a_changed_output_an_error_in_a_form_and_an_unmet_checkpoint_fail",
        ),
    ),
    Report("N-06", "callback-output", "what a handler prints is not seen"),
    Report("N-07", "repeat-click", "one click acted twice"),
    Report("N-08", "repeat-click", "a second click was queued before the button was off"),
    Report("N-09", "concurrency", "a handler runs while a cell runs"),
    Report(
        "N-10",
        "test-runner",
        "ipykernel 7.0.0 cannot display from a thread",
        (_PAPERMILL + "a_form_puts_out_itself_and_no_thread_speaks_meanwhile",),
    ),
    Report("N-11", "test-runner", "nbval and pytest of versions that do not fit collect nothing", (_FOUND_AGAIN,)),
    Report("N-12", "test-runner", "widget outputs differ at each run", (_FOUND_AGAIN,)),
    Report("N-13", "test-runner", "warnings on stderr fail nbval", (_NO_WARNING, _SEEN)),
    Report(
        "N-14",
        "cwd-import",
        "a notebook finds its helpers from one folder only",
        (_PAPERMILL + "alone_with_a_fresh_tenant_it_runs_to_its_checkpoint", _FOUND_AGAIN),
    ),
    Report(
        "N-15",
        "headless-run",
        "a prompt stops a run without a person",
        (_BY_HAND + "run_all_with_nothing_filled_in_ends_without_a_fault_and_says_what_to_do",),
    ),
    Report("N-16", "server-life", "a killed kernel leaves a server that holds its port"),
    Report("N-17", "transport", "localhost is slow where ::1 is tried first"),
    Report("N-18", "transport", "a company's proxy got the calls to this machine"),
    Report("N-19", "binder-network", "Binder sends no mail and lets little out", (_NO_WARNING, _SEEN)),
    Report(
        "N-20",
        "binder-network",
        "a link to localhost does not work on Binder",
        (_BY_HAND + "on_binder_no_link_leads_to_localhost",),
    ),
    Report("N-21", "binder-build", "a Python that is not named exactly breaks the build later"),
    Report("N-22", "theme-a11y", "a fixed color cannot be read in the dark theme"),
    Report("N-23", "theme-a11y", "inputs and buttons without a name"),
    Report("N-24", "notebook-format", "metadata.widgets keeps GitHub from showing a notebook"),
    Report("N-25", "stale-state", "a form of an older run looks alive and is not"),
)
