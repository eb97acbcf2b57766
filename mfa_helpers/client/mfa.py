"""`MfaClient`: one method per call of Auth0's MFA API, in the order of the flow.

The method names follow Auth0's own SDKs. The client needs only a domain and a client ID,
and it doesn't depend on widgets, files, or the sandbox. It accepts tokens, codes, and
passwords as text or as `Secret`, and it returns them as `Secret`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from . import errors
from .grants import MFA_OOB, MFA_OTP, MFA_RECOVERY, PASSWORD, PASSWORD_REALM, REFRESH_TOKEN
from .models import Authenticator, Challenge, Enrollment, Exchange, Tokens, telling
from .secret import Secret, is_jwt, secret
from .transport import TIMEOUT, Reply, Session, Transport
from .validation import (
    clean_address,
    clean_code,
    clean_domain,
    clean_phone,
    clean_recovery_code,
    clean_token,
    clean_user_name,
)

Built = TypeVar("Built")

#: How `/mfa/associate` calls what is reached over a channel; an authenticator app (`otp`) has none.
_CHANNELS = {"email": "email", "sms": "sms", "voice": "voice", "push": "auth0"}


class MfaClient:
    """A client of one application on one tenant.

    `domain` can be written as people write it (`https://…/`, capitals, blanks).
    `client_secret` is for confidential applications; a public one doesn't send it,
    and an empty one counts as none. `session` replaces the client's own `requests`
    session. `timeout` is (connect, read) in seconds.

    Raises `InvalidInput` if `domain` isn't a domain.

    Every method raises only subclasses of `mfa_helpers.client.errors.MfaError`, never
    an exception of `requests` or of a JSON parser.
    """

    def __init__(
        self,
        domain: str,
        client_id: str,
        client_secret: str | Secret | None = None,
        *,
        session: Session | None = None,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self.base_url = clean_domain(domain)
        self.client_id = client_id
        self.client_secret = secret(client_secret)
        self.transport = Transport(self.base_url, session, timeout)

    def __repr__(self) -> str:
        return f"MfaClient({self.base_url!r}, client_id={self.client_id!r})"

    @property
    def session(self) -> Session:
        """The `requests` session that all calls go through."""
        return self.transport.session

    @property
    def last_exchange(self) -> Exchange | None:
        """The last request and its response, masked."""
        return self.transport.last

    def login(
        self,
        username: str,
        password: str | Secret,
        *,
        audience: str | None = None,
        scope: str | None = None,
        realm: str | None = None,
    ) -> Tokens:
        """Sign in with a password: `POST /oauth/token`.

        With `realm` (a connection's name), the client uses the password-realm grant,
        which doesn't need a Default Directory.

        Returns tokens if the tenant doesn't require a second factor. If it does, which
        is the usual case here, raises `MfaRequired`, which contains the `mfa_token`. Also raises `WrongCredentials`, `GrantNotAllowed`,
        `AudienceUnknown`, `ClientRefused`, `AccountBlocked`.

        Source: documentation, get-token of the resource owner password flow.
        """
        password = Secret(password)  # here and below: a traceback that shows what frames hold shows stars
        return self._token(
            {
                "grant_type": PASSWORD_REALM if realm else PASSWORD,
                "username": clean_user_name(username),
                "password": password,
                "realm": realm,
                "audience": audience,
                "scope": scope,
            }
        )

    def refresh(self, refresh_token: str | Secret, *, scope: str | None = None) -> Tokens:
        """Get new tokens for a refresh token: `POST /oauth/token`.

        A login returns a refresh token if its `scope` contains `offline_access`. `scope` here can ask for fewer scopes.

        Raises `MfaRequired` if the tenant requires a second factor at a refresh, too, as it does while its MFA policy is
        Always. Its `mfa_token` works the same way as one from a login. Raises `RefreshTokenRefused`, `GrantNotAllowed`, `ClientRefused`.

        Source: documentation, use-refresh-tokens.
        """
        refresh_token = self._needed(refresh_token, "refresh_token")
        try:
            return self._token({"grant_type": REFRESH_TOKEN, "refresh_token": refresh_token, "scope": scope})
        except errors.MfaRequired as required:
            required.what = (
                "The refresh token is valid, but the tenant requires a second factor before it returns new tokens."
            )
            raise

    def enroll_authenticator(
        self, mfa_token: str | Secret, email: str | None = None, *, kind: str = "email", phone_number: str | None = None
    ) -> Enrollment:
        """Associate an authenticator: `POST /mfa/associate`. The tenant sends an email, a text, a call, or a push notification, if the factor has one.

        `mfa_token` is the token of `MfaRequired`, or an access token for the MFA
        audience with the scope `enroll` (needed once a factor is active).
        `kind` is `email`, `sms`, `voice`, `push`, or `otp`. Without `email`, the
        server uses the address in the user's profile. `sms` and `voice` need
        `phone_number` in E.164 format, with a plus sign.

        Raises `AlreadyEnrolled`, `LoginExpired`, `MfaTokenRefused`,
        `AddressRefused`, `FactorOff`, `ScopeMissing`.

        Source: the pages of the MFA API for each factor; recording TestMFAAddAuthenticator.
        """
        if kind != "otp" and kind not in _CHANNELS:
            raise errors.InvalidInput(f"There's no factor named '{kind}'.", "Use email, sms, voice, push, or otp.")
        for given, name, kinds in ((email, "email", ("email",)), (phone_number, "phone_number", ("sms", "voice"))):
            if given and kind not in kinds:
                raise errors.InvalidInput(
                    f"The factor '{kind}' doesn't take {name}, so it wouldn't be sent.",
                    f'Leave it out, or use kind="{kinds[0]}".',
                )
        body: dict[str, Any] = {"authenticator_types": ["otp"]}
        if kind in _CHANNELS:
            body = {"authenticator_types": ["oob"], "oob_channels": [_CHANNELS[kind]]}
        if kind == "email":
            body["email"] = clean_address(email)
        elif kind in ("sms", "voice"):
            body["phone_number"] = clean_phone(phone_number)
        mfa_token = self._needed(mfa_token, "mfa_token")
        reply = self.transport.send("POST", "/mfa/associate", json_body=body, bearer=mfa_token)
        said = reply.body
        return _whole(
            reply,
            lambda: Enrollment(
                authenticator_type=said["authenticator_type"],
                oob_channel=said.get("oob_channel"),
                oob_code=secret(said.get("oob_code")),
                binding_method=said.get("binding_method"),
                recovery_codes=tuple(Secret(code) for code in said.get("recovery_codes") or ()),
                secret=secret(said.get("secret")),
                barcode_uri=secret(said.get("barcode_uri")),
            ),
        )

    def verify(
        self,
        *,
        mfa_token: str | Secret,
        oob_code: str | Secret | None = None,
        binding_code: str | Secret | None = None,
        otp: str | Secret | None = None,
        recovery_code: str | Secret | None = None,
    ) -> Tokens:
        """Verify the second factor: `POST /oauth/token` with the grant that matches the arguments.

        Pass `oob_code` and `binding_code` for a code that was sent (`mfa-oob`), only
        `oob_code` to ask whether a push was approved, `otp` for the code of an
        authenticator app (`mfa-otp`), or `recovery_code` (`mfa-recovery-code`), which
        is replaced by the one in `Tokens.recovery_code`.

        The same call confirms an enrollment and answers a challenge. Audience and
        scope aren't sent, because the tenant continues the login that the MFA token
        came from. Codes are text, and blanks in them are removed.

        Raises `CodeIsNotText` or `InvalidInput` before anything is sent;
        `WrongCode` (also its kinds `WrongOtp` and `WrongRecoveryCode`),
        `CodeExpired`, `LoginExpired`, `CodeNotForThisLogin`, `OobCodeUnknown`,
        `MfaTokenRefused`, `TooManyCodes`; for a push `AuthorizationPending`,
        `SlowDown`, `PushRejected`. If the tenant requires yet another factor,
        raises `MfaRequired` with the new token.

        Source: the pages of the MFA API; recordings TestMFAVerifyWith….
        """
        proofs = sum(given is not None for given in (oob_code, otp, recovery_code))
        if proofs > 1 or (proofs and binding_code is not None and oob_code is None):
            raise errors.InvalidInput(
                "More than one kind of code was given.", "Give only one: an oob_code, an otp, or a recovery_code."
            )
        mfa_token = self._needed(mfa_token, "mfa_token")
        if otp is not None:
            otp = Secret(clean_code(otp))
            return self._proven({"grant_type": MFA_OTP, "mfa_token": mfa_token, "otp": otp})
        if recovery_code is not None:
            recovery_code = Secret(clean_recovery_code(recovery_code))
            return self._proven({"grant_type": MFA_RECOVERY, "mfa_token": mfa_token, "recovery_code": recovery_code})
        oob_code = self._needed(oob_code, "oob_code")
        fields: dict[str, str | Secret | None] = {"grant_type": MFA_OOB, "mfa_token": mfa_token, "oob_code": oob_code}
        if binding_code is not None:
            binding_code = Secret(clean_code(binding_code))
            return self._proven({**fields, "binding_code": binding_code})
        try:
            return self._proven(fields)
        except errors.WrongRecoveryCode as refused:
            # The documentation gives a rejected push the very words of a wrong recovery code.
            raise errors.PushRejected(
                status=refused.status,
                error=refused.error,
                error_description=refused.error_description,
                headers=refused.headers,
                exchange=refused.exchange,
            ) from None

    def list_authenticators(self, mfa_token: str | Secret) -> list[Authenticator]:
        """All authenticators of the user, including unconfirmed ones: `GET /mfa/authenticators`.

        `mfa_token` is the token of `MfaRequired`, or an access token for the MFA
        audience with the scope `read:authenticators`.

        Raises `LoginExpired`, `MfaTokenRefused`, `ScopeMissing`.

        Source: recording TestMFAListAuthenticators.
        """
        mfa_token = self._needed(mfa_token, "mfa_token")
        reply = self.transport.send("GET", "/mfa/authenticators", bearer=mfa_token, expect=list)
        return _whole(reply, lambda: [Authenticator.from_wire(row) for row in reply.body])

    def challenge_authenticator(
        self, *, mfa_token: str | Secret, authenticator_id: str | None = None, challenge_type: str | None = None
    ) -> Challenge:
        """Challenge an authenticator: `POST /mfa/challenge`. The tenant sends an email, a text, a call, or a push notification, if the factor has one.

        Pass `authenticator_id`, so that you know where the code went. With only
        `challenge_type` (`oob`, `otp`, or both separated by a space), the tenant
        chooses, and its response doesn't name the authenticator. Only the opaque
        MFA token works here. The client rejects an access token at once, as the
        tenant would with `Malformed mfa_token`.

        Raises `InvalidInput` before anything is sent; `NoSuchAuthenticator`,
        `NotEnrolled`, `LoginExpired`, `MfaTokenRefused`, `SlowDown`.

        Source: the email page of the MFA API; community thread 64112 for the two tokens.
        """
        mfa_token = self._needed(mfa_token, "mfa_token")
        if is_jwt(mfa_token):
            raise errors.InvalidInput(
                "This is an access token, but a challenge requires the MFA token.",
                "Use the mfa_token that came with mfa_required.",
            )
        if not authenticator_id and not challenge_type:
            raise errors.InvalidInput("No authenticator was chosen.", "List the authenticators, and pick one.")
        if authenticator_id and not challenge_type:
            challenge_type = "otp" if authenticator_id.startswith("totp|") else "oob"
        reply = self.transport.send(
            "POST",
            "/mfa/challenge",
            json_body={
                **self._identity(),
                "challenge_type": challenge_type,
                "authenticator_id": authenticator_id,
                "mfa_token": mfa_token,
            },
        )
        body = reply.body
        return _whole(
            reply,
            lambda: Challenge(
                challenge_type=body["challenge_type"],
                oob_code=secret(body.get("oob_code")),
                binding_method=body.get("binding_method"),
            ),
        )

    def delete_authenticator(self, access_token: str | Secret, authenticator_id: str) -> None:
        """Remove an authenticator: `DELETE /mfa/authenticators/{id}`.

        Needs an access token for the MFA audience with the scope
        `remove:authenticators`. An MFA token can't remove anything.

        Raises `MfaTokenRefused`, `LoginExpired`, `ScopeMissing`, `NoSuchAuthenticator`.

        Source: recording TestMFADeleteAuthenticator (the `|` of an id is sent as `%7C`).
        """
        if not authenticator_id:
            raise errors.InvalidInput("No authenticator was chosen.", "List the authenticators, and pick one.")
        access_token = self._needed(access_token, "access_token")
        path = "/mfa/authenticators/" + quote(authenticator_id, safe="")
        self.transport.send("DELETE", path, bearer=access_token, expect=type(None))

    def discovery(self) -> dict[str, Any]:
        """The tenant's public description: `GET /.well-known/openid-configuration`.

        Source: OpenID Connect Discovery 1.0, section 4.
        """
        return dict(self.transport.send("GET", "/.well-known/openid-configuration").body)

    def jwks(self) -> dict[str, Any]:
        """The tenant's public keys: `GET /.well-known/jwks.json`.

        Source: RFC 7517; documentation, JSON Web Key Sets.
        """
        return dict(self.transport.send("GET", "/.well-known/jwks.json").body)

    def _identity(self) -> dict[str, str | Secret | None]:
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    def _needed(self, token: str | Secret | None, name: str) -> Secret:
        cleaned = clean_token(token if isinstance(token, (str, Secret)) else "", name, blanks=False)
        if not cleaned:
            raise errors.InvalidInput(f"The {name} is missing.", "First do the step that returns it.")
        return cleaned

    def _proven(self, fields: dict[str, str | Secret | None]) -> Tokens:
        try:
            return self._token(fields)
        except errors.MfaRequired as required:
            required.what = "This factor is verified. The tenant requires another one."
            required.next_step = "Continue with the new MFA token and another authenticator."
            raise

    def _token(self, fields: dict[str, str | Secret | None]) -> Tokens:
        reply = self.transport.send("POST", "/oauth/token", form=fields | self._identity())
        body = reply.body
        return _whole(
            reply,
            lambda: Tokens(
                access_token=_given(body["access_token"]),
                token_type=_text(body.get("token_type", "Bearer")),
                expires_in=int(body.get("expires_in", 0)),
                id_token=secret(body.get("id_token")),
                refresh_token=secret(body.get("refresh_token")),
                scope=body.get("scope"),
                recovery_code=secret(body.get("recovery_code")),
            ),
        )


def _given(token: Any) -> Secret:
    if not token:
        raise TypeError
    return Secret(token)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _whole(reply: Reply, build: Callable[[], Built]) -> Built:
    """What `build` makes of the reply. Raises `UnreadableAnswer`, which names the field that is not as it should be."""
    try:
        return build()
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        problem = "a field doesn't have the type that the MFA API uses"
        if isinstance(error, KeyError):
            problem = f"the field '{error.args[0]}' is missing"
        raise errors.UnreadableAnswer(
            f"The response ({reply.status}) is JSON, but {problem}.",
            status=reply.status,
            headers=telling(reply.headers),
            exchange=reply.exchange,
        ) from None
