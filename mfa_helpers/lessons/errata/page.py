"""What is wrong on the official page: each erratum as data, and how to send it as printed and corrected."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from ...client import errors
from . import ways
from .erratum import Erratum
from .tenant import FORM, JSON, ErrataTenant

PAGE = (
    "https://auth0.com/docs/secure/multi-factor-authentication/"
    "authenticate-using-ropg-flow-with-mfa/enroll-and-challenge-email-authenticators"
)
#: What is kept of the version compared: its date, and the fingerprints of the lines in its samples.
FILE = Path(__file__).with_name("compared.json")
_DATA: dict[str, str] = json.loads(FILE.read_text("utf-8"))
#: The version of the page that the lines belong to; Auth0 may have changed it since.
COMPARED = date.fromisoformat(_DATA["version"])
#: The fingerprints of the lines in its samples.
SAMPLES = frozenset(_DATA["samples"].split())

#: What a text shows if it has the samples in other languages than curl's.
_OTHER_LANGUAGES = r"RestClient|http\.NewRequest|Unirest|CURLOPT|http\.client|Net::HTTP"
_OOB_CODE = "200 with an oob_code"
_TOKENS = "200 with tokens"
_WRONG_CODE = "403 invalid_grant: Invalid binding_code."
_NOT_FOUND = "404 Not Found"
_SECRETS = "client_secret, mfa_token, oob_code, binding_code"

#: Those whose response the learner predicts, each with its question in `predictions`.
PREDICTED: tuple[Erratum, ...] = (
    Erratum(
        title="Wrong parameter name",
        lines=(44,),
        printed="`authentication_types`",
        stands=r"authentication_types",
        corrected="authenticator_types",
        why="You read the table, and the name there differs from the one in the samples.",
        gives="400 invalid_request: Missing required parameter: authenticator_types",
        corrected_gives=_OOB_CODE,
        as_printed=lambda practice: ways.associate_named(practice, "authentication_types"),
        as_corrected=lambda practice: ways.associate_named(practice, "authenticator_types"),
    ),
    Erratum(
        title="Secrets in the log",
        lines=(119, 282, 431, 566, 716),
        printed="console.error(error);",
        stands=r"console\.error\((?:error|err)\)",
        context=r"axios",
        corrected="print the status and the error code, never the error as a whole",
        why="Your log contains the secrets of everyone who mistyped a code, so you have to replace them all.",
        gives=f"{_WRONG_CODE}\nwhat is printed contains {_SECRETS}",
        corrected_gives=f"{_WRONG_CODE}\nwhat is printed contains none of {_SECRETS}",
        as_printed=ways.printed_error,
        as_corrected=ways.described_error,
    ),
    Erratum(
        title="Certificate check turned off",
        lines=(179, 333, 488, 617, 772),
        gone=date(2026, 7, 31),
        printed="http.verify_mode = OpenSSL::SSL::VERIFY_NONE",
        stands=r"VERIFY_NONE",
        context=r"Net::HTTP",
        corrected="http.verify_mode = OpenSSL::SSL::VERIFY_PEER",
        why="Nothing goes wrong until someone intercepts the connection. Then they get passwords, codes, and tokens.",
        gives="Ruby would send your tokens to any server that intercepts the connection, without an error",
        corrected_gives=f"refused before a byte was sent: SSLCertVerificationError\n{_OOB_CODE}",
        as_printed=ways.no_check,
        as_corrected=ways.checked,
    ),
    Erratum(
        title="Second authenticator",
        lines=(203,),
        printed="you must challenge the user with the existing factor",
        stands=r"challenge the user with the existing factor",
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
        lines=(315, 227, 244, 260, 296, 336, 657, 674, 693, 730, 752, 776),
        printed="… &mfa_token=%7BmfaToken%7D& … &client_secret=%7ByourClientSecret%7D",
        stands=r"%7B\w+%7D",
        context=_OTHER_LANGUAGES,
        corrected="payload = urlencode({…}), from the real values",
        why="You replaced every {…}, and the secret is still rejected. A new secret doesn't help.",
        gives="401 access_denied: Unauthorized\n403 invalid_grant: Malformed mfa_token",
        corrected_gives=_TOKENS,
        as_printed=ways.places,
        as_corrected=ways.values,
    ),
    Erratum(
        title="Wrong token lifetime",
        lines=(349, 789),
        printed='"expires_in": 600,',
        stands=r'"expires_in": ?600\b',
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
        lines=(507,),
        printed='--data \'{  "client_id": "{yourClientId}", …',
        stands=r"/mfa/challenge' \\ (?:(?!content-type)[^{]){0,300}(--data '\{[^']{0,1000}')(?! \\ --header 'content-type)",
        corrected=f"--header 'content-type: {JSON}' --data …",
        why="The tenant reports a missing mfa_token, although you can see it in your request.",
        gives="400 invalid_request: Missing required parameter: mfa_token",
        corrected_gives=_OOB_CODE,
        as_printed=lambda practice: ways.challenge_labeled(practice, FORM),
        as_corrected=lambda practice: ways.challenge_labeled(practice, JSON),
    ),
    Erratum(
        title="Wrong parameter for a challenge",
        lines=(822,),
        since=date(2025, 10, 31),
        printed="You also need to obtain the matching `authenticator_type` to issue challenges",
        stands=r"obtain the matching authenticator_type",
        corrected="authenticator_id",
        why="The tenant returns 200 and chooses for you, while your user waits at the other mailbox.",
        gives=f"{_OOB_CODE}\nthe code went to ada@example.com",
        corrected_gives=f"{_OOB_CODE}\nthe code went to ada+work@example.com",
        as_printed=lambda practice: ways.second_by(practice, "authenticator_type"),
        as_corrected=lambda practice: ways.second_by(practice, "authenticator_id"),
    ),
)

#: The others, in the order of the page: they are in a table.
OTHERS: tuple[Erratum, ...] = (
    Erratum(
        title="Wrong factor",
        lines=(2, 499),
        printed="using SMS or voice as an authentication factor",
        stands=r"using SMS or voice as an authentication factor|Challenge user with OTP",
        corrected="using email as an authentication factor",
        why="You wonder whether this is the right page. A heading also says OTP, which is the code from an authenticator app.",
    ),
    Erratum(
        title="Missing grant and directory",
        lines=(21,),
        printed="you'll need to enable the MFA grant type",
        stands=r"enable the MFA grant type(?!.{,400}default directory)",
        corrected="you also need the password grant, and a default directory or the realm",
        why="The first request is rejected. The directory, or the realm that you name, is the collection of users "
        "that the tenant searches.",
    ),
    Erratum(
        title="Access token or MFA token",
        lines=(31,),
        printed="you can obtain an … access token … for using the MFA API in different ways",
        stands=r"obtain an access token for using the MFA API",
        corrected="the mfa_token from the mfa_required response",
        why="“Malformed” makes you look for a copying error, but it's the wrong kind of token.",
        gives="403 invalid_grant: Malformed mfa_token",
        corrected_gives=_OOB_CODE,
        as_printed=lambda practice: ways.challenge_with(
            practice, ErrataTenant.mfa_access_token, "with an access token"
        ),
        as_corrected=lambda practice: ways.challenge_with(practice, ErrataTenant.mfa_token, "with the MFA token"),
    ),
    Erratum(
        title="Optional address",
        lines=(46,),
        printed="`email@address.com`, the users email address.",
        stands=r"email@address\.com, the users email address(?!.{,40}optional)",
        corrected="optional; without it, the tenant uses the address in the user's profile",
        why="You ask your users for an address that the tenant already has.",
    ),
    Erratum(
        title="Old C# library",
        lines=(57, 225, 379, 510, 654),
        printed='var client = new RestClient("https://{yourDomain}/mfa/associate");',
        stands=r"(var client = new RestClient\([^)]{0,200}\);) var request = new RestRequest\(Method\.(?:POST|GET)\)",
        context=r"RestClient",
        corrected="the same calls in the version that you install",
        why="The C# samples are for an old version of their library, so they don't compile.",
    ),
    Erratum(
        title="Unescaped quotation marks",
        lines=(156, 61, 78, 99, 133, 184, 512, 529, 545, 580, 599, 620),
        since=date(2025, 10, 14),
        printed=ways.QUOTES,
        stands=r'"\{ +"\w+":',
        context=_OTHER_LANGUAGES,
        corrected='payload = json.dumps({"authenticator_types": ["oob"], …})',
        why="The string ends at the second quotation mark. These samples, in six languages, have never been run.",
        gives="SyntaxError at character 15",
        corrected_gives=_OOB_CODE,
        as_printed=ways.quotes_as_printed,
        as_corrected=ways.quotes_corrected,
    ),
    Erratum(
        title="Unchecked status",
        lines=(85, 248, 403, 533, 680),
        printed="res, _ := http.DefaultClient.Do(req)",
        stands=r"res, _ := http\.DefaultClient\.Do\(req\)",
        context=r"http\.DefaultClient",
        corrected="if response.status != 200: … # branch on the response's error",
        why="No sample checks the status. A rejected request looks like success, and it fails later.",
        gives=f"{_WRONG_CODE}\nthe program continues with None as its access token",
        corrected_gives=f"{_WRONG_CODE}\nthe program stops: {errors.WrongCode.what} {errors.WrongCode.next_step}",
        as_printed=ways.status_unseen,
        as_corrected=ways.status_seen,
    ),
    Erratum(
        title="PHP without its first line",
        lines=(123, 286, 435, 570, 720),
        printed="$curl = curl_init();",
        stands=r"(?<!<\?php )\$curl = curl_init\(\);",
        context=r"curl_init",
        corrected="<?php before it",
        why="PHP prints the program, with your secrets, instead of running it.",
    ),
    Erratum(
        title="Missing host",
        lines=(154, 313, 465, 597, 750),
        printed='conn = http.client.HTTPSConnection("")',
        stands=r'HTTPSConnection\(""\)',
        context=r"http\.client",
        corrected='conn = http.client.HTTPSConnection("{yourDomain}")',
        why="The error mentions name resolution, so you look for a network problem.",
        gives="no connection: gaierror",
        corrected_gives=_OOB_CODE,
        as_printed=ways.no_host,
        as_corrected=ways.a_host,
    ),
    Erratum(
        title="Host in the path",
        lines=(163, 317, 472, 601, 756),
        printed='conn.request("POST", "/{yourDomain}/mfa/associate", payload, headers)',
        stands=r'conn\.request\("(?:POST|GET)", "/\{yourDomain\}/',
        context=r"http\.client",
        corrected='conn.request("POST", "/mfa/associate", payload, headers)',
        why="You've filled in the domain twice, and a 404 makes you doubt it.",
        gives=_NOT_FOUND,
        corrected_gives=_OOB_CODE,
        as_printed=lambda practice: ways.associate_at(practice, f"/{practice.host}/mfa/associate"),
        as_corrected=lambda practice: ways.associate_at(practice, "/mfa/associate"),
    ),
    Erratum(
        title="Missing recovery codes",
        lines=(205,),
        printed="you'll notice the response includes `recovery_codes`",
        stands=r"you'll notice the response includes recovery_codes",
        corrected="turn on the recovery-code factor, and allow for a missing field",
        why="The recovery-code factor is off by default, so your first user causes an exception.",
        gives=f"{_OOB_CODE}\nrecovery_codes: KeyError: 'recovery_codes'",
        corrected_gives=f"{_OOB_CODE}\nrecovery_codes: 1 recovery code",
        as_printed=lambda practice: ways.recovery_codes(practice),
        as_corrected=lambda practice: ways.recovery_codes(practice, "recovery-code"),
    ),
    Erratum(
        title="Misspelled token path",
        lines=(211,),
        printed="[**`/oath/token`**]",
        stands=r"/oath/token",
        corrected="/oauth/token",
        why="One letter is missing, and the 404 makes you suspect the domain.",
        gives=_NOT_FOUND,
        corrected_gives=_TOKENS,
        as_printed=lambda practice: ways.confirm_at(practice, "/oath/token"),
        as_corrected=lambda practice: ways.confirm_at(practice, "/oauth/token"),
    ),
    Erratum(
        title="Form without a content type",
        lines=(317, 246, 259),
        printed='conn.request("POST", "/{yourDomain}/oauth/token", payload)',
        stands=r'conn\.request\("POST", "[^"]*/oauth/token", payload\)'
        r'|/oauth/token" payload := \S+\("[^)]{0,1000}"\) (req, _ := http\.NewRequest\("POST", url, payload\)) res,'
        r'|(Unirest\.post\("[^"]*/oauth/token"\)) \.body\(',
        context=r"http\.client|http\.NewRequest|Unirest",
        corrected=f"headers = {{'content-type': '{FORM}'}}",
        why="Go and Python send no content type, and Java sends text/plain. Auth0 doesn't document the response, "
        "so the sandbox's is an assumption.",
        gives="400 invalid_request: Missing required parameter: grant_type",
        corrected_gives=_TOKENS,
        as_printed=lambda practice: ways.confirm_labeled(practice, None, "text/plain; charset=UTF-8"),
        as_corrected=lambda practice: ways.confirm_labeled(practice, FORM),
    ),
    Erratum(
        title="Invalid JSON",
        lines=(815, 816),
        since=date(2025, 10, 31),
        printed='{ "type": "email"} //can only work with challenge',
        stands=r'\{ "type": "recovery-code" \} \{|"email" ?\} ?//',
        corrected="a comma before it, no comment after it",
        why="You paste it into a test and look for the error in your test.",
        gives="JSONDecodeError on the page's line 816: Expecting ',' delimiter",
        corrected_gives="403 mfa_required: Multifactor authentication required\nmfa_requirements.challenge: ['email']",
        as_printed=lambda practice: ways.not_json(practice, after=813),
        as_corrected=ways.real_requirements,
    ),
    Erratum(
        title="Misspelled list path",
        lines=(822,),
        since=date(2025, 10, 31),
        printed="[`mfa/authenticator`]",
        stands=r"mfa/authenticator\b",
        corrected="GET /mfa/authenticators",
        why="One letter is missing again.",
        gives=_NOT_FOUND,
        corrected_gives="200 with 1 row",
        as_printed=lambda practice: ways.list_at(practice, "/mfa/authenticator"),
        as_corrected=lambda practice: ways.list_at(practice, "/mfa/authenticators"),
    ),
    Erratum(
        title="Misspelled links",
        lines=(822, 841),
        since=date(2025, 10, 31),
        printed="/docs/api/authentication/muti-factor-authentication/list-authenticators",
        stands=r"/muti-factor",
        context=r"/docs/",
        corrected="/docs/api/authentication/multi-factor-authentication/list-authenticators",
        why="You have to find the documentation of the call yourself. Line 357 doesn't even have a link.",
    ),
    Erratum(
        title="List without an email",
        lines=(834,),
        since=date(2025, 10, 31),
        printed='"id": "totp|dev_6NWz8awwC8brh2dN",',
        stands=r'^(?!.*"id": "email\|).*?("id": "totp\|)',
        corrected="a row whose id begins with email|",
        why="The sample doesn't show the authenticator that the page is about.",
    ),
    Erratum(
        title="Wrong trigger",
        lines=(843,),
        since=date(2025, 10, 31),
        printed="Actions Triggers: post-challenge - API Object",
        stands=r"Actions Triggers: post-challenge",
        corrected="the trigger post-login",
        why="The link leads to password resets, where you can't customize a login.",
    ),
)
ERRATA = PREDICTED + OTHERS
