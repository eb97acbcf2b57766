"""Drives Authlib, the client that Flask, Django, and FastAPI apps sign people in with."""

from __future__ import annotations

import secrets
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from steps import described_token, serve


class Steps:
    """One application, and one person at a time."""

    def start(
        self,
        domain: str,
        client_id: str,
        redirect_uri: str,
        client_secret: str | None = None,
        audience: str | None = None,
    ) -> None:
        self.metadata = requests.get(f"https://{domain}/.well-known/openid-configuration", timeout=30).json()
        self.audience = audience
        self.session = OAuth2Session(
            client_id,
            client_secret,
            scope="openid profile email",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post" if client_secret else "none",
        )

    def begin(self, redirect_uri: str, **more: str) -> dict[str, Any]:
        self.verifier, self.nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        if self.audience:
            more["audience"] = self.audience
        url, self.state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=self.verifier, nonce=self.nonce, **more
        )
        return {"url": url}

    def complete(self, url: str) -> dict[str, Any]:
        token = self.session.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=url,
            state=self.state,
            code_verifier=self.verifier,
        )
        keys = JsonWebKey.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=30).json())
        options = {
            "iss": {"essential": True, "value": self.metadata["issuer"]},
            "aud": {"essential": True, "value": self.session.client_id},
            "nonce": {"essential": True, "value": self.nonce},
        }
        claims = jwt.decode(token["id_token"], keys, claims_options=options)
        claims.validate()
        return {"claims": dict(claims), "access_token": described_token(token["access_token"]), "scope": token["scope"]}

    def profile(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.session.get(self.metadata["userinfo_endpoint"]).json()
        return answer


serve(Steps())
