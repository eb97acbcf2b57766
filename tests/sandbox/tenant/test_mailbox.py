"""The inbox: real SMTP in, decoded mails out."""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from mfa_helpers.sandbox.tenant.mailbox import find_code

from ...support.deadline import DEADLINE
from ...support.sandbox_api import INVALID_CODE, refusal, wrong
from ...support.transport import IN_PROCESS


@pytest.fixture
def send(sandbox):
    """`send(raw, to=…)`: hand a raw mail to the tenant's own post office."""
    if IN_PROCESS:
        pytest.skip("it needs a socket")

    def send(raw, to=("ada@example.com",)):
        host, port = sandbox.smtp.split(":")
        with smtplib.SMTP(host, int(port), local_hostname="localhost", timeout=DEADLINE) as post:
            assert post.sendmail("sender@example.com", list(to), raw) == {}

    return send


def mail(text=None, html=None, *, encoding=None, charset="utf-8", subject="Hi"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "sender@example.com", "ada@example.com", subject
    if text is not None:
        message.set_content(text, charset=charset, cte=encoding)
    if html is not None and text is not None:
        message.add_alternative(html, subtype="html", charset=charset, cte=encoding)
    elif html is not None:
        message.set_content(html, subtype="html", charset=charset, cte=encoding)
    return message.as_bytes(policy=SMTP)


LONG = "In the year 2026, after a line much longer than eighty columns and full of umlauts (äöü), 004217 is it"


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_charset_and_transfer_encoding_are_undone(api, send, encoding, charset):
    raw = mail(LONG + "\n", encoding=encoding, charset=charset, subject="Prüfziffer für Ädä")
    if encoding != "8bit":
        assert LONG.encode(charset) not in raw
    send(raw)
    (got,) = api.mails()
    assert (got["text"], got["html"], got["subject"]) == (LONG + "\n", "", "Prüfziffer für Ädä")
    assert (got["from"], got["to"], got["code"]) == ("sender@example.com", "ada@example.com", "004217")


def test_a_soft_break_inside_the_code_does_not_hide_it(api, send):
    send(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nYour code: 00=\r\n4217\r\n")
    assert api.code() == "004217"


def test_text_and_html_are_both_shown(api, send):
    send(mail("Your code is 004217\n", "<p>Your code is <b>004217</b></p>\n", encoding="base64"))
    (got,) = api.mails()
    assert (got["text"], got["html"]) == ("Your code is 004217\n", "<p>Your code is <b>004217</b></p>\n")


def test_a_code_is_found_in_html_among_decoys(api, send):
    html = (
        "<style>p { color: #123456; width: 234567px } .x::after { content: '345678' }</style>"
        "<script>var id = 456789</script><p style='color:#123456' data-id=567890>2026, order #678901: "
        "<b>004217</b></p>"
    )
    send(mail(html=html, encoding="quoted-printable"))
    assert api.code() == "004217"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("004217", "004217"),
        ("Code: 004217.", "004217"),
        ("Code:\n\n  004217\n", "004217"),
        ("(004217)", "004217"),
        ("color #123456, year 2026, code 004217", "004217"),
        ("invoice 12345678, code 004217", "004217"),
        ("amount 123456.78 or 1.123456 or 123456,78, code 004217", "004217"),
        ("phone 555-123456 and 123456-7, code 004217", "004217"),
        ("id_123456 and A123456 and 123456B, code 004217", "004217"),
        ("&#123456; code 004217", "004217"),
        ("004217 and later 123456", "004217"),
        ("no code in 2026: #123456", None),
        ("12345", None),
        ("１２３４５６７", None),
        ("", None),
    ],
)
def test_a_code_is_six_digits_that_stand_alone(text, code):
    assert find_code(text) == code


def test_a_mail_without_a_code_is_shown_without_one(api, send):
    send(mail("Hello in 2026 #123456"))
    assert [got["code"] for got in api.mails()] == [None]


def test_the_newest_mail_comes_first_and_others_mail_stays_theirs(api, send):
    send(mail("111111"))
    send(mail("222222"))
    send(mail("333333"), to=["bob@example.com"])
    assert [got["code"] for got in api.mails("ada@example.com")] == ["222222", "111111"]
    assert [got["code"] for got in api.mails("bob@example.com")] == ["333333"]
    assert [got["code"] for got in api.mails()] == ["333333", "222222", "111111"]


def test_each_recipient_of_one_mail_gets_it(api, send):
    send(mail("111111"), to=["ada@example.com", "bob@example.com"])
    assert [api.code("ada@example.com"), api.code("bob@example.com")] == ["111111", "111111"]


def test_a_mail_is_dated_by_the_tenants_clock(api, send):
    send(mail("111111"))
    api.advance(86_400)
    send(mail("222222"))
    new, old = (got["received_at"] for got in api.mails())
    assert old[:10] < new[:10]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no header 004217",
        b"Subject: \xff\xfe\r\n\r\n004217",
        b"Subject: =?utf-7?q?+2AA-?=\r\n\r\n004217",
        b"From: <<>>,;:@\r\n\r\n004217",
        b"Content-Type: ;;;\r\n\r\n004217",
        b"Content-Type: text/plain; charset=x-nobody-knows\r\n\r\n004217",
        b"Content-Type: text/plain; charset=undefined\r\n\r\n004217",
        b"Content-Type: text/plain; charset=idna\r\n\r\n004217",
        b"Content-Type: text/plain; charset=utf-7\r\n\r\n+2AA- 004217",
        b'Content-Type: text/plain; charset="a\x00b"\r\n\r\n004217',
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!a",
        b"Content-Type: multipart/alternative\r\n\r\n004217",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n004217",
        b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n004217",
        pytest.param(bytes(range(256)), id="every byte"),
    ],
)
def test_an_odd_mail_hides_no_other(api, send, raw):
    send(raw)
    send(mail("111111"))
    answer = api.call("GET", "/sandbox/inbox")
    assert answer.status_code == 200, answer.text
    assert [got["code"] for got in answer.json()] in (["111111", "004217"], ["111111", None])


def test_somebody_elses_mail_to_the_same_address_is_no_code(api, send):
    token, oob_code, code = api.begin()
    send(mail(f"Your code is {wrong(code)}"))
    assert refusal(api.verify(token, oob_code, api.code())) == INVALID_CODE
    assert api.verify(token, oob_code, api.mails()[1]["code"]).status_code == 200


def test_an_attachment_is_not_taken_for_the_text(api, send):
    message = EmailMessage()
    message["Subject"] = "with an attachment"
    message.set_content("Your code is 004217")
    message.add_attachment("123456", filename="a.txt")
    message.add_attachment(b"123456 " * 500, maintype="image", subtype="png", filename="a.png")
    send(message.as_bytes(policy=SMTP))
    assert (api.mails()[0]["text"], api.code()) == ("Your code is 004217\n", "004217")
