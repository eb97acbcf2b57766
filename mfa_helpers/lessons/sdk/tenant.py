"""A tenant over TLS for Auth0's SDKs, which tells what they have sent, and the app that the SDK is used in."""

from __future__ import annotations

import atexit
import base64
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ...client.errors import SandboxUnusable
from ...client.masking import mask_headers, mask_value
from ...client.models import Exchange
from ...client.secret import STARS, Secret, plain
from ...client.transport import new_session
from ...storage import handover
from ...tenants.environment import past_the_proxy
from ...tenants.opening import open_recording
from .. import login_page

CALLBACK = "https://app.example/callback"  # where nobody has to listen: the code is read off the address
#: What the person's browser asks for, and what the course itself does.
_NOT_THE_SDK = ("/authorize", "/u/", "/api/v2/")


class SdkTenant:
    """One tenant for all SDKs. `reset` brings back its first day."""

    def __init__(self, folder: Path | None = None) -> None:
        # Beside the handover, and the same each time: a kernel that is killed cannot take its files along.
        folder = folder or handover.default_path().with_name("mfa-sdk")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SandboxUnusable(
                f"The tenant for the SDKs can't be started ({error.strerror or error}). Fix that problem."
            ) from None
        self.tenant, self.close = open_recording(str(folder), is_own_issuer=True, tls=True)
        past_the_proxy("127.0.0.1", "localhost")
        self.ca_file = self.tenant.ca_file or ""
        self.domain = urlsplit(self.tenant.base_url).netloc
        self.tenant.use(new_session(self.ca_file))
        self.controls = self.tenant.require_controls()
        try:
            applications = self.tenant.require_management().get("/clients")
        except BaseException:  # nobody else could stop it
            self.close()
            raise
        #: Of the application without a secret, for an SDK in a page.
        self.public_client_id = next(
            one["client_id"] for one in applications if one["token_endpoint_auth_method"] == "none"
        )

    def reset(self, *, mfa: bool) -> None:
        """Nothing enrolled, no mail, and MFA required or not."""
        policy = ["all-applications"] if mfa else []
        self.controls.reset({"settings": {"mfa_policy": policy, "callbacks": [CALLBACK]}})
        self.controls.forget_requests()

    def turn_on_mfa(self) -> None:
        """From now on, the tenant requires a second factor."""
        self.tenant.require_management().change("PUT", "/guardian/policies", ["all-applications"])

    def newest_code(self) -> str:
        """The six digits of the newest email."""
        return next((mail.code.reveal() for mail in self.controls.mails() if mail.code), "")

    def sent(self) -> list[Exchange]:
        """What an SDK has sent since the last `reset`, oldest first, masked."""
        rows = self.controls.requests()
        ours = [row for row in rows if row["fields"].get("grant_type") == "client_credentials"]
        return [self._exchange(row) for row in rows if row not in ours and not row["path"].startswith(_NOT_THE_SDK)]

    def _exchange(self, row: dict[str, Any]) -> Exchange:
        bearer = f"{row['scheme']} {plain(row['token'])}" if row["scheme"] else ""
        headers = {
            "auth0-client": sdk_named(row["client"]),
            "authorization": bearer,
            "content-type": row["content_type"],
        }
        return Exchange(
            method=row["method"],
            url=self.tenant.base_url + row["path"],
            path=row["path"],
            request_headers=mask_headers({name: value for name, value in headers.items() if value}),
            request_body=mask_value("", _without_verifier(row["fields"])) if row["has_body"] else None,
            status=row["status"],
            response_body=_error(row["response"]),
        )

    def visit(self, address: str) -> str:
        """Ada signs in at the login page; the address of the app that her browser is sent to.

        Raises `SandboxUnusable` if the login page doesn't send her there.
        """
        return login_page.visit(
            address,
            base_url=self.tenant.base_url,
            username=self.tenant.username or "",
            password=plain(self.tenant.password or ""),
            read_code=lambda: Secret(self.newest_code()),
            ca_file=self.ca_file,
        )


def _without_verifier(fields: dict[str, Any]) -> dict[str, Any]:
    """With stars for the proof of a login page's code, which is good for as long as the code is."""
    return {name: STARS if name == "code_verifier" else value for name, value in fields.items()}


def _error(response: Any) -> dict[str, str] | None:
    """Of a response, only what is told of it."""
    return {"error": str(response["error"])} if isinstance(response, dict) and "error" in response else None


class App:
    """Your web app, in which a cell uses the SDK. Cells keep on it what later ones need.

    `client_secret` and `secret`, which encrypts what the SDK keeps, are plain text, because an SDK takes them so.
    """

    def __init__(self, tenant: SdkTenant) -> None:
        self._tenant = tenant
        self.domain = tenant.domain
        self.client_id = tenant.tenant.client_id
        self.client_secret = plain(tenant.tenant.client_secret or "")
        #: Of Ada, for the login page.
        self.password = tenant.tenant.password or Secret("")
        self.audience = tenant.tenant.audience or ""
        self.callback = CALLBACK
        self.secret = "a secret of the app, which only its servers know"
        #: What the SDK has sent so far.
        self.sent: list[Exchange] = []

    def __repr__(self) -> str:
        return f"<your app, for the tenant at {self.domain}>"

    def store(self) -> MemoryStore:
        """Where the SDK keeps sessions."""
        return MemoryStore()

    def visit(self, address: str) -> str:
        """Ada signs in at the login page; the address that her browser is sent to."""
        return self._tenant.visit(address)

    def turn_on_mfa(self) -> None:
        """An administrator turns on MFA."""
        self._tenant.turn_on_mfa()

    def read_code(self) -> str:
        """Ada reads the newest email, and types its six digits."""
        return self._tenant.newest_code()


class MemoryStore:
    """The store that auth0-server-python asks for, in memory. A real app uses a cookie or a database."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    async def set(self, identifier: str, state: Any, remove_if_expires: bool = False, options: Any = None) -> None:
        """Keep `state`."""
        self._kept[identifier] = state

    async def get(self, identifier: str, options: Any = None) -> Any:
        """What was kept; `None` if nothing was."""
        return self._kept.get(identifier)

    async def delete(self, identifier: str, options: Any = None) -> None:
        """Keep it no longer."""
        self._kept.pop(identifier, None)


def sdk_named(header: str) -> str:
    """The SDK's name and version in the header `Auth0-Client`, which is Base64 of JSON; empty if there is none."""
    if not header:
        return ""
    try:
        told = json.loads(base64.b64decode(header + "=" * (-len(header) % 4)))
        return f"{told['name']} {told['version']}"
    except (ValueError, KeyError, TypeError):
        return "…"


@cache
def shared_sdk_tenant() -> SdkTenant:
    """The one of this process; it goes when the process ends."""
    made = SdkTenant()
    atexit.register(made.close)
    return made
