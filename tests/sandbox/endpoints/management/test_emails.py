"""The tenant's own mail server, and its own words."""

import socket
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller

from ....support.sandbox_api import refusal
from ....support.transport import needs_a_socket

TEMPLATE = {
    "template": "mfa_oob_code",
    "body": "<p>Hi {{ user.name }}, {{ code }} from {{ tenant }}/{{ friendly_name }} in {{ request_language }}</p>",
    "from": "{{ application.name }} <zoo@example.com>",
    "subject": "Code {{ code }}",
    "syntax": "liquid",
}
NO_PROVIDER = (404, "inexistent_email_provider", "There is not a configured email provider")
SECRETS = {
    "smtp_user": "mailer",
    "smtp_pass": "very secret",
    "api_key": "very secret",
    "secretAccessKey": "very secret",
}
MAIL_FAILED = (502, "bad_gateway", "The email could not be sent.")


def smtp(host, port, **more):
    return {"name": "smtp", "credentials": {"smtp_host": host, "smtp_port": port, **SECRETS}, **more}


@pytest.fixture
def elsewhere(manage):
    """The tenant names a mail server that is not on this machine."""
    manage.done("POST", "emails/provider", smtp("smtp.example.com", 587), 201)


# the provider


def test_there_is_none_at_first(manage):
    for method, body in (("GET", None), ("PATCH", {})):
        assert manage.refused(manage(method, "emails/provider", body)) == NO_PROVIDER


def test_a_provider_is_set_up_once_and_shown_without_its_secrets(manage):
    answers = [manage("POST", "emails/provider", smtp("smtp.example.com", 587, default_from_address="a@example.com"))]
    assert answers[0].status_code == 201
    assert answers[0].json() == {
        "enabled": True,
        "default_from_address": "a@example.com",
        "name": "smtp",
        "credentials": {"smtp_host": "smtp.example.com", "smtp_port": 587, "smtp_user": "mailer"},
    }
    answers += manage("GET", "emails/provider"), manage("PATCH", "emails/provider", {"enabled": False})
    answers += [manage("PATCH", "emails/provider", {"credentials": {**SECRETS, "smtp_host": "b", "smtp_port": 25}})]
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200]
    answers += [manage("POST", "emails/provider", smtp("smtp.example.com", 587))]
    expected = (409, "email_provider_conflict", "There is already a configured email provider.")
    assert manage.refused(answers[-1]) == expected
    answers += [manage("GET", "logs", params={"per_page": 100})]
    assert "very secret" not in "".join(answer.text for answer in answers)


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"smtp_host": "a"},
        {"smtp_host": 5, "smtp_port": 25},
        {"smtp_host": "a", "smtp_port": "25"},
        {"smtp_host": "a", "smtp_port": True},
        {"smtp_host": "a", "smtp_port": 0},
        {"smtp_host": "a", "smtp_port": 65536},
    ],
    ids=str,
)
def test_a_provider_without_an_address_is_refused(manage, credentials):
    text = "Payload validation error: 'Expected smtp_host and smtp_port' on property credentials."
    answer = manage("POST", "emails/provider", {"name": "smtp", "credentials": credentials})
    assert manage.refused(answer) == (400, "invalid_body", text)
    assert manage.refused(manage("GET", "emails/provider")) == NO_PROVIDER


def test_mail_for_a_server_elsewhere_stays_in_the_local_inbox(api, elsewhere):
    assert api.enroll().status_code == 200
    assert len(api.mails()) == 1


class _Post:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@contextmanager
def mail_server():
    """A mail server of one's own: its port, and the mails it got."""
    post = _Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port, post.mails
    finally:
        controller.stop()


@needs_a_socket
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_mail_server_on_this_machine_really_gets_the_mail(api, manage, host):
    with mail_server() as (port, mails):
        manage.done("POST", "emails/provider", smtp(host, port), 201)
        token = api.mfa_token()
        oob_code = api.associate(token).json()["oob_code"]
        ((sender, to, content),) = mails
        assert (sender, to) == ("no-reply@sandbox.example", [api.sandbox.username])
        code = content.split(" is your verification code")[0].split()[-1]
        assert api.verify(token, oob_code, code).status_code == 200
        assert api.mails() == []
        manage.done("PATCH", "emails/provider", {"enabled": False})
        api.challenge(api.mfa_token())
        assert (len(mails), len(api.mails())) == (1, 1)


