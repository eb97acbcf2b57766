"""The slips as data: where on the page, the line, what to write instead, what it costs, and how to send both.

Line numbers are those of the page's text. Each way begins with a tenant on its
first day, so any slip can be tried alone, twice, and in any order.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ...client import error_codes, errors
from ...client.models import Exchange
from ...client.secret import Secret, plain
from ...client.transport import Reply
from .throwaway_tenant import FORM, JSON, ThrowawayTenant


@dataclass(frozen=True)
class Outcome:
    """What was sent, in words, what came of it, what that led to, and the exchange if there was one."""

    sent: str
    answer: str
    and_so: str = ""
    exchange: Exchange | None = None


Way = Callable[[ThrowawayTenant], Iterator[Outcome]]


@dataclass(frozen=True)
class Slip:
    """`where` are line numbers of the page, `line` is what stands there, `instead` what to write."""

    number: int
    where: str
    line: str
    instead: str
    costs: str
    as_printed: Way
    mended: Way


def said(reply: Reply, note: str = "", and_so: str = "") -> Outcome:
    """An answer in one line: status, error and text, or status and the names of what came."""
    sent = f"{reply.exchange.method} {reply.exchange.path} {note}".rstrip()
    body = reply.body if isinstance(reply.body, dict) else {}
    if "error_description" in body:
        answer = f"{reply.status} {body['error']}: {body['error_description']}"
    elif "statusCode" in body:
        answer = f"{reply.status} {body['error']}"
    else:
        answer = f"{reply.status} with {', '.join(sorted(body)) if body else f'{len(reply.body)} row'}"
    return Outcome(sent, answer, and_so, reply.exchange)


# 1: a parameter's name


def _associate_named(bench: ThrowawayTenant, name: str) -> Iterator[Outcome]:
    bench.afresh()
    fields = {name: ["oob"], "oob_channels": ["email"]}
    yield said(bench.send("POST", "/mfa/associate", fields, bearer=bench.mfa_token()), f"with {name}")


# 2: quotes within quotes

_QUOTES = 'payload = "{ "authenticator_types": ["oob"], "oob_channels": ["email"], "email" : "email@address.com" }"'


def _quotes_as_printed(bench: ThrowawayTenant) -> Iterator[Outcome]:
    try:
        compile(_QUOTES, "the page, line 278", "exec")
    except SyntaxError as error:
        stopped = f"{type(error).__name__} at character {error.offset}"
        yield Outcome("Nothing is sent: Python does not read the line", stopped)


def _quotes_mended(bench: ThrowawayTenant) -> Iterator[Outcome]:
    bench.afresh()
    payload = json.dumps({"authenticator_types": ["oob"], "oob_channels": ["email"], "email": "email@address.com"})
    yield said(bench.send("POST", "/mfa/associate", text=payload, bearer=bench.mfa_token()), "with json.dumps({…})")


# 3: no host


def _no_host(bench: ThrowawayTenant) -> Iterator[Outcome]:
    try:
        with closing(http.client.HTTPSConnection("")) as connection:
            connection.request("POST", "/{yourDomain}/mfa/associate")
    except (OSError, RuntimeError) as error:  # the second in a browser, where a program opens no connection at all
        yield Outcome('POST to the host ""', f"no connection: {type(error).__name__}")


def _a_host(bench: ThrowawayTenant) -> Iterator[Outcome]:
    bench.afresh()
    yield said(bench.associate(bench.mfa_token()), "to the host {yourDomain}")


# 4: the host in the path


def _associate_at(bench: ThrowawayTenant, path: str) -> Iterator[Outcome]:
    bench.afresh()
    fields = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
    yield said(bench.send("POST", path, fields, bearer=bench.mfa_token()))


# 5: certificates


def _no_check(bench: ThrowawayTenant) -> Iterator[Outcome]:
    yield Outcome(
        "Nothing is sent: this course never switches the check off",
        "Ruby would tell any server in between your tokens, and notice nothing",
    )


def _checked(bench: ThrowawayTenant) -> Iterator[Outcome]:
    if bench.tenant.ca_file is None:
        yield Outcome("Nothing is sent", "in a browser the throw-away tenant is no server: it has no certificate")
        return
    strict = ssl.create_default_context()
    try:
        with closing(http.client.HTTPSConnection(bench.host, context=strict, timeout=10)) as connection:
            connection.request("GET", "/")
    except ssl.SSLCertVerificationError as error:
        yield Outcome(
            "A request to a server that nobody vouches for", f"refused before a byte was sent: {type(error).__name__}"
        )
    bench.afresh()
    yield said(bench.associate(bench.mfa_token()), "with the server's CA file trusted")


# 6: the status is not looked at


def _with_a_wrong_code(bench: ThrowawayTenant) -> tuple[dict[str, Any], Reply]:
    fields = bench.enrolling()
    fields["binding_code"] = "000000" if plain(fields["binding_code"]) != "000000" else "000001"
    return fields, bench.prove(fields)


def _status_unseen(bench: ThrowawayTenant) -> Iterator[Outcome]:
    _, reply = _with_a_wrong_code(bench)
    tokens = reply.body  # as the sample: whatever came is printed, and the program ends well
    yield said(reply, "with a wrong code", f"the program goes on; its access token is {tokens.get('access_token')}")


def _status_seen(bench: ThrowawayTenant) -> Iterator[Outcome]:
    _, reply = _with_a_wrong_code(bench)
    if reply.status != 200:
        error = error_codes.refusal(reply.status, reply.body, {})
        yield said(reply, "with a wrong code", f"the program stops: {error.what} {error.next_step}")


# 7: an error that prints its request

_SECRETS = ("client_secret", "mfa_token", "oob_code", "binding_code")


class _RequestFailed(Exception):
    """As an error of axios: it holds the whole request, and printing it prints that."""

    def __init__(self, status: int, config: Mapping[str, Any]) -> None:
        super().__init__(f"Request failed with status code {status}")
        self.config = config

    def __repr__(self) -> str:
        return f"{self.args[0]} {self.config}"


def _secrets_in(printed: str, fields: Mapping[str, Any]) -> str:
    found = [name for name in _SECRETS if plain(fields[name]) in printed]
    return f"what is printed holds {', '.join(found) if found else 'none of ' + ', '.join(_SECRETS)}"


def _printed_error(bench: ThrowawayTenant) -> Iterator[Outcome]:
    fields, reply = _with_a_wrong_code(bench)
    error = _RequestFailed(reply.status, {"data": {name: plain(value) for name, value in fields.items()}})
    yield said(reply, "with a wrong code", _secrets_in(repr(error), fields))


def _described_error(bench: ThrowawayTenant) -> Iterator[Outcome]:
    fields, reply = _with_a_wrong_code(bench)
    error = f"{reply.status} {reply.body['error']}"
    yield said(reply, "with a wrong code", _secrets_in(error, fields))


# 8: a second authenticator


def _challenge_first(bench: ThrowawayTenant) -> Iterator[Outcome]:
    bench.enrolled()
    token = bench.mfa_token()
    challenged = bench.challenge(token, authenticator_id=bench.rows(token)[0]["id"])
    yield said(challenged, "as the page says")
    done = bench.prove(bench.proof(token, challenged.body["oob_code"]))
    yield said(done, "with the code")
    yield said(bench.associate(bench.mfa_token(), email=SECOND), "with a new MFA token")
    yield said(bench.associate(done.body["access_token"], email=SECOND), "with the access token just won")


def _sign_in_for_the_mfa_audience(bench: ThrowawayTenant) -> Iterator[Outcome]:
    bench.enrolled()
    yield said(bench.associate(bench.mfa_access_token(), email=SECOND), "with that access token")


# 9: recovery codes


def _recovery_codes(bench: ThrowawayTenant, *factors: str) -> Iterator[Outcome]:
    bench.afresh(factors=["email", *factors])
    reply = bench.associate(bench.mfa_token())
    try:
        told = f"{len(reply.body['recovery_codes'])} recovery code"
    except KeyError as error:
        told = f"{type(error).__name__}: {error}"
    yield said(reply, "", f"recovery_codes: {told}")


# 10: a path with a slip


def _confirm_at(bench: ThrowawayTenant, path: str) -> Iterator[Outcome]:
    yield said(bench.prove(bench.enrolling(), path), "with the code")


# 11: placeholders that no replacement finds

_PLACES = {
    "mfa_token": "mfaToken",
    "oob_code": "oobCode",
    "binding_code": "userEmailOtpCode",
    "client_id": "yourClientId",
    "client_secret": "yourClientSecret",
}


def _filled(text: str, fields: Mapping[str, Any]) -> str:
    """`text` after a search for each `{placeholder}`, as the page's own fields do it."""
    for name, place in _PLACES.items():
        text = text.replace("{" + place + "}", plain(fields[name]))
    return text


