"""What was told stays so: the tenant's process is killed under load, again and again, and starts on the same file.

Each user lives through one story. After each step whose answer has arrived, what
must now be so is written down; after the kill the restarted tenant is asked for it.
"""

import random
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import quote

import pyotp
import requests

from mfa_helpers.sandbox.defaults import LIMITS

from ..support.run_report import count, tell
from ..support.sandbox_api import INVALID_CODE, MFA_OTP, MFA_RECOVERY, TOO_MANY_CODES, Api, refusal, wrong
from ..support.sandbox_processes import DEADLINE, command

ROUNDS = 1  # `tests/nightly/test_kills.py` has more
WORKERS = 4
FACTORS = ["email", "otp", "sms", "recovery-code"]
WRONG_OTP = (403, "invalid_grant", "Invalid otp_code.")
REJECTED = (403, "invalid_grant", "MFA Authorization rejected.")
DEAD = (403, "invalid_grant", "Unknown or invalid refresh token.")


@dataclass
class Told:
    """What the tenant has said yes to, for one user."""

    email: str
    user_id: str
    mfa_tokens: list = field(default_factory=list)  # good, and not spent
    spent: list = field(default_factory=list)
    secret: str = ""
    otps: list = field(default_factory=list)  # used
    codes: list = field(default_factory=list)  # used: mfa_token, oob_code, code
    refresh_tokens: list = field(default_factory=list)
    revoked: list = field(default_factory=list)
    confirmed: set = field(default_factory=set)  # kinds of authenticator
    recovery_code: str = ""
    old_recovery_codes: list = field(default_factory=list)
    wrong: int = 0
    asking: str = ""  # the step whose answer has not arrived
    events: list = field(default_factory=list)


class Person:
    """One user's calls. Raises `OSError` when the tenant is gone."""

    def __init__(self, api, management, email):
        self.api, self.email = api, email
        body = {"connection": "Username-Password-Authentication", "email": email, "password": "their own"}
        answer = api.bearer("POST", "/api/v2/users", management, json=body)
        assert answer.status_code == 201, answer.text
        self.told = Told(email, answer.json()["user_id"])

    def login(self, **changed):
        return login(self.api, self.told, **changed)

    def grant(self, **fields):
        return grant(self.api, **fields)

    def enroll_app(self):
        """An authenticator app, and with it the first recovery code."""
        told, token = self.told, self.login()
        answer = self.api.associate(token, authenticator_types=["otp"], oob_channels=None)
        assert answer.status_code == 200, answer.text
        told.events.append("gd_start_enroll")
        told.secret = answer.json()["secret"]
        otp = pyotp.TOTP(told.secret).now()
        told.mfa_tokens.remove(token)  # good or spent: nobody knows until the answer is here
        body = good(self.grant(grant_type=MFA_OTP, mfa_token=token, otp=otp))
        told.spent.append(token)
        told.otps.append(otp)
        told.confirmed |= {"totp", "recovery-code"}
        told.recovery_code = answer.json()["recovery_codes"][0]
        told.refresh_tokens.append(body["refresh_token"])
        told.events += ["mfar", "gd_enrollment_complete", "gd_auth_succeed", "seotpft"]

    def rotate(self):
        told, token = self.told, self.login()
        told.mfa_tokens.remove(token)
        told.asking = "rotate"
        body = good(self.grant(grant_type=MFA_RECOVERY, mfa_token=token, recovery_code=told.recovery_code))
        told.asking = ""
        told.spent.append(token)
        told.old_recovery_codes.append(told.recovery_code)
        told.recovery_code = body["recovery_code"]
        told.refresh_tokens.append(body["refresh_token"])
        told.events += ["gd_recovery_succeed", "sercft"]

    def revoke(self):
        told = self.told
        token = told.refresh_tokens.pop(0)
        client = {"client_id": self.api.sandbox.client_id, "client_secret": self.api.sandbox.client_secret}
        assert self.api.call("POST", "/oauth/revoke", data={"token": token, **client}).status_code == 200
        told.revoked.append(token)
        told.events.append("srrt")

    def enroll_mail(self):
        told, token = self.told, self.login()
        scene = self.api.begin(token, email=self.email)
        told.mfa_tokens.remove(token)
        good(self.api.verify(*scene))
        told.spent.append(token)
        told.codes.append(scene)
        told.confirmed.add("email")
        told.events += ["gd_send_email", "gd_enrollment_complete", "seoobft"]

    def guess(self, times):
        told, scene = self.told, self.api.begin(self.login(), email=self.email)
        for _ in range(times):
            told.asking = "guess"
            answer = self.api.verify(*scene[:2], wrong(scene[2]))
            assert refusal(answer) == INVALID_CODE
            told.wrong, told.asking = told.wrong + 1, ""
        told.events += ["gd_auth_failed", "feoobft"]


def login(api, told, **changed):
    """An MFA token that is known as good from now on."""
    answer = api.login(username=told.email, password="their own", scope="openid offline_access", **changed)
    assert answer.status_code == 403, answer.text
    told.mfa_tokens.append(answer.json()["mfa_token"])
    return told.mfa_tokens[-1]


def grant(api, **fields):
    client = {"client_id": api.sandbox.client_id, "client_secret": api.sandbox.client_secret}
    return api.call("POST", "/oauth/token", data={**fields, **client})


def good(answer):
    assert answer.status_code == 200, f"{answer.request.body}: {answer.text}"
    return answer.json()


def management_token(api):
    ready = api.sandbox
    fields = {"grant_type": "client_credentials", "client_id": ready.management_client_id,
              "client_secret": ready.management_client_secret, "audience": ready.management_audience}  # fmt: skip
    return good(api.call("POST", "/oauth/token", data=fields))["access_token"]