def test_a_mail_server_that_is_down_is_a_bad_gateway_and_nothing_is_enrolled(api, manage):
    with mail_server() as (port, _):
        pass
    manage.done("POST", "emails/provider", smtp("127.0.0.1", port), 201)
    token = api.mfa_token()
    assert refusal(api.associate(token)) == MAIL_FAILED
    assert api.rows(token) == []
    manage.done("PATCH", "emails/provider", {"enabled": False})
    assert api.associate(token).status_code == 200


def test_texts_never_go_to_the_mail_server(api, manage):
    with mail_server() as (port, mails):
        manage.done("POST", "emails/provider", smtp("127.0.0.1", port), 201)
        manage.done("PUT", "guardian/factors/sms", {"enabled": True})
        api.associate(api.mfa_token(), oob_channels=["sms"], phone_number="+15550100167")
        assert mails == [] and len(api.mails("+15550100167")) == 1


# the template


def test_the_built_in_mail_takes_no_template(manage):
    for method, path in (("POST", "email-templates"), ("PUT", "email-templates/mfa_oob_code")):
        assert manage.refused(manage(method, path, TEMPLATE)) == NO_PROVIDER
    expected = (404, "inexistent_email_template", "The template does not exist.")
    for method, body in (("GET", None), ("PATCH", {})):
        assert manage.refused(manage(method, "email-templates/mfa_oob_code", body)) == expected


def test_a_template_is_kept_changed_and_replaced(manage, elsewhere):
    expected = {**TEMPLATE, "enabled": True}
    assert manage.done("POST", "email-templates", TEMPLATE) == expected
    assert manage.done("GET", "email-templates/mfa_oob_code") == expected
    answer = manage("POST", "email-templates", TEMPLATE)
    assert manage.refused(answer) == (409, "email_template_conflict", "The template already exists.")
    expected["subject"] = "S"
    assert manage.done("PATCH", "email-templates/mfa_oob_code", {"subject": "S"}) == expected
    assert manage.done("PUT", "email-templates/mfa_oob_code", TEMPLATE) == {**TEMPLATE, "enabled": True}
    assert manage.done("GET", "email-templates/mfa_oob_code")["subject"] == "Code {{ code }}"


def test_what_is_not_sent_and_null_stay_what_they_are(manage, elsewhere):
    body = {**TEMPLATE, "resultUrl": None, "urlLifetimeInSeconds": 0}
    assert manage.done("POST", "email-templates", body) == {**body, "enabled": True}


@pytest.mark.parametrize("name", ["zoo", "MFA_OOB_CODE", "mfa_oob_code%00", "x" * 300])
def test_a_template_that_nobody_knows_is_not_there(manage, elsewhere, name):
    expected = (404, "inexistent_email_template", "The template does not exist.")
    for method, body in (("GET", None), ("PATCH", {}), ("PUT", TEMPLATE)):
        assert manage.refused(manage(method, f"email-templates/{name}", body)) == expected


def test_the_tenants_own_words_arrive(api, manage, elsewhere):
    manage.done("POST", "email-templates", TEMPLATE)
    token = api.mfa_token()
    answer = api.bearer(
        "POST",
        "/mfa/associate",
        token,
        headers={"x-request-language": "de-AT"},
        json={"authenticator_types": ["oob"], "oob_channels": ["email"]},
    )
    (mail,) = api.mails()
    code = mail["code"]
    assert mail["from"] == "Course application <zoo@example.com>"
    assert mail["subject"] == f"Code {code}"
    assert mail["html"].strip() == f"<p>Hi Ada, {code} from sandbox/Sandbox tenant in de-AT</p>"
    assert mail["text"].strip() == f"Hi Ada, {code} from sandbox/Sandbox tenant in de-AT"
    assert api.verify(token, answer.json()["oob_code"], code).status_code == 200


def test_a_template_that_is_off_leaves_the_default(api, manage, elsewhere):
    manage.done("POST", "email-templates", {**TEMPLATE, "enabled": False})
    api.associate(api.mfa_token())
    assert api.mails()[0]["subject"] == "Your verification code for Course application"
    manage.done("PATCH", "email-templates/mfa_oob_code", {"enabled": True})
    api.associate(api.mfa_token())
    assert api.mails()[0]["subject"].startswith("Code ")


def test_a_template_for_other_mails_changes_nothing_here(api, manage, elsewhere):
    manage.done("POST", "email-templates", {**TEMPLATE, "template": "enrollment_email"})
    api.associate(api.mfa_token())
    assert api.mails()[0]["subject"] == "Your verification code for Course application"


