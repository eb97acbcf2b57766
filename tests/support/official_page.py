"""Small pages of our own with the errors of the official page: all of them, or without some."""

from __future__ import annotations

import re
from collections.abc import Collection

TITLE = "Enroll and Challenge Email Authenticators"

#: For each error a few words or a sample that has it and nothing else. The language of a sample is before its colon.
PIECES = {
    "Wrong parameter name": "Name the kinds in `authentication_types`.",
    "Second authenticator": "First, challenge the user with the existing factor.",
    "Wrong token lifetime": 'json:\n{ "expires_in": 600 }',
    "Wrong parameter for a challenge": "Then obtain the matching `authenticator_type` and send it.",
    "Wrong factor": "This is about using SMS or voice as an authentication factor.",
    "Missing grant and directory": "Now enable the MFA grant type.",
    "Access token or MFA token": 'First obtain an <Tip text="a token">access token</Tip> for using the MFA API.',
    "Optional address": "| `email` | `email@address.com`, the users email address. |",
    "Missing recovery codes": "Soon you'll notice the response includes `recovery_codes`.",
    "Misspelled token path": "Send the code to [**`/oath/token`**](https://example.org/token).",
    "Misspelled list path": "Get the list from `mfa/authenticator`.",
    "Misspelled links": "There is [more about it](/docs/api/muti-factor/list).",
    "Wrong trigger": "See [Actions Triggers: post-challenge](/docs/triggers).",
    "JSON labeled as a form": "bash:\ncurl --url 'https://{yourDomain}/mfa/challenge' \\\n  --data '{ \"a\": 1 }'",
    "Secrets in the log": "javascript:\nvar axios = require('axios');\naxios(call).catch((error) => console.error(error));",
    "Certificate check turned off": "ruby:\nhttp = Net::HTTP.new(host)\nhttp.verify_mode = OpenSSL::SSL::VERIFY_NONE",
    "Encoded placeholders": 'ruby:\nform = "mfa_token=%7BmfaToken%7D"',
    "Old C# library": 'csharp:\nvar client = new RestClient("https://a");\nvar request = new RestRequest(Method.POST);',
    "Unescaped quotation marks": 'csharp:\nvar body = "{ "mfa_token": 1 }";',
    "Unchecked status": "go:\nres, _ := http.DefaultClient.Do(req)",
    "PHP without its first line": "php:\n$curl = curl_init();",
    "Missing host": 'python:\nimport http.client\nconn = http.client.HTTPSConnection("")',
    "Host in the path": 'python:\nconn.request("GET", "/{yourDomain}/mfa/authenticators")',
    "Form without a content type": 'python:\nconn.request("POST", "/oauth/token", payload)',
    "Invalid JSON": 'json:\n[ { "type": "recovery-code" }\n  { "type": "email" } ]',
    "List without an email": 'json:\n[{ "id": "totp|dev_1" }]',
}


def markdown(without: Collection[str] = (), before: str = "") -> str:
    """The page with `before` at its top, and without the errors named."""
    pieces = [piece for title, piece in PIECES.items() if title not in without]
    return "\n\n".join([f"{before}# {TITLE}", *map(_as_markdown, pieces)]) + "\n"


def plain_text(without: Collection[str] = ()) -> str:
    """The same page as a browser copies it: no fences, no backticks, no addresses of links, no tags."""
    text = re.sub(r"^```.*\n?", "", markdown(without), flags=re.M)
    text = re.sub(r"\[([^][]*)\]\([^()]*\)", r"\1", text)
    return re.sub(r"`|\*\*|^# |</?Tip[^>]*>", "", text, flags=re.M)


def _as_markdown(piece: str) -> str:
    language, _, sample = piece.partition(":\n")
    return f"```{language}\n{sample}\n```" if sample else piece