def _places(bench: ThrowawayTenant) -> Iterator[Outcome]:
    fields = bench.enrolling()
    places = {name: "{" + place + "}" for name, place in _PLACES.items()}
    printed = urlencode({"grant_type": fields["grant_type"], **places})
    printed = printed.replace("%7ByourClientId%7D", "{yourClientId}")  # the page leaves this one readable
    reply = bench.send("POST", "/oauth/token", text=_filled(printed, fields), label=FORM)
    yield said(reply, "after a search for {…}")
    by_hand = printed.replace("%7ByourClientSecret%7D", plain(fields["client_secret"]))
    reply = bench.send("POST", "/oauth/token", text=_filled(by_hand, fields), label=FORM)
    yield said(reply, "with the secret put in by hand")


def _values(bench: ThrowawayTenant) -> Iterator[Outcome]:
    yield said(bench.prove(bench.enrolling()), "with urlencode({…})")


# 12 and 15: what the body is labelled as


def _confirm_labelled(bench: ThrowawayTenant, *labels: str | None) -> Iterator[Outcome]:
    for label in labels:
        reply = bench.send("POST", "/oauth/token", bench.enrolling(), label=label, as_form=True)
        yield said(reply, f"labelled {label}" if label else "without a content-type (Go, Python)")


def _challenge_labelled(bench: ThrowawayTenant, label: str) -> Iterator[Outcome]:
    bench.enrolled()
    token = bench.mfa_token()
    fields = {**bench.identity(), "challenge_type": "oob", "mfa_token": token}
    fields["authenticator_id"] = bench.rows(token)[0]["id"]
    yield said(bench.send("POST", "/mfa/challenge", fields, label=label), f"as JSON, labelled {label}")


