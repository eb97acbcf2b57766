"""axe-core on what the course renders: WCAG 2.2, A and AA."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .run_report import count

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OUTPUTS = ".jp-OutputArea-output"
UNFOLD = "within => document.querySelectorAll(`${within} details`).forEach(d => d.open = true)"
# Nothing sticks out, is cut off, or has to be scrolled sideways, but for blocks of code.
CUT_OFF = """() => [...document.querySelectorAll('.jp-OutputArea-output, .jp-OutputArea-output *')]
    .filter(e => e.offsetParent && !e.closest('pre, iframe, option, textarea') && e.tagName !== 'INPUT')
    .filter(e => e.getBoundingClientRect().right > innerWidth || e.clientWidth && e.scrollWidth > e.clientWidth + 1)
    .map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 60)}`)"""

# Nothing sticks out to the right: neither the page, nor the notebook, nor an output.
OVERFLOW = """() => [document.documentElement, ...document.querySelectorAll('.jp-WindowedPanel-outer, .jp-OutputArea-output, .widget-vbox, .widget-html, .mfa-status, pre[role=img]')]
    .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(e => `${e.tagName} ${e.className}: ` + [...e.querySelectorAll('*')]
        .filter(c => c.getBoundingClientRect().right > e.getBoundingClientRect().right + 1)
        .map(c => `${c.tagName} ${c.getAttribute("class")} ${Math.round(c.getBoundingClientRect().right - e.getBoundingClientRect().right)} ${c.textContent.slice(0, 40)}`).slice(0, 3))"""


def look(page: Page, what: str, within: str = OUTPUTS, rules: dict[str, Any] | None = None) -> None:
    """Nothing that axe finds or is in doubt about."""
    page.evaluate(UNFOLD, within)
    page.evaluate("document.activeElement.blur()")
    found = (
        Axe()
        .run(
            page,
            context={"include": [[within]], "exclude": [["iframe"]]},  # type: ignore[arg-type]  # a mail is the tenant's
            options=rules or {"runOnly": {"type": "tag", "values": WCAG}, "rules": {"target-size": {"enabled": True}}},
        )
        .response
    )
    nodes = page.evaluate("within => document.querySelectorAll(`${within}, ${within} *`).length", within)
    counts = {kind: len(found[kind]) for kind in ("passes", "inapplicable", "incomplete", "violations")}
    assert nodes > 10 and counts["passes"], what
    wrong = [
        f"{rule['id']}: {rule['help']}: {[(node['html'][:200], node['failureSummary']) for node in rule['nodes'][:4]]}"
        for rule in found["violations"] + found["incomplete"]
        if not all("only non-text characters" in node["failureSummary"] for node in rule["nodes"])  # drawn lines
    ]
    count("axe-core: rules applied", sum(counts.values()))
    count("axe-core: elements looked at", nodes)
    count("axe-core: violations", len(wrong))
    assert wrong == [], "\n".join([what, *wrong])
