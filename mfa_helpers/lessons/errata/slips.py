"""The slips as data: where on the page, the line, what to write instead, what it costs, and how to send both.

Line numbers are those of the page's text.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import ways
from .throwaway_tenant import FORM, JSON, ThrowawayTenant
from .ways import Way


@dataclass(frozen=True, kw_only=True)
class Slip:
    """`where` are line numbers of the page, `line` is what stands there, `instead` what to write."""

    number: int
    where: str
    line: str
    instead: str
    costs: str
    as_printed: Way
    mended: Way


SLIPS: tuple[Slip, ...] = (
    Slip(
        number=1,
        where="160",
        line="`authentication_types`",
        instead="authenticator_types",
        costs="You read the table, and the name there differs from the one in the samples.",
        as_printed=lambda throwaway: ways.associate_named(throwaway, "authentication_types"),
        mended=lambda throwaway: ways.associate_named(throwaway, "authenticator_types"),
    ),
    Slip(
        number=2,
        where="278 (and 178, 196, 218, 254, 307, 650, 668, 685, 722, 742, 764)",
        line=ways.QUOTES,
        instead='payload = json.dumps({"authenticator_types": ["oob"], …})',
        costs="12 samples in six languages don't compile, so they were never run.",
        as_printed=ways.quotes_as_printed,
        mended=ways.quotes_mended,
    ),
    Slip(
        number=3,
        where="276 (and 442, 601, 740, 900)",
        line='conn = http.client.HTTPSConnection("")',
        instead='conn = http.client.HTTPSConnection("{yourDomain}")',
        costs="The error mentions name resolution, so you look for a network problem.",
        as_printed=ways.no_host,
        mended=ways.a_host,
    ),
    Slip(
        number=4,
        where="285 (and 446, 608, 744, 906)",
        line='conn.request("POST", "/{yourDomain}/mfa/associate", payload, headers)',
        instead='conn.request("POST", "/mfa/associate", payload, headers)',
        costs="You've filled in the domain twice, and a 404 makes you doubt it.",
        as_printed=lambda throwaway: ways.associate_at(throwaway, f"/{throwaway.host}/mfa/associate"),
        mended=lambda throwaway: ways.associate_at(throwaway, "/mfa/associate"),
    ),
    Slip(
        number=5,
        where="302 (and 463, 625, 761, 923)",
        line="http.verify_mode = OpenSSL::SSL::VERIFY_NONE",
        instead="http.verify_mode = OpenSSL::SSL::VERIFY_PEER",
        costs="Nothing happens until someone is in between. Then they get passwords, codes, and tokens.",
        as_printed=ways.no_check,
        mended=ways.checked,
    ),
    Slip(
        number=6,
        where="203 (and 373, 535, 672, 826; no sample looks at the status)",
        line="res, _ := http.DefaultClient.Do(req)",
        instead="if response.status != 200: … # branch on the response's error",
        costs="A rejected request looks like success, and the failure shows up three steps later.",
        as_printed=ways.status_unseen,
        mended=ways.status_seen,
    ),
    Slip(
        number=7,
        where="239 (and 409, 565, 707, 864)",
        line="console.error(error);",
        instead="print the status and the error code, never the error as a whole",
        costs="Your log contains the secrets of everyone who mistyped a code, so you have to replace them all.",
        as_printed=ways.printed_error,
        mended=ways.described_error,
    ),
    Slip(
        number=8,
        where="326",
        line="you must challenge the user with the existing factor",
        instead="sign in for the audience https://{yourDomain}/mfa/ with scope enroll",
        costs="You do what the page says and get the same error again.",
        as_printed=ways.challenge_first,
        mended=ways.sign_in_for_the_mfa_audience,
    ),
    Slip(
        number=9,
        where="328",
        line="you'll notice the response includes `recovery_codes`",
        instead="turn on the recovery-code factor, and expect that the field may be missing",
        costs="The recovery-code factor is off by default, so your first user causes an exception.",
        as_printed=lambda throwaway: ways.recovery_codes(throwaway),
        mended=lambda throwaway: ways.recovery_codes(throwaway, "recovery-code"),
    ),
    Slip(
        number=10,
        where="334",
        line="[**`/oath/token`**]",
        instead="/oauth/token",
        costs="One letter is missing, and you take the 404 for a wrong domain.",
        as_printed=lambda throwaway: ways.confirm_at(throwaway, "/oath/token"),
        mended=lambda throwaway: ways.confirm_at(throwaway, "/oauth/token"),
    ),
    Slip(
        number=11,
        where="444 (and 351, 369, 386, 424, 466, 802, 820, 840, 879, 902, 927)",
        line="… &mfa_token=%7BmfaToken%7D& … &client_id={yourClientId}&client_secret=%7ByourClientSecret%7D",
        instead="payload = urlencode({…}), from the real values",
        costs="You replaced every {…}, and the secret is still rejected. A new secret doesn't help.",
        as_printed=ways.places,
        mended=ways.values,
    ),
    Slip(
        number=12,
        where="446 (and 371, 385)",
        line='conn.request("POST", "/{yourDomain}/oauth/token", payload)',
        instead=f"headers = {{'content-type': '{FORM}'}}",
        costs="The tenant reports a missing field that's in your code.",
        as_printed=lambda throwaway: ways.confirm_labeled(throwaway, None, "text/plain; charset=UTF-8"),
        mended=lambda throwaway: ways.confirm_labeled(throwaway, FORM),
    ),
    Slip(
        number=13,
        where="479 (and 940)",
        line='"expires_in": 600,',
        instead="expires_in as the response says: 86400 here",
        costs="You sign your users out every ten minutes, although their tokens are valid for a day.",
        as_printed=ways.thrown_away,
        mended=ways.looked_at,
    ),
    Slip(
        number=14,
        where="147 (against 154 and 638)",
        line="you can obtain an … access token … for using the MFA API in different ways",
        instead="the mfa_token of mfa_required",
        costs="“Malformed” makes you look for a copying error, but it's the wrong kind of token.",
        as_printed=lambda throwaway: ways.challenge_with(
            throwaway, ThrowawayTenant.mfa_access_token, "with an access token"
        ),
        mended=lambda throwaway: ways.challenge_with(throwaway, ThrowawayTenant.mfa_token, "with the MFA token"),
    ),
    Slip(
        number=15,
        where="644",
        line='--data \'{  "client_id": "{yourClientId}", …',
        instead=f"--header 'content-type: {JSON}' --data …",
        costs="The tenant reports a missing mfa_token, and you're looking at it.",
        as_printed=lambda throwaway: ways.challenge_labeled(throwaway, FORM),
        mended=lambda throwaway: ways.challenge_labeled(throwaway, JSON),
    ),
    Slip(
        number=16,
        where="966, 967",
        line='{ "type": "email"} //can only work with challenge',
        instead="a comma before it, no comment behind it",
        costs="You paste it into a test and look for the error in your test.",
        as_printed=ways.not_json,
        mended=ways.real_requirements,
    ),
    Slip(
        number=17,
        where="973",
        line="[`mfa/authenticator`]",
        instead="GET /mfa/authenticators",
        costs="One letter is missing again, and the link next to it is misspelled, too.",
        as_printed=lambda throwaway: ways.list_at(throwaway, "/mfa/authenticator"),
        mended=lambda throwaway: ways.list_at(throwaway, "/mfa/authenticators"),
    ),
    Slip(
        number=18,
        where="973",
        line="You also need to obtain the matching `authenticator_type` to issue challenges",
        instead="authenticator_id",
        costs="The tenant returns 200 and chooses for you, while your user waits at the other mailbox.",
        as_printed=lambda throwaway: ways.second_by(throwaway, "authenticator_type"),
        mended=lambda throwaway: ways.second_by(throwaway, "authenticator_id"),
    ),
)
