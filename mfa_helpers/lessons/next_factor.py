"""One factor is verified, and the tenant wants another: which one it is, and how to go on with it."""

from __future__ import annotations

from ..client.errors import MfaError, MfaRequired, StepMissing
from ..client.models import Authenticator, Challenge, Tokens
from ..client.secret import Secret
from ..learner.email_steps import EmailSteps
from .choosing import choose, types_in

_NAMES = {
    "otp": "the code of an authenticator app",
    "push": "a push",
    "sms": "a text message",
    "voice": "a call",
    "email": "an email",
    "recovery-code": "a recovery code",
}
_TYPES = ("otp", "push-notification", "phone", "email", "recovery-code")


class NextFactor:
    """The factor that follows. `kind` is an authenticator's, `None` if the user has none that fits."""

    def __init__(self, session: EmailSteps) -> None:
        self._session = session
        self._row: Authenticator | None = None
        self._oob_code: Secret | None = None
        self._verified: set[str] = set()
        self._wanted = self._trouble = ""

    def begin(self, required: MfaRequired, *verified: str) -> NextFactor:
        """Find it: what `required` asks for, of what the user has. `verified` are the kinds that this login has verified.

        The session keeps the new MFA token already. A list that can't be had leaves no factor to go on with.
        """
        session, self._row, self._oob_code = self._session, None, None
        self._verified = set(verified)
        asked = required.mfa_requirements
        self._wanted = " or ".join(types_in(asked, "challenge") + types_in(asked, "enroll"))
        token = session.mfa_token
        try:
            rows = session.call("next-list", lambda: session.client.list_authenticators(token))
        except MfaError as error:
            self._trouble = f"but the list of this user's authenticators can't be read: {error.what}"
            return self
        self._trouble = "and this user has no matching one."
        fitting = choose(rows, _TYPES, asked)
        # What was verified is hardly wanted again.
        self._row = min(fitting, key=lambda row: row.kind in verified, default=None)
        return self

    @property
    def kind(self) -> str | None:
        """`otp`, `push`, `sms`, `voice`, `email`, or `recovery-code`."""
        return None if self._row is None else self._row.kind

    @property
    def is_sent(self) -> bool:
        """Whether something must be sent first: a code, or a push."""
        return self._row is not None and self._row.oob_channel is not None

    @property
    def words(self) -> str:
        """What the tenant wants now, in a sentence."""
        if self._row is None:
            named = f": {self._wanted}" if self._wanted else ""
            return f"this factor is verified. The tenant requires another one{named}, {self._trouble}"
        name = _NAMES.get(self._row.kind, self._row.kind) + (f" ({self._row.name})" if self._row.name else "")
        return f"this factor is verified. The tenant requires another one: {name}. Go on below."

    def send(self) -> Challenge:
        """Have the code or the push sent. Raises what `challenge_authenticator` raises."""
        session, token, row = self._session, self._session.mfa_token, self._required()
        challenge = session.call(
            "next-challenge", lambda: session.client.challenge_authenticator(mfa_token=token, authenticator_id=row.id)
        )
        self._oob_code = challenge.oob_code
        return challenge

    def verify(self, code: str | Secret) -> Tokens | NextFactor:
        """Send the code, or ask once what became of the push. Returns itself if the tenant wants yet another factor.

        Raises what `MfaClient.verify` raises, and `StepMissing` before anything was sent.
        """
        session, row, oob_code = self._session, self._required(), self._oob_code
        token, client = session.mfa_token, session.client
        if self.is_sent and oob_code is None:
            raise StepMissing("Nothing has been sent yet.", "Send it first.")

        def act() -> Tokens:
            if row.kind == "otp":
                return client.verify(mfa_token=token, otp=code)
            if row.kind == "recovery-code":
                return client.verify(mfa_token=token, recovery_code=code)
            return client.verify(mfa_token=token, oob_code=oob_code, binding_code=None if row.kind == "push" else code)

        try:
            tokens = session.call("next-verify", act)
        except MfaRequired as required:
            return self.begin(required, *self._verified, row.kind)
        session.tokens = tokens
        session.forget("login")  # used
        return tokens

    def _required(self) -> Authenticator:
        if self._row is None:
            raise StepMissing("This user has no matching factor.", "Enroll one. Notebook 08 has the forms.")
        return self._row
