"""Ten thousand odd requests: the tenant says no in its documented shapes, and goes on.

Each is a right request with up to three things spoilt, so that they get behind
the doors, and each is sent twice (see `twin`). Where they go is asked of the application itself: a new address is
visited without being written down here. The tenant runs as a process of its
own, because Hypothesis moves the recursion limit of its own process.

A failure tells the request as it went over the wire, what had changed before it,
and the seed; `MFA_TEST_SEED=…` repeats the run. Up to five failures are told, none
is made smaller: the tenant remembers, so the same request need not fail again.
"""

import base64
import http.client
import json
import math
import os
import random
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import SimpleNamespace
from urllib.parse import quote, urlencode, urlsplit

import liquid
import pyotp
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from mfa_helpers.sandbox.app import create_app
from mfa_helpers.sandbox.defaults import TENANT_NAME
from mfa_helpers.sandbox.store import Store
from mfa_helpers.sandbox.tenant.messages import CHANNELS

from ..support.run_report import count, tell
from ..support.sandbox_api import FORM, JSON, MFA_OOB, MFA_OTP, MFA_RECOVERY, PASSWORD, PASSWORD_REALM, Api
from ..support.sandbox_processes import command

REQUESTS = int(os.environ.get("MFA_TEST_REQUESTS") or 10_000)
SEED = int(os.environ.get("MFA_TEST_SEED") or random.randrange(2**32))
PATIENCE = 3  # seconds for any answer: nothing that anybody sends may keep the tenant busy
SCENE = 300  # requests until everything starts afresh, so that most of them find what they need

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
            "support_url": "https://example.com", "customize_mfa_in_postlogin_action": True}  # fmt: skip
