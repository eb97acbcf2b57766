"""A recorded call as a program with one of Auth0's SDKs; where an SDK has nothing for a call, the sentence that says so.

The versions are here and in the pins of `tests/outside/sdk`, where each of these programs is run; a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from . import nodejs, python
from .request import Placeholder, Request, Text

_VALUE = re.compile("«(.+?)»")
_HTTPS_ONLY = "The SDKs use HTTPS only. To make a sandbox serve HTTPS, start it with: mfa-sandbox --tls"


@dataclass(frozen=True, kw_only=True)
class Sdk:
    """`version` is exactly the one of `package` that the tests run.

    `programs` has a template for each call. A «name» in it stands for that field of the call, and a line with a field that
    the call lacks is left out. `lacks` says what to do instead, for a call that the SDK has nothing for. `literal` writes a
    value down; `head` has the lines above the program.
    """

    package: str
    version: str
    install: str
    comment: str
    literal: Callable[[Text], str]
    programs: Mapping[str, str]
    lacks: Mapping[str, str]
    head: Callable[[Request], str] = lambda request: ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.package.rpartition("/")[2]

    def program(self, request: Request) -> str:
        """The program for that call, or a comment that says what to do instead."""
        call = call_of(request)
        if call in self.lacks:
            return f"{self._comment(f'{self.name} {self.version} has no function for this call.', *self.lacks[call].splitlines())}"
        notes = [f"First: {self.install}{self.version}"]
        notes += [_HTTPS_ONLY] if request.url.startswith("http:") else []
        values = _values(request)

        def line(template: str) -> str:
            return _VALUE.sub(lambda found: self.literal(values[found[1]]), template)

        lines = self.programs[call].splitlines(keepends=True)
        kept = [line(one) for one in lines if all(values.get(name) for name in _VALUE.findall(one))]
        return self.head(request) + self._comment(*notes) + "".join(kept)

    def _comment(self, *lines: str) -> str:
        return "".join(f"{self.comment} {line}\n" for line in lines)


def call_of(request: Request) -> str:
    """Which call of the email's flow this is; empty for any other."""
    path, body = urlsplit(request.url).path, request.json if isinstance(request.json, dict) else {}
    grant = str((request.form or body).get("grant_type", "")).rpartition("/")[2]
    if request.method == "POST" and path == "/oauth/token":
        return {"password": "login", "password-realm": "login", "mfa-oob": "verify"}.get(grant, "")
    if request.method == "POST" and path == "/mfa/associate":
        return "associate" if body.get("oob_channels") == ["email"] else ""
    if request.method == "POST" and path == "/mfa/challenge":
        return "challenge" if body.get("challenge_type") == "oob" else ""
    if path == "/mfa/authenticators":
        return "list" if request.method == "GET" else ""
    return "delete" if request.method == "DELETE" and path.startswith("/mfa/authenticators/") else ""


def _values(request: Request) -> dict[str, Text]:
    """What a template may name. An SDK wants the application's ID also where the call itself doesn't have it."""
    parts = urlsplit(request.url)
    body = request.form if request.form is not None else request.json
    fields: dict[str, Text] = {
        name: value for name, value in (body or {}).items() if isinstance(value, str | Placeholder)
    }
    known: dict[str, Text] = {
        "domain": parts.netloc,
        "client_id": Placeholder("CLIENT_ID"),
        "id": unquote(parts.path.rpartition("/")[2]),
    }
    return {**known, **fields}


def programs(request: Request) -> dict[str, str]:
    """The name of each SDK, and its program for this call; none for a call that is no part of the email's flow."""
    return {name: sdk.program(request) for name, sdk in SDKS.items()} if call_of(request) else {}


# auth0-auth-js: whole programs, which read their secrets from the environment