def load(ready, name, told):
    """People come, one after the other, until the tenant is gone."""
    api, number = Api(ready), 0
    try:
        management = management_token(api)
        while True:
            number += 1
            person = Person(api, management, f"{name}-{number}@example.com")
            told.append(person.told)
            if number % 3 == 0:
                person.guess(random.randint(1, LIMITS.wrong_codes.size))
                continue
            if number % 3 == 1:
                person.enroll_app()
                person.rotate()
                person.revoke()
                person.rotate()
            else:
                person.enroll_mail()
            person.login()
    except (OSError, requests.RequestException):  # the tenant is gone
        pass
    finally:
        api.http.close()


def look(api, management, told):
    """Everything that one user was told is still so. Sends no code that could be right by chance."""
    for token in told.mfa_tokens:
        assert api.authenticators(token).status_code == 200, told
    for token in told.spent:
        assert refusal(api.authenticators(token))[0] == 401, told
    for token in told.refresh_tokens:
        assert refusal(grant(api, grant_type="refresh_token", refresh_token=token))[1] == "mfa_required", told
    for token in told.revoked:
        assert refusal(grant(api, grant_type="refresh_token", refresh_token=token)) == DEAD, told
    rows = api.rows(login(api, told))
    active = {row["id"].partition("|")[0] for row in rows if row["active"]}
    assert told.confirmed <= active, told
    assert ("recovery-code" in active) <= bool(active - {"recovery-code"}), told  # both or neither
    path = f'/api/v2/logs?per_page=100&q=user_id:"{quote(told.user_id)}"'
    events = [event["type"] for event in good(api.bearer("GET", path, management))]
    assert all(events.count(name) >= told.events.count(name) for name in told.events), (told, events)
    assert events.count("gd_auth_failed") >= told.wrong, told


def use(api, told):
    """What was used is used: codes, recovery codes and tries. This uses up the rest."""
    for scene in told.codes:
        assert refusal(api.verify(*scene)) == INVALID_CODE, told
    for otp in told.otps:
        assert refusal(grant(api, grant_type=MFA_OTP, mfa_token=login(api, told), otp=otp)) == WRONG_OTP, told
    for code in told.old_recovery_codes:
        answer = grant(api, grant_type=MFA_RECOVERY, mfa_token=login(api, told), recovery_code=code)
        assert refusal(answer) == REJECTED, told
    if told.recovery_code:
        answer = grant(api, grant_type=MFA_RECOVERY, mfa_token=login(api, told), recovery_code=told.recovery_code)
        if told.asking == "rotate" and answer.status_code != 200:
            assert refusal(answer) == REJECTED, told  # it was done, and nobody heard the new one
        else:
            told.recovery_code = good(answer)["recovery_code"]
            told.spent.append(told.mfa_tokens.pop())
    if told.wrong:
        scene = api.begin(login(api, told), email=told.email)
        answers = [refusal(api.verify(*scene[:2], wrong(scene[2]))) for _ in range(LIMITS.wrong_codes.size + 1)]
        left = answers.index(TOO_MANY_CODES)
        unheard = 1 if told.asking == "guess" else 0  # counted or not: its answer has not arrived
        assert told.wrong <= LIMITS.wrong_codes.size - left <= told.wrong + unheard, told
        assert refusal(api.verify(*scene)) == TOO_MANY_CODES, told


def whole(state):
    """The file is sound, and no exchange is in it by half."""
    with closing(sqlite3.connect(state)) as db, db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for used, event in (("oob_codes WHERE used", "seoobft"), ("used_otps", "seotpft")):
            logged = db.execute("SELECT count(*) FROM logs WHERE type = ?", (event,)).fetchone()
            assert db.execute(f"SELECT count(*) FROM {used}").fetchone() == logged
        orphans = (
            "SELECT count(*) FROM oob_codes LEFT JOIN authenticators a ON a.id = authenticator_id WHERE a.id IS NULL"
        )
        assert db.execute(orphans).fetchone() == (0,)
    db.close()


def test_whatever_was_answered_before_a_kill_is_so_after_it(state, tmp_path, pytestconfig):
    told, started = [], time.monotonic()
    for number in range(ROUNDS + 1):
        with command(tmp_path, "--json", "--state", str(state)) as running, ThreadPoolExecutor(WORKERS) as pool:
            ready = running.ready()
            api = Api(ready)
            if number == 0:
                api.set_up(factors=FACTORS)
            management = management_token(api)
            whole(state)
            for person in told[-1] if told else []:
                look(api, management, person)
                use(api, person)
            if number == ROUNDS:
                for person in (person for people in told for person in people):
                    look(api, management, person)  # all kills later, too
                api.set_up()
                assert api.enroll().status_code == 200
                api.http.close()
                break
            told.append([])
            workers = [pool.submit(load, ready, f"{number}-{worker}", told[-1]) for worker in range(WORKERS)]
            wait_for(lambda: any(person.confirmed for person in told[number]) or any(w.done() for w in workers))
            time.sleep(random.uniform(0, 1.5))
            running.process.kill()
            running.process.wait(DEADLINE)
            api.http.close()
            for worker in workers:
                worker.result(DEADLINE)
    people = [person for people in told for person in people]
    in_flight = sum(bool(person.asking) for person in people)
    counts = f"{ROUNDS} kills, {len(people)} users, {sum(bool(p.confirmed) for p in people)} enrolled"
    took = f"{in_flight} in flight, {time.monotonic() - started:.0f} s"
    count("faults injected", ROUNDS)
    tell(pytestconfig, "survival", f"{counts}, {sum(len(p.events) for p in people)} events, {took}")


def wait_for(condition):
    deadline = time.monotonic() + DEADLINE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)