@pytest.mark.parametrize(
    ("changed", "starts"),
    [
        ({"body": "{{ code "}, "A tag in the template isn't closed."),
        ({"body": "{% if %}"}, "The template "),
        ({"body": "{% nothing %}"}, "The template "),
        ({"subject": "{{ code | nothing }}"}, "The template "),
        ({"subject": "{% for %}"}, "The template "),
        ({"from": "{{ 1 | divided_by: 0 }}"}, "The template can't be rendered: "),
        ({"body": "{% include 'x' %}"}, "The template can't be rendered: "),
        ({"from": "nobody"}, "The sender can't be used: "),
        ({"from": "<@"}, "The sender can't be used: "),
    ],
    ids=str,
)
def test_a_template_that_makes_no_mail_is_refused_with_the_reason_and_nothing_is_changed(
    api, manage, elsewhere, changed, starts
):
    manage.done("POST", "email-templates", TEMPLATE)
    for method, body in (("PATCH", changed), ("PUT", {**TEMPLATE, **changed})):
        status, code, text = manage.refused(manage(method, "email-templates/mfa_oob_code", body))
        assert (status, code) == (400, "invalid_body")
        assert text.startswith(f"Payload validation error: '{starts}") and text.endswith("'.")
    assert manage.done("GET", "email-templates/mfa_oob_code") == {**TEMPLATE, "enabled": True}
    assert api.enroll().status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        "{% for i in (1..9999999999) %}{% endfor %}",
        "{% tablerow i in (1..9999999999) %}{% endtablerow %}",
        "{% for i in (1..9999) %}{% for j in (1..9999) %}{{ j }}{% endfor %}{% endfor %}",
        "{{ (1..9999999999) | join }}",
        "{% assign s = 'xxxx' %}{% for i in (1..99) %}{% assign s = s | append: s %}{% endfor %}",
        "{% assign s = 99 %}{% for i in (1..99) %}{% assign s = s | times: s %}{% endfor %}",
        "{% capture s %}xx{% endcapture %}{% for i in (1..99) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}",
        "{% if true %}" * 3000,
    ],
)
def test_a_template_without_end_is_refused_quickly(manage, elsewhere, body):
    assert manage.refused(manage("POST", "email-templates", {**TEMPLATE, "body": body}))[:2] == (400, "invalid_body")


@pytest.mark.parametrize("value", ["'x'", "1.5", "code", "nothing"])
def test_a_search_through_a_range_without_end_is_answered_quickly(manage, elsewhere, value):
    # A server that hangs here would take every other test with it: the range ends after half a second's work.
    body = f"{{% if (1..20000000) contains {value} %}}x{{% endif %}}"
    manage("POST", "email-templates", {**TEMPLATE, "body": body})


@pytest.mark.parametrize(
    "body",
    ["{{" * 3000, "{% if " + "(" * 3000 + " %}{% endif %}", "{{ " + "(" * 3000 + " }}"],
    ids=lambda text: text[:8],
)
def test_what_cannot_be_read_is_refused_quickly(manage, elsewhere, body):
    assert manage.refused(manage("POST", "email-templates", {**TEMPLATE, "body": body}))[:2] == (400, "invalid_body")


def test_a_filter_cannot_fill_the_memory(manage, elsewhere):
    letters = "x" * 5000
    for filters in (
        f'replace: "", "{letters}"',
        f'split: "" | join: "{letters}"',
        'replace: "x", "xxxxxxxxxx"' + ' | replace: "x", "xxxxxxxxxx"' * 3,
    ):
        body = f'{{{{ "{letters}" | {filters} | size }}}}'  # 25 or 50 million letters
        assert manage.refused(manage("POST", "email-templates", {**TEMPLATE, "body": body}))[:2] == (
            400,
            "invalid_body",
        )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "x" * 3000),
        ("subject", "ä" * 3000),
        ("from", "x" * 3000 + " <a@example.com>"),
        ("body", "x" * 50_000),
        ("body", "{{ code }}\r.\r\n.\r\nQUIT"),
        ("subject", "a\r\nBcc: b@example.com"),
        ("from", "a@example.com\r\nBcc: b@example.com"),
        ("from", "ä@exämple.example"),
        ("from", "a@example.com, b@example.com"),
        ("body", "\x00"),
        ("subject", "\x00\x07"),
    ],
    ids=lambda value: value[:20],
)
def test_what_was_accepted_can_be_sent(api, manage, elsewhere, name, value):
    if manage("POST", "email-templates", {**TEMPLATE, name: value}).status_code == 200:
        answer = api.associate(api.mfa_token())
        assert answer.status_code == 200, answer.text
        assert [mail["to"] for mail in api.mails()] == [api.sandbox.username]
