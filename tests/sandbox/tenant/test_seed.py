"""A seed: what may be written in it, where it is wrong, and what the tenant is then like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers.sandbox import defaults
from mfa_helpers.sandbox.crypto import opaque_strings, passwords
from mfa_helpers.sandbox.store import Store
from mfa_helpers.sandbox.tenant import authenticators, seed

GRACE = {"email": "grace@example.com", "password": "a throwaway password"}
TOTP = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RECOVERY = "ABCDEFGHIJKL123456789MNO"


@pytest.fixture
def store(state: Path) -> Iterator[Store]:
    found = Store(state)
    yield found
    found.close()


def planted(store: Store, **told: Any) -> Store:
    seed.plant(store, seed.read(told))
    return store


def test_an_empty_seed_is_a_first_day(store: Store) -> None:
    for nothing in (None, {}):
        seed.plant(store, seed.read(nothing))
        assert store.settings() == defaults.Settings()
        assert [row["identifier"] for row in store.apis()] == [defaults.API_AUDIENCE]


def test_a_user_can_sign_in_and_has_what_is_enrolled(store: Store) -> None:
    factors = [
        {"type": "email"},
        {"type": "email", "email": "second@example.com"},
        {"type": "phone", "phone_number": "+12025550100"},
        {"type": "phone", "phone_number": "+12025550100", "preferred_authentication_method": "voice"},
        {"type": "totp", "totp_secret": TOTP},
        {"type": "push-notification"},
        {"type": "recovery-code", "recovery_code": RECOVERY},
    ]
    planted(store, users=[{**GRACE, "name": "Grace", "email_verified": True, "factors": factors}])
    user = store.user_by_email("grace@example.com")
    assert user is not None and passwords.is_password("a throwaway password", user["password_hash"])
    assert (user["name"], bool(user["email_verified"]), bool(user["blocked"])) == ("Grace", True, False)
    rows = authenticators.of_user(store, user, store.settings())
    of_push = (row.secret for row in rows if row.kind == "totp" and row.secret != TOTP)
    assert [(row.kind, row.address, row.secret, row.active) for row in rows] == [
        ("email", "grace@example.com", "", True),
        ("email", "second@example.com", "", True),
        *[("sms", "+12025550100", "", True), ("voice", "+12025550100", "", True)],
        *[("voice", "+12025550100", "", True), ("sms", "+12025550100", "", True)],
        ("totp", "", TOTP, True),
        *[("push", "", "", True), ("totp", "", next(of_push), True)],
        ("recovery-code", "", opaque_strings.fingerprint(RECOVERY), True),
        ("email", "grace@example.com", "", True),  # the verified address
    ]


def test_the_users_id_is_the_same_on_every_machine(store: Store) -> None:
    user = planted(store, users=[GRACE]).user_by_email(GRACE["email"])
    assert user is not None and user["user_id"] == "auth0|b533d4547eaa5a0fa955965a"


def test_a_user_may_be_blocked(store: Store) -> None:
    user = planted(store, users=[{**GRACE, "blocked": True}]).user_by_email(GRACE["email"])
    assert user is not None and user["blocked"]


def test_the_courses_own_user_needs_no_password_and_may_get_another(store: Store) -> None:
    password = store.get("password")
    planted(store, users=[{"email": "Ada@Example.com", "email_verified": True}])
    user = store.user_by_email(defaults.USERNAME)
    assert user is not None and user["email_verified"] and store.get("password") == password
    assert passwords.is_password(str(password), user["password_hash"])
    planted(store, users=[{"email": defaults.USERNAME, "password": "another"}])
    user = store.user_by_email(defaults.USERNAME)
    assert user is not None and passwords.is_password("another", user["password_hash"])


def test_only_a_seed_that_is_kept_changes_the_password_that_is_told(store: Store) -> None:
    def signs_in(password: str | None) -> bool:
        user = store.user_by_email(defaults.USERNAME)
        return user is not None and passwords.is_password(str(password), user["password_hash"])

    told, another = store.get("password"), seed.read({"users": [{"email": "ADA@example.com", "password": "another"}]})
    seed.plant(store, another)
    planted(store)
    assert signs_in(told) and store.get("password") == told != "another"
    seed.plant(store, another)
    seed.keep(store, another)
    assert signs_in("another") and store.get("password") == "another"
    planted(store)
    assert signs_in("another")


def test_settings_origins_and_apis_are_as_they_say(store: Store) -> None:
    orders = {"identifier": "https://orders.example/", "name": "Orders", "scopes": ["read:orders"]}
    planted(
        store,
        settings={"factors": ["email", "otp"], "mfa_policy": []},
        origins=["http://localhost:3000"],
        apis=[orders, {"identifier": defaults.API_AUDIENCE, "allow_offline_access": True}],
    )
    assert store.settings() == defaults.Settings(
        factors=["email", "otp"], mfa_policy=[], allowed_origins=["http://localhost:3000"]
    )
    found = {row["identifier"]: (row["name"], row["scopes"], row["allow_offline_access"]) for row in store.apis()}
    assert found == {
        "https://orders.example/": ("Orders", '["read:orders"]', 0),
        defaults.API_AUDIENCE: (defaults.API_AUDIENCE, "[]", 1),
    }


def test_a_seed_replaces_what_was_there(store: Store) -> None:
    planted(store, users=[GRACE], settings={"factors": []})
    planted(store, users=[{**GRACE, "email": "alan@example.com"}])
    assert store.user_by_email(GRACE["email"]) is None and store.settings().factors == ["email"]


def test_a_seed_that_is_kept_comes_back(store: Store) -> None:
    assert seed.kept(store) == seed.read({})
    wanted = seed.read({"users": [GRACE], "origins": ["https://app.example"]})
    seed.keep(store, wanted)
    assert seed.kept(store) == wanted


def factor(**told: Any) -> dict[str, Any]:
    return {"users": [GRACE, {**GRACE, "email": "b@example.com", "factors": [{"type": "email"}, told]}]}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([], "The seed must be an object with names and values."),
        ("users", "The seed must be an object with names and values."),
        ({"user": []}, "user is unknown. Known names: settings, origins, apis, users."),
        ({1: []}, "1 is unknown. Known names: settings, origins, apis, users."),
        ({"users": {}}, "users must be a list."),
        ({"users": None}, "users must be a list."),
        ({"users": ["grace"]}, "users[0] must be an object with names and values."),
        ({"users": [{"password": "x"}]}, "users[0].email is missing."),
        ({"users": [GRACE, {"email": "grace", "password": "x"}]}, "users[1].email must be an email address, like grace@example.com."),
        ({"users": [{"email": "g@example.com"}]}, "users[0].password must be the user's password, because nobody could sign in without one."),
        ({"users": [{**GRACE, "password": ""}]}, "users[0].password must be the user's password, because nobody could sign in without one."),
        ({"users": [{**GRACE, "password": 123456}]}, "users[0].password must be text (in quotes, if it looks like a number)."),
        ({"users": [{**GRACE, "email_verified": "yes"}]}, "users[0].email_verified must be true or false."),
        ({"users": [{**GRACE, "email_verifed": True}]}, "users[0].email_verifed is unknown. Known names: email, password, name, email_verified, blocked, factors."),
        ({"users": [GRACE, {**GRACE, "email": "Grace@EXAMPLE.com"}]}, "users[1].email is the same as in users[0]."),
        (factor(), "users[1].factors[1].type is missing."),
        (factor(type="mail"), "users[1].factors[1].type is unknown. Known names: email, phone, totp, push-notification, recovery-code."),
        (factor(type="email", totp_secret=TOTP), "users[1].factors[1].totp_secret is unknown. Known names: type, email."),
        (factor(type="email", email="x"), "users[1].factors[1].email must be an email address, like grace@example.com."),
        (factor(type="phone"), 'users[1].factors[1].phone_number must be a phone number in quotes, like "+12025550100".'),
        (factor(type="phone", phone_number=12025550100), "users[1].factors[1].phone_number must be text (in quotes, if it looks like a number)."),
        (factor(type="phone", preferred_authentication_method="fax"), "users[1].factors[1].preferred_authentication_method is unknown. Known names: sms, voice."),
        (factor(type="totp", totp_secret="short"), "users[1].factors[1].totp_secret must be a base32 secret of 24, 32, 40, …, or 128 characters."),
        (factor(type="recovery-code", recovery_code="abc"), "users[1].factors[1].recovery_code must be a recovery code: 24 capitals and digits."),
        ({"settings": {"factor": []}}, "settings.factor is unknown. Known names: "),
        ({"settings": {"factors": ["mail"]}}, "settings.factors[0] is unknown. Known names: sms, push-notification, otp, email, "),
        ({"settings": {"factors": ["email", 5]}}, "settings.factors[1] must be text (in quotes, if it looks like a number)."),
        ({"settings": {"mfa_policy": ["always"]}}, "settings.mfa_policy[0] is unknown. Known names: all-applications, confidence-score."),
        ({"settings": {"mfa_policy": ["all-applications", "confidence-score"]}}, "settings.mfa_policy must have at most one name."),
        ({"settings": {"email_verified": 1}}, "settings.email_verified must be true or false."),
        ({"origins": "http://localhost:3000"}, "origins must be a list."),
        ({"origins": ["http://localhost:3000/a"]}, "origins[0] must be an origin, like http://localhost:3000, without a path."),
        ({"settings": {"allowed_origins": ["http://a; b"]}}, "settings.allowed_origins[0] must be an origin, like http://localhost:3000, without a path."),
        ({"origins": ["*"]}, "origins[0] must be an origin, like http://localhost:3000, without a path."),
        ({"settings": {"allowed_origins": ["http://a", "b"]}}, "settings.allowed_origins[1] must be an origin, like http://localhost:3000, without a path."),
        ({"settings": {"callbacks": ["http://[x"]}}, "settings.callbacks[0] must be an address, like http://localhost:3000/callback."),
        ({"apis": [{"name": "x"}]}, "apis[0].identifier is missing."),
        ({"apis": [{"identifier": "x"}, {"identifier": "x"}]}, "apis[1].identifier is the same as in apis[0]."),
        ({"apis": [{"identifier": "https://x/api/v2/"}]}, "apis[0].identifier must be an audience of your own: the tenant's own audiences end in /mfa/, /me/, and /api/v2/."),
        ({"apis": [{"identifier": "x", "scopes": ["read it"]}]}, "apis[0].scopes must be a list of names without spaces."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence_with_its_place(told: Any, said: str) -> None:
    with pytest.raises(seed.BadSeed) as caught:
        seed.read(told)
    text = str(caught.value)
    assert text.startswith(said) and "\n" not in text
    assert text == said or said.endswith(" ")  # a list of names goes on


def test_no_secret_is_in_the_sentence() -> None:
    for told in (
        factor(type="totp", totp_secret="MYSECRET"),
        {"users": [{**GRACE, "password": ["MYSECRET"]}]},
        {"users": [{"email": "grace@example.com", "password:MYSECRET": None}]},
        {"users": [{"email": "grace@example.com", "password MYSECRET": "x"}]},
    ):
        with pytest.raises(seed.BadSeed) as caught:
            seed.read(told)
        assert "MYSECRET" not in str(caught.value)
