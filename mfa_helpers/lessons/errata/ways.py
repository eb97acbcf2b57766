"""How each erratum of the official page is sent, as printed and corrected.

Each way begins with a tenant on its first day, so any of them can be tried alone, twice, and in any order.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

from ...client import error_codes, errors
from ...client.lifetimes import MFA_ACCESS_TOKEN_LIFETIME, minutes
from ...client.secret import Secret, plain
from ...client.transport import Reply
from .outcome import Outcome, said
from .tenant import FORM, JSON, ErrataTenant

Way = Callable[[ErrataTenant], Iterator[Outcome]]


# a parameter's name


def associate_named(practice: ErrataTenant, name: str) -> Iterator[Outcome]:
    """Associate, with the list of types under `name`."""
    practice.reset()
    fields = {name: ["oob"], "oob_channels": ["email"]}
    yield said(practice.send("POST", "/mfa/associate", fields, bearer=practice.mfa_token()), f"with {name}")


# quotes within quotes

QUOTES = 'payload = "{ "authenticator_types": ["oob"], "oob_channels": ["email"], "email" : "email@address.com" }"'


def quotes_as_printed(practice: ErrataTenant) -> Iterator[Outcome]:
    """The page's payload, as Python reads it: not at all."""
    try:
        compile(QUOTES, "the page", "exec")
    except SyntaxError as error:
        stopped = f"{type(error).__name__} at character {error.offset}"
        yield Outcome("Nothing is sent, because Python can't parse the line", stopped)


def quotes_corrected(practice: ErrataTenant) -> Iterator[Outcome]:
    """The same payload, made by `json.dumps`."""
    practice.reset()
    payload = json.dumps({"authenticator_types": ["oob"], "oob_channels": ["email"], "email": "email@address.com"})
    yield said(
        practice.send("POST", "/mfa/associate", text=payload, bearer=practice.mfa_token()), "with json.dumps({…})"
    )


# no host


def no_host(practice: ErrataTenant) -> Iterator[Outcome]:
    """Connect to a host without a name."""
    try:
        with closing(http.client.HTTPSConnection("")) as connection:
            connection.request("POST", "/{yourDomain}/mfa/associate")
    except (OSError, RuntimeError) as error:  # the second in a browser, where a program opens no connection at all
        yield Outcome('POST to the host ""', f"no connection: {type(error).__name__}")


def a_host(practice: ErrataTenant) -> Iterator[Outcome]:
    """The same call to a host that is there."""
    practice.reset()
    yield said(practice.associate(practice.mfa_token()), "to the host {yourDomain}")


# the host in the path


def associate_at(practice: ErrataTenant, path: str) -> Iterator[Outcome]:
    """Associate at `path`."""
    practice.reset()
    fields = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
    yield said(practice.send("POST", path, fields, bearer=practice.mfa_token()))


# certificates


def no_check(practice: ErrataTenant) -> Iterator[Outcome]:
    """What is not sent here: this course never switches the check of certificates off."""
    yield Outcome(
        "Nothing is sent, because this course never turns the check off",
        "Ruby would send your tokens to any server that intercepts the connection, without an error",
    )


def checked(practice: ErrataTenant) -> Iterator[Outcome]:
    """Refuse a server that nobody vouches for, then go on with one whose authority is trusted."""
    if practice.tenant.ca_file is None:
        yield Outcome("Nothing is sent", "in a browser, the practice tenant isn't a server, so it has no certificate")
        return
    strict = ssl.create_default_context()
    try:
        with closing(http.client.HTTPSConnection(practice.host, context=strict, timeout=10)) as connection:
            connection.request("GET", "/")
    except ssl.SSLCertVerificationError as error:
        yield Outcome(
            "A request to a server with an untrusted certificate",
            f"refused before a byte was sent: {type(error).__name__}",
        )
    practice.reset()
    yield said(practice.associate(practice.mfa_token()), "with the server's CA file trusted")


# the status is not looked at


def _with_a_wrong_code(practice: ErrataTenant) -> tuple[dict[str, Any], Reply]:
    fields = practice.enrolling()
    fields["binding_code"] = "000000" if plain(fields["binding_code"]) != "000000" else "000001"
    return fields, practice.verify(fields)


def status_unseen(practice: ErrataTenant) -> Iterator[Outcome]:
    """A wrong code, and a program that does not look at the status."""
    _, reply = _with_a_wrong_code(practice)
    tokens = reply.body  # as the sample: whatever came is printed, and the program ends well
    yield said(
        reply, "with a wrong code", f"the program continues with {tokens.get('access_token')} as its access token"
    )


def status_seen(practice: ErrataTenant) -> Iterator[Outcome]:
    """A wrong code, and a program that does."""
    _, reply = _with_a_wrong_code(practice)
    if reply.status != 200:
        error = error_codes.refusal(reply.status, reply.body, {})
        yield said(reply, "with a wrong code", f"the program stops: {error.what} {error.next_step}")


