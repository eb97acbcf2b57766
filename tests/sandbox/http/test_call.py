"""How bodies are read: a form as the standard library reads it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from hypothesis import example, given
from hypothesis import strategies as st

from mfa_helpers.sandbox.http.call import form_of


@given(st.lists(st.tuples(st.text(), st.text())))
def test_what_was_put_into_a_form_comes_out_of_it(pairs):
    pairs = [
        (name.encode("utf-8", "replace").decode(), value.encode("utf-8", "replace").decode()) for name, value in pairs
    ]
    assert form_of(urlencode(pairs).encode()) == dict(pairs)


@given(st.text(alphabet="ab&=+%2Fé4 "))
@example("a=1&a=2&&b&=c&a%3Db=c+d%2B&%zz=%")
def test_odd_forms_read_as_in_the_standard_library(text):
    assert form_of(text.encode()) == dict(parse_qsl(text, keep_blank_values=True))


def test_bytes_that_are_no_text_are_replaced():
    assert form_of(b"a=\xff&b=%ff") == {"a": "�", "b": "�"}
