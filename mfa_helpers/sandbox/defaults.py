"""What a tenant is like: lifetimes, limits, names. Numbers with unit and source."""

from __future__ import annotations

from dataclasses import dataclass, field

PASSWORD = "password"
PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
MFA_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
MFA_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
MFA_RECOVERY = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"
CLIENT_CREDENTIALS = "client_credentials"

#: The issuer of a tenant that lives in notebooks. Each kernel serves the same
#: tenant on a port of its own, so the name must not contain a port.
NOTEBOOK_ISSUER = "https://sandbox.localhost/"

API_AUDIENCE = "https://api.sandbox.example/"
API_SCOPES = ("read:reports", "write:reports")
PROFILE_SCOPES = ("openid", "profile", "email", "address", "phone")  # recording TestOAuthLoginWithPassword
OFFLINE = "offline_access"
MFA_SCOPES = ("enroll", "read:authenticators", "remove:authenticators")  # documentation, manage page
#: Of the My Account API (documentation, my-account-api).
MY_ACCOUNT_SCOPES = (
    "create:me:authentication_methods",
    "read:me:authentication_methods",
    "update:me:authentication_methods",
    "delete:me:authentication_methods",
    "read:me:factors",
)
#: What the setup application may ask of the Management API; names as in the Management API's reference.
MANAGEMENT_SCOPES = (
    "read:guardian_factors",
    "update:guardian_factors",
    "read:mfa_policies",
    "update:mfa_policies",
    "read:clients",
    "update:clients",
    "create:clients",
    "delete:clients",
    "read:client_credentials",
    "create:client_credentials",
    "update:client_credentials",
    "delete:client_credentials",
    "read:client_grants",
    "create:client_grants",
    "update:client_grants",
    "delete:client_grants",
    "read:connections",
    "update:connections",
    "read:resource_servers",
    "create:resource_servers",
    "update:resource_servers",
    "delete:resource_servers",
    "read:users",
    "create:users",
    "update:users",
    "delete:users",
    "read:authentication_methods",
    "create:authentication_methods",
    "update:authentication_methods",
    "delete:authentication_methods",
    "delete:guardian_enrollments",
    "read:email_provider",
    "create:email_provider",
    "update:email_provider",
    "delete:email_provider",
    "read:email_templates",
    "create:email_templates",
    "update:email_templates",
    "read:tenant_settings",
    "update:tenant_settings",
    "read:logs",
    # what is only kept and shown
    "read:branding",
    "update:branding",
    "read:prompts",
    "update:prompts",
    "read:attack_protection",
    "update:attack_protection",
    "read:actions",
    "read:phone_providers",
    "read:phone_templates",
    "read:user_attribute_profiles",
    "read:connection_profiles",
    "read:token_exchange_profiles",
    "read:event_streams",
    "read:rate_limit_policies",
    "read:directory_provisionings",
    "read:rules",
    "read:rules_configs",
    "read:hooks",
    "read:custom_domains",
    "read:log_streams",
    "read:roles",
    "read:organizations",
    "read:flows",
    "read:flows_vault_connections",
    "read:forms",
    "read:self_service_profiles",
    "read:network_acls",
)
REALM = "Username-Password-Authentication"
STRATEGY, STRATEGY_TYPE = "auth0", "database"  # of that connection
TENANT_NAME = "Sandbox tenant"
SENDER = "no-reply@sandbox.example"
USERNAME = "ada@example.com"
#: Client ids are no secrets. They are the same on every machine, so that stored lessons look alike.
CLIENT_ID = "SandboxCourseApp0123456789abcdef"
PUBLIC_CLIENT_ID = "SandboxPublicApp0123456789abcdef"
MANAGEMENT_CLIENT_ID = "SandboxSetUpApp0123456789abcdefg"

#: Factors in the order and under the names of the recording TestAccGuardian.
FACTORS = ("sms", "push-notification", "otp", "email", "duo", "webauthn-roaming", "webauthn-platform", "recovery-code")
#: Of which a tenant has one at most; none means never. `confidence-score` never asks here: nothing about a login is
#: suspicious to a sandbox (auth0-java's enum; that it never asks is assumed).
POLICIES = ("all-applications", "confidence-score")


