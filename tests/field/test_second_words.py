"""Reports of the second collection about what people type: addresses, codes, numbers, names, lines (K-05 to K-08, K-10)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mfa_helpers import forms
from mfa_helpers.client import validation
from mfa_helpers.client.errors import InvalidInput, MfaRequired, WrongCredentials
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.lab import Lab
from mfa_helpers.lessons.instructors_board import connect
from mfa_helpers.lessons.second_token import SecondToken
from mfa_helpers.sandbox import addresses
from mfa_helpers.tenants import class_tenant

from ..support.misbehaving_server import answering, reply
from ..support.sandbox_api import Api, refusal

BAD_ADDRESS = (400, "invalid_request", "Invalid email address")

#: Inside an address: controls, what steers the direction of writing, what is not seen, halves, holes, blanks.
INSIDE = [
    *"\x00\x07\x1b\x7f\x85\ufffd\u200b\u200e\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad\u061c\u180e",
    *"\u034f\u3164\u115f\ufe0f\U000e0041\U000e0100\u2028\ue000\U0010ffff\u0378\u3000\u00a0",
]
#: Domains that no mail can reach.
NOWHERE = [
    *("example", "example\uff0ecom", "example\u3002com", "example\uff61com", "example\u2024com", "\uff45xample.com"),
    *(
        "127.0.0.1",
        "example.123",
        "-a.example.com",
        "a-.example.com",
        "a_b.example.com",
        "xn--a.example.com",
        "ex..ample.com",
        "example.com.",
    ),
    *("a" * 64 + ".example.com", "\u2603\ufe0f.example.com", "a\u0301\u0300\u200c.example"),
]
HOSTILE = [f"a{sign}da@example.com" for sign in INSIDE] + [f"ada@exam{sign}ple.com" for sign in INSIDE]
HOSTILE += [f"ada@{domain}" for domain in NOWHERE]
HOSTILE += [f"{local}@example.com" for local in (".ada", "ada.", "a..da")]  # no dot without something on both sides


def _name(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()


def test_k_05_an_address_with_a_sign_that_no_address_has_is_refused_before_it_is_sent() -> None:
    for address in HOSTILE:
        with pytest.raises(InvalidInput) as caught:
            pytest.fail(f"{_name(address)} became {_name(validation.clean_address(address))}")
        told = caught.value
        assert not set(told.what) & set(INSIDE) and told.next_step.startswith(
            ("Type a single address", "Type the address")
        ), _name(address)


def test_k_05_an_api_client_is_refused_as_a_form_is(api: Api) -> None:
    token = api.mfa_token()
    for address in HOSTILE:
        assert refusal(api.associate(token, email=address)) == BAD_ADDRESS, _name(address)
    assert api.mails() == []


@pytest.mark.parametrize("quote", "“”„«‹「‘’‚")
def test_k_05_a_quote_that_a_form_takes_off_is_no_part_of_an_api_clients_address_either(quote: str) -> None:
    assert validation.clean_address(f"{quote}ada@example.com{quote}") == "ada@example.com"
    assert addresses.address_of(f"{quote}ada@example.com") is None


def test_k_05_so_is_whoever_makes_users_and_methods(learner: Lab) -> None:
    manage = learner.tenant.require_management()
    (user,) = manage.get("/users-by-email", email="ada@example.com")
    for address in [*HOSTILE[::3], *HOSTILE[-3:]]:
        user_to_be = {"connection": "Username-Password-Authentication", "email": address, "password": "Their own 1"}
        for path, body in (
            ("/users", user_to_be),
            (
                f"/users/{user['user_id'].replace('|', '%7C')}/authentication-methods",
                {"type": "email", "email": address},
            ),
        ):
            with pytest.raises(Exception, match="format email"):
                manage.change("POST", path, body)


@pytest.mark.parametrize("address", ["a\u200bda@example.com", "ada@example", "ada@example\uff0ecom"], ids=_name)
def test_k_05_both_forms_say_what_is_wrong_and_send_nothing(address: str, lab: Lab) -> None:
    lab.login()
    lab.companion(SecondToken).sign_in()
    before = len(lab.history)
    for form in (forms.AssociateForm(lab), forms.SecondAddressForm(lab)):
        form.email.value = address
        form.submit()
        assert isinstance(form.error, InvalidInput) and len(lab.history) == before


GOOD = ["ada@example.com", "a.b+c@mail.example.co.uk", "o'brien@example.org", "jörg@bücher.example", "用户@例子.广告"]
GOOD += [
    "ada@xn--bcher-kva.example",
    "ÅSA@EXAMPLE.COM",
    "ada@r3---sn.example",
    "a\u0308da@example.com",
    "δοκ@ς.example",
]


@pytest.mark.parametrize("address", GOOD)
def test_k_05_form_and_tenant_take_the_same_good_addresses(address: str) -> None:
    composed = unicodedata.normalize("NFC", address)
    assert validation.clean_address(f" \u2068<{address}>\u2069, ") == composed
    assert addresses.address_of(address) == composed


UNSEEN_AROUND = [
    "\u2068{}\u2069",
    "{}\ufe0f",
    "\ufeff{}",
    "{}\u200b",
    "\u202a{}\u202c",
    "\u3000{}\u00a0",
    "\u00ad{}\u180e",
]
UNSEEN_AROUND += ["\u061c{}\U000e0101", "\u3164{}\u2800", "\t{}\u2028\r\n", "\u034f{}\x00"]
EACH = pytest.mark.parametrize("around", UNSEEN_AROUND, ids=_name)


@EACH
def test_k_06_what_is_not_seen_spoils_no_field(around: str) -> None:
    def typed(text: str) -> str:
        return around.format(text)

    assert validation.clean_code(typed("004217")) == "004217"
    for beside in ("\ufe0f", "\u20e3", "\ufe0f\u20e3", "\u0332", "\u0336"):  # emoji, keys, lines under and through
        assert validation.clean_code("".join(f"{digit}{beside}" for digit in "004217")) == "004217"
    assert validation.clean_recovery_code(typed("ABCD1234ABCD1234ABCD1234")) == "ABCD1234ABCD1234ABCD1234"
    assert validation.clean_phone(typed("+15550100167")) == "+15550100167"
    assert validation.clean_domain(typed("t.eu.auth0.com")) == "https://t.eu.auth0.com"
    assert validation.clean_address(typed("ada@example.com")) == "ada@example.com"
    assert validation.clean_user_name(typed("ada@example.com")) == "ada@example.com"
    assert validation.clean_ends(typed("a-secret")) == "a-secret"


@EACH
def test_k_06_a_login_does_not_fail_for_what_is_not_seen(around: str, learner: Lab) -> None:
    learner.login(around.format(learner.tenant.username), learner.tenant.password)
    assert learner.has("login")


def test_k_06_every_form_with_a_name_takes_it_so(lab: Lab) -> None:
    name, password = f"\u200b{lab.tenant.username}\ufeff", (lab.tenant.password or "").reveal()  # type: ignore[union-attr]
    for form in (forms.SignInForm(lab), forms.SecondTokenForm(lab)):
        form.username.value, form.password.value = name, password
        form.submit()
        assert form.error is None, form.status


@pytest.mark.parametrize("around", [*UNSEEN_AROUND, "“{}”", "„{}“", "«{}»", '"{}"'], ids=_name)
def test_k_06_a_token_is_read_whatever_is_around_it(
    around: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "a-token.of_somebody~7391"
    assert validation.clean_token(around.format(token), "token").reveal() == token
    with answering(reply(200, [])) as tenant:
        MfaClient(tenant.base_url, "app").list_authenticators(around.format(token))
        monkeypatch.setenv("AUTH0_DOMAIN", tenant.base_url)
        connect("live", tmp_path, token=around.format(token)).newest_event()
    assert {one.headers["authorization"] for one in tenant.asked} == {f"Bearer {token}"}


@pytest.mark.parametrize("token", ["ab\u200bcd", "токен", "ab\ncd", "ab“cd"], ids=_name)
def test_k_06_a_token_with_another_sign_in_it_is_refused_in_a_sentence(
    token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH0_DOMAIN", "t.eu.auth0.com")
    for act in (
        lambda: MfaClient("t.eu.auth0.com", "app").list_authenticators(token),
        lambda: connect("live", tmp_path, token=token),
        lambda: class_tenant.management(LINE, token, tmp_path),
    ):
        with pytest.raises(InvalidInput, match="wasn't copied completely") as caught:
            act()
        assert token not in str(caught.value)


def test_k_06_a_program_may_sign_in_with_such_a_name_too(client: MfaClient, learner: Lab) -> None:
    with pytest.raises(MfaRequired):
        client.login(f"\u2068{learner.tenant.username}\ufeff", learner.tenant.password or "")


def test_k_06_a_password_is_never_altered(learner: Lab) -> None:
    password = (learner.tenant.password or "").reveal()  # type: ignore[union-attr]
    for typed in (f"{password} ", f"\u200b{password}", f"{password}\ufe0f"):
        with pytest.raises(WrongCredentials):
            learner.login(learner.tenant.username, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "+1 555 010‑0167",
        "\u2066+1\u2069 555−0100167",
        "+1·555·0100167",
        "+1 (555) 010-0167",
        "＋15550100167",
        "+1—555—010—0167",
        "+1/555/0100167",
        "+1 555‐010・0167",
        "“+15550100167”",
        "+1 555 010 0167.",
    ],
    ids=_name,
)
def test_k_06_a_number_is_found_among_what_people_put_between(typed: str) -> None:
    assert validation.clean_phone(typed) == "+15550100167"


@pytest.mark.parametrize(
    "dash", ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\ufe58", "\uff0d", "\u00ad", " ", "."]
)
def test_k_06_a_recovery_code_may_have_any_dash(dash: str) -> None:
    assert (
        validation.clean_recovery_code(dash.join(["ABCD", "1234", "efgh", "5678", "IJKL", "9MNP"]))
        == "ABCD1234EFGH5678IJKL9MNP"
    )


LINE = "mfa-class/127.0.0.1:8443/8444/abcdefghijklmnopq/" + "ab" * 26


@pytest.mark.parametrize(
    "around",
    [
        *UNSEEN_AROUND,
        "“{}”",
        "„{}“",
        "‘{}’",
        "«{}»",
        "'{}'",
        '"{}"',
        "<{}>",
        "{}.",
        "{},",
        "“{}.”",
        "`{}`",
        "「{}」",
        "\uff02{}\uff02",
    ],
    ids=_name,
)
def test_k_06_a_join_line_is_read_whatever_is_around_it(around: str) -> None:
    assert class_tenant.parse(around.format(LINE)) == class_tenant.parse(LINE)
    assert class_tenant.parse(around.format(f"MFA_CLASS={LINE}")) == class_tenant.parse(LINE)


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212"])
def test_k_06_a_join_line_may_have_the_dash_that_a_word_processor_makes(dash: str) -> None:
    assert class_tenant.parse(LINE.replace("-", dash)) == class_tenant.parse(LINE)


@pytest.mark.parametrize(
    "around",
    ["“{}”", "„{}“", "{},", "{};", "'{}'", "‘{}’", "<{}>", "({})", "«{}»", "“{}”,", "{}\uff0c", "https://{}/,"],
)
def test_k_06_a_domain_is_read_whatever_is_around_it(around: str) -> None:
    assert validation.clean_domain(around.format("t.eu.auth0.com")) == "https://t.eu.auth0.com"


#: The same six digits, in scripts and with grouping.
ZEROS = {
    "Arabic": "\u0660",
    "Persian": "\u06f0",
    "Devanagari": "\u0966",
    "Bengali": "\u09e6",
    "Thai": "\u0e50",
    "wide": "\uff10",
}
ZEROS |= {
    "Tibetan": "\u0f20",
    "Khmer": "\u17e0",
    "Myanmar": "\u1040",
    "N'Ko": "\u07c0",
    "Adlam": "\U0001e950",
    "bold": "\U0001d7ce",
}


def in_script(digits: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) if digit.isdigit() else digit for digit in digits)


@pytest.mark.parametrize("zero", ZEROS.values(), ids=ZEROS)
def test_k_07_digits_of_every_script_are_digits(zero: str) -> None:
    assert validation.clean_code(in_script("004217", zero)) == "004217"
    assert validation.clean_code(in_script("004-217", zero)) == "004217"
    assert validation.clean_phone(in_script("+15550100167", zero)) == "+15550100167"
    assert validation.clean_recovery_code(in_script("ABCD1234ABCD1234ABCD1234", zero)) == "ABCD1234ABCD1234ABCD1234"


@pytest.mark.parametrize(
    "between",
    [
        "-",
        ".",
        ",",
        "'",
        "’",
        "·",
        "\u2013",
        "\u2011",
        "\u2212",
        "\u066c",
        "/",
        "_",
        " \u2013 ",
        ":",
        "\u202f",
        "|",
        "~",
        "\u2219",
    ],
)
def test_k_07_digits_may_be_grouped(between: str) -> None:
    assert validation.clean_code(f"004{between}217") == "004217"
    assert validation.clean_code(between.join(["00", "42", "17"])) == "004217"


@pytest.mark.parametrize("around", ["“{}”", "({})", "[{}]", "«{}»", "{}.", "'{}'", "`{}`", "**{}**"])
def test_k_07_quotes_and_brackets_around_a_code_are_no_part_of_it(around: str) -> None:
    assert validation.clean_code(around.format("004217")) == "004217"


@pytest.mark.parametrize(
    "typed", ["12345a", "OO4217", "½4217", "一二三四五六", "12345\ufffd", "12345?", "1234567", "12345", "1234e5"]
)
def test_k_07_what_is_no_digit_is_still_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        validation.clean_code(typed)


def test_k_07_a_code_of_another_script_confirms(lab: Lab) -> None:
    lab.login()
    lab.associate()
    form = forms.ConfirmForm(lab)
    code = in_script(lab.newest_code().reveal(), "\u0660")
    form.code.value = f"\u2067{code[:3]}-{code[3:]}\u2069"
    form.submit()
    assert form.error is None, form.status


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+49 (0)30 123456", "+4930123456"),
        ("+49(0)30/123456", "+4930123456"),
        ("+49 030 123456", "+4930123456"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("+44 [0] 20 7946 0018", "+442079460018"),
        ("+43 (0) 1 234567", "+431234567"),
        ("+353 (0)1 2345678", "+35312345678"),
        ("+61 (0)2 5550 1234", "+61255501234"),
        # No zero is dialed there any more, but people write one.
        ("+48 (0)22 123 45 67", "+48221234567"),
        ("+420 (0)2 1234 5678", "+420212345678"),
        ("+45 (0)32 12 34 56", "+4532123456"),
        ("+7 (0)495 123 45 67", "+74951234567"),
        ("+1 (0)555 010 0167", "+15550100167"),
        ("\uff0b\uff14\uff19\uff08\uff10\uff09\uff13\uff10 123456", "+4930123456"),
        # In these countries a number does begin with a zero, or none is ever put in front: it stays.
        ("+39 06 1234567", "+39061234567"),
        ("+39 (0)6 1234567", "+39061234567"),
        ("+225 01 23 45 67 89", "+2250123456789"),
        ("+15550100167", "+15550100167"),
        ("+4930123456", "+4930123456"),
        ("+4940012345", "+4940012345"),  # a zero that is not the first
    ],
)
def test_k_08_the_zero_that_is_dialed_inside_a_country_only_is_left_out(typed: str, number: str) -> None:
    assert validation.clean_phone(typed) == number


@pytest.mark.parametrize(
    "typed", ["+49 0030 123456", "+49 (0) (0)30 123456", "+36 (06) 1 234 5678", "+36 (0)62 123456"]
)
def test_k_08_where_it_is_not_known_what_is_meant_a_sentence_says_so(typed: str) -> None:
    with pytest.raises(InvalidInput, match="isn't a phone number"):
        validation.clean_phone(typed)


def test_k_08_the_tenant_refuses_a_number_that_nobody_has(api: Api, set_up: Callable[..., None]) -> None:
    set_up(factors=["sms"])
    token = api.mfa_token()
    for number in ("+49030123456", "+480221234567", "+360612345678"):
        wrong = api.associate(token, oob_channels=["sms"], phone_number=number)
        assert refusal(wrong) == (400, "invalid_request", "The phone number is invalid."), number
    right = api.associate(token, oob_channels=["sms"], phone_number="+390612345678")  # in Italy the zero belongs to it
    assert right.status_code == 200


def test_k_08_the_form_sends_the_number_that_somebody_has(lab: Lab) -> None:
    form = forms.PhoneForm(lab)
    lab.tenant.require_management().change("PUT", "/guardian/factors/sms", {"enabled": True})
    form.number.value = "+49 (0)30 123456"
    form.enroll()
    assert form.error is None, form.status
    assert lab.exchanges["sms-associate"].request_body["phone_number"] == "+4930123456"


JOERG = "jörg@bücher.example"
SPELLINGS = [
    "jörg@bücher.example",
    "JÖRG@BÜCHER.EXAMPLE",
    "Jo\u0308rg@bu\u0308cher.example",
    "jörg@xn--bcher-kva.example",
    "JÖRG@XN--BCHER-KVA.example",
]


@pytest.fixture
def joerg(learner: Lab) -> Callable[[str], Any]:
    """A user with that address; gives the API's words for a login under another spelling."""
    manage = learner.tenant.require_management()
    manage.change(
        "POST", "/users", {"connection": "Username-Password-Authentication", "email": JOERG, "password": "Their own 1"}
    )
    return lambda name: learner.login(name, "Their own 1")