# an error that prints its request

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
    return f"what is printed contains {', '.join(found) if found else 'none of ' + ', '.join(_SECRETS)}"


def printed_error(practice: ErrataTenant) -> Iterator[Outcome]:
    """Print an error that holds its whole request, secrets and all."""
    fields, reply = _with_a_wrong_code(practice)
    error = _RequestFailed(reply.status, {"data": {name: plain(value) for name, value in fields.items()}})
    yield said(reply, "with a wrong code", _secrets_in(repr(error), fields))


def described_error(practice: ErrataTenant) -> Iterator[Outcome]:
    """Print status and error code alone."""
    fields, reply = _with_a_wrong_code(practice)
    error = f"{reply.status} {reply.body['error']}"
    yield said(reply, "with a wrong code", _secrets_in(error, fields))


# a second authenticator


def challenge_first(practice: ErrataTenant) -> Iterator[Outcome]:
    """Do what the page says before a second enrollment: it is refused all the same."""
    practice.enrolled()
    token = practice.mfa_token()
    challenged = practice.challenge(token, authenticator_id=practice.rows(token)[0]["id"])
    yield said(challenged, "as the page says")
    done = practice.verify(practice.proof(token, challenged.body["oob_code"]))
    yield said(done, "with the code")
    yield said(practice.associate(practice.mfa_token(), email=SECOND), "with a new MFA token")
    yield said(practice.associate(done.body["access_token"], email=SECOND), "with the new access token")


def sign_in_for_the_mfa_audience(practice: ErrataTenant) -> Iterator[Outcome]:
    """A second enrollment with an access token for the MFA audience."""
    practice.enrolled()
    yield said(practice.associate(practice.mfa_access_token(), email=SECOND), "with that access token")


# recovery codes


def recovery_codes(practice: ErrataTenant, *factors: str) -> Iterator[Outcome]:
    """Read `recovery_codes` of the first enrollment, with these factors on beside email."""
    practice.reset(factors=["email", *factors])
    reply = practice.associate(practice.mfa_token())
    try:
        told = f"{len(reply.body['recovery_codes'])} recovery code"
    except KeyError as error:
        told = f"{type(error).__name__}: {error}"
    yield said(reply, "", f"recovery_codes: {told}")


# a misspelled path


def confirm_at(practice: ErrataTenant, path: str) -> Iterator[Outcome]:
    """Confirm at `path`."""
    yield said(practice.verify(practice.enrolling(), path), "with the code")


# placeholders that no replacement finds

_PLACES = {
    "mfa_token": "mfaToken",
    "oob_code": "oobCode",
    "binding_code": "userEmailOtpCode",
    "client_id": "yourClientId",
    "client_secret": "yourClientSecret",
}


def filled(text: str, fields: Mapping[str, Any]) -> str:
    """`text` after a search for each `{placeholder}`, as the page's own fields do it."""
    for name, place in _PLACES.items():
        text = text.replace("{" + place + "}", plain(fields[name]))
    return text


def places(practice: ErrataTenant) -> Iterator[Outcome]:
    """Fill the page's placeholders by a search, which misses the encoded ones."""
    fields = practice.enrolling()
    places = {name: "{" + place + "}" for name, place in _PLACES.items()}
    printed = urlencode({"grant_type": fields["grant_type"], **places})
    printed = printed.replace("%7ByourClientId%7D", "{yourClientId}")  # the page leaves this one readable
    reply = practice.send("POST", "/oauth/token", text=filled(printed, fields), label=FORM)
    yield said(reply, "after a search for {…}")
    by_hand = printed.replace("%7ByourClientSecret%7D", plain(fields["client_secret"]))
    reply = practice.send("POST", "/oauth/token", text=filled(by_hand, fields), label=FORM)
    yield said(reply, "with the secret put in by hand")


def values(practice: ErrataTenant) -> Iterator[Outcome]:
    """Encode the real values instead."""
    yield said(practice.verify(practice.enrolling()), "with urlencode({…})")


# what the body is labeled as


def confirm_labeled(practice: ErrataTenant, *labels: str | None) -> Iterator[Outcome]:
    """Confirm, with the form labeled as each of `labels` says; `None` sends no label."""
    for label in labels:
        reply = practice.send("POST", "/oauth/token", practice.enrolling(), label=label, as_form=True)
        yield said(reply, f"labeled {label}" if label else "without a content-type (Go, Python)")


def challenge_labeled(practice: ErrataTenant, label: str) -> Iterator[Outcome]:
    """Challenge, with the JSON labeled as `label` says."""
    practice.enrolled()
    token = practice.mfa_token()
    fields = {**practice.identity(), "challenge_type": "oob", "mfa_token": token}
    fields["authenticator_id"] = practice.rows(token)[0]["id"]
    yield said(practice.send("POST", "/mfa/challenge", fields, label=label), f"as JSON, labeled {label}")