# 13: how long tokens live

_TEN_MINUTES = 601  # and a second


def _thrown_away(bench: ThrowawayTenant) -> Iterator[Outcome]:
    reply = bench.enrolled()
    yield said(reply, "with the code", f"expires_in: {reply.body['expires_in']}, where the page shows 600")
    bench.advance(_TEN_MINUTES)
    yield said(bench.send("GET", "/userinfo", bearer=reply.body["access_token"]), "10 minutes later")


def _looked_at(bench: ThrowawayTenant) -> Iterator[Outcome]:
    reply = bench.enrolled()
    yield said(reply, "with the code", f"good for {reply.body['expires_in']} seconds")
    token = bench.mfa_access_token()
    yield said(bench.send("GET", "/mfa/authenticators", bearer=token), "with a token for the MFA audience")
    bench.advance(_TEN_MINUTES)
    yield said(bench.send("GET", "/mfa/authenticators", bearer=token), "10 minutes later: only these are so short")


# 14: which token


def _challenge_with(
    bench: ThrowawayTenant, token_of: Callable[[ThrowawayTenant], Secret], note: str
) -> Iterator[Outcome]:
    bench.enrolled()
    chosen = bench.rows(bench.mfa_token())[0]["id"]
    yield said(bench.challenge(token_of(bench), authenticator_id=chosen), note)


# 16: JSON that is none

_BLOCK = ["[", '  { "type": "recovery-code" }', '  { "type": "email"} //can only work with challenge', "]"]


def _not_json(bench: ThrowawayTenant) -> Iterator[Outcome]:
    lines = list(_BLOCK)
    for note in ("json.loads of the two lines", "json.loads with the comma put in"):
        try:
            json.loads("\n".join(lines))
        except json.JSONDecodeError as error:
            yield Outcome(note, f"{type(error).__name__} on the page's line {964 + error.lineno}: {error.msg}")
        lines[1] += ","


