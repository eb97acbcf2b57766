"""What a program did wrong in one run, by what the tenant saw: a sentence for each mistake, the likeliest cause first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..exercises.capstone import of_the_login
from ..exercises.evidence import Request, Seen
from ..exercises.meanings import explained
from .program import MOST, Ended

WAIT = 2  # seconds: what Retry-After says
_SLACK = 0.05  # seconds: two clocks that are read one after the other


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run: what the tenant saw, the codes that the user typed in all tabs, and how the program ended in each of them.

    `email_id` is the authenticator to be challenged, `limit` are the seconds that each tab could run, and `secrets` are
    those of the tenant, by what they are called.
    """

    seen: Seen
    client_id: str
    email_id: str = ""
    typed: Sequence[str] = field(default=(), repr=False)
    tabs: Sequence[Ended]
    limit: float
    secrets: Sequence[tuple[str, str]] = field(default=(), repr=False)

    @property
    def codes(self) -> list[Request]:
        """The requests with a code."""
        return [one for one in self.seen.to("/oauth/token") if one.grant == "mfa-oob"]

    def how(self) -> str:
        """How the program ended, as the end of a sentence."""
        ended = next((one for one in self.tabs if one.exit_code != 0), self.tabs[0])
        trace = " and a traceback" if _TRACEBACK.search(ended.end) else ""
        if ended.exit_code is None:
            return f"was still running after {self.limit:g} seconds"
        return f"ended with exit code {ended.exit_code}{trace}"

    def after(self, request: Request) -> list[Request]:
        """What the tenant saw after that request."""
        requests = list(self.seen.requests)
        return requests[requests.index(request) + 1 :]

    def again(self, request: Request) -> list[Request]:
        """Each time that it sent the same request after that one."""
        return [one for one in self.after(request) if (one.method, one.path) == (request.method, request.path)]


#: How the languages of the course say that nobody has caught an error.
_TRACEBACK = re.compile(
    r"Traceback \(most recent|^\s+at .+:\d+|Exception in thread|^panic: |Uncaught |Unhandled exception|:in `",
    re.M,
)


def login(run: Run) -> Iterator[str]:
    """Nothing goes wrong: one login, one challenge, one code."""
    yield from _leaks(run)
    yield from _too_much(run)
    if not run.seen.requests:
        yield f"It {run.how()}, and it had sent nothing to the tenant, whose address is in MFA_BASE_URL."
    yield from _no_access_token(run)
    yield from of_the_login(run.seen, run.client_id, run.email_id)
    yield from _ending(run)


def wrong_code(run: Run) -> Iterator[str]:
    """The user's first code is wrong, the second one right."""
    wrong = [one for one in run.codes if str(one.fields.get("binding_code")) == run.typed[0]] if run.typed else []
    if len(wrong) > 1:
        yield f"It sent the wrong code {len(wrong)} times. After each rejection, ask the user again."
    if wrong and len(run.typed) == 1:
        yield f"After the wrong code, it {run.how()} without asking the user again."
    yield from _ending(run, "invalid_grant")
    if not wrong:
        yield "It didn't send the wrong code that the user typed first. Send what the user types, and let the tenant judge it."


def expired_code(run: Run) -> Iterator[str]:
    """The user types the right code when it has expired."""
    expired = [one for one in run.codes if one.error == "expired_token"]
    begun = len(run.seen.to("/mfa/challenge"))
    if len(expired) > 1 and len(run.typed) > 1 and begun == 1:
        yield "After 401 expired_token, it asked the user again without requesting a new code, so the same one came back."
    if len(expired) > 1:
        yield f"It sent the expired code {len(expired)} times. Request a new one with POST /mfa/challenge, and ask the user."
    if expired and begun == 1:
        yield f"After 401 expired_token, it {run.how()} without requesting a new code with POST /mfa/challenge."
    yield from _ending(run, "expired_token")
    if not expired:
        yield "It didn't send the expired code that the user typed first. Send what the user types, and let the tenant judge it."


def rate_limit(run: Run) -> Iterator[str]:
    """The tenant asks for a pause."""
    limited = [one for one in run.seen.requests if one.status == 429]
    for one in limited:
        again = run.again(one)
        if not again:
            yield f"After 429 with Retry-After: {WAIT}, it {run.how()} without sending {one.method} {one.path} again."
            return
        pause = again[0].at - one.at
        if pause < WAIT - _SLACK:
            yield (
                f"It sent {one.method} {one.path} {pause:.1f} seconds after a 429 whose Retry-After said {WAIT}. "
                "Wait as long as the header says."
            )
    yield from _ending(run, "too_many_requests")
    yield from _unmet(run, limited)


def page(run: Run) -> Iterator[str]:
    """Something in between responds with a page."""
    broken_ones = [one for one in run.seen.requests if one.status == 503]
    for broken in broken_ones:
        name = f"{broken.method} {broken.path}"
        if not run.after(broken):
            yield f"When an HTML page with status 503 came instead of JSON, it {run.how()}. Send {name} again."
        if not run.again(broken):
            yield f"An HTML page with status 503 came instead of JSON, and it continued without sending {name} again."
    yield from _ending(run, "")
    yield from _unmet(run, broken_ones)


