"""One class per cause, two sentences each, and no secret in any of them."""

from __future__ import annotations

import re
import time
import traceback
from typing import Any

import pytest

from mfa_helpers.client import error_codes, errors
from mfa_helpers.client.error_codes import refusal
from mfa_helpers.client.errors import MfaError, Refused
from mfa_helpers.client.models import Exchange
from mfa_helpers.client.secret import STARS, Secret

from ..support.deadline import DEADLINE

SEAL = "Fe26.2*SERVER_1726721698*ab12*cd-34*ef_56*1726722000000*gh78*ij90"


def subclasses(kind: type[MfaError]) -> list[type[MfaError]]:
    """`kind` and all below it that the module defines, in the order of their definition."""
    below = [one for child in kind.__subclasses__() if child.__module__ == errors.__name__ for one in subclasses(child)]
    return [kind, *below]


ALL = subclasses(MfaError)


def drawn() -> dict[str, str]:
    """The tree of the docstring: each name with the one it hangs on."""
    above: list[tuple[int, str]] = []
    tree = {}
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^([ │├└─]*)\b([A-Z][A-Za-z]+)(?:  .*)?$", line)
        if found is None or not (found.group(1).strip() or found.group(2) == "MfaError"):
            continue
        depth = len(found.group(1))
        above = [entry for entry in above if entry[0] < depth]
        tree[found.group(2)] = above[-1][1] if above else ""
        above.append((depth, found.group(2)))
    return tree


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    def hangs_on(kind: type[MfaError]) -> str:
        return next((base.__name__ for base in kind.__bases__ if issubclass(base, MfaError)), "")

    assert drawn() == {kind.__name__: hangs_on(kind) for kind in ALL}


def test_every_class_can_be_imported_by_star() -> None:
    assert {kind.__name__ for kind in ALL} == set(errors.__all__)


@pytest.mark.parametrize("kind", ALL)
def test_every_class_says_what_happened_and_what_to_do(kind: type[MfaError]) -> None:
    assert "__doc__" in vars(kind) and (kind.__doc__ or "").strip()
    for name in ("what", "next_step"):
        sentence = vars(kind)[name]
        assert sentence == sentence.strip()
        assert sentence[0].isupper() and sentence.endswith(".")


def test_no_two_classes_say_the_same() -> None:
    assert len({(kind.what, kind.next_step) for kind in ALL}) == len(ALL)


def test_input_errors_are_also_the_errors_python_knows() -> None:
    assert issubclass(errors.InvalidInput, ValueError)
    assert issubclass(errors.CodeIsNotText, TypeError)
    assert not issubclass(Refused, (ValueError, TypeError))


def test_an_error_says_both_sentences_and_the_tenants_words() -> None:
    error = errors.WrongCode(status=403, error="invalid_grant", error_description="Invalid binding_code.")
    assert str(error) == (
        "The code is incorrect. Type the six digits from the newest email, or request a new code. You don't need to sign in again. "
        "[403 invalid_grant, “Invalid binding_code.”]"
    )
    assert repr(error) == "WrongCode(status=403, error='invalid_grant')"


def test_an_error_keeps_its_exchange_its_cause_and_its_first_sentence_as_its_argument() -> None:
    exchange = Exchange("GET", "https://t.example/", "/")
    error = errors.NotReached("Nobody is there.", exchange=exchange, cause="refused")
    assert error.exchange is exchange
    assert (error.cause, error.args) == ("refused", ("Nobody is there.",))


def test_an_error_without_an_answer_has_two_sentences_only() -> None:
    error = errors.StepMissing("The mail is missing.", "Ask for it.")
    assert str(error) == "The mail is missing. Ask for it."
    assert (error.status, error.error, error.error_description, error.headers, error.retry_after) == (
        None,
        None,
        None,
        {},
        None,
    )


def test_ipython_shows_two_sentences_instead_of_a_stack() -> None:
    error = errors.NotEnrolled()
    assert error._render_traceback_() == [
        "NotEnrolled: This user has no authenticator yet. Enroll one first: an email in notebook 02, or another factor in notebook 08."
    ]


# Which answer makes which error


