"""The grant types of `POST /oauth/token`, and the audience of access tokens for the MFA API."""

from __future__ import annotations

PASSWORD = "password"
PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
MFA_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
MFA_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
MFA_RECOVERY = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
REFRESH_TOKEN = "refresh_token"

#: All that the MFA audience knows (documentation, manage page).
MFA_SCOPES = "enroll read:authenticators remove:authenticators"


def mfa_audience(issuer: str) -> str:
    """The MFA API as an audience (documentation, manage page). `issuer` is as the tenant writes it, with the slash at the end."""
    return f"{issuer}mfa/"