def another_factor(run: Run) -> Iterator[str]:
    """The first code is right, and the tenant wants one more factor."""
    chained = [one for one in run.codes if one.error == "mfa_required"]
    for asked in chained:
        new, after = asked.response["mfa_token"], run.after(asked)
        if any(new in (one.token, one.fields.get("mfa_token")) for one in after):
            continue
        what = "The correct code got 403 mfa_required with a new mfa_token"
        if any(asked.fields.get("mfa_token") in (one.token, one.fields.get("mfa_token")) for one in after):
            yield f"{what}, and it continued with the old one, which was already used."
        if any(one.path == "/userinfo" for one in after):
            yield f"{what}, and it treated that response as the tokens."
        yield f"{what}, and it {run.how()} without using it. Challenge the next factor with it."
    yield from _ending(run)
    if not chained:
        yield "It signed in without the code that the user typed, so the tenant couldn't ask for one more factor."


def two_tabs(run: Run) -> Iterator[str]:
    """The program runs twice at once, for the same user."""
    for refused in [one for one in run.seen.requests if one.refused]:
        yield f"Two logins at once got in each other's way. {explained(refused)}"
    owners = [one.fields.get("mfa_token") for one in run.codes]
    if len(set(owners)) < len(owners):
        yield "Two logins at once got in each other's way: both sent their code with the same mfa_token."
    yield from _ending(run)
    if len(run.tabs) == 1:
        yield "It signed in without asking the user for the code, so the second tab wasn't opened. Get the code from MFA_CODE_URL."


# How it ends


def _ending(run: Run, *expected: str) -> Iterator[str]:
    """What is wrong at the end. Refusals with an `expected` error are forgiven, and all of them to a program that got its tokens."""
    yield from _leaks(run)
    yield from _too_much(run)
    if any(str(one.fields.get("binding_code")) not in run.typed for one in run.codes):
        yield "It sent a code that the user hadn't typed. Get each code from MFA_CODE_URL, and send it as it is."
    tokens = run.seen.accepted("/oauth/token")
    issued = [one.response["access_token"] for one in tokens if one in run.codes]
    # Tokens of one second are alike, so requests are counted.
    used = [one for method in ("GET", "POST") for one in run.seen.accepted("/userinfo", method) if one.token in issued]
    is_signed_in = len(used) >= len(run.tabs)
    if is_signed_in and all(one.exit_code == 0 for one in run.tabs):
        return
    yield from _no_access_token(run)
    for refused in [one for one in run.seen.requests if one.refused and one.error not in expected]:
        yield explained(refused)
    if any(one.exit_code is None for one in run.tabs):
        last = f" The last thing that the tenant saw was {run.seen.requests[-1]}." if run.seen.requests else ""
        yield f"It was still running after {run.limit:g} seconds, so it was stopped.{last}"
    if tokens and not issued:
        yield "It used tokens that the tenant issued without a code. Verify the second factor in each login."
    if not issued:
        yield f"It {run.how()}, and the tenant had issued no tokens."
    if not is_signed_in:
        yield f"It {run.how()}, but GET /userinfo was never sent with its access token, so nothing shows that it has one."
    yield f"It {run.how()}, although it had signed in. Exit code 0 means that everything went well."


def _no_access_token(run: Run) -> Iterator[str]:
    if any(one.path == "/userinfo" and one.refused for one in run.seen.requests):
        yield (
            "The tenant rejected GET /userinfo. Send the access token of the last response as a bearer token, and request the scope "
            "openid when you sign in."
        )


def _too_much(run: Run) -> Iterator[str]:
    if not run.seen.is_whole:
        yield "It sent too much to be checked. Send each request of the login once."


def _unmet(run: Run, faulty: Sequence[Request]) -> Iterator[str]:
    """What shows only in a program that has signed in: that it went around the fault."""
    if not faulty:
        yield "It didn't send the request that goes wrong. Challenge the email in each login, with POST /mfa/challenge."
    for one in faulty:
        if not any(other.status < 400 for other in run.again(one)):
            yield f"It sent {one.method} {one.path} again, but the tenant never accepted it."


def _leaks(run: Run) -> Iterator[str]:
    printed = "".join(one.printed for one in run.tabs)
    for name, secret in run.secrets:
        if secret and secret in printed:
            yield f"It printed {name}. Anyone who reads its output or its log can use it."
    if not all(one.is_whole for one in run.tabs):
        yield f"It printed more than {MOST // 1_000_000} MB, which is too much to be checked for secrets. Print less."


# The exercises' sentences are about a function in Python.

_WORDS = (
    ("Your function", "Your program"),
    ("tenant.client_id", "MFA_CLIENT_ID"),
    ("tenant.client_secret", "MFA_CLIENT_SECRET"),
    ("tenant.audience", "MFA_AUDIENCE"),
    ("the username and password arguments", "MFA_USERNAME and MFA_PASSWORD"),
    ("Call read_code()", "Get the code from MFA_CODE_URL"),
    (' Send headers={"Authorization": f"Bearer {…}"} with the token between the braces.', ""),
    (
        "Pass a dictionary as json= or data=, so that requests sets the Content-Type.",
        "Send application/json, or the type of a form.",
    ),
    (" (params=)", ""),
    (" (data=)", ""),
    (" Use json= instead of data=.", ""),
    (" Compare it with the call above.", ""),
    (", or compare the grant_type with the call above", ""),
    (" Compare authenticator_types and oob_channels with the call above.", ""),
)


def told(mistakes: Iterator[str]) -> str:
    """The first of them, for a program in any language; empty if there is none."""
    sentence = next(mistakes, "")
    for python, any_language in _WORDS:
        sentence = sentence.replace(python, any_language)
    return sentence
