"""What a tenant is like: lifetimes, limits, names. Numbers with unit and source."""

from __future__ import annotations

from dataclasses import dataclass, field

PASSWORD = "password"
PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
MFA_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
MFA_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
MFA_RECOVERY = "http://auth0.com/oauth/grant-type/mfa-recovery-code"

#: The issuer of a tenant that lives in notebooks. Each kernel serves the same
#: tenant on a port of its own, so the name must not contain a port.
NOTEBOOK_ISSUER = "https://sandbox.localhost/"

API_AUDIENCE = "https://api.sandbox.example/"
API_SCOPES = ("read:reports", "write:reports")
PROFILE_SCOPES = ("openid", "profile", "email", "address", "phone")  # recording TestOAuthLoginWithPassword
MFA_SCOPES = ("enroll", "read:authenticators", "remove:authenticators")  # documentation, manage page
REALM = "Username-Password-Authentication"
TENANT_NAME = "Sandbox tenant"
SENDER = "no-reply@sandbox.example"
USERNAME = "ada@example.com"
#: Client ids are no secrets. They are the same on every machine, so that stored lessons look alike.
CLIENT_ID = "SandboxCourseApp0123456789abcdef"
PUBLIC_CLIENT_ID = "SandboxPublicApp0123456789abcdef"


@dataclass(frozen=True)
class Lifetimes:
    """In seconds."""

    mfa_token: int = 600  # community article 123043, Auth0 staff: 10 minutes, not configurable
    oob_code: int = 300  # documentation, ROPG-with-MFA page: 5 minutes, not configurable
    id_token: int = 36_000  # documentation, get-id-tokens
    access_token: int = 86_400  # documentation, get-access-tokens; recordings
    mfa_access_token: int = 600  # documentation, manage page: 10 minutes
    block: int = 600  # assumed: a real block ends by mail, by an administrator or after 30 days


@dataclass(frozen=True)
class Bucket:
    """`size` tries at once, then one more every `refill` seconds."""

    size: int
    refill: int


@dataclass(frozen=True)
class Limits:
    wrong_codes: Bucket = Bucket(10, 360)  # documentation, ROPG page: burst 10, 1 per 6 minutes
    emails: Bucket = Bucket(20, 60)  # documentation, same: burst 20, 1 per minute
    failed_logins: int = 10  # documentation, brute-force protection
    authenticators: int = 51  # community article 95815


LIFETIMES = Lifetimes()
LIMITS = Limits()


@dataclass(frozen=True)
class Settings:
    """What an administrator would switch in the Dashboard.

    Set by `POST /sandbox/reset {"settings": {…}}`, so that every answer of the
    tenant, also that of a badly set-up one, can be met.
    """

    mfa_policy: list[str] = field(default_factory=lambda: ["all-applications"])
    factors: list[str] = field(default_factory=lambda: ["email"])
    default_directory: str = REALM
    email_verified: bool = False
    grant_types: list[str] = field(
        default_factory=lambda: [PASSWORD, PASSWORD_REALM, MFA_OOB, MFA_OTP, MFA_RECOVERY]
    )