@pytest.mark.parametrize(
    ("grant", "short", "box"),
    [
        ("password", "password", "Password"),
        ("http://auth0.com/oauth/grant-type/password-realm", "password-realm", "Password"),
        ("http://auth0.com/oauth/grant-type/mfa-oob", "mfa-oob", "MFA"),
        ("http://auth0.com/oauth/grant-type/mfa-otp", "mfa-otp", "MFA"),
        ("refresh_token", "refresh_token", "Refresh Token"),
        ("urn:some:other", "urn:some:other", "this grant"),
    ],
)
def test_a_grant_that_is_not_allowed_is_named_with_its_box_and_the_tenants_page(
    grant: str, short: str, box: str
) -> None:
    said = f"Grant type '{grant}' not allowed for the client."
    body = {"error": "unauthorized_client", "error_description": said, "error_uri": "https://auth0.com/docs/x"}
    error = error_codes.refusal(403, body, {})
    assert isinstance(error, errors.GrantNotAllowed)
    assert (error.error_description, error.error_uri) == (said, "https://auth0.com/docs/x")
    assert error.what == f"This application isn't allowed to use the grant {short}."
    assert error.next_step.endswith(f"Advanced Settings > Grant Types, and select {box}.")


def test_a_grant_without_a_name_leaves_both_boxes() -> None:
    error = error_codes.refusal(403, {"error": "unauthorized_client"}, {})
    assert error.what == "This application isn't allowed to use that grant." and error.next_step.endswith(
        "Password and MFA."
    )
    assert error.error_uri is None


TEXTS: list[tuple[int, str, str, type[Refused]]] = [
    (403, "invalid_grant", "Wrong email or password.", errors.WrongCredentials),
    (403, "invalid_grant", "Invalid binding_code.", errors.WrongCode),
    (403, "invalid_grant", "Invalid otp_code.", errors.WrongOtp),
    (403, "invalid_grant", "MFA Authorization rejected.", errors.WrongRecoveryCode),
    (403, "invalid_grant", "Malformed oob_code", errors.OobCodeUnknown),
    (403, "invalid_grant", "Malformed mfa_token", errors.MfaTokenRefused),
    (
        401,
        "invalid_grant",
        "The mfa_token provided is invalid. Try getting a new token.",
        errors.MfaTokenRefused,
    ),
    (400, "invalid_request", "mfa_token not issued to this client", errors.MfaTokenRefused),
    (403, "invalid_grant", "Unknown or invalid refresh token.", errors.RefreshTokenRefused),
    (401, "expired_token", "oob_code is expired", errors.CodeExpired),
    (401, "expired_token", "mfa_token is expired", errors.LoginExpired),
    (400, "access_denied", "MFA Authorization rejected.", errors.PushRejected),
    (403, "access_denied", "User is already enrolled.", errors.AlreadyEnrolled),
    (403, "access_denied", "Service not enabled within domain: https://x/", errors.AudienceUnknown),
    (401, "access_denied", "Unauthorized", errors.ClientRefused),
    (401, "invalid_client", "", errors.ClientRefused),
    (403, "unauthorized_client", "Grant type 'password' not allowed for the client.", errors.GrantNotAllowed),
    (
        401,
        "association_required",
        "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
        errors.NotEnrolled,
    ),
    (
        401,
        "unsupported_challenge_type",
        "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
        errors.NotEnrolled,
    ),
    (
        401,
        "unsupported_challenge_type",
        "User does not have any enrolled authenticator with the supported challenge type (oob)",
        errors.NoSuchAuthenticator,
    ),
    (404, "invalid_authenticator", "Authenticator not found", errors.NoSuchAuthenticator),
    (403, "insufficient_scope", "Insufficient scope, expected: enroll", errors.ScopeMissing),
    (400, "authorization_pending", "Authorization pending: please repeat the request.", errors.AuthorizationPending),
    (429, "slow_down", "You are polling faster than allowed.", errors.SlowDown),
    (429, "too_many_attempts", "Your account has been blocked.", errors.AccountBlocked),
    (429, "too_many_requests", "Global limit has been reached", errors.SlowDown),
    (429, "invalid_request", "Too many failed codes. Wait for some minutes before retrying.", errors.TooManyCodes),
    (400, "invalid_request", "The oob_code doesn't match the mfa_token", errors.CodeNotForThisLogin),
    (400, "invalid_request", "Invalid email address", errors.AddressRefused),
    (400, "invalid_request", "The email factor is not enabled for this tenant.", errors.FactorOff),
    (400, "invalid_request", "Missing required parameter: authenticator_types", errors.RequestIncomplete),
    (501, "unsupported_grant_type", "Unsupported grant type: passwort", errors.GrantUnknown),
    (
        500,
        "server_error",
        "Authorization server not configured with default connection.",
        errors.TenantFailed,
    ),
    (502, "bad_gateway", "The email could not be sent.", errors.TenantFailed),
    (403, "something_new", "Nobody has seen this.", Refused),
]


