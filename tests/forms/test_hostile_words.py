"""Whatever a tenant, a mail, a user or a file holds: every form and view shows markup of it as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import ipywidgets as widgets
import pytest

from mfa_helpers import forms
from mfa_helpers.client.errors import MfaError
from mfa_helpers.client.management import Management
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.sandbox_controls import SandboxControls
from mfa_helpers.client.secret import Secret
from mfa_helpers.forms.base import Form
from mfa_helpers.forms.controls import descendants
from mfa_helpers.lab import Lab
from mfa_helpers.storage.entries import Address, ChosenAuthenticator, Login, PendingChallenge, PendingEnrollment

from ..support.misbehaving_server import answering, reply
from ..support.run_report import count

EVIL = "<script>alert('&\"1\"')</script><img src=x onerror=alert(2)>"
RAW = re.compile(r"<script|<img src=x|onerror=alert\(2\)>", re.I)

REFUSED = reply(
    403,
    {
        "error": EVIL,
        "error_description": EVIL,
        "message": EVIL,
        "statusCode": 403,
        "errorCode": EVIL,
        "error_uri": EVIL,
    },
)
MAIL = {"id": 1, "to": EVIL, "from": EVIL, "subject": EVIL, "text": EVIL + " 123456", "code": "123456", "html": EVIL}
PUSH = {"id": EVIL, "email": EVIL, "purpose": "enrollment"}
AUTHENTICATOR = {
    "id": EVIL, "authenticator_type": "oob", "oob_channel": "email", "oob_channels": ["email", EVIL], "active": True,
    "name": EVIL, "type": EVIL,
}  # fmt: skip
YES: dict[str, Any] = {
    **AUTHENTICATOR, **MAIL, "now": "2026-01-01T00:00:00+00:00", "issuer": EVIL, "keys": [{"kid": EVIL}], "mfa_token": "Fe26.2*x",
    "oob_code": "x" * 40, "binding_method": "prompt", "challenge_type": "oob", "barcode_uri": EVIL, "secret": EVIL,
    "recovery_codes": [EVIL], "recovery_code": EVIL, "access_token": "x" * 40, "id_token": "x.y.z", "token_type": EVIL,
    "scope": EVIL, "expires_in": 60, "log_id": EVIL, "description": EVIL, "body": EVIL, "template": EVIL,
    "mfa_requirements": {"challenge": [{"type": EVIL}], "enroll": [{"type": EVIL}]}, "error": "mfa_required",
    "error_description": EVIL,
}  # fmt: skip
OF = {
    "CatchUpForm": ("login", "enrolled", "challenge"),
    "ClinicForm": ("factor-off",),
    "ErratumForm": (1,),
    "ExerciseForm": ("two-answers",),
    "SendForm": (lambda: print(EVIL),),
    "WarmUpForm": ("sign-in",),
    "CodeTabs": ("login",),
    "TenantSetupForm": ("otp",),
}
NAMES = [name for name in forms.__all__ if name != "Form"]


@pytest.fixture(params=["refuses", "obeys"])
def evil_lab(request: pytest.FixtureRequest, lab: Lab) -> Iterator[Lab]:
    """A person's lab whose tenant speaks markup: it refuses everything, or says yes to everything."""
    with answering(REFUSED) as server:
        handler = server.RequestHandlerClass
        if request.param == "obeys":

            class Obeying(handler):  # type: ignore[misc, valid-type]
                def _answer(self) -> None:
                    lists = {
                        "/sandbox/inbox": [MAIL],
                        "/sandbox/push": [PUSH],
                        "/mfa/authenticators": [AUTHENTICATOR],
                    }
                    found = next((rows for path, rows in lists.items() if self.path.startswith(path)), None)
                    if self.path.startswith("/api/v2/") and self.command == "GET":
                        found = [YES]
                    refuses_password = self.path == "/oauth/token" and self.server.password_is_refused
                    status = 403 if refuses_password else 200
                    self.server.answers = [reply(status, YES if found is None else found)]
                    super()._answer()

                do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = _answer

            server.RequestHandlerClass = Obeying
            server.password_is_refused = True  # type: ignore[attr-defined]
        tenant = lab.tenant
        lab.tenant = replace(
            tenant,
            base_url=server.base_url,
            username=EVIL,
            controls=SandboxControls(server.base_url),
            management=Management(server.base_url, "x", Secret("y"), "z"),
        )
        lab.client = MfaClient(server.base_url, tenant.client_id, tenant.client_secret)
        lab.keep(Login(Secret("Fe26.2*x")), 600)
        lab.keep(PendingEnrollment(Secret("x")), 600)
        lab.keep(PendingChallenge(Secret("x")), 600)
        lab.keep(Address(EVIL))
        lab.keep(ChosenAuthenticator(EVIL, EVIL))
        yield lab


def drawn(form: Any) -> list[str]:
    """Each text that a page reads as HTML, with every frame that is a world of its own cut out."""
    parts = [form, *descendants(form)] if isinstance(form, widgets.Box) else []
    found = [one.value for one in parts if isinstance(one, (widgets.HTML, widgets.HTMLMath))]
    bundle = form._repr_mimebundle_() if hasattr(form, "_repr_mimebundle_") else {}
    found.append(str((bundle[0] if isinstance(bundle, tuple) else bundle).get("text/html", "")))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_markup_from_elsewhere_is_text_in_every_form_after_every_button(name: str, evil_lab: Lab) -> None:
    with suppress(MfaError):
        evil_lab.login(EVIL, "a long password")
    make = getattr(forms, name)
    form = make(evil_lab, *OF.get(name, ()))
    seen = drawn(form)
    if isinstance(form, Form):
        for one in descendants(form):
            if type(one) is widgets.Text and not one.value:
                one.value = EVIL
            if isinstance(one, widgets.Password):
                one.value = "a long password"
        for button in [one for one in descendants(form) if isinstance(one, widgets.Button)]:
            button.click()
            seen += drawn(form)
        for one in descendants(form):
            assert getattr(one, "description_allow_html", False) is False
    count("bad inputs: forms and views before a tenant that speaks markup")
    count("bad inputs: texts with it that they drew", sum("alert(" in text for text in seen))
    assert seen
    assert [text for text in seen if RAW.search(text)] == []
    for view in (evil_lab.last_exchange(), *(evil_lab.last_exchange(step) for step in evil_lab.exchanges)):
        assert not RAW.search(view._repr_mimebundle_()["text/html"])
