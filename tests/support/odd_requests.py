"""Odd requests: right ones with up to three things spoilt, so that they get behind the doors.

Where they go is asked of the application itself: a new address is visited without being written down here.
"""

import base64
import math
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import SimpleNamespace

import liquid
from hypothesis import strategies as st

from mfa_helpers.sandbox.app import create_app

from .sandbox_api import FORM, JSON, MFA_OOB, MFA_OTP, MFA_RECOVERY, PASSWORD, PASSWORD_REALM

FACTORS = ["email", "otp", "sms", "push-notification", "recovery-code"]
ROUTES = sorted(
    (method, route.path)
    for route in create_app(SimpleNamespace()).routes
    for method in route.methods - {"HEAD"}
    if route.path != "/sandbox/stay"  # whose answer has no end
)


# right requests


@dataclass(frozen=True)
class Known:
    """Something the scene knows by this name."""

    name: str


def known(*names):
    return {name: Known(name) for name in names}


CLIENT = known("client_id", "client_secret")
LOGIN = {**known("username", "password"), **CLIENT, "scope": "openid profile email offline_access"}
MANAGEMENT = {"client_id": Known("management_client_id"), "client_secret": Known("management_client_secret")}
ASSERTION = {
    "client_id": Known("client_id"),
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": Known("id_token"),
}
TEMPLATE = {"template": "mfa_oob_code", "body": "<p>{{ code }}</p>", "from": "{{ friendly_name }} <a@example.com>",
            "subject": "{{ user.name | escape }}: {{ code }}", "syntax": "liquid", "enabled": True,
            "urlLifetimeInSeconds": 60, "resultUrl": None}  # fmt: skip
PROVIDER = {"name": "smtp", "enabled": True, "default_from_address": "a@example.com", "settings": {"a": {"b": 1}},
            "credentials": {"smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_user": "u", "smtp_pass": "p"}}  # fmt: skip
API = {"identifier": "https://new.example/", "name": "New", "scopes": [{"value": "a:b"}], "allow_offline_access": True}
USER = {"connection": "Username-Password-Authentication", "email": "new@example.com", "password": "x",
        "email_verified": True, "name": "New", "verify_email": False}  # fmt: skip
SETTINGS = {"default_directory": None, "friendly_name": "Ada, Inc.", "support_email": "help@example.com",
            "support_url": "https://example.com", "customize_mfa_in_postlogin_action": True,
            "allowed_logout_urls": ["http://localhost:3000"]}  # fmt: skip
CREDENTIAL = {"credential_type": "public_key", "name": "key", "alg": "RS256", "pem": Known("pem")}
KEYS = {"client_authentication_methods": {"private_key_jwt": {"credentials": [{"id": Known("credential_id")}]}}}
CALLBACK = "http://localhost:3000/callback"
AUTHORIZE = {"client_id": Known("client_id"), "redirect_uri": CALLBACK, "response_type": "code", "state": "x",
             "scope": "openid"}  # fmt: skip
OOB = {"authenticator_types": ["oob"]}
FAULT = {"path": "/oauth/token", "kind": "unavailable", "times": 2, "seconds": 0}
WANTED = {  # settings of a reset
    "factors": FACTORS, "mfa_policy": ["all-applications"], "default_directory": "x", "friendly_name": "x",
    "support_email": "", "support_url": "", "mfa_at_refresh": False, "request_limits": True, "allowed_origins": ["http://localhost:3000"],
    "email_verified": True, "grant_types": [PASSWORD], "callbacks": [CALLBACK], "allowed_logout_urls": [CALLBACK],
    "customize_mfa_in_postlogin_action": True, "codes_begin_with_zero": True,
}  # fmt: skip