@pytest.mark.parametrize(("status", "error", "description", "kind"), TEXTS)
def test_an_answer_that_says_no_becomes_its_error(
    status: int, error: str, description: str, kind: type[Refused]
) -> None:
    found = refusal(status, {"error": error, "error_description": description}, {})
    assert type(found) is kind
    assert (found.status, found.error, found.error_description) == (status, error, description or None)


def test_capitals_in_a_description_change_nothing() -> None:
    body = {"error": "invalid_grant", "error_description": "WRONG EMAIL OR PASSWORD."}
    assert type(refusal(403, body, {})) is errors.WrongCredentials


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Refused), (403, Refused), (404, Refused), (429, errors.SlowDown), (500, errors.TenantFailed)],
)
def test_an_answer_without_a_known_code_is_judged_by_its_status(status: int, kind: type[Refused]) -> None:
    assert type(refusal(status, {}, {})) is kind


def test_too_many_authenticators_is_not_cured_by_waiting() -> None:
    text = "User has created the maximum amount of authenticators"
    error = refusal(400, {"error": "invalid_request", "error_description": text}, {})
    assert (error.status, error.error, error.error_description) == (400, "invalid_request", text)
    assert not isinstance(error, errors.SlowDown)
    assert "short time" not in error.what and "Wait" not in error.next_step


@pytest.mark.parametrize("strange", [None, 7, ["x"], {"y": 1}])
def test_fields_of_a_strange_type_are_no_crash(strange: Any) -> None:
    assert type(refusal(400, {"error": strange, "error_description": strange}, {})) is Refused


# mfa_required


def test_mfa_required_carries_the_token_and_the_whole_answer() -> None:
    requirements = {"challenge": [{"type": "email"}]}
    body = {"error": "mfa_required", "error_description": "Multifactor authentication required", "mfa_token": SEAL}
    error = refusal(403, {**body, "mfa_requirements": requirements}, {})
    assert isinstance(error, errors.MfaRequired)
    assert error.mfa_token == Secret(SEAL)
    assert error.mfa_requirements == requirements
    assert error.body == {**body, "mfa_requirements": requirements, "mfa_token": Secret(SEAL)}
    assert (error.status, error.error) == (403, "mfa_required")


def test_mfa_required_shows_everything_but_the_token() -> None:
    error = refusal(403, {"error": "mfa_required", "error_description": "Multifactor needed", "mfa_token": SEAL}, {})
    assert isinstance(error, errors.MfaRequired)
    shown = "".join(traceback.format_exception(error)) + str(error) + repr(error) + repr(error.body) + repr(vars(error))
    assert SEAL not in shown
    assert "Multifactor needed" in shown and STARS in shown


def test_requirements_are_none_where_the_tenant_sends_none() -> None:
    error = refusal(403, {"error": "mfa_required", "mfa_token": SEAL}, {})
    assert isinstance(error, errors.MfaRequired)
    assert error.mfa_requirements is None


@pytest.mark.parametrize("rest", [{}, {"mfa_token": None}, {"mfa_token": ""}, {"mfa_token": 7}])
def test_mfa_required_without_a_token_names_the_tenants_policy(rest: dict[str, Any]) -> None:
    error = refusal(403, {"error": "mfa_required", **rest}, {})
    assert type(error) is errors.MfaTokenMissing
    assert error.what == "The tenant requires a second factor but didn't return an MFA token."
    assert error.next_step.startswith("Set the tenant's own MFA policy to “Always”")


