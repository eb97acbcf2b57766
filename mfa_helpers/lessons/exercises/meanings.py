"""What a refusal means for somebody who has written the request, and what a function should have returned."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from ...client.lifetimes import CODE_LIFETIME, MFA_TOKEN_LIFETIME, minutes
from ...client.secret import STARS
from . import results
from .evidence import Request, Seen

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
#: The addresses of the flow, and the method that each takes.
METHODS = {
    "/oauth/token": "POST",
    "/mfa/associate": "POST",
    "/mfa/authenticators": "GET",
    "/mfa/challenge": "POST",
    "/.well-known/openid-configuration": "GET",
}
_BEARER = 'Send headers={"Authorization": f"Bearer {…}"} with the token between the braces.'
_ARRAYS = ("authenticator_types", "oob_channels")
#: The fields that the tenant knows. None of them is a misspelling of another one.
_FIELDS = (
    *("grant_type", "client_id", "client_secret", "username", "password", "audience", "scope", "realm"),
    *("mfa_token", "oob_code", "binding_code", "otp", "recovery_code", "challenge_type", "authenticator_id"),
    *(*_ARRAYS, "email", "phone_number"),
)

#: What the words of a response mean for somebody who has written the request.
_MEANINGS: tuple[tuple[str, str], ...] = (
    ("Unsupported grant type", "The tenant doesn't know the grant_type that you sent. Check it letter by letter."),
    (
        "Grant type",
        "The application isn't allowed to use the grant_type that you sent. Compare it with the call above.",
    ),
    ("Service not enabled", "The tenant has no API with the audience that you sent. Send tenant.audience."),
    ("Unknown realm", "The tenant has no connection with the name that you sent as realm."),
    ("Unauthorized", "The client ID or the client secret is wrong. Send tenant.client_id and tenant.client_secret."),
    ("Wrong email or password", "The user name or the password is wrong. Send the username and password arguments."),
    (
        "Invalid binding_code",
        "The code is wrong, or it was already used: the tenant's response is “Invalid binding_code”. "
        "Send the six digits as they are, as binding_code, and send each code once.",
    ),
    (
        "Malformed oob_code",
        "The value that you sent as oob_code isn't an oob_code. Send the whole value from the response to the request that sent the email.",
    ),
    (
        "doesn't match the mfa_token",
        "The oob_code and the mfa_token came from different logins. Use two that belong to the same login.",
    ),
    (
        "oob_code is expired",
        f"The oob_code is older than {minutes(CODE_LIFETIME)}. Send the newest one.",
    ),
    ("Too many failed codes", "Too many wrong codes were sent, so the tenant rejects even the correct one for now."),
    ("mfa_token is expired", f"The mfa_token is older than {minutes(MFA_TOKEN_LIFETIME)}."),
    (
        "mfa_token",
        "The tenant didn't accept the MFA token. It's valid until its login is complete, and neither an access token nor an "
        "oob_code can replace it.",
    ),
    (
        "Authenticator not found",
        "The user has no authenticator with the id that you sent. Send a whole id from the list.",
    ),
    (
        "not enrolled",
        "The user has no confirmed authenticator for this call. Enroll one first, or compare the grant_type with the call above.",
    ),
    ("supported challenge type", 'The challenge_type for email is "oob".'),
    ("polling faster", "You sent requests too quickly. Wait a few seconds between them."),
    (
        "already enrolled",
        "The user already has a confirmed authenticator, so the MFA token can't enroll another one.",
    ),
    (
        "otp_code",
        "The app's code is wrong. Compute it from the secret of this enrollment, with pyotp.TOTP(secret).now().",
    ),
    (
        "Unknown or invalid",
        "The tenant doesn't recognize what you sent. Send the whole value from the tenant's own response.",
    ),
    ("Invalid email", "What you sent as email isn't an email address."),
    ("Scope must be", "Send scope as a string, with spaces between the scopes."),
)
_MISSING, _NOT_TEXT, _NO_SCOPE = "Missing required parameter: ", " must be a string", "Insufficient scope, expected: "


def faults(seen: Seen, *wanted: str, allowed: tuple[str, ...] = ()) -> Iterator[str]:
    """What is wrong with a run so far: refusals but those with an `allowed` error, an error in the program, a request that is missing.

    `wanted` are requests like `POST /mfa/associate`, in their order.
    """
    for request in seen.requests:
        if request.refused and request.error not in allowed:
            yield f"{explained(request)} {seen.trouble}".rstrip()
    if seen.trouble:
        yield seen.trouble
    if not seen.requests:
        nothing = seen.returned is None
        yield (
            f"Your function sent nothing{' and returned nothing' if nothing else ' to the tenant'}. Begin with {wanted[0]}."
        )
    for one in wanted:
        method, path = one.split(" ")
        if not seen.to(path, method):
            yield f"Your function didn't send {one}."


#: What each of the other grants is for.
_GRANTS = {
    "mfa-otp": "the code of an authenticator app",
    "mfa-recovery-code": "a recovery code",
    "password": "a user name and a password",
    "password-realm": "a user name and a password",
    "refresh_token": "a refresh token",
    "authorization_code": "a login in a browser",
    "client_credentials": "an application on its own",
}


def wrong_grant(
    requests: Iterable[Request], instead: str = "For the code of an email, send the one that ends in mfa-oob."
) -> Iterator[str]:
    """What is wrong with refused requests that have the grant of something else. `instead` says what to send."""
    for one in requests:
        if one.refused and one.grant in _GRANTS:
            yield f"You sent the grant_type {one.fields['grant_type']}, which is for {_GRANTS[one.grant]}. {instead}"


def lost_zero(sent: Any, codes: Iterable[str]) -> Iterator[str]:
    """What is wrong with a code that was sent, if it's one of `codes` without the zero that all of them begin with."""
    if any(sent != code and sent == str(int(code)) for code in codes):
        yield "You sent the code as a number, so the zero at its beginning is missing. Send the string as it is."


