"""The mail with the code, and the day when no mail can be sent."""

import re
import threading
import time
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import pytest
import uvicorn

from mfa_helpers.sandbox.app import create_app
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.sandbox.store import Store
from mfa_helpers.sandbox.tenant.messages import compose_mail
from mfa_helpers.sandbox.tenant.tenant import Tenant

from ...support.deadline import DEADLINE
from ...support.sandbox_api import Api, refusal

MAIL_FAILED = (502, "bad_gateway", "The email could not be sent.")


def composed(name, application):
    """The default mail with its code."""
    values = {
        "code": "004217",
        "user": {"name": name},
        "application": {"name": application},
        "friendly_name": "Sandbox tenant",
        "minutes": 5,
    }
    return compose_mail("ada@example.com", values, None, 0)


def text_of(message, kind):
    return message.get_body((kind,)).get_content()


def test_the_mail_names_code_application_and_how_long_it_is_good():
    message = composed("Ada", "Course application")
    assert message["To"] == "ada@example.com"
    assert message["From"] == "Sandbox tenant <no-reply@sandbox.example>"
    assert message["Subject"] == "Your verification code for Course application"
    assert parsedate_to_datetime(message["Date"]).timestamp() == 0
    for kind in ("plain", "html"):
        assert re.findall(r"\b\d{6}\b", text_of(message, kind)) == ["004217"]
        assert "Ada" in text_of(message, kind)
        assert "Course application" in text_of(message, kind)
        assert "valid for 5 minutes" in text_of(message, kind)


def test_a_name_cannot_write_html():
    message = composed("<b>Ada</b> & Co", "<i>")
    assert "<b>Ada</b>" in text_of(message, "plain")
    assert "<b>Ada</b>" not in text_of(message, "html") and "<i>" not in text_of(message, "html")
    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; Co" in text_of(message, "html")


def test_a_name_cannot_write_headers():
    message = composed("x", "Course\r\nBcc: all@example.com")
    assert "Bcc" not in message.keys()


def test_the_mail_that_arrives_carries_the_code_in_text_and_html(api):
    token, oob_code, code = api.begin()
    (mail,) = api.mails()
    assert mail["from"] == "Sandbox tenant <no-reply@sandbox.example>"
    assert mail["subject"] == "Your verification code for Course application"
    assert f"{code} is your verification code for Course application." in mail["text"]
    assert f"<strong>{code}</strong>" in mail["html"]


def test_the_mail_names_the_application_that_asked(api):
    token = api.mfa_token(client_id=api.sandbox.public_client_id, client_secret=None)
    api.associate(token)
    assert api.mails()[0]["subject"] == "Your verification code for Course application, public"


def test_no_secret_travels_by_mail(api):
    token, oob_code, _ = api.begin()
    text = str(api.mails())
    for secret in (token, oob_code, api.sandbox.password, api.sandbox.client_secret):
        assert secret not in text


@contextmanager
def served(tenant):
    """The tenant over a real socket, with its post as the test wants it."""
    listener = server._bind("127.0.0.1", 0)
    running = uvicorn.Server(uvicorn.Config(create_app(tenant), lifespan="off", log_config=None, access_log=False))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    deadline = time.monotonic() + DEADLINE
    while not running.started and time.monotonic() < deadline:
        time.sleep(0.001)
    clients, password = tenant.store.clients(), tenant.store.get("password")
    api = Api(
        SimpleNamespace(
            base_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
            client_id=clients[0]["client_id"],
            client_secret=clients[0]["client_secret"],
            username="ada@example.com",
            password=password,
            mfa_audience=tenant.mfa_audience,
        )
    )
    try:
        yield api
    finally:
        api.http.close()
        running.should_exit = True
        thread.join(DEADLINE)


@pytest.fixture
def without_post(state):
    """A tenant whose post office is down: its calls, and to whom mails were tried."""
    asked = []

    async def deliver(message, relay):
        asked.append(message["To"])
        raise ConnectionRefusedError

    store = Store(state)
    with served(Tenant(store, "https://sandbox.localhost/", deliver)) as api:
        yield api, asked
    store.close()


def test_when_no_mail_can_be_sent_nothing_is_enrolled(without_post):
    api, asked = without_post
    token = api.mfa_token()
    assert refusal(api.associate(token)) == MAIL_FAILED
    assert asked == ["ada@example.com"]
    assert api.rows(token) == []


def test_when_no_mail_can_be_sent_a_challenge_leaves_the_authenticator_as_it_is(without_post):
    api, asked = without_post
    api.set_up(email_verified=True)
    token = api.mfa_token()
    before = api.rows(token)
    assert refusal(api.challenge(token)) == MAIL_FAILED
    assert asked == ["ada@example.com"]
    assert api.rows(token) == before