# Secrets in descriptions


def test_a_description_that_repeats_a_secret_is_masked() -> None:
    body = {"error": "invalid_grant", "error_description": "hunter22 is not the password of ada"}
    error = refusal(403, body, {}, hide=(Secret("hunter22"),))
    assert error.error_description == f"{STARS} is not the password of ada"
    assert "hunter22" not in str(error) + repr(error)


def test_a_description_that_repeats_a_token_is_masked() -> None:
    error = refusal(403, {"error": "invalid_grant", "error_description": f"bad mfa_token {SEAL}"}, {})
    assert SEAL not in str(error)
    assert f"bad mfa_token <sealed text Fe26.2*…, {len(SEAL)} characters>" in str(error)


def test_a_page_that_repeats_a_secret_is_masked() -> None:
    error = refusal(403, {"error": "x", "error_uri": "https://t.example/?for=hunter22"}, {}, hide=("hunter22",))
    assert error.error_uri == f"https://t.example/?for={STARS}"


# 429: four shapes of bodies, and the wait

SHAPES: list[dict[str, Any]] = [
    {
        "statusCode": 429,
        "error": "Too Many Requests",
        "message": "Global limit has been reached",
        "errorCode": "too_many_requests",
    },
    {"statusCode": 429, "error": "Too Many Requests"},
    {"error": "too_many_requests", "error_description": "Global limit has been reached"},
    {},
]


@pytest.mark.parametrize(
    ("body", "error", "description"),
    [
        (SHAPES[0], "too_many_requests", "Global limit has been reached"),
        (SHAPES[1], "Too Many Requests", None),
        (SHAPES[2], "too_many_requests", "Global limit has been reached"),
        (SHAPES[3], None, None),
    ],
)
def test_each_shape_of_429_is_slow_down(body: dict[str, Any], error: str | None, description: str | None) -> None:
    found = refusal(429, body, {"Retry-After": "7"})
    assert type(found) is errors.SlowDown
    assert (found.status, found.error, found.error_description) == (429, error, description)
    assert found.retry_after == 7


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("30", 30),
        ("0", 0),
        ("-5", 0),
        ("1.9", 1),
        (" 12 ", 12),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_the_wait_is_read_from_retry_after(retry_after: str, wait: int | None) -> None:
    assert refusal(429, {}, {"Retry-After": retry_after}).retry_after == wait


@pytest.mark.parametrize(("seconds", "low", "high"), [(600, 600 - DEADLINE, 600), (-60, 0, 0)])
def test_the_wait_is_counted_to_the_moment_of_the_reset(seconds: int, low: int, high: int) -> None:
    wait = refusal(429, {}, {"X-RateLimit-Reset": str(int(time.time()) + seconds)}).retry_after
    assert wait is not None and low <= wait <= high


def test_retry_after_wins_over_the_moment_of_the_reset() -> None:
    headers = {"X-RateLimit-Reset": str(int(time.time()) + 500), "Retry-After": "3"}
    assert refusal(429, {}, headers).retry_after == 3


def test_the_moment_of_the_reset_serves_where_retry_after_is_no_number() -> None:
    headers = {"X-RateLimit-Reset": str(int(time.time()) + 500), "Retry-After": "soon"}
    assert (refusal(429, {}, headers).retry_after or 0) > 500 - DEADLINE


@pytest.mark.parametrize("headers", [{}, {"X-RateLimit-Reset": "tomorrow"}])
def test_without_a_number_no_wait_is_made_up(headers: dict[str, str]) -> None:
    assert refusal(429, {}, headers).retry_after is None


def test_telling_headers_are_kept_in_lower_case_and_others_are_not() -> None:
    error = refusal(429, {}, {"X-RateLimit-Remaining": "0", "Set-Cookie": "did=secret", "Retry-After": "1"})
    assert error.headers == {"x-ratelimit-remaining": "0", "retry-after": "1"}