@dataclass(frozen=True)
class Lifetimes:
    """In seconds."""

    mfa_token: int = 600  # community article 123043, Auth0 staff: 10 minutes, not configurable
    oob_code: int = 300  # documentation, ROPG-with-MFA page: 5 minutes, not configurable
    id_token: int = 36_000  # documentation, get-id-tokens
    access_token: int = 86_400  # documentation, get-access-tokens; recordings
    mfa_access_token: int = 600  # documentation, manage page: 10 minutes
    assertion: int = 300  # documentation, private-key-jwt page: at most 5 minutes
    block: int = 600  # assumed: a real block ends by mail, by an administrator or after 30 days
    totp_step: int = 30  # recorded barcode_uri: period=30
    browser_login: int = 3_600  # assumed: from /authorize to the end of the login
    authorization_code: int = 600  # assumed: OAuth 2.0 (RFC 6749, section 4.1.2) allows at most 10 minutes
    session: int = 604_800  # documentation, tenant settings: 7 days
    idle_session: int = 259_200  # documentation, session-lifetime-limits: 3 days without use
    push_poll: int = 1  # assumed: asking again sooner than this is too fast


@dataclass(frozen=True)
class Bucket:
    """`size` tries at once, then one more every `refill` seconds."""

    size: int
    refill: float


@dataclass(frozen=True)
class Limits:
    """How often is too often. Buckets hold tries; `failed_logins` and `authenticators` are counts for each user."""

    wrong_codes: Bucket = Bucket(10, 360)  # documentation, ROPG page: burst 10, 1 per 6 minutes
    wrong_recovery_codes: Bucket = Bucket(10, 360)  # documentation, rate-limit tables: 10, 10 an hour
    emails: Bucket = Bucket(20, 60)  # documentation, ROPG page: burst 20, 1 per minute
    texts: Bucket = Bucket(10, 3600)  # documentation, rate-limit tables: 10, 1 an hour; a voice call counts (assumed)
    pushes: Bucket = Bucket(5, 12)  # documentation, rate-limit tables: 5 a minute
    failed_logins: int = 10  # documentation, brute-force protection
    authenticators: int = 51  # community article 95815
    # Of the whole tenant; off unless the setting `request_limits` is on.
    token_requests: Bucket = Bucket(30, 1 / 30)  # documentation, free tenant: 30, 30 a second
    requests: Bucket = Bucket(300, 1 / 5)  # documentation, free tenant: Authentication API 300 a minute
    logins: Bucket = Bucket(20, 6)  # documentation, same user and address: 20 a minute, then 10 a minute
    exchanges: Bucket = Bucket(12, 5)  # documentation, mfa-oob exchanges of one login: 12, 12 a minute
    # The sandbox's own, by address: wrong tokens, and how many events of who isn't let in get into the log.
    guesses: Bucket = Bucket(60, 1)
    strangers: Bucket = Bucket(20, 30)


LIFETIMES = Lifetimes()
LIMITS = Limits()


@dataclass(frozen=True)
class Settings:
    """What an administrator would switch in the Dashboard.

    Changed by the Management API while the tenant runs, or set all at once by
    `POST /sandbox/reset {"settings": {…}}`. The last five say how the course's
    own user and applications start; afterwards each has its own. The logout
    URLs are the tenant's, too.
    """

    mfa_policy: list[str] = field(default_factory=lambda: ["all-applications"])
    factors: list[str] = field(default_factory=lambda: ["email"])
    default_directory: str = REALM
    customize_mfa_in_postlogin_action: bool = False  # "Customizable MFA": mfa_requirements, and `type` in the list
    friendly_name: str = TENANT_NAME
    support_email: str = ""
    support_url: str = ""
    #: Whether the policy Always asks at a refresh, too. False is what the documented Action does that bypasses MFA there
    #: (documentation, use-refresh-tokens).
    mfa_at_refresh: bool = True
    request_limits: bool = False
    #: So that an app which sends a code as a number fails at once, and not once in ten logins.
    codes_begin_with_zero: bool = False
    allowed_origins: list[str] = field(default_factory=list)  # of pages that may ask, like http://localhost:3000
    allowed_logout_urls: list[str] = field(default_factory=list)
    callbacks: list[str] = field(default_factory=list)
    email_verified: bool = False
    grant_types: list[str] = field(
        default_factory=lambda: [
            PASSWORD,
            PASSWORD_REALM,
            MFA_OOB,
            MFA_OTP,
            MFA_RECOVERY,
            REFRESH_TOKEN,
            AUTHORIZATION_CODE,
        ]
    )
