"""Drives auth0-python: the password leg, the answers to it, and the check of an id_token."""

from __future__ import annotations

from typing import Any

from auth0.authentication.exceptions import Auth0Error
from auth0.authentication.get_token import GetToken
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier
from steps import described_token, serve, tampered


class Steps:
    def start(self, domain: str, client_id: str, client_secret: str, **person: str) -> None:
        """A fresh client. `person` are the name and password to sign in with."""
        self.base, self.client_id, self.person = f"https://{domain}/", client_id, person
        self.client = GetToken(domain, client_id, client_secret=client_secret)

    def login(self, **changed: str) -> dict[str, Any]:
        """The password-realm grant. MFA that is required is a result here, not an error."""
        fields = {"realm": "Username-Password-Authentication", "scope": "openid email", **self.person, **changed}
        try:
            tokens = self.client.login(**fields)
        except Auth0Error as error:
            if error.error_code != "mfa_required":
                raise
            self.mfa_token = error.content["mfa_token"]
            more = {name: value for name, value in error.content.items() if name not in ("mfa_token", "error")}
            return {"status": error.status_code, "mfa_token": described_token(self.mfa_token), **more}
        return self._tokens(tokens)

    def associate(self) -> None:
        """By hand, over the SDK's own POST: this SDK has no calls for the MFA API."""
        body = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
        headers = {"Authorization": f"Bearer {self.mfa_token}"}
        self.oob_code = self.client.post(self.base + "mfa/associate", data=body, headers=headers)["oob_code"]

    def verify(self, code: str) -> dict[str, Any]:
        body = {
            "grant_type": "http://auth0.com/oauth/grant-type/mfa-oob",
            "client_id": self.client_id,
            "mfa_token": self.mfa_token,
            "oob_code": self.oob_code,
            "binding_code": code,
        }
        return self._tokens(self.client.authenticated_post(self.base + "oauth/token", data=body))

    def check_id_token(self, tamper: bool = False, audience: str = "", issuer: str = "") -> dict[str, Any]:
        """Signature by the published keys, then issuer, audience and times. The claims if all is well."""
        keys = AsymmetricSignatureVerifier(self.base + ".well-known/jwks.json")
        verifier = TokenVerifier(keys, issuer or self.base, audience or self.client_id)
        return verifier.verify(tampered(self.id_token) if tamper else self.id_token)

    def _tokens(self, tokens: dict[str, Any]) -> dict[str, Any]:
        self.id_token = tokens.get("id_token")
        shown = {name: described_token(tokens.get(name)) for name in ("access_token", "id_token")}
        return {**{name: tokens.get(name) for name in ("expires_in", "scope", "token_type")}, **shown}


serve(Steps())
