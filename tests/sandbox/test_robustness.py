"""Odd requests by the hundred: the tenant says no in JSON, and goes on.

Each is a right request with one or two things spoilt. A failure names its seed;
`MFA_TEST_SEED=…` repeats it.
"""

import json
import os
import random
from urllib.parse import quote

from .api import FORM, JSON

REQUESTS = 400

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"]
PATHS = ["/", "//", "/?", "/%00", "/%ff%fe", "/.%2e/", "/oauth/token/", "/oauth/token?grant_type=password",
         "/mfa/authenticators/", "/mfa/authenticators/%00", "/mfa/authenticators/" + "x" * 5000,
         "/sandbox/inbox?to=%ed%a0%80", "/sandbox/inbox?to=%00&to="]  # fmt: skip
TYPES = [None, "", ";", FORM, JSON, JSON + "; charset=utf-16", FORM + ";charset=\xff", "multipart/form-data",
         "text/html", JSON + "; " + "x" * 2000]  # fmt: skip
SCHEMES = ["", "Bearer", "bearer ", "Bearer\t", "Basic ", "Bearer Bearer ", "Bearer x, Bearer "]
TOKENS = ["", "x", "\xe9", "\xff\xfe", "a.b.c", "eyJ.eyJ.", "eyJ" + "a" * 9000, "Fe26.2*"]
TEXTS = ["", " ", "x", "\x00", "\ud800", "\udfff\ud800", "é", "😀", "\u202e", "{0}{name}%s", "'; DROP TABLE x; --",
         "-1", "1e999", "x" * 3000, "a@b", "a@b.", "a..b@c..d", "=?utf-8?q?x?=@y", "@", "ü" * 64 + "@" + "ü" * 250,
         "oob", "otp oob", "email", "eyJ.eyJ.x", "Fe26.2*", "\r\nX-Header: x", "mfa_token"]  # fmt: skip
NUMBERS = [0, -1, 1, True, False, None, 0.5, 1e308, 2**63, 10**400, -(10**400)]
BODIES = [b"", b"\xff", b"{", b"null", b"[]", b"1e999", b"NaN", b'"\\ud800"', b'{"\\u0000":1}', b"=&=&&;%zz%",
          b"9" * 50_000,
          b"[" * 60_000, b'{"a":' * 15_000, b"%00=%ff&grant_type=%ed%a0%80", b"a" * 150_000, b"\xfe\xff\x00{\x00}",
          b'{"grant_type": ' + b"[" * 500 + b"]" * 500 + b"}"]  # fmt: skip


