"""HTML is built so that whatever is put into it stays text."""

from __future__ import annotations

from html import escape

import pytest

from mfa_helpers.client.secret import STARS, Secret
from mfa_helpers.show.html import Html, reached_by_keyboard

HOSTILE = """<img src=x onerror="alert('1')"> & {0} %s"""


@pytest.mark.parametrize(
    "made",
    [
        Html("<p>{}</p>").format(HOSTILE),
        Html("<p>{said}</p>").format(said=HOSTILE),
        Html("<p>%s</p>") % HOSTILE,
        Html("<p>") + HOSTILE + Html("</p>"),
        Html("<p>{}</p>").format(Html("").join([HOSTILE])),
        Html("<p>{}</p>").format(Html.escape(HOSTILE)),
    ],
)
def test_what_is_put_into_html_is_escaped_once_and_spelled_as_stored_outputs_spell_it(made: Html) -> None:
    assert isinstance(made, Html)
    assert str(made) == f"<p>{escape(HOSTILE)}</p>"


def test_html_within_html_stays_html() -> None:
    assert Html("<div>{}{}</div>").format(Html("<b>{}</b>").format("<"), ">") == "<div><b>&lt;</b>&gt;</div>"


def test_a_secret_in_html_is_stars() -> None:
    assert Html("<p>{} {}</p>").format("ada", Secret("hunter22")) == f"<p>ada {STARS}</p>"


def test_a_name_cannot_leave_its_attribute() -> None:
    assert reached_by_keyboard('a" onfocus="x') == 'tabindex="0" role="group" aria-label="a&quot; onfocus=&quot;x"'