#: The fields of right requests: the query of a GET, else the body. Addresses that are not here get none to begin with.
RIGHT = {
    ("POST", "/oauth/token"): [
        {"grant_type": PASSWORD, **LOGIN},
        {"grant_type": PASSWORD, **LOGIN, "audience": Known("mfa_audience")},
        {"grant_type": PASSWORD_REALM, **LOGIN, **known("audience"), "realm": "Username-Password-Authentication"},
        {"grant_type": MFA_OOB, **known("mfa_token", "oob_code", "binding_code"), **CLIENT},
        {"grant_type": MFA_OOB, "mfa_token": Known("new_mfa_token"), "oob_code": Known("push_code"), **CLIENT},
        {"grant_type": MFA_OTP, **known("mfa_token", "otp"), **CLIENT},
        {"grant_type": MFA_RECOVERY, **known("mfa_token", "recovery_code"), **CLIENT},
        {"grant_type": "refresh_token", **known("refresh_token"), **CLIENT, "scope": "openid"},
        {"grant_type": "refresh_token", **known("refresh_token"), **ASSERTION},
        {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK, "code_verifier": "x", **CLIENT},
        {"grant_type": "client_credentials", **MANAGEMENT, "audience": Known("management_audience")},
    ],
    ("GET", "/authorize"): [
        AUTHORIZE,
        {**AUTHORIZE, "prompt": "none", "response_mode": "web_message", "nonce": "x", "max_age": "1"},
        {**AUTHORIZE, "code_challenge": "A" * 43, "code_challenge_method": "S256", "audience": Known("audience")},
    ],
    ("GET", "/u/login"): [{"state": "x"}],
    ("POST", "/u/login"): [{"state": "x", **known("username", "password")}],
    ("GET", "/u/mfa"): [{"state": "x"}],
    ("POST", "/u/mfa-{kind}-challenge"): [{"state": "x", "code": "123456", "authenticator": Known("email_id")}],
    ("GET", "/v2/logout"): [{"client_id": Known("client_id"), "returnTo": CALLBACK}],
    ("GET", "/oidc/logout"): [{"id_token_hint": Known("id_token"), "post_logout_redirect_uri": CALLBACK, "state": "x"}],
    ("POST", "/oidc/logout"): [{"id_token_hint": Known("id_token"), "logout_hint": "x", "confirmed": "x"}],
    ("POST", "/oauth/revoke"): [{"token": Known("refresh_token"), **CLIENT}],
    ("POST", "/mfa/associate"): [
        {**OOB, "oob_channels": ["email"], "email": "b@example.com"},
        {**OOB, "oob_channels": ["sms"], "phone_number": "+15550100167"},
        {**OOB, "oob_channels": ["voice", "auth0"], "phone_number": "+15550100167", **CLIENT},
        {**OOB, "oob_channels": ["auth0"]},
        {"authenticator_types": ["otp"]},
    ],
    ("POST", "/mfa/challenge"): [
        {**known("mfa_token"), "challenge_type": "oob", **CLIENT},
        {**known("mfa_token"), "challenge_type": "otp oob", "authenticator_id": Known("email_id"), **CLIENT},
    ],
    ("GET", "/me/v1/authentication-methods"): [{"type": "email"}],
    ("POST", "/me/v1/authentication-methods"): [{"type": "email", "email": "b@example.com"}],
    ("POST", "/me/v1/authentication-methods/{id}/verify"): [{"auth_session": Known("oob_code"), "otp_code": "000000"}],
    ("PUT", "/api/v2/guardian/factors/{name}"): [{"enabled": True}],
    ("PUT", "/api/v2/guardian/policies"): [["all-applications"]],
    ("PATCH", "/api/v2/clients/{id}"): [
        {"name": "x", "grant_types": [PASSWORD, MFA_OOB], "token_endpoint_auth_method": "client_secret_basic"},
        {"callbacks": ["http://localhost:3000/callback"], "allowed_logout_urls": None, "web_origins": ["http://localhost:3000"]},
        KEYS,
    ],
    ("POST", "/api/v2/clients/{id}/credentials"): [CREDENTIAL],
    ("POST", "/api/v2/resource-servers"): [API],
    ("PATCH", "/api/v2/resource-servers/{id:path}"): [{"name": "x", "scopes": [{"value": "c:d"}]}],
    ("POST", "/api/v2/users"): [USER],
    ("GET", "/api/v2/users-by-email"): [{"email": Known("username")}],
    ("PATCH", "/api/v2/users/{id}"): [{"email_verified": True, "blocked": False, "name": "x", "password": "y"}],
    ("POST", "/api/v2/users/{id}/authentication-methods"): [
        {"type": "email", "name": "x", "email": "c@example.com"},
        {"type": "phone", "phone_number": "+15550100168", "preferred_authentication_method": "voice"},
        {"type": "totp", "totp_secret": "A" * 32},
    ],
    ("POST", "/api/v2/emails/provider"): [PROVIDER],
    ("PATCH", "/api/v2/emails/provider"): [PROVIDER],
    ("POST", "/api/v2/email-templates"): [TEMPLATE],
    ("PUT", "/api/v2/email-templates/{name}"): [TEMPLATE],
    ("PATCH", "/api/v2/email-templates/{name}"): [{"body": "{{ code }}", "enabled": True}],
    ("PATCH", "/api/v2/tenants/settings"): [SETTINGS],
    ("GET", "/api/v2/logs"): [
        {"q": 'NOT type:m* AND user_id:("x" OR "y") OR date:[2026-01 TO *}', "page": "0", "per_page": "3", "include_totals": "true",
         "sort": "date:1"},
        {"from": Known("log_id"), "take": "5"},
    ],
    ("GET", "/sandbox/inbox"): [{"to": Known("username")}],
    ("POST", "/sandbox/push/{id}"): [{"answer": "approve"}, {"answer": "reject"}],
    ("POST", "/sandbox/clock"): [{"advance_seconds": 1}],
    ("POST", "/sandbox/faults"): [FAULT, {"kind": "mail"}, {**FAULT, "kind": "rate_limit"}, {**FAULT, "kind": "cut"}],
    ("POST", "/sandbox/reset"): [{"settings": WANTED}],
}  # fmt: skip
#: What the scene puts into a path, by its prefix. Others get something odd.
IN_PATH = {"/mfa/authenticators": "email_id", "/me/v1": "email_id", "/api/v2/clients": "public_client_id", "/api/v2/resource": "audience",
           "/api/v2/users": "user_id", "/api/v2/guardian": "factor", "/api/v2/email-templates": "template",
           "/api/v2/logs": "log_id", "/sandbox/push": "push_id"}  # fmt: skip