def explained(request: Request) -> str:
    """What is wrong with a request that was refused."""
    return next(_reasons(request))


def _reasons(request: Request) -> Iterator[str]:
    name = f"{request.method} {request.path}"
    words = request.description
    if request.error in ("Not Found", "Method Not Allowed"):
        yield _wrong_address(request)
    if request.method == "POST" and request.query and not request.has_body:
        yield f"You sent the fields of {name} in the URL (params=). Send them in the body."
    if request.has_body and request.content_type not in (FORM, JSON):
        kind = f"the Content-Type {request.content_type}" if request.content_type else "no Content-Type"
        yield (
            f"The body of {name} has {kind}, so the tenant can't read it. "
            "Pass a dictionary as json= or data=, so that requests sets the Content-Type."
        )
    if request.path == "/mfa/associate" and request.content_type == FORM:
        yield (
            "You sent a form (data=) to /mfa/associate. It takes JSON, because authenticator_types and oob_channels are arrays. "
            "Use json= instead of data=."
        )
    for array in _ARRAYS:
        value = request.fields.get(array)
        if isinstance(value, str):
            yield f'You sent {array} as a string. It\'s an array, even for a single value: write ["{value}"], not "{value}".'
    if request.path in ("/mfa/associate", "/mfa/authenticators") or request.method == "DELETE":
        yield from _wrong_bearer(request)
    if words.startswith(_MISSING):
        yield _missing(request, words.removeprefix(_MISSING))
    if words.endswith(_NOT_TEXT):
        field = words.removesuffix(_NOT_TEXT)
        kind = type(request.fields.get(field)).__name__
        yield f"{field} must be a string, but you sent {_KINDS.get(kind, kind)}."
    if words.startswith(_NO_SCOPE):
        yield f"The access token doesn't have the scope {words.removeprefix(_NO_SCOPE)}. Request it when you sign in."
    if "factor is not enabled" in words or words.startswith("Unsupported oob") or "authenticator type" in words:
        yield f"{words.rstrip('.')}. Compare authenticator_types and oob_channels with the call above."
    for part, meaning in _MEANINGS:
        if part in words:
            yield meaning
    reason = ": ".join(filter(None, (f"{request.status} {request.error}".rstrip(), words.rstrip("."))))
    yield f"The tenant rejected {name} with {reason}."