# how long tokens live

_LATER = MFA_ACCESS_TOKEN_LIFETIME + 1


def thrown_away(practice: ErrataTenant) -> Iterator[Outcome]:
    """Believe the 600 seconds of the page: the token is still good when they are over."""
    reply = practice.enrolled()
    yield said(reply, "with the code", f"expires_in: {reply.body['expires_in']}, where the page shows 600")
    practice.advance(_LATER)
    yield said(
        practice.send("GET", "/userinfo", bearer=reply.body["access_token"]),
        f"{minutes(MFA_ACCESS_TOKEN_LIFETIME)} later",
    )


def looked_at(practice: ErrataTenant) -> Iterator[Outcome]:
    """Read `expires_in`; only the MFA audience's tokens are as short as the page says."""
    reply = practice.enrolled()
    yield said(reply, "with the code", f"valid for {reply.body['expires_in']} seconds")
    token = practice.mfa_access_token()
    yield said(practice.send("GET", "/mfa/authenticators", bearer=token), "with a token for the MFA audience")
    practice.advance(_LATER)
    yield said(
        practice.send("GET", "/mfa/authenticators", bearer=token),
        f"{minutes(MFA_ACCESS_TOKEN_LIFETIME)} later: only these tokens expire this soon",
    )


# which token


def challenge_with(practice: ErrataTenant, token_of: Callable[[ErrataTenant], Secret], note: str) -> Iterator[Outcome]:
    """Challenge with the token that `token_of` gets; `note` names it."""
    practice.enrolled()
    chosen = practice.rows(practice.mfa_token())[0]["id"]
    yield said(practice.challenge(token_of(practice), authenticator_id=chosen), note)


# JSON that is none

_BLOCK = ["[", '  { "type": "recovery-code" }', '  { "type": "email"} //can only work with challenge', "]"]


def not_json(practice: ErrataTenant, *, after: int) -> Iterator[Outcome]:
    """Read the page's block as JSON, then once more with its comma put in; `after` is the page's line above it."""
    lines = list(_BLOCK)
    for note in ("json.loads of the two lines", "json.loads with the comma put in"):
        try:
            json.loads("\n".join(lines))
        except json.JSONDecodeError as error:
            yield Outcome(note, f"{type(error).__name__} on the page's line {after + error.lineno}: {error.msg}")
        lines[1] += ","


def real_requirements(practice: ErrataTenant) -> Iterator[Outcome]:
    """Read the `mfa_requirements` of a tenant that sends them."""
    practice.enrolled(customize_mfa_in_postlogin_action=True)
    reply = practice.log_in()
    types = [one["type"] for one in reply.body["mfa_requirements"]["challenge"]]
    yield said(reply, "of a tenant with Customizable MFA", f"mfa_requirements.challenge: {types}")


# the list's path


def list_at(practice: ErrataTenant, path: str) -> Iterator[Outcome]:
    """List at `path`."""
    practice.enrolled()
    yield said(practice.send("GET", path, bearer=practice.mfa_token()))


# what to challenge with, in the learner's own call, too

SECOND = "ada+work@example.com"
TOKENS: dict[str, Callable[[ErrataTenant], Secret]] = {
    "access token": ErrataTenant.mfa_access_token,
    "mfa_token": ErrataTenant.mfa_token,
}
NAMES = {"authenticator_type": "authenticator_type", "authenticator_id": "id"}  # in the challenge: in the list


def challenge_the_second(
    practice: ErrataTenant, path: str, label: str | None, token: str, name: str
) -> tuple[Outcome, str]:
    """Challenge a user who has two emails, the second of them meant. Raises a subclass of `Refused`."""
    practice.enrolled()
    practice.add_email(SECOND)
    wanted = practice.rows(practice.mfa_token())[-1]
    fields = {
        **practice.identity(),
        "challenge_type": "oob",
        "mfa_token": TOKENS[token](practice),
        name: wanted[NAMES[name]],
    }
    reply = practice.send("POST", path, fields, label=label)
    if reply.status == 404:
        what, next_step = "There is nothing at this path.", "Look for the path of a challenge."
        raise errors.Refused(what, next_step, exchange=reply.exchange)
    if reply.status != 200:
        raise error_codes.refusal(reply.status, reply.body, {}, reply.exchange)
    mailbox = practice.mails()[0].to
    return said(reply, f"for {SECOND}, by {name}", f"the code went to {mailbox}"), mailbox


def second_by(practice: ErrataTenant, name: str) -> Iterator[Outcome]:
    """Challenge the second of two emails, named by `name`."""
    yield challenge_the_second(practice, "/mfa/challenge", JSON, "mfa_token", name)[0]
