"""The table in mfa_helpers/languages/README.md says what happened, and its apt line what CI installs."""

from __future__ import annotations

import re
from pathlib import Path

from mfa_helpers import languages
from mfa_helpers.languages import LANGUAGES

from ...support.places import ROOT
from .report import CALLS, REPORT

TEXT = Path(languages.__file__).with_name("README.md").read_text("utf-8")


def test_the_readme_says_which_languages_were_executed() -> None:
    rows = dict(re.findall(r"^\| ([\w+#.]+) \| [^|]+ \| (executed|not run) \|$", TEXT, flags=re.M))
    assert list(rows) == list(LANGUAGES.values())
    for language, calls in REPORT.done.items():
        assert rows[LANGUAGES[language]] == ("executed" if sorted(calls) == sorted(CALLS) else "not run"), language


def test_what_the_readme_installs_on_debian_is_installed_in_ci() -> None:
    line = re.search(r"`apt-get install ([^`]+)`", TEXT)
    packages = re.search(r"^packages=\(([^)]+)\)$", (ROOT / ".ci" / "prepare").read_text("utf-8"), flags=re.M)
    assert line and packages
    assert sorted(set(line[1].split()) - set(packages[1].split())) == []
