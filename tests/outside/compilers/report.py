"""Which languages were run, and what could not be: for the end of the test run, and for the table in mfa_helpers/languages/README.md."""

from __future__ import annotations

from mfa_helpers.languages import LANGUAGES

#: What each language has to do, in the order of the flow.
CALLS = ("login", "associate", "confirm", "list", "challenge", "complete", "delete")


class Report:
    """What happened in this test run."""

    def __init__(self) -> None:
        self.done: dict[str, list[str]] = {}  # language: calls that the tenant saw
        self.tools: dict[str, str] = {}
        self.missing: dict[str, str] = {}

    def lines(self) -> list[str]:
        """One line a language that was met."""
        lines = []
        for language, name in LANGUAGES.items():
            if language in self.missing:
                lines.append(f"not run:  {name} ({self.missing[language]})")
            elif calls := self.done.get(language):
                lines.append(f"executed: {name}, {len(calls)} of {len(CALLS)} calls ({self.tools[language]})")
        return lines


REPORT = Report()
