"""What is wrong on the official page: each erratum as data, and how to send it as printed and corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ...client import errors
from . import ways
from .outcome import Outcome
from .throwaway_tenant import FORM, JSON, ThrowawayTenant
from .ways import Way

PAGE = (
    "https://auth0.com/docs/secure/multi-factor-authentication/"
    "authenticate-using-ropg-flow-with-mfa/enroll-and-challenge-email-authenticators"
)
#: The version of the page that the lines belong to; Auth0 may have changed it since.
COMPARED = date(2026, 5, 5)


def _nothing(_: ThrowawayTenant) -> Iterator[Outcome]:
    """An error in the page's words, which no request contains."""
    return iter(())


@dataclass(frozen=True, kw_only=True)
class Erratum:
    """`lines` of the page say `printed`, where `corrected` is right; `why` says why it matters.

    The ways send both to a throwaway tenant. `gives` is what the tenant, or the program, makes of
    what is printed, and `corrected_gives` what it makes of the correction, each in lines.
    """

    title: str
    lines: tuple[int, ...]
    printed: str
    corrected: str
    why: str
    gives: str = ""
    corrected_gives: str = ""
    as_printed: Way = _nothing
    as_corrected: Way = _nothing

    @property
    def where(self) -> str:
        """The lines, in words."""
        return f"line{'s' if len(self.lines) > 1 else ''} {', '.join(map(str, self.lines))}"


_OOB_CODE = "200 with an oob_code"
_TOKENS = "200 with tokens"
_WRONG_CODE = "403 invalid_grant: Invalid binding_code."
_NOT_FOUND = "404 Not Found"
_SECRETS = "client_secret, mfa_token, oob_code, binding_code"

#: Those whose response the learner predicts, each with its question in `predictions`.
PREDICTED: tuple[Erratum, ...] = (
    Erratum(
        title="Wrong parameter name",
        lines=(160,),
        printed="`authentication_types`",
        corrected="authenticator_types",
        why="You read the table, and the name there differs from the one in the samples.",
        gives="400 invalid_request: Missing required parameter: authenticator_types",
        corrected_gives=_OOB_CODE,
        as_printed=lambda throwaway: ways.associate_named(throwaway, "authentication_types"),
        as_corrected=lambda throwaway: ways.associate_named(throwaway, "authenticator_types"),
    ),
    Erratum(
        title="Secrets in the log",
        lines=(239, 409, 565, 707, 864),
        printed="console.error(error);",
        corrected="print the status and the error code, never the error as a whole",
        why="Your log contains the secrets of everyone who mistyped a code, so you have to replace them all.",
        gives=f"{_WRONG_CODE}\nwhat is printed contains {_SECRETS}",
        corrected_gives=f"{_WRONG_CODE}\nwhat is printed contains none of {_SECRETS}",
        as_printed=ways.printed_error,
        as_corrected=ways.described_error,
    ),
    Erratum(
        title="Certificate check turned off",
        lines=(302, 463, 625, 761, 923),
        printed="http.verify_mode = OpenSSL::SSL::VERIFY_NONE",
        corrected="http.verify_mode = OpenSSL::SSL::VERIFY_PEER",
        why="Nothing happens until someone is in between. Then they get passwords, codes, and tokens.",
        gives="Ruby would send your tokens to any server in between, and notice nothing",
        corrected_gives=f"refused before a byte was sent: SSLCertVerificationError\n{_OOB_CODE}",
        as_printed=ways.no_check,
        as_corrected=ways.checked,
    ),
    Erratum(
        title="Second authenticator",
        lines=(326,),
        printed="you must challenge the user with the existing factor",
        corrected="sign in for the audience https://{yourDomain}/mfa/ with scope enroll",
        why="You do what the page says and get the same error again.",
        gives=f"{_OOB_CODE}\n{_TOKENS}\n403 access_denied: User is already enrolled.\n"
        "401 invalid_grant: The mfa_token provided is invalid. Try getting a new token.",
        corrected_gives=_OOB_CODE,
        as_printed=ways.challenge_first,
        as_corrected=ways.sign_in_for_the_mfa_audience,
    ),
    Erratum(
        title="Encoded placeholders",
        lines=(444, 351, 369, 386, 424, 466, 802, 820, 840, 879, 902, 927),
        printed="… &mfa_token=%7BmfaToken%7D& … &client_secret=%7ByourClientSecret%7D",
        corrected="payload = urlencode({…}), from the real values",
        why="You replaced every {…}, and the secret is still rejected. A new secret doesn't help.",
        gives="401 access_denied: Unauthorized\n403 invalid_grant: Malformed mfa_token",
        corrected_gives=_TOKENS,
        as_printed=ways.places,
        as_corrected=ways.values,
    ),
    Erratum(
        title="Wrong token lifetime",
        lines=(479, 940),
        printed='"expires_in": 600,',
        corrected="expires_in as the response says: 86400 here",
        why="You sign your users out every ten minutes, although their tokens are valid for a day.",
        gives=f"{_TOKENS}\nexpires_in: 86400, where the page shows 600\n"
        "200 with email, email_verified, name, nickname, picture, sub, updated_at",
        corrected_gives=f"{_TOKENS}\nvalid for 86400 seconds\n200 with 1 row\n401 expired_token: mfa_token is expired",
        as_printed=ways.thrown_away,
        as_corrected=ways.looked_at,
    ),
    Erratum(
        title="JSON labeled as a form",
        lines=(644,),
        printed='--data \'{  "client_id": "{yourClientId}", …',
        corrected=f"--header 'content-type: {JSON}' --data …",
        why="The tenant reports a missing mfa_token, and you're looking at it.",
        gives="400 invalid_request: Missing required parameter: mfa_token",
        corrected_gives=_OOB_CODE,
        as_printed=lambda throwaway: ways.challenge_labeled(throwaway, FORM),
        as_corrected=lambda throwaway: ways.challenge_labeled(throwaway, JSON),
    ),
    Erratum(
        title="Wrong parameter for a challenge",
        lines=(973,),
        printed="You also need to obtain the matching `authenticator_type` to issue challenges",
        corrected="authenticator_id",
        why="The tenant returns 200 and chooses for you, while your user waits at the other mailbox.",
        gives=f"{_OOB_CODE}\nthe code went to ada@example.com",
        corrected_gives=f"{_OOB_CODE}\nthe code went to ada+work@example.com",
        as_printed=lambda throwaway: ways.second_by(throwaway, "authenticator_type"),
        as_corrected=lambda throwaway: ways.second_by(throwaway, "authenticator_id"),
    ),
)