@pytest.mark.parametrize("spelling", SPELLINGS, ids=_name)
def test_k_10_one_person_whatever_the_spelling(
    spelling: str, joerg: Callable[[str], Any], learner: Lab, api: Api
) -> None:
    joerg(spelling)
    assert refusal(api.login(username=spelling, password="Their own 1"))[1] == "mfa_required"
    manage = learner.tenant.require_management()
    assert [user["email"] for user in manage.get("/users-by-email", email=spelling)] == [JOERG]
    with pytest.raises(Exception, match="already exists"):
        manage.change(
            "POST", "/users", {"connection": "Username-Password-Authentication", "email": spelling, "password": "x"}
        )


@pytest.mark.parametrize("spelling", SPELLINGS, ids=_name)
def test_k_10_one_mailbox_whatever_the_spelling(
    spelling: str, joerg: Callable[[str], Any], learner: Lab, api: Api
) -> None:
    joerg(JOERG)
    learner.associate(spelling)
    for other in SPELLINGS:
        (mail,) = learner.tenant.mails(other)
        assert mail.code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("νίκος@example.com", "ΝΊΚΟΣ@example.com"),
        ("straße@example.com", "STRASSE@example.com"),
        ("ǆ@example.com", "Ǆ@example.com"),
        ("ა@example.com", "Ა@example.com"),
        ("i\u0307@example.com", "İ@example.com"),
        ("ada@straße.example", "ADA@STRAẞE.example"),
    ],
)
def test_k_10_the_twins_of_other_scripts_are_twins_here(one: str, other: str) -> None:
    assert addresses.comparable(one) == addresses.comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jörg@example.com", "jorg@example.com"),
        ("ада@example.com", "aдa@example.com"),
        ("ada@straße.example", "ada@strasse.example"),
    ],
)
def test_k_10_others_stay_others(one: str, other: str) -> None:
    assert addresses.comparable(one) != addresses.comparable(other)


def test_k_10_the_client_and_its_tenant_agree_about_a_second_enrollment(
    client: MfaClient, joerg: Callable[[str], Any], learner: Lab
) -> None:
    """An NFD address is sent composed, so that the mail's address is the one that the learner sees."""
    joerg(JOERG)
    learner.associate("Jo\u0308rg@bu\u0308cher.example")
    assert learner.exchanges["associate"].request_body["email"] == "Jörg@bücher.example"