def _real_requirements(bench: ThrowawayTenant) -> Iterator[Outcome]:
    bench.enrolled(customize_mfa_in_postlogin_action=True)
    reply = bench.log_in()
    types = [one["type"] for one in reply.body["mfa_requirements"]["challenge"]]
    yield said(reply, "of a tenant with Customizable MFA", f"mfa_requirements.challenge: {types}")


# 17: the list's path


def _list_at(bench: ThrowawayTenant, path: str) -> Iterator[Outcome]:
    bench.enrolled()
    yield said(bench.send("GET", path, bearer=bench.mfa_token()))


# 18, and the learner's own call: what to challenge with

SECOND = "ada+work@example.com"
TOKENS: dict[str, Callable[[ThrowawayTenant], Secret]] = {
    "access token": ThrowawayTenant.mfa_access_token,
    "mfa_token": ThrowawayTenant.mfa_token,
}
NAMES = {"authenticator_type": "authenticator_type", "authenticator_id": "id"}  # in the challenge: in the list


def challenge_the_second(
    bench: ThrowawayTenant, path: str, label: str | None, token: str, name: str
) -> tuple[Outcome, str]:
    """Challenge a user who has two e-mails, the second of them meant. Raises a subclass of `Refused`."""
    bench.enrolled()
    bench.add_email(SECOND)
    wanted = bench.rows(bench.mfa_token())[-1]
    fields = {**bench.identity(), "challenge_type": "oob", "mfa_token": TOKENS[token](bench), name: wanted[NAMES[name]]}
    reply = bench.send("POST", path, fields, label=label)
    if reply.status == 404:
        what, next_step = "There is nothing at this path.", "Look for the path of a challenge."
        raise errors.Refused(what, next_step, exchange=reply.exchange)
    if reply.status != 200:
        raise error_codes.refusal(reply.status, reply.body, {}, reply.exchange)
    mailbox = bench.mails()[0]["to"]
    return said(reply, f"for {SECOND}, by {name}", f"the mail went to {mailbox}"), mailbox


def _second_by(bench: ThrowawayTenant, name: str) -> Iterator[Outcome]:
    yield challenge_the_second(bench, "/mfa/challenge", JSON, "mfa_token", name)[0]


