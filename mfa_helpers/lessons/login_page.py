"""A person and their browser at the tenant's own login page, where a program can't act for them."""

from __future__ import annotations

from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import parse_qs, urljoin, urlsplit

from ..client.errors import SandboxUnusable
from ..client.secret import Secret
from ..client.transport import new_session

_SECONDS = 10
_MOST_STEPS = 12  # a login with both factors takes seven


def visit(
    address: str, *, base_url: str, username: str, password: str, read_code: Callable[[], Secret], ca_file: str | None
) -> str:
    """The user opens `address` of the tenant at `base_url` and signs in; where it then sends their browser, which doesn't go there.

    `read_code` is called if a code is asked for. Raises `SandboxUnusable` if the browser isn't sent away, or if `address` is
    elsewhere, where nobody types a password.
    """
    if not str(address).startswith(f"{base_url}/"):  # a coroutine is no address either, if `await` was forgotten
        raise SandboxUnusable(
            f"The address isn't one of this tenant, whose addresses begin with {base_url}/.",
            "Visit the address that the SDK returned.",
        )
    with new_session() as browser:
        browser.cookies.set_policy(DefaultCookiePolicy())  # a login page needs them
        fields: dict[str, str] = {}
        for _ in range(_MOST_STEPS):
            reply = browser.request(
                "POST" if fields else "GET",
                address,
                data=fields,
                headers={"origin": base_url} if fields else {},
                timeout=_SECONDS,
                verify=ca_file,  # the session's own gives way to the environment
                allow_redirects=False,
            )
            page, state = urlsplit(address).path, query(address).get("state", "")
            if reply.is_redirect:
                address, fields = urljoin(address, reply.headers["location"]), {}
                if not address.startswith(f"{base_url}/"):
                    return address
            elif page == "/u/login":
                fields = {"state": state, "username": username, "password": password}
            elif page.startswith("/u/mfa"):
                fields = {"state": state, "code": read_code().reveal()}
            else:
                break
    raise SandboxUnusable("The tenant's login page didn't accept the sign-in.", "Begin the login again.")


def query(address: str) -> dict[str, str]:
    """The fields in the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