def _auth_js_head(request: Request) -> str:
    body = request.form if request.form is not None else request.json
    names = request.names if "client_id" in (body or {}) else (*request.names, "CLIENT_ID")
    return f"// {replace(request, names=names).note('call.mjs', 'node call.mjs')}\n"


def _auth_js(call: str, said: str = 'console.log(Object.keys(answer).join("\\n")); // the values are secret') -> str:
    return f"""\
import {{ AuthClient }} from "@auth0/auth0-auth-js";

const client = new AuthClient({{
  domain: «domain»,
  clientId: «client_id»,
  clientSecret: «client_secret»,
}});
try {{
  const answer = await client.{call};
  {said}
}} catch (error) {{
  // Not the error itself: if the tenant requires MFA, the cause of the error holds the MFA token.
  const {{ error: code, error_description: text }} = error.cause ?? {{}};
  console.error(code ? `${{code}}: ${{text}}` : `No usable response: ${{error.name}}`);
  process.exitCode = 1;
}}
"""


_AUTH_JS = {
    "login": _auth_js("""getTokenByPassword({
    username: «username»,
    password: «password»,
    realm: «realm»,
    audience: «audience»,
    scope: «scope»,
  })"""),
    "associate": _auth_js("""mfa.enrollAuthenticator({
    authenticatorTypes: ["oob"],
    oobChannels: ["email"],
    email: «email»,
    mfaToken: process.env.MFA_TOKEN,
  })"""),
    "list": _auth_js(
        "mfa.listAuthenticators({ mfaToken: process.env.MFA_TOKEN })",
        'console.log(answer.map((row) => row.id).join("\\n"));',
    ),
    "challenge": _auth_js("""mfa.challengeAuthenticator({
    challengeType: "oob",
    authenticatorId: «authenticator_id»,
    mfaToken: «mfa_token»,
  })"""),
    "verify": _auth_js("""mfa.verify({
    factorType: "oob",
    oobCode: «oob_code»,
    bindingCode: «binding_code»,
    mfaToken: «mfa_token»,
  })"""),
    "delete": _auth_js(
        """mfa.deleteAuthenticator({
    authenticatorId: «id»,
    mfaToken: process.env.ACCESS_TOKEN, // what the API wants here, whatever the SDK calls it
  })""",
        'console.log("Removed.");',
    ),
}

# auth0-spa-js: functions for the source of a page, which keeps no secret


def _spa_js(function: str, call: str) -> str:
    return f"""\
// `client` is the Auth0Client of your page. If its getTokenSilently() throws MfaRequiredError, the MFA token is in
// error.mfa_token. Only the client that threw the error can use it.
export async function {function} {{
  return client.mfa.{call};
}}
"""


_SPA_JS = {
    "associate": _spa_js(
        "associate(client, mfaToken)",
        """enroll({
    mfaToken,
    factorType: "email",
    email: «email»,
  })""",
    ),
    "list": _spa_js("list(client, mfaToken)", "getAuthenticators(mfaToken)"),
    "challenge": _spa_js(
        "challenge(client, mfaToken)",
        """challenge({
    mfaToken,
    challengeType: "oob",
    authenticatorId: «authenticator_id»,
  })""",
    ),
    "verify": _spa_js("verify(client, mfaToken, oobCode, code)", "verify({ mfaToken, oobCode, bindingCode: code })"),
}

# nextjs-auth0: route handlers


def _nextjs(name: str, taken: str, call: str, answer: str) -> str:
    return f"""\
// Save this as app/mfa/{name}/route.js. lib/auth0.js contains: export const auth0 = new Auth0Client();
import {{ auth0 }} from "../../../lib/auth0.js";

export async function POST(request) {{
  // If auth0.getAccessToken() throws MfaRequiredError, the MFA token is in error.mfa_token, sealed by the SDK.
  const {{ {taken} }} = await request.json();
  const answer = await auth0.mfa.{call};
  return Response.json({answer});
}}
"""


