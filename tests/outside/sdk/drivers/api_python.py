"""Drives auth0-api-python: how an API judges an access token that somebody brings."""

from __future__ import annotations

from typing import Any

from auth0_api_python import ApiClient, ApiClientOptions
from steps import serve, tampered


class Steps:
    def start(self, domain: str, audience: str) -> None:
        """A fresh API: it fetches discovery and keys again."""
        self.api = ApiClient(ApiClientOptions(domain=domain, audience=audience))

    def bring(self, token: str) -> None:
        """The token that is going to be judged."""
        self.token = token

    async def check(self, tamper: bool = False) -> dict[str, Any]:
        """Its claims, if the API would let it in."""
        return await self.api.verify_access_token(tampered(self.token) if tamper else self.token)

    async def request(self) -> dict[str, Any]:
        """The same from a request's headers."""
        return await self.api.verify_request({"Authorization": f"Bearer {self.token}"})


serve(Steps())
