"""The factors beside email, each enrolled, challenged and verified by itself; and the sandbox's phone.

All of it stays in this kernel: nothing here is handed to the next notebook.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..client import errors
from ..client.errors import MfaRequired, NoSuchAuthenticator, SlowDown, StepMissing
from ..client.models import Authenticator, Challenge, Enrollment, Tokens
from ..client.sandbox_controls import Mail
from ..client.secret import Secret, secret
from ..client.validation import clean_phone
from ..learner.email_steps import EmailSteps
from ..learner.tenant_setup import TenantSetup
from ..show.text import duration

#: Seconds between two polls, and how many more after each `slow_down` (RFC 8628, section 3.5).
INTERVAL, MORE = 5, 5
#: Seconds that what is noted of an enrollment is good: a long lesson.
_LESSON = 7200
_STEP = 30  # seconds that a code of an authenticator app is shown (recorded barcode_uri: period=30)

#: What the Management API calls each kind.
_FACTORS = {"otp": "otp", "sms": "sms", "voice": "sms", "push": "push-notification"}


class Pace:
    """How often a push may be asked for: every `INTERVAL` seconds, and more slowly after each `slow_down`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.interval = INTERVAL
        self._asked_at: float | None = None

    @property
    def wait(self) -> int:
        """Seconds until the next question is in order."""
        if self._asked_at is None:
            return 0
        return max(-int(-(self._asked_at + self.interval - self._clock()) // 1), 0)

    def asked(self) -> None:
        """The question is on its way: the next one waits a whole `interval`."""
        self._asked_at = self._clock()

    def slow_down(self, retry_after: int | None) -> None:
        """The tenant said `slow_down`: from now on the interval is longer."""
        self.interval = max(self.interval + MORE, retry_after or 0)


@dataclass
class _Waiting:
    """What waits to be verified. `kind` is an authenticator's; `purpose` is `confirm` or `verify`."""

    kind: str
    purpose: str
    mfa_token: Secret
    oob_code: Secret | None


class Factors:
    """One user's factors: `kind` is `otp`, `sms`, `voice` or `push`. Steps are recorded as `otp-associate` and so on.

    In the sandbox each enrollment begins with a new login of a user who has
    nothing yet. On a live tenant the login in progress is used.
    """

    def __init__(self, session: EmailSteps) -> None:
        self._session = session
        # Of a kernel that was killed.
        before = session.noted("factors", {})
        self._waiting = {
            kind: _Waiting(kind=kind, purpose=purpose, mfa_token=Secret(mfa_token), oob_code=secret(oob_code))
            for kind, purpose, mfa_token, oob_code in before.get("waiting", ())
        }
        self._number = before.get("number", "")
        self._app = secret(before.get("app"))
        self.recovery_code = secret(before.get("recovery"))
        self.pace = Pace()
        #: The kind that was enrolled last, after all others were taken off the user; empty if that hasn't happened.
        self.only = ""

    def enroll(self, kind: str, phone_number: str | None = None) -> Enrollment:
        """Associate an authenticator of `kind`. Raises what `enroll_authenticator` raises."""
        if kind in ("sms", "voice"):
            phone_number = clean_phone(phone_number)  # a wrong one takes nothing off the user
        if self._session.tenant.can_change_settings and self._is_on(kind):
            self._session.companion(TenantSetup).take_off_all()
            self._waiting, self._app = {}, None  # they were removed, too
            self.only = kind
        token, client = self._login(), self._session.client
        enrollment: Enrollment = self._session.call(
            f"{kind}-associate", lambda: client.enroll_authenticator(token, kind=kind, phone_number=phone_number)
        )
        self._waiting[kind] = _Waiting(kind=kind, purpose="confirm", mfa_token=token, oob_code=enrollment.oob_code)
        self._number = phone_number or ""
        if kind == "otp":
            self._app = enrollment.secret
        if enrollment.recovery_codes:
            self.recovery_code = enrollment.recovery_codes[0]
        self._note()
        self.pace = Pace()
        return enrollment

    def challenge(self, kind: str) -> Challenge:
        """Sign in again and challenge the authenticator of `kind`."""
        token, client = self._login(), self._session.client
        rows: list[Authenticator] = self._session.call(f"{kind}-list", lambda: client.list_authenticators(token))
        ids = [row.id for row in rows if row.kind == kind and row.active]
        if not ids:
            raise StepMissing(f"This user has no active {kind} authenticator.", "Enroll and confirm one first.")
        challenge: Challenge = self._session.call(
            f"{kind}-challenge", lambda: client.challenge_authenticator(mfa_token=token, authenticator_id=ids[0])
        )
        self._waiting[kind] = _Waiting(kind=kind, purpose="verify", mfa_token=token, oob_code=challenge.oob_code)
        self._note()
        self.pace = Pace()
        return challenge

    def verify(self, kind: str, code: str | Secret) -> Tokens:
        """Verify the code that was sent, or that the app shows; it confirms or completes, whichever waits."""
        waiting, client = self._wait_for(kind), self._session.client

        def act() -> Tokens:
            if kind == "otp":
                return client.verify(mfa_token=waiting.mfa_token, otp=code)
            return client.verify(mfa_token=waiting.mfa_token, oob_code=waiting.oob_code, binding_code=code)

        return self._finish(waiting, act)

    def poll(self, *, too_soon: bool = False) -> Tokens:
        """Ask once whether the push has been answered. Raises `AuthorizationPending`, `SlowDown`, `PushRejected`.

        Before its time the question is not sent, unless `too_soon` breaks that rule. Raises `InvalidInput`.
        """
        waiting, client = self._wait_for("push"), self._session.client
        if self.pace.wait and not too_soon:
            raise errors.InvalidInput(
                "It's too soon to poll again, so nothing was sent.",
                f"Wait {duration(self.pace.wait)}, and then click again.",
            )
        self.pace.asked()
        try:
            return self._finish(waiting, lambda: client.verify(mfa_token=waiting.mfa_token, oob_code=waiting.oob_code))
        except SlowDown as slow:
            self.pace.slow_down(slow.retry_after)
            raise
        except errors.PushRejected:
            del self._waiting["push"]  # asking on would not change the answer
            self._note()
            raise

    def recover(self, code: str | Secret) -> Tokens:
        """Sign in and verify a recovery code. The answer brings the next one."""
        token, client = self._login(), self._session.client
        try:
            tokens: Tokens = self._session.call("recovery", lambda: client.verify(mfa_token=token, recovery_code=code))
        except NoSuchAuthenticator as refused:
            refused.what = "This user has no recovery code."
            refused.next_step = "Enroll a factor above first. The response to the first one has the recovery code."
            raise
        self._session.forget("login")
        self.recovery_code = tokens.recovery_code
        self._note()
        return tokens

    def waits(self, kind: str) -> str | None:
        """`confirm` or `verify` if something of `kind` waits to be verified."""
        return self._waiting[kind].purpose if kind in self._waiting else None

    def messages(self) -> list[Mail]:
        """Texts and calls to the number, newest first; none on a live tenant."""
        number = self._number
        return self._session.guarded(lambda: self._session.tenant.mails(number)) if number else []

    # The sandbox's phone

    def app_code(self, ago: int = 0) -> tuple[Secret, int]:
        """What the authenticator app shows, or showed `ago` codes before; and for how many seconds still.

        Raises `StepMissing` if no app is enrolled in this kernel.
        """
        if self._app is None:
            raise StepMissing("No authenticator app is enrolled here.", "Click “Enroll an app” first.")
        import pyotp

        now = self._session.guarded(lambda: self._session.tenant.now())
        code = pyotp.TOTP(self._app.reveal()).at(int(now) - ago * _STEP)
        return Secret(code), _STEP - int(now) % _STEP

    def answer_push(self, answer: str) -> None:
        """Tap `approve` or `reject` on the sandbox's phone. Raises `StepMissing` if nothing waits there."""
        if not self._session.tenant.has_phone:
            raise StepMissing("This needs the sandbox.", "Respond on your own phone.")
        phone = self._session.tenant.require_controls()
        pushes = self._session.guarded(phone.pushes)
        if not pushes:
            raise StepMissing("There's no push on the phone.", "Send a push first.")
        self._session.guarded(lambda: phone.answer_push(pushes[0].id, answer))

    # Inside

    def _is_on(self, kind: str) -> bool:
        """Whether the tenant would take it. A refusal takes nothing off the user."""
        management = self._session.tenant.require_management()
        factors = self._session.guarded(lambda: management.get("/guardian/factors"))
        return any(row["name"] == _FACTORS.get(kind) and row["enabled"] for row in factors)

    def _note(self) -> None:
        """For the kernel after this one. The secrets of app and phone are the sandbox's, whose file has them, too."""
        of_the_sandbox = self._session.tenant.has_phone
        noted = {
            "waiting": [[one.kind, one.purpose, one.mfa_token, one.oob_code] for one in self._waiting.values()],
            "number": self._number,
            "app": self._app if of_the_sandbox else None,
            "recovery": self.recovery_code if of_the_sandbox else None,
        }
        self._session.note("factors", noted, _LESSON)

    def _login(self) -> Secret:
        """A new MFA token in the sandbox; that of the login in progress on a live tenant."""
        if self._session.tenant.can_sign_in:
            self._session.begin_login()
        return self._session.mfa_token

    def _wait_for(self, kind: str) -> _Waiting:
        if kind not in self._waiting:
            raise StepMissing("There's nothing to verify.", "Enroll the factor or challenge it first.")
        return self._waiting[kind]

    def _finish(self, waiting: _Waiting, act: Callable[[], Tokens]) -> Tokens:
        try:
            tokens: Tokens = self._session.call(f"{waiting.kind}-{waiting.purpose}", act)
        except MfaRequired:
            self._done(waiting)  # this one is verified; the login goes on with another one
            raise
        self._done(waiting)
        self._session.forget("login")  # spent
        return tokens

    def _done(self, waiting: _Waiting) -> None:
        del self._waiting[waiting.kind]
        self._note()