CREDENTIAL = {"credential_type": "public_key", "name": "key", "alg": "RS256", "pem": Known("pem")}
KEYS = {"client_authentication_methods": {"private_key_jwt": {"credentials": [{"id": Known("credential_id")}]}}}
OOB = {"authenticator_types": ["oob"]}
FAULT = {"path": "/oauth/token", "kind": "unavailable", "times": 2, "seconds": 0}
WANTED = {  # settings of a reset
    "factors": FACTORS, "mfa_policy": ["all-applications"], "default_directory": "x", "friendly_name": "x",
    "support_email": "", "support_url": "", "request_limits": True, "email_verified": True, "grant_types": [PASSWORD],
    "customize_mfa_in_postlogin_action": True,
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
        {"grant_type": "client_credentials", **MANAGEMENT, "audience": Known("management_audience")},
    ],
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
    ("PUT", "/api/v2/guardian/factors/{name}"): [{"enabled": True}],
    ("PUT", "/api/v2/guardian/policies"): [["all-applications"]],
    ("PATCH", "/api/v2/clients/{id}"): [
        {"name": "x", "grant_types": [PASSWORD, MFA_OOB], "token_endpoint_auth_method": "client_secret_basic"},
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
        {"q": 'type:mfar AND user_id:("x" OR "y")', "page": "0", "per_page": "3", "include_totals": "true",
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
IN_PATH = {"/mfa/authenticators": "email_id", "/api/v2/clients": "public_client_id", "/api/v2/resource": "audience",
           "/api/v2/users": "user_id", "/api/v2/guardian": "factor", "/api/v2/email-templates": "template",
           "/api/v2/logs": "log_id", "/sandbox/push": "push_id"}  # fmt: skip
BEARERS = {"/api/v2/": ["management_token"], "/mfa/associate": ["new_mfa_token", "mfa_access_token"],
           "/mfa/": ["mfa_access_token", "mfa_token"], "/userinfo": ["access_token"]}  # fmt: skip


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
SCENE_NAMES = ["mfa_token", "new_mfa_token", "mfa_access_token", "access_token", "id_token", "refresh_token", "oob_code",
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


# sending


class Tenant:
    """The tenant's process, and the scene in it that the requests are about."""

    def __init__(self, ready, state):
        self.api, self.store = Api(ready), Store(state)
        self.line = None
        self.left = 0
        self.sent, self.scenes = Counter(), 0
        self.failures = []
        self.past = []

    def close(self):
        self.api.http.close()
        self.store.close()
        if self.line:
            self.line.close()

    # the scene

    def begin(self):
        """Everything afresh: two people, one with a second factor, one without; what each of them holds."""
        api, ready = self.api, self.api.sandbox
        self.scenes += 1
        api.set_up(
            factors=FACTORS, email_verified=self.scenes % 3 == 0, customize_mfa_in_postlogin_action=self.scenes % 4 == 0
        )
        know = {**vars(ready), "factor": "sms", "template": "mfa_oob_code"}
        management = good(api.login(grant_type="client_credentials", username=None, password=None, client_id=ready.management_client_id, client_secret=ready.management_client_secret, audience=ready.management_audience))["access_token"]  # fmt: skip
        know["management_token"] = management

        def manage(method, path, body=None):
            return good(api.bearer(method, "/api/v2/" + path, management, json=body))

        key = manage("POST", f"clients/{ready.client_id}/credentials", {**CREDENTIAL, "pem": PEM})
        know |= {"pem": PEM, "credential_id": key["id"]}
        user = manage("GET", "users-by-email?email=" + quote(ready.username))[0]["user_id"]
        know["user_id"] = user
        methods = f"users/{quote(user)}/authentication-methods"
        secret = pyotp.random_base32()
        know["email_id"] = manage("POST", methods, {"type": "email", "email": ready.username})["id"]
        know["otp_id"] = manage("POST", methods, {"type": "totp", "totp_secret": secret})["id"]
        know["otp"] = pyotp.TOTP(secret).now()
        know["recovery_code"] = manage("POST", f"users/{quote(user)}/recovery-code-regeneration")["recovery_code"]
        if self.scenes % 2:
            manage("POST", "emails/provider", {"name": "mailgun", "credentials": {"api_key": "x"}})
        new = {"username": "bob@example.com", "password": "bob's"}
        manage("POST", "users", {"connection": "Username-Password-Authentication", "email": new["username"], "password": new["password"]})  # fmt: skip

        tokens = good(api.call("POST", "/oauth/token", data={"grant_type": MFA_RECOVERY, "mfa_token": api.login(scope="openid offline_access").json()["mfa_token"], "recovery_code": know["recovery_code"], "client_id": ready.client_id, "client_secret": ready.client_secret}))  # fmt: skip
        know |= {name: tokens[name] for name in ("access_token", "id_token", "refresh_token", "recovery_code")}
        know["mfa_access_token"] = good(api.login(audience=ready.mfa_audience, **new))["access_token"]
        know["new_mfa_token"] = api.login(**new).json()["mfa_token"]
        know["push_code"] = good(api.associate(know["new_mfa_token"], oob_channels=["auth0"]))["oob_code"]
        know["push_id"] = good(api.call("GET", "/sandbox/push"))[0]["id"]
        know["mfa_token"] = api.login().json()["mfa_token"]
        know["oob_code"] = good(api.challenge(know["mfa_token"], authenticator_id=know["email_id"]))["oob_code"]
        know["binding_code"] = api.code()
        know["log_id"] = manage("GET", "logs?per_page=1")[0]["log_id"]
        assert all(know[name] for name in SCENE_NAMES)
        self.know, self.left, self.past = know, SCENE, []

    def filled(self, value):
        if isinstance(value, Known):
            return self.know[value.name]
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if isinstance(value, dict):
            return {name: self.filled(item) for name, item in value.items()}
        return value

    # one request

    def visit(self, odd):
        """Send it, and look at the answer."""
        if self.left <= 0:
            try:
                self.begin()
            except Exception as error:
                before = "\n".join(self.past)
                self.failures.append(
                    f"no fresh start after a reset: {type(error).__name__}: {error}\nchanges before it:\n{before}"
                )
                return
        self.left -= 1
        wire = self.wire(odd)
        method, target = wire[0], wire[1]
        status, headers, content = 0, {}, b""
        started = time.monotonic()
        try:
            status, headers, content = self.send(*wire)
            took = time.monotonic() - started
            self.sent[status] += 1
            fault = fault_of(method, urlsplit(target).path if target[0] == "/" else target, status, headers, content)
            if fault is None and status >= 500 and not self.is_asked_for(status, json.loads(content)):
                fault = "a server error that nobody asked for"
            if fault is None and took > PATIENCE:
                fault = f"an answer after {took:.1f} seconds"
        except Exception as error:  # no answer, or none that can be read
            fault = f"{type(error).__name__}: {error}"
        if fault is not None:
            self.left = 0
            before = "\n".join(self.past[-8:])
            self.failures.append(
                f"{odd.method} {odd.path}: {fault}\n{shown(*wire)}\n"
                f"answered: {status} {headers.get('content-type')} {content[:600]!r}\nchanges before it:\n{before}"
            )
            return
        if status < 300 and method != "GET":
            self.past.append(f"{method} {target[:200]} {wire[3][:300]!r}")
            self.see_to(urlsplit(target).path, method)

    def see_to(self, path, method):
        """What must not go on until the end of the scene: a moved clock, an emptied tenant, faults."""
        if path == "/sandbox/reset" or abs(float(self.store.get("clock_offset") or 0)) > 60:
            self.left = 0
        if path == "/sandbox/faults" and method == "POST":
            (fault,) = self.store.faults()
            if fault["kind"] != "slow":
                count("faults injected")
                self.feel(fault)
            assert self.api.call("DELETE", "/sandbox/faults").status_code == 200

    def feel(self, fault):
        """The fault that was asked for happens, as it was asked for."""
        if fault["kind"] == "mail":
            answer = self.api.challenge(self.know["mfa_token"], authenticator_id=self.know["email_id"])
            assert answer.status_code < 500 or answer.json()["error"] == "bad_gateway", answer.text
            return
        try:
            status, headers, content = self.send("GET", quote(fault["path"], errors="replace"), {}, b"", tries=1)
        except (http.client.HTTPException, OSError):
            assert fault["kind"] in ("cut", "cut_after"), dict(fault)
        else:
            assert status == {"rate_limit": 429, "unavailable": 503}[fault["kind"]], (dict(fault), status)
            assert status == 503 or fault_of("GET", fault["path"], status, headers, content) is None, content

    def is_asked_for(self, status, body):
        if status == 501:
            return body["error"] == "unsupported_grant_type"
        if status == 500:
            told = body["error"], body["error_description"]
            is_told = told == ("server_error", "Authorization server not configured with default connection.")
            return is_told and not self.store.settings().default_directory
        return status == 502 and body["error"] == "bad_gateway" and self.is_unsendable()

    def is_unsendable(self):
        """Whether the last message that did not go out could not have: by what the tenant has been set up to."""
        kinds = [channel.failed for channel in CHANNELS.values()]
        reason = self.store.logs({"type": kinds}, ascending=False, skip=0, take=1)[0]["description"]
        if reason == "Unsendable":
            return bool(self.store.get("email_templates")) or self.store.settings().friendly_name != TENANT_NAME
        return "smtp_host" in (self.store.get("email_provider") or "") or not reason.startswith("Conn")

    def wire(self, odd):
        """Method, target, headers and body."""
        place, fields = self.filled(odd.in_path), self.filled(odd.fields)
        target = re.sub(r"\{.+?\}", lambda _: quote(str(place)[:9000], safe="", errors="replace"), odd.path)
        headers = {"connection": "keep-alive", **odd.headers}
        body = b""
        if fields is not None and odd.method == "GET":
            target += "?" + urlencode(as_pairs(fields), errors="replace")[:12_000]
        elif fields is not None and odd.content_type == FORM:
            body = urlencode(as_pairs(fields), errors="replace").encode()
        elif fields is not None:
            body = json.dumps(fields).encode()
            body = re.sub(rb'"<raw (\d+)>"', lambda found: RAW[int(found[1])], body)
        if odd.content_type is not None:
            headers["content-type"] = odd.content_type
        if odd.bearer is not None:
            token = str(self.filled(odd.bearer)).split("\n")[0]
            headers["authorization"] = (odd.scheme + token).strip()[:12_000]
        return odd.method, target, headers, body if odd.body is None else odd.body

    def send(self, method, target, headers, body, tries=3):
        """Over a connection that is kept. Whoever is sent too much may hang up before all of it has arrived."""
        for left in reversed(range(tries)):
            fresh = self.line is None
            if fresh:
                there = urlsplit(self.api.sandbox.base_url)
                self.line = http.client.HTTPConnection(there.hostname, there.port, timeout=15)
            try:
                self.line.putrequest(method, target, skip_host="host" in headers, skip_accept_encoding=True)
                for name, value in headers.items():
                    self.line.putheader(name, value.encode("latin-1", "replace"))
                self.line.putheader("content-length", str(len(body)))
                self.line.endheaders(body or None)
                answer = self.line.getresponse()
                return answer.status, answer.headers, answer.read()
            except (http.client.HTTPException, OSError):
                self.line.close()
                self.line = None
                if not left or (fresh and len(body) <= 100_000):
                    raise
        raise AssertionError("the last try raises")


def good(answer):
    assert answer.status_code in (200, 201), f"{answer.request.url} {answer.request.body}: {answer.text}"
    return answer.json()


def as_pairs(fields):
    return (
        [(str(name), str(value)) for name, value in fields.items()]
        if isinstance(fields, dict)
        else [("x", str(fields))]
    )


def shown(method, target, headers, body, limit=3000):
    long = f" … {len(body)} bytes" if len(body) > limit else ""
    headers = {name: value[:400] for name, value in headers.items()}
    return f"{method} {target[:800]} {headers}\n{body[:limit]!r}{long}"


def fault_of(method, path, status, headers, content):
    """What is wrong with an answer; `None` if it is fine."""
    if method == "HEAD" or status == 204:
        return "a body" if content else None
    if b"Traceback" in content:
        return "a stack trace"
    if status == 200 and (path, content) == ("/oauth/revoke", b""):
        return None
    kind = headers.get("content-type", "")
    if status == 200 and path == "/sandbox/phone":
        return None if kind.startswith("text/html") else "no page"
    if not kind.startswith(JSON):
        return "no JSON"
    body = json.loads(content, parse_constant=lambda name: 1 / 0)
    if status < 400:
        return None
    if not isinstance(body, dict) or not all(isinstance(value, (str, int, dict)) for value in body.values()):
        return "an error that is no object of texts"
    is_routers = status in (400, 404, 405) and body.get("error") in ("Bad Request", "Not Found", "Method Not Allowed")
    if path.startswith("/api/v2/") or is_routers:
        shape = ["statusCode", "error", "message", *(["errorCode"] if "errorCode" in body else [])]
        return None if list(body) == shape and body["statusCode"] == status else "another shape of error"
    more = ["mfa_token"] if body.get("error") == "mfa_required" else []
    more += ["mfa_requirements"] if "mfa_requirements" in body and more else []
    return None if list(body) == ["error", "error_description", *more] else "another shape of error"


def test_every_right_request_is_to_an_address_that_exists():
    assert set(RIGHT) <= set(ROUTES)


@pytest.fixture
def _swift_switches():
    """An answer that has come does not wait long for the thread that thinks up the next request."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_swift_switches")
def test_odd_requests_get_a_documented_no_and_the_flow_works_afterwards(state, tmp_path, pytestconfig, record_property):
    set_hypothesis_home_dir(tmp_path)
    with (
        command(tmp_path, "--json", "--state", str(state)) as running,
        closing(Tenant(running.ready(), state)) as tenant,
        ThreadPoolExecutor(1) as pool,
    ):
        on_the_way = [pool.submit(int)]

        def send(odd):
            for same in (odd, twin(odd)):
                if len(tenant.failures) < 5:
                    tenant.visit(same)

        @seed(SEED)
        @settings(
            max_examples=REQUESTS // 2, deadline=None, database=None, derandomize=False, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(requests_())
        def visit(odd):
            on_the_way[0].result()
            on_the_way[0] = pool.submit(send, odd)  # while the next is thought up: that takes as long

        started = time.monotonic()
        visit()
        on_the_way[0].result()
        took, total = time.monotonic() - started, tenant.sent.total()
        record_property("requests", total)
        answers = ", ".join(f"{status}: {number}" for status, number in sorted(tenant.sent.items()))
        odd = f"{total} odd requests in {took:.0f} s and {tenant.scenes} scenes, seed {SEED}"
        count("bad inputs: odd requests", total)
        tell(pytestconfig, "robustness", odd, f"answers {answers}")
        assert not tenant.failures, f"MFA_TEST_SEED={SEED}\n" + "\n\n".join(tenant.failures)
        assert total >= REQUESTS and {200, 201, 204, 400, 401, 403, 404, 405} <= set(tenant.sent)
        tenant.api.set_up()
        assert tenant.api.enroll().status_code == 200
        assert running.end() == (0, "", "")
