"""The README's table of languages says what happened."""

from __future__ import annotations

import re

from mfa_helpers.languages import LANGUAGES

from ..support.places import ROOT
from .report import CALLS, REPORT

TEXT = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_says_which_languages_were_executed() -> None:
    section = TEXT.partition("## The call in your language\n")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| ([\w+#.]+) \| [^|]+ \| (executed|not run) \|$", section, flags=re.M))
    assert list(rows) == list(LANGUAGES.values())
    for language, calls in REPORT.done.items():
        assert rows[LANGUAGES[language]] == ("executed" if sorted(calls) == sorted(CALLS) else "not run"), language