class Odd:
    """Makes requests that nobody should send."""

    def __init__(self, seed, api):
        self.chance = random.Random(seed)
        self.api = api

    def right(self):
        """Right requests, good for the next few minutes: method, path, bearer, fields."""
        self.api.set_up(email_verified=self.chance.random() < 0.5)
        scene = self.api.begin()
        token, key = scene[0], self.api.access_token()
        row = "/mfa/authenticators/" + quote(self.api.rows(key)[0]["id"])
        client = {"client_id": self.api.sandbox.client_id, "client_secret": self.api.sandbox.client_secret}
        wanted = {"authenticator_types": ["oob"], "oob_channels": ["email"], "email": "b@example.com"}
        return [
            ("POST", "/oauth/token", None, self.api.login_fields(scope="openid", audience=self.api.sandbox.audience)),
            ("POST", "/oauth/token", None, self.api.verify_fields(*scene)),
            ("POST", "/mfa/associate", token, wanted),
            ("POST", "/mfa/associate", key, {**wanted, **client}),
            ("GET", "/mfa/authenticators", token, None),
            ("DELETE", row, key, None),
            ("POST", "/mfa/challenge", None, {"mfa_token": token, "challenge_type": "oob", **client}),
            ("GET", "/userinfo", key, None),
            ("GET", "/.well-known/openid-configuration", None, None),
            ("GET", "/.well-known/jwks.json", None, None),
            ("GET", "/sandbox/inbox", None, None),
            ("POST", "/sandbox/clock", None, {"advance_seconds": 1}),
            ("POST", "/sandbox/reset", None, {"settings": {"factors": ["email"], "default_directory": "x"}}),
        ]

    def value(self, depth=0):
        kind = self.chance.randrange(4 if depth > 3 else 6)
        if kind < 2:
            return self.chance.choice(TEXTS)
        if kind < 4:
            return self.chance.choice(NUMBERS)
        if kind == 4:
            return [self.value(depth + 1) for _ in range(self.chance.randrange(4))]
        return {self.chance.choice(TEXTS): self.value(depth + 1) for _ in range(self.chance.randrange(4))}

    def like(self, value):
        """An odd value, often of the kind that was there."""
        if isinstance(value, list) and self.chance.random() < 0.6:
            return [self.chance.choice(TEXTS)]
        if isinstance(value, dict) and value and self.chance.random() < 0.8:
            name = self.chance.choice(list(value))
            return {**value, name: self.like(value[name])}
        if isinstance(value, str) and self.chance.random() < 0.6:
            return self.chance.choice(TEXTS)
        return self.value()

    def spoilt(self, method, path, bearer, fields):
        """Method, path, headers and body, one or two of them spoilt."""
        content_type = None if fields is None else self.chance.choice([JSON, JSON, FORM])
        header = None if bearer is None else "Bearer " + bearer
        body = None
        parts = {"fields": 8, "body": 2, "type": 2, "bearer": 3, "method": 1, "path": 1}
        for what in self.chance.choices(list(parts), list(parts.values()), k=2):
            if what == "fields" and fields:
                fields = dict(fields)
                name = self.chance.choice(list(fields))
                value = fields.pop(name)
                if self.chance.random() < 0.8:
                    fields[name] = self.like(value)
            elif what == "body":
                body = self.chance.choice([*BODIES, self.chance.randbytes(200)])
            elif what == "type":
                content_type = self.chance.choice(TYPES)
            elif what == "bearer":
                header = self.chance.choice(SCHEMES) + self.chance.choice([*TOKENS, bearer or "x"])
            elif what == "method":
                method = self.chance.choice(METHODS)
            elif what == "path":
                path = self.chance.choice(PATHS)
        if body is None and fields is not None:
            body = json.dumps(fields).encode() if content_type != FORM else form(fields)
        headers = {"connection": "close"}
        if content_type is not None:
            headers["content-type"] = content_type.encode("latin-1")
        if header is not None:
            headers["authorization"] = header.strip().encode("latin-1", "replace")
        return method, path, headers, body or b""


def form(fields):
    pairs = [(quote(name, errors="replace"), quote(str(value), errors="replace")) for name, value in fields.items()]
    return "&".join(f"{name}={value}" for name, value in pairs).encode()


def fault_of(method, answer):
    """What is wrong with an answer; `None` if it is fine."""
    if method == "HEAD" or answer.status_code == 204:
        return "a body" if answer.content else None
    if not answer.headers["content-type"].startswith(JSON):
        return "no JSON"
    body = answer.json()
    if answer.status_code < 400:
        return None
    if not isinstance(body.get("error"), str):
        return "an error without a name"
    if answer.status_code < 500 or body["error"] == "unsupported_grant_type":
        return None
    no_directory = "Authorization server not configured with default connection."
    return None if body["error_description"] == no_directory else "a server error"


def test_odd_requests_get_a_json_no_and_the_flow_works_afterwards(state, serve):
    seed = int(os.environ.get("MFA_TEST_SEED") or random.randrange(2**32))
    api = serve(state)
    odd = Odd(seed, api)
    statuses = set()
    for number in range(REQUESTS):
        if number % 20 == 0:
            right = odd.right()
        method, path, headers, body = odd.spoilt(*odd.chance.choice(right))
        answer = api.call(method, path, headers=headers, data=body, allow_redirects=False)
        fault = fault_of(method, answer)
        assert fault is None, (
            f"MFA_TEST_SEED={seed}, request {number}: {fault}\n{method} {path[:200]} {headers}\n{body[:2000]!r}\n"
            f"{answer.status_code} {answer.text[:500]}"
        )
        statuses.add(answer.status_code)
    assert {200, 400, 401, 403} <= statuses, f"MFA_TEST_SEED={seed}"  # it got behind the door
    api.set_up()
    assert api.enroll().status_code == 200, f"MFA_TEST_SEED={seed}"
