"""A browser without scripts, at the tenant's login page: it keeps cookies, follows redirects, and fills in forms."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from .deadline import DEADLINE
from .sandbox_api import Api

CALLBACK = "http://localhost:3000/callback"
MULTI_FACTOR = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"


class Browser:
    """One person's browser. `verifier` is the one of the newest request; each request has a fresh one."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = api.http.verify
        self.verifier = ""

    def open(self, address: str, **kwargs: Any) -> requests.Response:
        """A page of the tenant, wherever its redirects lead; the redirect itself where it leads away from the tenant."""
        answer = self._ask("GET", urljoin(self.api.sandbox.base_url, address), **kwargs)
        return self._followed(answer)

    def authorize(self, **changed: Any) -> requests.Response:
        """Begin a login, as an application's link does; `None` leaves a parameter out."""
        return self.open("/authorize", params=self.parameters(**changed))

    def parameters(self, **changed: Any) -> dict[str, str]:
        self.verifier = secrets.token_urlsafe(32)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        usual = {
            "client_id": self.api.sandbox.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid profile email",
            "state": "state-of-the-app",
            "nonce": "nonce-of-the-app",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (usual | changed).items() if value is not None}

    def submit(self, page: requests.Response, form: int = 0, **fields: str) -> requests.Response:
        """Send one of a page's forms: what is hidden in it, and `fields`."""
        forms = re.findall(r"<form.*?</form>", page.text, re.S)
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', forms[form])
        values = {name: unescape(value) for name, value in hidden} | fields
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        answer = self._ask("POST", page.url, data=values, headers={"origin": origin})
        return self._followed(answer)

    def password(self, page: requests.Response, **changed: str) -> requests.Response:
        known = {"username": self.api.sandbox.username, "password": self.api.sandbox.password}
        return self.submit(page, **(known | changed))

    def sign_in(self, **changed: Any) -> requests.Response:
        """Password, and the mailed code if the page asks for one: the redirect to the application."""
        page = self.password(self.authorize(**changed))
        return self.submit(page, code=Api.code(self.api)) if page.status_code == 200 else page

    def exchange(self, code: str, /, **changed: Any) -> requests.Response:
        """The application's part."""
        fields = {
            "grant_type": "authorization_code",
            "client_id": self.api.sandbox.client_id,
            "client_secret": self.api.sandbox.client_secret,
            "redirect_uri": CALLBACK,
            "code": code,
            "code_verifier": self.verifier,
            **changed,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        return self.api.call("POST", "/oauth/token", data=given)

    def tokens(self, **changed: Any) -> dict[str, Any]:
        """A whole login: what the token endpoint says."""
        answer = self.exchange(told(self.sign_in(**changed))["code"])
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def _ask(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        return self.http.request(method, url, allow_redirects=False, timeout=DEADLINE, **kwargs)

    def _followed(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect:
            url = urljoin(answer.url, answer.headers["location"])
            if not url.startswith(self.api.sandbox.base_url + "/"):
                break
            answer = self._ask("GET", url)
        return answer


def told(answer: requests.Response) -> dict[str, str]:
    """What a redirect tells the application."""
    assert answer.status_code == 302, f"{answer.status_code} {problem(answer)}"
    parts = urlsplit(answer.headers["location"])
    return dict(parse_qsl(parts.query or parts.fragment, keep_blank_values=True))


def problem(page: requests.Response) -> str:
    """What a page says is wrong; empty if nothing is."""
    found = re.search(r'<p role="alert"[^>]*>(.*?)</p>', page.text, re.S)
    return unescape(re.sub("<[^>]*>", "", found[1])) if found else ""


def path(page: requests.Response) -> str:
    return urlsplit(page.url).path
