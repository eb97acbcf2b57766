"""The practice tenant of the errata, over TLS, and the one way to send it whatever a sample would send.

The client's transport cannot send these requests, and must not: it labels each body rightly.
Nothing is ever sent from here to another host than that tenant.
"""

from __future__ import annotations

import atexit
import json
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from ...client import errors
from ...client.grants import MFA_OOB, MFA_SCOPES, PASSWORD, mfa_audience
from ...client.masking import mask_headers, mask_value, wrap_secrets
from ...client.models import Exchange
from ...client.sandbox_controls import Mail
from ...client.secret import Secret, plain
from ...client.transport import Reply, new_session
from ...show.text import form_text
from ...storage import handover
from ...tenants.opening import open_recording

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_SECONDS = 10


class ErrataTenant:
    """A practice tenant that is sent what a sample says, also what no client may send. `reset` brings back its first day, `close` stops it."""

    def __init__(self, folder: Path | None = None) -> None:
        # Beside the handover, and the same each time: a kernel that is killed cannot take its files along.
        folder = folder or handover.default_path().with_name("mfa-errata")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.tenant, self.close = open_recording(str(folder), tls=True)
        self.base_url = self.tenant.base_url
        self.host = urlsplit(self.base_url).netloc
        self._session = new_session()
        self._session.trust_env = False  # neither proxies nor certificates of this machine
        self._session.verify = self.tenant.ca_file or True
        self._controls = self.tenant.require_controls()
        self._controls.use(self._session)

    def send(
        self,
        method: str,
        path: str,
        fields: Mapping[str, Any] | None = None,
        *,
        label: str | None = JSON,
        as_form: bool = False,
        text: str | None = None,
        bearer: str | Secret | None = None,
    ) -> Reply:
        """Send `fields`, as JSON or as a form, or `text`, labeled as `label` says; `None` sends no label.

        Raises `TenantUnreachable`.
        """
        headers = {"authorization": f"Bearer {plain(bearer)}"} if bearer else {}
        body = text
        if fields is not None:
            values = {name: plain(value) for name, value in fields.items()}
            body = urlencode(values) if as_form else json.dumps(values)
        if body is not None and label:
            headers["content-type"] = label
        began = time.perf_counter()
        try:
            answer = self._session.request(
                method,
                self.base_url + path,
                data=body and body.encode(),
                headers=headers,
                timeout=_SECONDS,
                verify=self.tenant.ca_file,
                allow_redirects=False,
            )
        except OSError:
            raise errors.TenantUnreachable(
                "The practice tenant can't be reached.", "Restart the kernel, then run the notebook's cells again."
            ) from None
        parsed = wrap_secrets(answer.json()) if answer.content else None
        shown: Any = None if fields is None else mask_value("", fields)
        if fields is not None and as_form != (label == FORM):  # the label would mislead whoever draws it
            shown = form_text(shown) if as_form else json.dumps(shown, indent=2)
        exchange = Exchange(
            method=method,
            url=self.tenant.base_url + path,
            path=path.replace(self.host, "{yourDomain}"),
            request_headers=mask_headers(headers),
            request_body=shown,
            status=answer.status_code,
            reason=answer.reason,
            response_headers={"content-type": answer.headers.get("content-type", "")},
            response_body=mask_value("", parsed),
            elapsed_ms=(time.perf_counter() - began) * 1000,
        )
        return Reply(answer.status_code, answer.headers, parsed, exchange)

    # The flow, done rightly: what an erratum needs to have happened before it

    def reset(self, **settings: Any) -> None:
        """Nothing enrolled, no mail, the clock right; set up as `settings` say."""
        self._controls.reset({"settings": settings})

    def advance(self, seconds: int) -> None:
        """Move the tenant's clock."""
        self._controls.advance(seconds)

    def identity(self) -> dict[str, str | Secret | None]:
        """The fields with which an application says who it is."""
        return {"client_id": self.tenant.client_id, "client_secret": self.tenant.client_secret}

    def log_in(self, audience: str | None = None, scope: str = "openid profile email") -> Reply:
        """Sign in with the user's password, for `audience` or that of the API."""
        fields = {
            "grant_type": PASSWORD,
            "username": self.tenant.username,
            "password": self.tenant.password,
            "audience": audience or self.tenant.audience,
            "scope": scope,
            **self.identity(),
        }
        return self.send("POST", "/oauth/token", fields, label=FORM, as_form=True)

    def mfa_token(self) -> Secret:
        """The MFA token of a new login."""
        return Secret(self.log_in().body["mfa_token"])

    def mfa_access_token(self) -> Secret:
        """An access token for the MFA audience: one password is enough where nothing but email is enrolled."""
        issuer = self.send("GET", "/.well-known/openid-configuration").body["issuer"]
        return Secret(self.log_in(mfa_audience(issuer), MFA_SCOPES).body["access_token"])

    def associate(self, token: str | Secret, **fields: Any) -> Reply:
        """Associate an email; `fields` are added, or replace what is usual."""
        wanted = {"authenticator_types": ["oob"], "oob_channels": ["email"], **fields}
        return self.send("POST", "/mfa/associate", wanted, bearer=token)

    def proof(self, token: str | Secret, oob_code: str | Secret, code: str | Secret | None = None) -> dict[str, Any]:
        """The fields that verify a code; the newest mail's, if none is given."""
        codes = {"mfa_token": token, "oob_code": oob_code, "binding_code": code or self.mails()[0].code}
        return {"grant_type": MFA_OOB, **codes, **self.identity()}

    def verify(self, fields: Mapping[str, Any], path: str = "/oauth/token") -> Reply:
        """Send the fields of `proof` as a form."""
        return self.send("POST", path, fields, label=FORM, as_form=True)

    def enrolling(self, **settings: Any) -> dict[str, Any]:
        """A new user who has an email with six digits: the fields that will confirm the email."""
        self.reset(**settings)
        token = self.mfa_token()
        return self.proof(token, self.associate(token).body["oob_code"])

    def enrolled(self, **settings: Any) -> Reply:
        """A new user whose email is confirmed; the answer with the tokens."""
        return self.verify(self.enrolling(**settings))

    def add_email(self, address: str) -> None:
        """A second confirmed email."""
        token = self.mfa_access_token()
        self.verify(self.proof(token, self.associate(token, email=address).body["oob_code"]))

    def rows(self, token: str | Secret) -> list[dict[str, Any]]:
        """The list of authenticators."""
        listed: list[dict[str, Any]] = self.send("GET", "/mfa/authenticators", bearer=token).body
        return listed

    def challenge(self, token: str | Secret, **fields: Any) -> Reply:
        """Ask for a code; `fields` are added, or replace what is usual."""
        wanted = {**self.identity(), "challenge_type": "oob", "mfa_token": token, **fields}
        return self.send("POST", "/mfa/challenge", wanted)

    def mails(self) -> list[Mail]:
        """The mails, newest first."""
        return self._controls.mails()


@cache
def shared_errata_tenant() -> ErrataTenant:
    """The one of this process; it goes when the process ends."""
    made = ErrataTenant()
    atexit.register(made.close)
    return made