BEARERS = {"/api/v2/": ["management_token"], "/mfa/associate": ["new_mfa_token", "mfa_access_token"],
           "/mfa/": ["mfa_access_token", "mfa_token"], "/userinfo": ["access_token"], "/me/v1/": ["me_access_token"]}  # fmt: skip


PEM = """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDhgu0AfESQIV7vz+AThqq/7gQE
IZ4eyL2kWybVZsIl7CF227K9QTsAUTGbxVpNWEZsrj/OExnNLJO2NeF3wiuznWRN
yioCJDnaEFx3VIe0pSzZdOYKDY7rIg1olqCaeY8amEEd+iIv3y2VjYuwT7Re1QYW
h8FqztjIRNZ3wG2ZlwIDAQAB
-----END PUBLIC KEY-----
"""


# odd things

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]
PATHS = ["/", "//", "/?", "/%00", "/%ff%fe", "/.%2e/", "/oauth/token/", "/oauth/token?grant_type=password",
         "/mfa/authenticators/", "/mfa/authenticators/%00", "/mfa/authenticators/" + "x" * 5000, "/api/v2/",
         "/api/v2/logs/900" + "9" * 30, "/api/v2/users/%ed%a0%80", "/sandbox/inbox?to=%ed%a0%80", "/sandbox/push/",
         "/sandbox/inbox?to=%00&to=", "*", "/%e2%80%ae"]  # fmt: skip
TYPES = [None, "", ";", FORM, JSON, JSON + "; charset=utf-16", FORM + ";charset=\xff", "multipart/form-data",
         "text/html", JSON + "; " + "x" * 2000]  # fmt: skip
DEEP_TOKEN = base64.urlsafe_b64encode(b"[" * 7_000).decode()
SCHEMES = ["Bearer ", "", "Bearer", "bearer ", "Bearer\t", "Basic ", "Bearer Bearer ", "Bearer x, Bearer "]
TOKENS = ["", "x", "\xe9", "\xff\xfe", "a.b.c", "eyJ.eyJ.", "eyJ" + "a" * 9000, "Fe26.2*", "OjpvOg==", "/////w==",
          DEEP_TOKEN + ".e30.x", "eyJhbGciOiJub25lIn0.e30."]  # fmt: skip
HEADERS = {"host": ["", "[", "[::1", "a b", "\xe9", "x:y:z", "//x", "x" * 3000, "x@y", "]["], "user-agent": ["", "\xff" * 999],
           "x-request-language": ["", "\xe9", "\x7f", "{{ 1 }}", "x" * 3000], "accept": ["", "text/html", "*/*;q=x"],
           "x-forwarded-for": ["x", "::1"], "origin": ["null"], "cookie": ["\xff=\xff"], "range": ["bytes=0-0"],
           "auth0-forwarded-for": ["1.2.3.4"], "accept-encoding": ["gzip"], "expect": ["x"]}  # fmt: skip
