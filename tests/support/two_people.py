"""Two people at one account: its owner, and a stranger who has only the password. They act in any order.

What must hold: once the owner has confirmed a factor, or has a verified address, the stranger gains no factor, no
recovery code that works, no completed login, and in no list more than masked names.

One thing that Auth0 documents is left out: while email is a user's only factor, the MFA audience gives an access token
for the password alone. The stranger gets such tokens here, and begins with them what they allow; but they use them only
when another factor is there, and then none of them may open anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from requests import Response

from mfa_helpers.sandbox.crypto import opaque_strings
from mfa_helpers.sandbox.defaults import Settings
from mfa_helpers.sandbox.hosting import in_process

from .run_report import count
from .sandbox_api import MFA_OTP, MFA_RECOVERY, Api, public

FACTORS = ["email", "sms", "otp", "push-notification", "recovery-code"]
KINDS = ["email", "sms", "voice", "push", "app"]
OWNER, STRANGER = "owner", "stranger"
MAILBOX = {OWNER: "ada@example.com", STRANGER: "stranger@example.net"}
NUMBER = {OWNER: "+15550100001", STRANGER: "+15550100002"}
MFA_SCOPES = "enroll read:authenticators remove:authenticators"
REFUSED = (400, 401, 403, 429)  # a wait for a limit is a refusal, too
SOME = st.sampled_from([0, 0, 0, 1, 2, 3])  # how old: mostly the newest
FRESH = st.sampled_from([False, True])


@dataclass(eq=False)
class Begun:
    """An enrollment or a challenge, and the token that began it."""

    token: str
    body: dict[str, Any]
    row: str  # the id of its authenticator
    code: str  # that was sent to a mailbox or number of theirs, or else a guess


@dataclass
class Person:
    """What somebody has been told and holds."""

    name: str
    tokens: list[str] = field(default_factory=list)
    access: list[str] = field(default_factory=list)
    refresh: list[str] = field(default_factory=list)
    begun: list[Begun] = field(default_factory=list)
    apps: dict[str, str] = field(default_factory=dict)
    recovery: list[str] = field(default_factory=list)


class TwoPeople(RuleBasedStateMachine):
    """The steps. `sandbox` is set by `run`."""

    sandbox: Any

    def __init__(self) -> None:
        super().__init__()
        self.api = Api(self.sandbox)
        self.api.http.mount(self.sandbox.base_url, self.sandbox.adapter)
        self.store = self.sandbox.adapter.store
        self.store.reset(Settings(factors=list(FACTORS)))
        self.owner, self.stranger = Person(OWNER), Person(STRANGER)
        self.of_owner: set[str] = set()
        self.user_id = self.store.user_by_email(self.sandbox.username)["user_id"]

    @initialize(factors=st.sampled_from([FACTORS, ["email"], ["email", "otp"], ["email", "recovery-code"]]))
    def set_up(self, factors: list[str]) -> None:
        self.store.reset(Settings(factors=list(factors)))

    # what is known from within

    def rows(self) -> list[Any]:
        rows: list[Any] = self.store.authenticators(self.user_id)
        return rows

    def active(self) -> set[str]:
        return {row["id"] for row in self.rows() if row["active"] and row["kind"] != "recovery-code"}

    @property
    def is_guarded(self) -> bool:
        settings: Settings = self.store.settings()
        is_verified = self.store.user(self.user_id)["email_verified"] and "email" in settings.factors
        return bool(self.active()) or bool(is_verified)

    @property
    def audience_asks(self) -> bool:
        return any(not id.startswith("email|") for id in self.active())

    # calls

    def told(self, answer: Response, *good: int) -> bool:
        """Whether it was granted. It is that, or refused: nothing breaks."""
        assert answer.status_code in (*good, *REFUSED, 404), answer.text
        return answer.status_code in good

    def log_in(self, who: Person, **more: Any) -> None:
        answer = self.api.login(scope="openid profile email offline_access", **more)
        assert answer.status_code in (403, 429), answer.text
        if answer.status_code == 403:
            who.tokens.append(answer.json()["mfa_token"])

    def ask_for_access(self, who: Person) -> None:
        answer = self.api.login(audience=self.sandbox.mfa_audience, scope=f"{MFA_SCOPES} offline_access")
        if answer.status_code == 200:
            assert not self.audience_asks, "the MFA audience gave a token for the password alone"
            who.access.append(answer.json()["access_token"])
            who.refresh.append(answer.json()["refresh_token"])
        else:
            assert self.audience_asks and answer.status_code == 403, answer.text
            who.tokens.append(answer.json()["mfa_token"])

    def token(self, who: Person, which: int, is_fresh: bool) -> str:
        """An MFA token of somebody's: a new one, or one of the newest."""
        if is_fresh or not who.tokens:
            self.log_in(who)
        return str(pick(who.tokens, which))

    def access_token(self, who: Person, which: int, is_fresh: bool) -> str | None:
        """An access token for the MFA audience, `None` if there is none for the password alone."""
        if is_fresh or not who.access:
            self.ask_for_access(who)
        return str(pick(who.access, which)) if who.access else None

    def begin(self, who: Person, token: str, kind: str, is_profile: bool) -> bool:
        if kind == "app":
            wanted: dict[str, Any] = {"authenticator_types": ["otp"], "oob_channels": None}
        elif kind == "push":
            wanted = {"oob_channels": ["auth0"]}
        elif kind == "email":
            wanted = {} if is_profile else {"email": MAILBOX[who.name]}
        else:
            wanted = {"oob_channels": [kind], "phone_number": NUMBER[who.name]}
        before = {row["id"] for row in self.rows()}
        answer = self.api.associate(token, **wanted)
        if not self.told(answer, 200):
            return False
        body = answer.json()
        made = [row["id"] for row in self.rows() if row["id"] not in before and row["kind"] != "recovery-code"]
        assert len(made) == 1
        who.begun.append(Begun(token, body, made[0], self.sent_code(who, made[0])))
        who.recovery += body.get("recovery_codes", [])
        if kind == "app":
            who.apps[made[0]] = body["secret"]
        return True

    def sent_code(self, who: Person, id: str) -> str:
        """The code of the newest message to that authenticator, if somebody can read it."""
        row = self.store.authenticator(id)
        mine = (MAILBOX[who.name], NUMBER[who.name], *([self.sandbox.username] if who.name == OWNER else []))
        mails = self.api.mails(row["address"]) if row is not None and row["address"] in mine else []
        return str(mails[0]["code"]) if mails else "000000"

    def app_code(self, who: Person, id: str) -> str | None:
        if id not in who.apps:
            return None
        now = self.api.call("GET", "/sandbox/clock").json()["now"]
        return pyotp.TOTP(who.apps[id]).at(int(datetime.fromisoformat(now).timestamp()))

    def finish(self, who: Person, begun: Begun, token: str) -> Response:
        """Prove what was begun, with what the person really has, or else with a guess."""
        if "oob_code" not in begun.body:
            code = self.app_code(who, begun.row) or "000000"
            fields = self.api.verify_fields(token, "", None, grant_type=MFA_OTP, otp=code)
            return self.api.call("POST", "/oauth/token", data=fields)
        if begun.row.startswith("push|"):
            # A phone that is being enrolled is one's own; that of a challenge is the owner's, who is not fooled.
            if "barcode_uri" in begun.body or who.name == OWNER:
                self.store.answer_push(fingerprint(begun.body["oob_code"]), "approve")
            return self.api.verify(token, begun.body["oob_code"], None)
        return self.api.verify(token, begun.body["oob_code"], begun.code)

    # both

    @rule(is_owner=st.booleans())
    def somebody_logs_in(self, is_owner: bool) -> None:
        self.log_in(self.owner if is_owner else self.stranger)

    @rule()
    def the_stranger_logs_in_at_another_application(self) -> None:
        self.log_in(self.stranger, **public(self.sandbox))

    @rule(is_owner=st.booleans())
    def somebody_asks_for_an_access_token(self, is_owner: bool) -> None:
        self.ask_for_access(self.owner if is_owner else self.stranger)

    @rule(seconds=st.sampled_from([1.0, 29.0, 31.0, 61.0, -30.0, 121.0, 301.0, 601.0, 7200.0]))
    def the_clock_moves(self, seconds: float) -> None:
        self.api.advance(seconds)
        if seconds > 600:  # long enough for each limit
            self.store.run("DELETE FROM buckets")

    # the owner

    @rule(which=SOME, is_fresh=FRESH, kind=st.sampled_from(KINDS), is_profile=st.booleans())
    def the_owner_associates(self, which: int, is_fresh: bool, kind: str, is_profile: bool) -> None:
        was_guarded, token = self.is_guarded, self.token(self.owner, which, is_fresh)
        assert not (self.begin(self.owner, token, kind, is_profile) and was_guarded)

    @rule(which=SOME, is_fresh=FRESH, kind=st.sampled_from(KINDS), is_profile=st.booleans())
    def the_owner_associates_with_an_access_token(
        self, which: int, is_fresh: bool, kind: str, is_profile: bool
    ) -> None:
        token = self.access_token(self.owner, which, is_fresh)
        if token is not None:
            self.begin(self.owner, token, kind, is_profile)

    @precondition(lambda self: self.owner.begun)
    @rule(which=SOME)
    def the_owner_proves(self, which: int) -> None:
        begun = pick(self.owner.begun, which)
        before, had_code, secrets = (
            self.active(),
            self.active_code() is not None,
            {row["secret"] for row in self.rows()},
        )
        answer = self.finish(self.owner, begun, begun.token)
        if not self.told(answer, 200):
            return
        self.keep(self.owner, answer)
        gained = self.active() - before
        self.of_owner |= gained
        for code in map(fingerprint, begun.body.get("recovery_codes", [])):
            if gained and not had_code and code in secrets:  # it may have been deleted meanwhile
                assert self.active_code() == code, "the owner got no recovery code"

    @precondition(lambda self: self.active())
    @rule(which=SOME, is_fresh=FRESH, whom=SOME)
    def the_owner_challenges(self, which: int, is_fresh: bool, whom: int) -> None:
        self.challenge(self.owner, self.token(self.owner, which, is_fresh), whom)

    @precondition(lambda self: self.active())
    @rule(whom=SOME, of_mfa_api=st.booleans())
    def the_owner_completes_a_login(self, whom: int, of_mfa_api: bool) -> None:
        if of_mfa_api:
            self.ask_for_access(self.owner)
        token = self.token(self.owner, 0, not of_mfa_api)
        if self.challenge(self.owner, token, whom):
            answer = self.finish(self.owner, self.owner.begun[-1], token)
            if self.told(answer, 200):
                self.keep(self.owner, answer)

    @precondition(lambda self: self.owner.recovery)
    @rule(which=SOME, is_fresh=FRESH, code=SOME)
    def the_owner_uses_a_recovery_code(self, which: int, is_fresh: bool, code: int) -> None:
        answer = self.recover(self.token(self.owner, which, is_fresh), pick(self.owner.recovery, code))
        if self.told(answer, 200):
            self.owner.recovery.append(answer.json()["recovery_code"])
            self.keep(self.owner, answer)

    @precondition(lambda self: self.rows())
    @rule(which=SOME, is_fresh=FRESH, whom=SOME)
    def the_owner_deletes(self, which: int, is_fresh: bool, whom: int) -> None:
        token = self.access_token(self.owner, which, is_fresh)
        if token is not None:
            self.told(self.api.delete(token, pick(self.rows(), whom)["id"]), 204)

    @rule(is_verified=st.sampled_from([False, False, False, True]))
    def the_owners_address_is_verified_or_changed(self, is_verified: bool) -> None:
        self.store.change_user(self.user_id, email_verified=is_verified)

    # the stranger

    @rule(which=SOME, is_fresh=FRESH, kind=st.sampled_from(KINDS), is_profile=st.booleans())
    def the_stranger_associates(self, which: int, is_fresh: bool, kind: str, is_profile: bool) -> None:
        was_guarded = self.is_guarded
        began = self.begin(self.stranger, self.token(self.stranger, which, is_fresh), kind, is_profile)
        assert not (began and was_guarded), "an MFA token began an enrollment beside an active factor"

    @rule(which=SOME, is_fresh=FRESH, kind=st.sampled_from(KINDS))
    def the_stranger_associates_with_an_access_token(self, which: int, is_fresh: bool, kind: str) -> None:
        asks, token = self.audience_asks, self.access_token(self.stranger, which, is_fresh)
        if token is not None:
            began = self.begin(self.stranger, token, kind, False)
            assert not (began and asks), "an access token of the password alone began an enrollment"

    @precondition(lambda self: self.stranger.begun and self.is_guarded)
    @rule(which=SOME, other=st.sampled_from([None, None, None, 0, 1]))
    def the_stranger_proves(self, which: int, other: int | None) -> None:
        begun = pick(self.stranger.begun, which)
        if begun.token in self.stranger.access and not self.audience_asks:
            return  # documented, see above
        token = begun.token if other is None else pick(self.stranger.tokens or [begun.token], other)
        answer = self.finish(self.stranger, begun, token)
        assert answer.status_code in REFUSED, "the stranger proved a second factor"

    @precondition(lambda self: self.active())
    @rule(which=SOME, is_fresh=FRESH, whom=SOME)
    def the_stranger_challenges(self, which: int, is_fresh: bool, whom: int) -> None:
        self.challenge(self.stranger, self.token(self.stranger, which, is_fresh), whom)

    @precondition(lambda self: self.stranger.recovery)
    @rule(which=SOME, is_fresh=FRESH, code=SOME)
    def the_stranger_uses_a_recovery_code(self, which: int, is_fresh: bool, code: int) -> None:
        answer = self.recover(self.token(self.stranger, which, is_fresh), pick(self.stranger.recovery, code))
        assert answer.status_code in REFUSED, "a recovery code of the stranger's works"

    @rule(which=SOME, is_fresh=FRESH)
    def the_stranger_lists_masked_names(self, which: int, is_fresh: bool) -> None:
        answer = self.api.authenticators(self.token(self.stranger, which, is_fresh))
        if self.told(answer, 200):
            self.assert_masked(answer)

    @precondition(lambda self: self.rows() and self.stranger.access and self.audience_asks)
    @rule(which=SOME, whom=SOME, is_list=st.booleans())
    def the_stranger_lists_or_deletes_with_an_access_token(self, which: int, whom: int, is_list: bool) -> None:
        token = pick(self.stranger.access, which)
        answer = self.api.authenticators(token) if is_list else self.api.delete(token, pick(self.rows(), whom)["id"])
        assert answer.status_code in REFUSED, "an access token of the password alone opened the MFA API"

    @precondition(lambda self: self.rows())
    @rule(which=SOME, is_fresh=FRESH, whom=SOME)
    def the_stranger_deletes_with_an_mfa_token(self, which: int, is_fresh: bool, whom: int) -> None:
        token = self.token(self.stranger, which, is_fresh)
        assert self.api.delete(token, pick(self.rows(), whom)["id"]).status_code in REFUSED

    @precondition(lambda self: self.stranger.refresh)
    @rule(which=SOME)
    def the_stranger_refreshes(self, which: int) -> None:
        asks = self.audience_asks
        fields = {"grant_type": "refresh_token", "refresh_token": pick(self.stranger.refresh, which)}
        answer = self.api.call("POST", "/oauth/token", data={**fields, **self.api._client()})
        if self.told(answer, 200):
            assert not asks, "a refresh token of the password alone brought an access token"
            self.stranger.access.append(answer.json()["access_token"])
        elif answer.json()["error"] == "mfa_required":
            self.stranger.tokens.append(answer.json()["mfa_token"])

    # shared by both

    def challenge(self, who: Person, token: str, whom: int) -> bool:
        id = pick(sorted(self.active()), whom)
        kind = "otp" if id.startswith("totp|") else "oob"
        answer = self.api.challenge(token, authenticator_id=id, challenge_type=kind)
        if self.told(answer, 200):
            who.begun.append(Begun(token, answer.json(), id, self.sent_code(who, id)))
        return answer.status_code == 200

    def keep(self, who: Person, answer: Response) -> None:
        """The access token of a whole login, if it is one for the MFA API."""
        token = answer.json()["access_token"]
        if token.startswith("eyJ") and "enroll" in answer.json()["scope"]:
            who.access.append(token)

    def recover(self, token: str, code: str) -> Response:
        fields = self.api.verify_fields(token, "", None, grant_type=MFA_RECOVERY, recovery_code=code)
        return self.api.call("POST", "/oauth/token", data=fields)

    def active_code(self) -> str | None:
        codes = [row["secret"] for row in self.rows() if row["kind"] == "recovery-code" and row["active"]]
        assert len(codes) < 2
        return codes[0] if codes else None

    def assert_masked(self, answer: Response) -> None:
        for hidden in (*MAILBOX.values(), *NUMBER.values(), *self.owner.apps.values(), *self.owner.recovery):
            assert hidden not in answer.text
        for row in answer.json():
            assert re.fullmatch(r"[^@]*\*@[^@*]{1,4}\*+|X+\d{4}|Sandbox phone", row.get("name", "X0000")), row

    # what must hold

    @invariant()
    def every_factor_that_counts_is_the_owners(self) -> None:
        for id in self.active():
            device = id.partition("|")[2]
            assert device in {mine.partition("|")[2] for mine in self.of_owner}, "the stranger gained a factor"

    @invariant()
    def the_recovery_code_that_works_is_the_owners(self) -> None:
        code = self.active_code()
        assert code is None or code in map(fingerprint, self.owner.recovery), "the stranger gained a recovery code"


def fingerprint(text: str) -> str:
    return opaque_strings.fingerprint(text)


def pick(of: list[Any], which: int) -> Any:
    """One of the newest."""
    return of[-1 - which % len(of)]


def run(folder: Path, steps: int, each: int = 50, start: int = 0) -> int:
    """At least so many steps, `each` at a fresh tenant; how many they were."""
    sandbox = in_process.start(folder / "sandbox.sqlite3", issuer=None)
    done = 0

    class Counted(TwoPeople):
        has_begun = False  # the first look at what must hold comes before the first step

        @invariant()
        def counted(self) -> None:
            nonlocal done
            done += self.has_begun
            self.has_begun = True

    Counted.sandbox = sandbox
    try:
        while done < steps:
            start += 1
            seeded: Callable[..., Any] = seed(start)(Counted)
            run_state_machine_as_test(
                seeded,
                settings=settings(
                    max_examples=max(1, min(100, (steps - done) // each)),
                    stateful_step_count=each,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
    finally:
        sandbox.stop()
    count("steps of two people with one account", done)
    return done