SLIPS: tuple[Slip, ...] = (
    Slip(
        1,
        "160",
        "`authentication_types`",
        "authenticator_types",
        "The table and the samples differ in the end of one word, and you have read the table.",
        lambda bench: _associate_named(bench, "authentication_types"),
        lambda bench: _associate_named(bench, "authenticator_types"),
    ),
    Slip(
        2,
        "278 (and 178, 196, 218, 254, 307, 650, 668, 685, 722, 742, 764)",
        _QUOTES,
        'payload = json.dumps({"authenticator_types": ["oob"], …})',
        "Twelve samples in six languages do not compile, so none of them was ever run.",
        _quotes_as_printed,
        _quotes_mended,
    ),
    Slip(
        3,
        "276 (and 442, 601, 740, 900)",
        'conn = http.client.HTTPSConnection("")',
        'conn = http.client.HTTPSConnection("{yourDomain}")',
        "The error speaks of a name service, so you look at your network.",
        _no_host,
        _a_host,
    ),
    Slip(
        4,
        "285 (and 446, 608, 744, 906)",
        'conn.request("POST", "/{yourDomain}/mfa/associate", payload, headers)',
        'conn.request("POST", "/mfa/associate", payload, headers)',
        "You have filled in the domain in both places, and a 404 makes you doubt the domain.",
        lambda bench: _associate_at(bench, f"/{bench.host}/mfa/associate"),
        lambda bench: _associate_at(bench, "/mfa/associate"),
    ),
    Slip(
        5,
        "302 (and 463, 625, 761, 923)",
        "http.verify_mode = OpenSSL::SSL::VERIFY_NONE",
        "http.verify_mode = OpenSSL::SSL::VERIFY_PEER",
        "Nothing, until somebody stands in between. Then passwords, codes and tokens.",
        _no_check,
        _checked,
    ),
    Slip(
        6,
        "203 (and 373, 535, 672, 826; no sample looks at the status)",
        "res, _ := http.DefaultClient.Do(req)",
        "if response.status != 200: … # branch on the answer's error",
        "A refusal looks like success. The fault shows three steps later, where nobody looks for it.",
        _status_unseen,
        _status_seen,
    ),
    Slip(
        7,
        "239 (and 409, 565, 707, 864)",
        "console.error(error);",
        "print the status and the error code, never the error as a whole",
        "Your log holds the secrets of everybody who mistyped a code. You change them all.",
        _printed_error,
        _described_error,
    ),
    Slip(
        8,
        "326",
        "you must challenge the user with the existing factor",
        "sign in for the audience https://{yourDomain}/mfa/ with scope enroll",
        "You do what the page says, and get the same error again.",
        _challenge_first,
        _sign_in_for_the_mfa_audience,
    ),
    Slip(
        9,
        "328",
        "you'll notice the response includes `recovery_codes`",
        "switch the recovery-code factor on; read the field as one that may be missing",
        "Your first user gets an exception, because the factor is off by default.",
        lambda bench: _recovery_codes(bench),
        lambda bench: _recovery_codes(bench, "recovery-code"),
    ),
    Slip(
        10,
        "334",
        "[**`/oath/token`**]",
        "/oauth/token",
        "One letter. You read a 404 as a wrong domain.",
        lambda bench: _confirm_at(bench, "/oath/token"),
        lambda bench: _confirm_at(bench, "/oauth/token"),
    ),
    Slip(
        11,
        "444 (and 351, 369, 386, 424, 466, 802, 820, 840, 879, 902, 927)",
        "… &mfa_token=%7BmfaToken%7D& … &client_id={yourClientId}&client_secret=%7ByourClientSecret%7D",
        "payload = urlencode({…}), from the real values",
        "You replaced every {…}, and the secret is refused. You make a new secret; it is refused, too.",
        _places,
        _values,
    ),
    Slip(
        12,
        "446 (and 371, 385)",
        'conn.request("POST", "/{yourDomain}/oauth/token", payload)',
        f"headers = {{'content-type': '{FORM}'}}",
        "The tenant misses a field that stands in your code.",
        lambda bench: _confirm_labelled(bench, None, "text/plain; charset=UTF-8"),
        lambda bench: _confirm_labelled(bench, FORM),
    ),
    Slip(
        13,
        "479 (and 940)",
        '"expires_in": 600,',
        "expires_in as the answer says: 86400 here",
        "You sign your users out every ten minutes, with tokens that are good for a day.",
        _thrown_away,
        _looked_at,
    ),
    Slip(
        14,
        "147 (against 154 and 638)",
        "you can obtain an … access token … for using the MFA API in different ways",
        "the mfa_token of mfa_required",
        "“Malformed” makes you look for a copying mistake. It is the wrong kind of token.",
        lambda bench: _challenge_with(bench, ThrowawayTenant.mfa_access_token, "with an access token"),
        lambda bench: _challenge_with(bench, ThrowawayTenant.mfa_token, "with the MFA token"),
    ),
    Slip(
        15,
        "644",
        '--data \'{  "client_id": "{yourClientId}", …',
        f"--header 'content-type: {JSON}' --data …",
        "The tenant misses the mfa_token that you are looking at.",
        lambda bench: _challenge_labelled(bench, FORM),
        lambda bench: _challenge_labelled(bench, JSON),
    ),
    Slip(
        16,
        "966, 967",
        '{ "type": "email"} //can only work with challenge',
        "a comma before it, no comment behind it",
        "You paste it into a test, and look for the mistake in your test.",
        _not_json,
        _real_requirements,
    ),
    Slip(
        17,
        "973",
        "[`mfa/authenticator`]",
        "GET /mfa/authenticators",
        "One letter again, and the link beside it is misspelt as well.",
        lambda bench: _list_at(bench, "/mfa/authenticator"),
        lambda bench: _list_at(bench, "/mfa/authenticators"),
    ),
    Slip(
        18,
        "973",
        "You also need to obtain the matching `authenticator_type` to issue challenges",
        "authenticator_id",
        "The tenant answers 200 and chooses itself. Your user waits at the other mailbox.",
        lambda bench: _second_by(bench, "authenticator_type"),
        lambda bench: _second_by(bench, "authenticator_id"),
    ),
)