_KINDS = {"int": "a number", "float": "a number", "bool": "true or false", "list": "an array", "dict": "an object"}


def _wrong_address(request: Request) -> str:
    method = METHODS.get(request.path)
    if request.method == "DELETE" and request.path == "/mfa/authenticators":
        return "DELETE needs the authenticator's id at the end of the address: /mfa/authenticators/{id}."
    if request.path.startswith("/mfa/authenticators/"):
        return f"/mfa/authenticators/{{id}} takes DELETE, not {request.method}."
    if method is not None:
        return f"{request.path} takes {method}, not {request.method}."
    near = difflib.get_close_matches(request.path, METHODS, 1, 0.5)
    instead = f" The closest path is {near[0]}." if near else ""
    return f"The tenant has no path {request.path}.{instead}"


def _wrong_bearer(request: Request) -> Iterator[str]:
    name = f"{request.method} {request.path}"
    if not request.token:
        elsewhere = request.fields.get("mfa_token") or request.query.get("mfa_token")
        why = "You sent the token in the wrong place. It" if elsewhere else f"{name} was sent without a token. It"
        yield f"{why} belongs in the Authorization header. {_BEARER}"
    if STARS in request.token or "{" in request.token:
        yield f"The Authorization header of {name} doesn't contain the text of a token. {_BEARER}"
    if request.scheme.lower() != "bearer":
        yield f"The Authorization header of {name} must start with the word Bearer and a space. {_BEARER}"


def _missing(request: Request, field: str) -> str:
    if field in request.fields:
        return f"The field {field} of {request.method} {request.path} is empty."
    near = difflib.get_close_matches(field, [name for name in request.fields if name not in _FIELDS], 1)
    instead = f" It has {near[0]}, which the tenant doesn't know." if near else " Add it to the body."
    return f"{request.method} {request.path} was sent without {field}.{instead}"


# What a function returned


def wrong_text(seen: Seen, wanted: str, what: str) -> Iterator[str]:
    """What is wrong with a result that should be the text `wanted`, in words `what`."""
    if not isinstance(seen.returned, str):  # another kind of object can't always be compared
        yield _other_kind(seen.returned, what)
    elif seen.returned != wanted:
        yield f"Your function returned a string, but it isn't {what}."


def wrong_tokens(seen: Seen, grant: str) -> Iterator[str]:
    """What is wrong with a result that should be the body of the response with the tokens, which that `grant` had to get."""
    if any(one.grant != grant for one in seen.accepted("/oauth/token")):
        yield (
            "The tenant issued tokens to your function, but not for a code. "
            f"Send the code to /oauth/token, with the grant_type that ends in {grant}."
        )
    what = "the body of the last response, with its tokens"
    issued = [one.response["access_token"] for one in seen.accepted("/oauth/token")]
    returned = seen.returned
    if not issued:
        yield "The tenant issued no tokens to your function. Complete the second factor at /oauth/token."
    if isinstance(returned, dict):
        token = returned.get("access_token")
        if not isinstance(token, str) or token not in issued:
            yield f"Your function returned a dictionary without the tokens. Return {what}."
        return
    if isinstance(returned, str) and returned in issued:
        yield f"Your function returned only the access token. Return {what}: response.json()."
    yield _other_kind(returned, what)


def _other_kind(returned: Any, what: str) -> str:
    if returned is None:
        return f"Your function returned nothing. Return {what}."
    if returned == results.RESPONSE:
        return f"Your function returned the whole response. Return {what}: begin with response.json()."
    if isinstance(returned, dict):
        return f"Your function returned a whole dictionary. Return only {what}."
    if isinstance(returned, list):
        return f"Your function returned a list. Return only {what}."
    return f"Your function returned {returned.words if isinstance(returned, results.Other) else 'a string'}. Return {what}."
