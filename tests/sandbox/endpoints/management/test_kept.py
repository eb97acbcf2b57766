"""What the tenant only keeps and shows."""

import pytest

from mfa_helpers.sandbox.endpoints.management.kept import EMPTY, KEPT

CHANGED = [one for one in KEPT if one.method]
SAMPLES = {str: "x", bool: True, int: 7, list: ["x"], dict: {"x": "y"}}


def sample(one):
    """Something in each field."""
    kinds = one.fields if one.fields is not None else {"any": dict}
    return {name: SAMPLES[kind[0] if isinstance(kind, tuple) else kind] for name, kind in kinds.items()}


def place(one):
    return one.path.format(prompt="login", language="en")


@pytest.mark.parametrize("one", CHANGED, ids=lambda one: one.path)
def test_what_is_sent_is_kept_and_shown_without_its_secrets(api, manage, one):
    sent = sample(one)
    shown = {name: value for name, value in sent.items() if name not in one.secrets}
    if one.method == "PATCH":
        shown = {**one.first, **shown}
    assert manage.done("GET", place(one)) == one.first
    assert manage.done(one.method, place(one), sent) == shown
    assert manage.done("GET", place(one)) == shown
    api.set_up()  # until the tenant begins again
    assert manage.done("GET", place(one)) == one.first


@pytest.mark.parametrize("one", [one for one in CHANGED if one.fields], ids=lambda one: one.path)
def test_what_is_of_no_or_another_kind_is_refused(manage, one):
    for body in ({"pigeon": "x"}, {next(iter(one.fields)): 5.5}):
        status, code, _ = manage.refused(manage(one.method, place(one), body))
        assert (status, code) == (400, "invalid_body")
    assert manage.done("GET", place(one)) == one.first


def test_two_languages_are_two_texts(manage):
    manage.done("PUT", "prompts/login/custom-text/en", {"login": {"title": "Hello"}})
    assert manage.done("GET", "prompts/login/custom-text/de") == {}
    assert manage.done("GET", "prompts/login/custom-text/en") == {"login": {"title": "Hello"}}


@pytest.mark.parametrize(("path", "scope", "name"), EMPTY, ids=[path for path, _, _ in EMPTY])
def test_of_what_there_is_none_the_list_is_empty_in_each_of_its_shapes(manage, path, scope, name):
    assert manage.done("GET", path) == []
    body = manage.done("GET", path, params={"page": 0, "per_page": 100, "include_totals": "true"})
    assert body == {"total": 0, "start": 0, "limit": 100, name: []}
    assert manage.done("GET", path, params={"take": 50, "include_totals": "true"}) == {name: []}


def test_there_is_no_theme(manage):
    text = "There was an error retrieving branding settings: invalid theme ID"
    assert manage.refused(manage("GET", "branding/themes/default")) == (404, "theme_not_found", text)
