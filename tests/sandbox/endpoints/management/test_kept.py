"""What the tenant only keeps and shows."""

import pytest

from mfa_helpers.sandbox.endpoints.management.kept import EMPTY, KEPT

CHANGED = [(one, method) for one in KEPT for method in one.methods]
by_path = pytest.mark.parametrize(("one", "method"), CHANGED, ids=[f"{method}-{one.path}" for one, method in CHANGED])
SAMPLES = {str: "x", bool: True, int: 7, list: ["x"], dict: {"x": "y"}}


def sample(one):
    """Something in each field."""
    kinds = one.fields if one.fields is not None else {"any": dict}
    return {name: SAMPLES[kind[0] if isinstance(kind, tuple) else kind] for name, kind in kinds.items()}


def place(one):
    return one.path.format(prompt="login", language="en")


def told(manage, one):
    """What it shows; of what can't be read, what an empty change answers."""
    if one.readable:
        return manage.done("GET", place(one))
    assert manage("GET", place(one)).status_code == 405
    return manage.done("PATCH", place(one), {})


@by_path
def test_what_is_sent_is_kept_and_shown_without_its_secrets(api, manage, one, method):
    sent = sample(one)
    shown = {name: value for name, value in sent.items() if name not in one.secrets}
    if method == "PATCH":
        shown = {**one.initial, **shown}
    assert told(manage, one) == one.initial
    assert manage.done(method, place(one), sent) == shown
    assert told(manage, one) == shown
    api.set_up()  # until the tenant begins again
    assert told(manage, one) == one.initial


@by_path
def test_what_is_of_no_or_another_kind_is_refused(manage, one, method):
    bodies = [{"pigeon": "x"}, {next(iter(one.fields)): 5.5}] if one.fields else []
    for body in bodies:
        status, code, _ = manage.refused(manage(method, place(one), body))
        assert (status, code) == (400, "invalid_body")
    assert told(manage, one) == one.initial


def test_the_secrets_of_a_captcha_are_shown_to_nobody(manage):
    """What the Management API's reference has in the request and not in the response."""
    sent = {
        "active_provider_id": "recaptcha_v2",
        "recaptcha_v2": {"site_key": "public", "secret": "MYSECRET"},
        "recaptcha_enterprise": {"site_key": "public", "project_id": "p", "api_key": "MYSECRET"},
    }
    for body in (
        manage.done("PATCH", "attack-protection/captcha", sent),
        manage.done("GET", "attack-protection/captcha"),
    ):
        assert body["recaptcha_v2"] == {"site_key": "public"} and "MYSECRET" not in str(body)


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