_NEXTJS = {
    "associate": _nextjs(
        "associate",
        "mfaToken",
        """enroll({
    mfaToken,
    factorType: "email",
    email: «email»,
  })""",
        "{ oobCode: answer.oobCode }",
    ),
    "list": _nextjs("list", "mfaToken", "getAuthenticators({ mfaToken })", "answer"),
    "challenge": _nextjs(
        "challenge",
        "mfaToken",
        """challenge({
    mfaToken,
    challengeType: "oob",
    authenticatorId: «authenticator_id»,
  })""",
        "{ oobCode: answer.oobCode }",
    ),
    # its answer has no tokens: they stay in the session's cookie
    "verify": _nextjs(
        "verify", "mfaToken, oobCode, code", "verify({ mfaToken, oobCode, bindingCode: code })", "answer"
    ),
}

# auth0-server-python: functions for the source of a web app


def _server_python(function: str, call: str) -> str:
    return f"""\
# `client` is the ServerClient of your app. If its get_access_token() raises MfaRequiredError, the MFA token is in
# error.mfa_token, sealed by the SDK.
async def {function}:
    return await client.mfa.{call}
"""


_SERVER_PYTHON = {
    "associate": _server_python(
        "associate(client, mfa_token)",
        """enroll_authenticator(
        {
            "mfa_token": mfa_token,
            "factor_type": "email",
            "email": «email»,
        }
    )""",
    ),
    "list": _server_python("list_them(client, mfa_token)", 'list_authenticators({"mfa_token": mfa_token})'),
    "challenge": _server_python(
        "challenge(client, mfa_token)",
        """challenge_authenticator(
        {
            "mfa_token": mfa_token,
            "factor_type": "email",
            "authenticator_id": «authenticator_id»,
        }
    )""",
    ),
    "verify": _server_python(
        "verify(client, mfa_token, oob_code, code)",
        """verify(
        {
            "mfa_token": mfa_token,
            "oob_code": oob_code,
            "binding_code": code,
        }
    )""",
    ),
}

_BY_HAND = "Send the DELETE request yourself, with an access token for the MFA API."

SDKS = {
    sdk.name: sdk
    for sdk in (
        Sdk(
            package="@auth0/auth0-auth-js",
            version="1.16.1",
            install="npm install @auth0/auth0-auth-js@",
            comment="//",
            literal=nodejs.text,
            programs=_AUTH_JS,
            lacks={},
            head=_auth_js_head,
        ),
        Sdk(
            package="@auth0/auth0-spa-js",
            version="2.28.3",
            install="npm install @auth0/auth0-spa-js@",
            comment="//",
            literal=nodejs.text,
            programs=_SPA_JS,
            lacks={
                "login": "Its client.loginWithRedirect() opens the tenant's login page, so your page never sees the password.\n"
                "Later, client.getTokenSilently() can throw MfaRequiredError, which has the MFA token.",
                "delete": _BY_HAND,
            },
        ),
        Sdk(
            package="@auth0/nextjs-auth0",
            version="4.30.0",
            install="npm install @auth0/nextjs-auth0@",
            comment="//",
            literal=nodejs.text,
            programs=_NEXTJS,
            lacks={
                "login": "Its route /auth/login opens the tenant's login page, so your app never sees the password.\n"
                "Later, auth0.getAccessToken() can throw MfaRequiredError, which has the MFA token, sealed by the SDK.",
                "delete": _BY_HAND,
            },
        ),
        Sdk(
            package="auth0-server-python",
            version="1.0.0b20",
            install="pip install auth0-server-python==",
            comment="#",
            literal=python.text,
            programs=_SERVER_PYTHON,
            lacks={
                "login": "Its start_interactive_login() returns the address of the tenant's login page, so your app never sees\n"
                "the password. Later, get_access_token() can raise MfaRequiredError, which has the MFA token, sealed.",
                "delete": _BY_HAND,
            },
        ),
    )
}
