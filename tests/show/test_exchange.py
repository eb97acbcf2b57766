"""The component in which an exchange is shown: the same words as text and as HTML, safe to show, readable without style."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from mfa_helpers.client.models import Exchange
from mfa_helpers.show.exchange import WireView


def view(place: str = "login", **fields: Any) -> WireView:
    common = {
        "method": "POST",
        "url": "http://127.0.0.1:49152/oauth/token",
        "path": "/oauth/token",
        "status": 403,
        "reason": "Forbidden",
        "response_body": {"error": "mfa_required"},
        "elapsed_ms": 12.3,
    }
    return WireView(Exchange(**{**common, **fields}), place, {})


def words(html: str) -> str:
    """What is left where every tag is stripped."""
    return unescape(re.sub(r"<[^>]*>", "\n", html))


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_bundle_has_text_and_html_and_nothing_else() -> None:
    assert set(view()._repr_mimebundle_()) == {"text/plain", "text/html"}
    assert view()._repr_mimebundle_()["text/plain"] == repr(view())


def test_html_and_text_say_the_same() -> None:
    html, text = words(view().html()), repr(view())
    for line in text.split("\n"):
        if line.strip() and not line.startswith("(after"):
            for part in re.split(r"(?=[✔✘])", line):
                assert part.strip() in html, part
    assert "after 12 ms" in text and "Response, after 12 ms" in html


@pytest.mark.parametrize("html", [view().html(), view().details(), view("delete", status=None).html()])
def test_the_html_is_whole_and_needs_neither_style_nor_script(html: str) -> None:
    tags = Tags(html)
    assert tags.open == [] and tags.seen <= {"div", "pre", "span", "strong", "details", "summary"}
    for style in re.findall(r'style="([^"]*)"', html):
        assert not re.search(r"#[0-9a-f]{3}|rgba?\(|url\(", style)
        assert "var(--jp-" in style or "color" not in style


def test_markup_from_elsewhere_is_shown_as_text() -> None:
    evil = '<img src=x onerror=alert(1)>"&'
    shown = view("login", status=400, reason=evil, response_body={"error": evil, "x": evil}, path=f"/{evil}").details()
    assert Tags(shown).seen <= {"div", "pre", "span", "strong", "details", "summary"}
    assert shown.count("&lt;img src=x") >= 4


def test_the_outcome_is_colored_and_the_call_that_is_looked_at_is_bold() -> None:
    assert re.search(
        r"<span style=\"[^\"]*--jp-success-color1[^\"]*\">✔ 403 mfa_required: as expected</span>", view().html()
    )
    failed = view(response_body={"error": "invalid_grant"}).html()
    assert re.search(r"<span style=\"[^\"]*--jp-error-color1[^\"]*\">✘ 403 invalid_grant</span>", failed)
    assert "<strong>01 │─── POST /oauth/token ───►│" in failed


def test_a_screen_reader_hears_the_diagram_in_words() -> None:
    assert 'role="img" aria-label="01 POST /oauth/token: ✔ 403 mfa_required: as expected"' in view().html()


def test_the_details_are_closed_and_their_summary_tells_the_call_and_its_outcome() -> None:
    shown = view().details()
    assert shown.startswith("<details style") and " open" not in shown.split(">")[0]
    assert "What went over the wire: POST /oauth/token, ✔ 403 mfa_required: as expected</summary>" in shown


def folded(place: str, body: Any) -> tuple[str, str]:
    """What of a response is open, and what is behind a click."""
    html = str(view(place, status=200, reason="OK", response_body=body).html())
    shown, _, rest = html.partition("<details>")
    return unescape(shown.split("<pre")[-1]), unescape(rest)


def test_of_a_long_response_what_matters_is_open_and_the_whole_is_one_click_away() -> None:
    body = {"issuer": "https://t/", **{f"field_{n}": n for n in range(40)}, "mfa_challenge_endpoint": "https://t/mfa"}
    shown, rest = folded("discovery", body)
    assert '"issuer": "https://t/"' in shown and '"mfa_challenge_endpoint": "https://t/mfa"' in shown
    assert "HTTP/1.1 200 OK" in shown and "  …\n}" in shown and "field_1" not in shown
    assert "<summary>The whole response: 46 lines</summary>" in rest and '"field_39": 39' in rest


def test_of_another_long_response_the_beginning_is_open() -> None:
    shown, rest = folded("list", [{"id": f"email|{n}", "active": True} for n in range(12)])
    assert '"email|1"' in shown and '"email|9"' not in shown and '"email|9"' in rest
    assert shown.count("\n") < 16


def test_a_short_response_is_not_folded() -> None:
    assert "<details" not in view("list", status=200, response_body=[{"id": "email|1", "active": True}]).html()


def test_without_an_answer_that_is_said_in_its_place() -> None:
    shown = view(status=None, response_body=None)
    assert "No response, after 12 ms" in shown.html() and "✘ no response" in shown.html()
    assert "(no response, after 12 ms)" in repr(shown)