TEXTS = ["", " ", "x", "\x00", "\ud800", "\udfff\ud800", "é", "😀", "\u202e", "{0}{name}%s", "'; DROP TABLE x; --",
         "-1", "1e999", "x" * 3000, "x" * 99_000, "a@b", "a@b.", "a..b@c..d", "=?utf-8?q?x?=@y", "@", "\x00@\x01",
         "ü" * 64 + "@" + "ü" * 250, "a" * 64 + "@" + "b" * 5000, ".@-", "a'@b", "\x7f@b", "\u2028", "a@\x1f.b",
         "oob", "otp oob", "email", "eyJ.eyJ.x", "Fe26.2*", "\r\nX-Header: x", "mfa_token", "\\ud800", "/",
         "eyJhbGciOiJSUzI1NiJ9." + DEEP_TOKEN + ".x", DEEP_TOKEN + "." + DEEP_TOKEN + ".x", "<script>", "../..",
         "cut", "cut_after", "mail", "/api", "/mfa", "smtp", "localhost", "a <b@c>, d <e@f>", "+15550100167",
         "private_key_jwt", "none", "confidence-score", "٣", "0x1", "1_0", "9" * 5000, "x:", ":x", "()", 'type:"'
         ]  # fmt: skip
NUMBERS = [0, -1, 1, True, False, None, 0.5, 1e308, math.nan, math.inf, 2**31, 2**63, 10**400, -(10**400), 86_400]
BODIES = [b"", b" ", b"\xff", b"{", b"null", b"[]", b"{}", b"1e999", b"NaN", b'"\\ud800"', b'{"\\u0000":1}',
          b"=&=&&;%zz%", b"9" * 50_000, b"[" * 60_000, b'{"a":' * 15_000, b"a" * 100_000, b"a" * 100_001,
          b"%00=%ff&grant_type=%ed%a0%80", b"\xfe\xff\x00{\x00}", "{}".encode("utf-16"), b"\xef\xbb\xbf{}",
          b'{"grant_type": ' + b"[" * 500 + b"]" * 500 + b"}", b"grant_type=" + b"&grant_type=" * 8_000]  # fmt: skip
#: JSON that Python's own encoder would not write. They take the place of a field's value.
RAW = [b"[" * 400 + b"]" * 400, b'{"a":' * 900 + b"1" + b"}" * 900, b"1" + b"0" * 4290, b"-1e-999", b"1E400",
       b'"\\uD83D\\uDE00\\uDE00"', b"[" * 20_000 + b"]" * 20_000]  # fmt: skip
FILTERS, TAGS = sorted(liquid.Environment().filters), sorted(liquid.Environment().tags)
LIQUID = ["{{", "{% if", "{{ code | nothing }}", "{% for i in (1..1000000000) %}x{% endfor %}", "{{ '\\ud800' }}",
          "{{ (1..1000000000) | join }}", "{{ 'x' | times: 1e999 }}", "{{ 1 | divided_by: 0 }}", "{{ '\\u0000' }}",
          "{{ 99999999999999999999 | times: 99999999999999999999 }}", "{% if 1 %}" * 2000 + "{% endif %}" * 2000,
          "{% assign a = 'xxxxxxxx' %}" + "{% assign a = a | append: a %}" * 40 + "{{ a }}", "{{ user[user] }}",
          "{% include 'x' %}", "{{ 'now' | date: '%' }}", "{{ 1e9999 | date: '%s' }}", "<b" * 9000, "<style" * 9000,
          "{% render 'x' %}", "{{ code" + " | append: code" * 3000 + " }}", "{{ a" + "[a" * 3000, "a, b", "a <b@c>, d"
          ]  # fmt: skip

# `st.text()` of all characters takes seconds to prepare.
odd_texts = st.sampled_from(TEXTS) | st.text(
    st.sampled_from("aA0 -_.:@|/%&=+<>{}[]()'\"\\\t\x00\x7fäßΩ١\u200b\ufeff\ufffe💥"), max_size=8
)
liquids = (
    st.sampled_from(LIQUID)
    | st.builds(
        "{{{{ {} | {}: {}, {} }}}}".format,
        *(
            st.sampled_from(["code", "user", "-1", "''", "nil", "1e400", "(0..3)", "'a b'", "user.email_verified"]),
            st.sampled_from(FILTERS),
            st.sampled_from(["code", "-1", "''", "nil", "user", "9999999999"]),
            st.sampled_from(["'%Q'", "0", "1e400", "nil", "(1..2)"]),
        ),
    )
    | st.builds(
        "{{% {} {} %}}".format, st.sampled_from(TAGS), st.sampled_from(["", "code", "x = 1", "x in user", "'x'"])
    )
)
leaves = (
    odd_texts | st.sampled_from(NUMBERS) | st.sampled_from([math.nan, math.inf, 10**400]) | st.integers() | st.floats()
)
odd_values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts, inner, max_size=3),
    max_leaves=4,
)


@dataclass(frozen=True)
class Odd:
    """A request before the scene is known."""

    method: str
    path: str
    in_path: object
    bearer: object
    fields: object = None
    scheme: str = "Bearer "
    content_type: str | None = None
    headers: dict = field(default_factory=dict)
    body: bytes | None = None