#: The others, in the order of the page: they are in a table.
OTHERS: tuple[Erratum, ...] = (
    Erratum(
        title="Another factor",
        lines=(5, 636),
        printed="using SMS or voice as an authentication factor",
        corrected="using email as an authentication factor",
        why="You wonder whether this is the right page. A heading says OTP, too, the code from an authenticator app.",
    ),
    Erratum(
        title="Missing grant and directory",
        lines=(137,),
        printed="you'll need to enable the MFA grant type",
        corrected="you also need the password grant, and a default directory or the realm",
        why="The first request is rejected. The directory, or the realm that you name, is the collection of users "
        "that the tenant searches.",
    ),
    Erratum(
        title="Access token or MFA token",
        lines=(147, 154, 638),
        printed="you can obtain an … access token … for using the MFA API in different ways",
        corrected="the mfa_token of mfa_required",
        why="“Malformed” makes you look for a copying error, but it's the wrong kind of token.",
        gives="403 invalid_grant: Malformed mfa_token",
        corrected_gives=_OOB_CODE,
        as_printed=lambda throwaway: ways.challenge_with(
            throwaway, ThrowawayTenant.mfa_access_token, "with an access token"
        ),
        as_corrected=lambda throwaway: ways.challenge_with(throwaway, ThrowawayTenant.mfa_token, "with the MFA token"),
    ),
    Erratum(
        title="Optional address",
        lines=(162,),
        printed="`email@address.com`, the users email address.",
        corrected="optional; without it, the tenant uses the address in the user's profile",
        why="You ask your users for an address that the tenant already has.",
    ),
    Erratum(
        title="Old C# library",
        lines=(174,),
        printed='var client = new RestClient("https://{yourDomain}/mfa/associate");',
        corrected="the same calls of the version that you install",
        why="The C# samples are for an old version of their library, so they don't compile.",
    ),
    Erratum(
        title="Unescaped quotation marks",
        lines=(278, 178, 196, 218, 254, 307, 650, 668, 685, 722, 742, 764),
        printed=ways.QUOTES,
        corrected='payload = json.dumps({"authenticator_types": ["oob"], …})',
        why="The string ends at the second quotation mark. These samples, in six languages, have never been run.",
        gives="SyntaxError at character 15",
        corrected_gives=_OOB_CODE,
        as_printed=ways.quotes_as_printed,
        as_corrected=ways.quotes_corrected,
    ),
    Erratum(
        title="Unchecked status",
        lines=(203, 373, 535, 672, 826),
        printed="res, _ := http.DefaultClient.Do(req)",
        corrected="if response.status != 200: … # branch on the response's error",
        why="No sample checks the status. A rejected request looks like success, and it fails later.",
        gives=f"{_WRONG_CODE}\nthe program continues with None as its access token",
        corrected_gives=f"{_WRONG_CODE}\nthe program stops: {errors.WrongCode.what} {errors.WrongCode.next_step}",
        as_printed=ways.status_unseen,
        as_corrected=ways.status_seen,
    ),
    Erratum(
        title="PHP without its first line",
        lines=(244,),
        printed="$curl = curl_init();",
        corrected="<?php before it",
        why="PHP prints the program, with your secrets, instead of running it.",
    ),
    Erratum(
        title="Missing host",
        lines=(276, 442, 601, 740, 900),
        printed='conn = http.client.HTTPSConnection("")',
        corrected='conn = http.client.HTTPSConnection("{yourDomain}")',
        why="The error mentions name resolution, so you look for a network problem.",
        gives="no connection: gaierror",
        corrected_gives=_OOB_CODE,
        as_printed=ways.no_host,
        as_corrected=ways.a_host,
    ),
    Erratum(
        title="Host in the path",
        lines=(285, 446, 608, 744, 906),
        printed='conn.request("POST", "/{yourDomain}/mfa/associate", payload, headers)',
        corrected='conn.request("POST", "/mfa/associate", payload, headers)',
        why="You've filled in the domain twice, and a 404 makes you doubt it.",
        gives=_NOT_FOUND,
        corrected_gives=_OOB_CODE,
        as_printed=lambda throwaway: ways.associate_at(throwaway, f"/{throwaway.host}/mfa/associate"),
        as_corrected=lambda throwaway: ways.associate_at(throwaway, "/mfa/associate"),
    ),
    Erratum(
        title="Missing recovery codes",
        lines=(328,),
        printed="you'll notice the response includes `recovery_codes`",
        corrected="turn on the recovery-code factor, and expect that the field may be missing",
        why="The recovery-code factor is off by default, so your first user causes an exception.",
        gives=f"{_OOB_CODE}\nrecovery_codes: KeyError: 'recovery_codes'",
        corrected_gives=f"{_OOB_CODE}\nrecovery_codes: 1 recovery code",
        as_printed=lambda throwaway: ways.recovery_codes(throwaway),
        as_corrected=lambda throwaway: ways.recovery_codes(throwaway, "recovery-code"),
    ),
    Erratum(
        title="Misspelled token path",
        lines=(334,),
        printed="[**`/oath/token`**]",
        corrected="/oauth/token",
        why="One letter is missing, and you take the 404 for a wrong domain.",
        gives=_NOT_FOUND,
        corrected_gives=_TOKENS,
        as_printed=lambda throwaway: ways.confirm_at(throwaway, "/oath/token"),
        as_corrected=lambda throwaway: ways.confirm_at(throwaway, "/oauth/token"),
    ),
    Erratum(
        title="Form without a content type",
        lines=(446, 371, 385),
        printed='conn.request("POST", "/{yourDomain}/oauth/token", payload)',
        corrected=f"headers = {{'content-type': '{FORM}'}}",
        why="Go and Python send no content type, and Java sends text/plain. Auth0 doesn't document the response, "
        "so the sandbox's is an assumption.",
        gives="400 invalid_request: Missing required parameter: grant_type",
        corrected_gives=_TOKENS,
        as_printed=lambda throwaway: ways.confirm_labeled(throwaway, None, "text/plain; charset=UTF-8"),
        as_corrected=lambda throwaway: ways.confirm_labeled(throwaway, FORM),
    ),
    Erratum(
        title="Invalid JSON",
        lines=(966, 967),
        printed='{ "type": "email"} //can only work with challenge',
        corrected="a comma before it, no comment behind it",
        why="You paste it into a test and look for the error in your test.",
        gives="JSONDecodeError on the page's line 967: Expecting ',' delimiter",
        corrected_gives="403 mfa_required: Multifactor authentication required\nmfa_requirements.challenge: ['email']",
        as_printed=ways.not_json,
        as_corrected=ways.real_requirements,
    ),
    Erratum(
        title="Misspelled list path",
        lines=(973,),
        printed="[`mfa/authenticator`]",
        corrected="GET /mfa/authenticators",
        why="One letter is missing again.",
        gives=_NOT_FOUND,
        corrected_gives="200 with 1 row",
        as_printed=lambda throwaway: ways.list_at(throwaway, "/mfa/authenticator"),
        as_corrected=lambda throwaway: ways.list_at(throwaway, "/mfa/authenticators"),
    ),
    Erratum(
        title="Misspelled links",
        lines=(973, 992),
        printed="/docs/api/authentication/muti-factor-authentication/list-authenticators",
        corrected="/docs/api/authentication/multi-factor-authentication/list-authenticators",
        why="You have to find the documentation of the call yourself. On line 487, there isn't even a link.",
    ),
    Erratum(
        title="List without an email",
        lines=(985,),
        printed='"id": "totp|dev_6NWz8awwC8brh2dN",',
        corrected="a row whose id begins with email|",
        why="The sample doesn't show the authenticator that the page is about.",
    ),
    Erratum(
        title="Another trigger",
        lines=(994,),
        printed="Actions Triggers: post-challenge - API Object",
        corrected="the trigger post-login",
        why="The link leads to password resets, where you can't customize a login.",
    ),
)
ERRATA = PREDICTED + OTHERS
