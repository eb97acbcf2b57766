"""Drives auth0-server-python's `MfaClient`. It has no password grant: the raw MFA token is handed to it."""

from __future__ import annotations

import inspect
from typing import Any

from auth0_server_python.auth_server.mfa_client import MfaClient
from auth0_server_python.auth_server.server_client import ServerClient
from auth0_server_python.auth_types import MfaRequirements
from steps import described_token, serve


class Steps:
    def start(self, domain: str, client_id: str, client_secret: str) -> None:
        """A fresh client."""
        self.client = MfaClient(domain, client_id, client_secret, secret="x" * 64)
        self.server = ServerClient(domain, client_id, client_secret, secret="x" * 64)

    def wrap(self, mfa_token: str, audience: str, scope: str, mfa_requirements: Any = None) -> None:
        """What the SDK does where it meets `mfa_required`: callers only ever see the token that it sealed itself.

        Inside the SDK on purpose, with an exact pin: its public way there begins with a refresh token.
        """
        needed = MfaRequirements(**mfa_requirements) if mfa_requirements else None
        self.sealed = self.client._encrypt_mfa_token(mfa_token, audience, scope, needed)

    async def run(self, source: str, code: str | None = None) -> dict[str, Any]:
        """Run the program of a tab: a function for the source of a web app."""
        space: dict[str, Any] = {}
        exec(source, space)
        (program,) = (value for value in space.values() if inspect.iscoroutinefunction(value))
        given = {
            "client": self.server,
            "mfa_token": self.sealed,
            "oob_code": getattr(self, "oob_code", None),
            "code": code,
        }
        answer = await program(**{name: given[name] for name in inspect.signature(program).parameters})
        self.oob_code = getattr(answer, "oob_code", None) or given["oob_code"]
        rows = [row.model_dump(exclude_none=True) for row in answer] if isinstance(answer, list) else None
        return {"name": program.__name__, "names": [] if rows is not None else [*answer.model_dump()], "rows": rows}

    async def refresh(self, refresh_token: str) -> dict[str, Any]:
        """Get new tokens, without a session."""
        self.raised = None
        try:
            await self.server.get_token_by_refresh_token({"refresh_token": refresh_token})
        except Exception as error:
            self.raised = error
            raise
        return {}

    def refused(self) -> dict[str, Any]:
        """What kind of MFA token was in the error of the last refresh."""
        return {"mfa_token": described_token(getattr(self.raised, "mfa_token", None))}

    def methods(self) -> dict[str, Any]:
        """What its clients can do, by name."""
        return {"names": [*dir(self.server), *dir(self.server.mfa)]}

    async def enroll(self, factor: str, **more: str) -> dict[str, Any]:
        answer = await self.client.enroll_authenticator({"mfa_token": self.sealed, "factor_type": factor, **more})
        self.oob_code = getattr(answer, "oob_code", None)
        kept = answer.model_dump(exclude={"oob_code", "secret", "barcode_uri", "recovery_codes"})
        return {"model": type(answer).__name__, **kept, "oob_code": described_token(self.oob_code)}

    async def list(self) -> dict[str, Any]:
        rows = await self.client.list_authenticators({"mfa_token": self.sealed})
        return {"rows": [row.model_dump(exclude_none=True) for row in rows]}

    async def challenge(self, factor: str, authenticator_id: str | None = None) -> dict[str, Any]:
        options = {"mfa_token": self.sealed, "factor_type": factor, "authenticator_id": authenticator_id}
        answer = await self.client.challenge_authenticator(options)
        self.oob_code = answer.oob_code
        return {**answer.model_dump(exclude={"oob_code"}), "oob_code": described_token(self.oob_code)}

    async def verify(self, code: str) -> dict[str, Any]:
        options = {"mfa_token": self.sealed, "oob_code": self.oob_code, "binding_code": code}
        tokens = await self.client.verify(options)
        return {
            **tokens.model_dump(exclude={"access_token", "id_token", "refresh_token"}),
            "access_token": described_token(tokens.access_token),
            "id_token": described_token(tokens.id_token),
        }


serve(Steps())