NAMES = sorted({name for right in RIGHT.values() for fields in right if isinstance(fields, dict) for name in fields})
SCENE_NAMES = ["mfa_token", "new_mfa_token", "mfa_access_token", "me_access_token", "access_token", "id_token", "refresh_token", "oob_code",
               "push_code", "management_token", "otp", "recovery_code", "email_id", "otp_id", "user_id", "username",
               "client_id", "public_client_id", "management_client_id", "client_secret", "audience", "mfa_audience",
               "management_audience", "log_id", "push_id", "pem", "credential_id"]  # fmt: skip
someones = st.sampled_from(SCENE_NAMES).map(Known)
anything = someones | odd_values | st.sampled_from([f"<raw {number}>" for number in range(len(RAW))])
texts_or_someones = odd_texts | someones
several = st.integers(1, 3)
names = st.sampled_from(NAMES) | odd_texts
PARTS = [*["field"] * 9, *["drop"] * 2, "add", "body", "type", *["bearer"] * 2, "place", "header", "method", "path"]
WEIGHTED = [route for route in ROUTES for _ in RIGHT.get(route, [None])]
one_of = lru_cache(st.sampled_from)  # making a strategy costs more than drawing from it
spoilt_parts = st.lists(st.sampled_from(PARTS), max_size=3)
bodies = st.sampled_from(BODIES) | st.binary(max_size=30)
bearers = st.none() | someones | st.sampled_from(TOKENS)


def like(draw, name, value):
    """An odd value, often of the kind that was there."""
    if draw(several) == 3:
        return draw(anything)
    if isinstance(value, list) and value:
        return [like(draw, "", value[0]) for _ in range(draw(several))]
    if isinstance(value, dict) and value:
        part = draw(one_of(tuple(value)))
        return {**value, part: like(draw, part, value[part])}
    if name in ("body", "subject", "from"):
        return draw(liquids)
    return draw(texts_or_someones if isinstance(value, (str, Known)) else anything)


@st.composite
def requests_(draw):
    method, path = draw(one_of(tuple(WEIGHTED)))
    rights = RIGHT.get((method, path), [None])
    fields = rights[draw(one_of(range(len(rights))))]
    place = next((Known(name) for prefix, name in IN_PATH.items() if path.startswith(prefix)), None)
    holders = next((names for prefix, names in BEARERS.items() if path.startswith(prefix)), ())
    odd = Odd(method, path, place, Known(draw(one_of(tuple(holders)))) if holders else None, fields)
    if fields is not None and method != "GET":
        odd = replace(odd, content_type=draw(one_of((JSON, JSON, FORM))) if path.startswith("/oauth/") else JSON)
    if place is None and "{" in path:
        odd = replace(odd, in_path=draw(texts_or_someones))
    for part in draw(spoilt_parts):
        odd = replace(odd, **spoilt(draw, part, odd))
    return odd


def twin(odd):
    """The same once more: as a form if it was JSON and the other way round, else as from somebody who got no answer."""
    other = {JSON: FORM, FORM: JSON}.get(odd.content_type or "")
    return replace(odd, content_type=other) if other and odd.path.startswith(("/oauth/", "/mfa/")) else odd


def spoilt(draw, part, odd):
    """What changes if a part of a request is spoilt."""
    if part == "field" and isinstance(odd.fields, list):
        return {"fields": like(draw, "", odd.fields)}
    if part in ("field", "drop") and isinstance(odd.fields, dict) and odd.fields:
        name = draw(one_of(tuple(odd.fields)))
        kept = {other: value for other, value in odd.fields.items() if other != name}
        return {"fields": kept if part == "drop" else {**kept, name: like(draw, name, odd.fields[name])}}
    if part == "add":
        known_fields = odd.fields if isinstance(odd.fields, dict) else {}
        return {"fields": {**known_fields, draw(names): draw(anything)}}
    if part == "body":
        return {"body": draw(bodies)}
    if part == "type":
        return {"content_type": draw(one_of(tuple(TYPES)))}
    if part == "bearer":
        return {"scheme": draw(one_of(tuple(SCHEMES))), "bearer": draw(bearers)}
    if part == "place":
        return {"in_path": draw(texts_or_someones)}
    if part == "header":
        name = draw(one_of(tuple(HEADERS)))
        return {"headers": {**odd.headers, name: draw(one_of(tuple(HEADERS[name])))}}
    if part == "method":
        return {"method": draw(one_of(tuple(METHODS)))}
    if part == "path":
        return {"path": draw(one_of(tuple(PATHS)))}
    return {}
