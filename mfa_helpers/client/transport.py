"""The one way to the network: one request in, one reply out, recorded with secrets masked.

Timeouts, certificates, proxies, masking and the reading of answers exist here and nowhere else. This is the only file that imports `requests`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests

from . import error_codes, errors
from .masking import mask_headers, mask_text, mask_texts, mask_value, wrap_secrets
from .models import Exchange, telling
from .secret import Secret, describe_token, plain
from .validation import LOOPBACK
from .waiting import within

#: What a client may be given to send through, for those who do not import `requests`.
Session = requests.Session

#: Seconds to connect and seconds to wait for an answer.
TIMEOUT = (5.0, 10.0)

#: Seconds for a whole call. An answer that comes byte by byte never lets one wait long, and would have no end.
WHOLE_CALL = 30.0

#: Bytes of an answer, unpacked. The MFA API's have some kilobytes.
LARGEST_ANSWER = 5_000_000

#: How the course's own calls name themselves, so that a tenant's log tells them from a learner's.
USER_AGENT = "mfa-course"

#: The header that opens the sandbox's own addresses.
SANDBOX_TOKEN = "x-sandbox-token"

# What `requests` raises -> what it means, the most specific first.
_MEANINGS: tuple[tuple[type[Exception], type[errors.NotReached]], ...] = (
    (requests.exceptions.ProxyError, errors.ProxyRefused),
    (requests.exceptions.SSLError, errors.CertificateRefused),
    (requests.exceptions.Timeout, errors.TenantTimedOut),
    (requests.exceptions.ChunkedEncodingError, errors.UnreadableAnswer),
    (requests.exceptions.ContentDecodingError, errors.UnreadableAnswer),
    (requests.exceptions.ConnectionError, errors.TenantUnreachable),
    (requests.exceptions.RequestException, errors.NotReached),
)


# How OpenSSL says that the other side does not speak TLS at all.
_NO_TLS = (
    "WRONG_VERSION_NUMBER",
    "RECORD_LAYER_FAILURE",
    "HTTP_REQUEST",
    "wrong version number",
    "record layer failure",
)

# How Python says that what came is no answer of HTTP, or one without end.
_NO_HTTP = ("BadStatusLine(", "LineTooLong(", "got more than 100 headers")


@dataclass(frozen=True)
class Reply:
    """A readable answer: status, headers, body and the masked exchange.

    `body` is parsed JSON, in which the text of each secret field is a `Secret`;
    `None` where none is expected. `headers` are found in any case of their names.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    exchange: Exchange


class _OwnSession(Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: redirects are not followed, so where they lead (it may be nonsense) is not worked out."""


def new_session(ca_file: str | None = None) -> Session:
    """A session that keeps no cookies: one learner's calls must not color the next. It trusts `ca_file` alone, if one is given."""
    session = _OwnSession()
    session.verify = ca_file or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


_adapters: dict[str, requests.adapters.BaseAdapter] = {}


def route_to_adapter(base_url: str, adapter: requests.adapters.BaseAdapter) -> None:
    """What is sent to `base_url` goes through `adapter`, from each session of `requests`: the learner's own, too.

    That is how the course runs without sockets, in a browser.
    """
    if not _adapters:
        requests.Session.get_adapter = _get_adapter  # type: ignore[method-assign,assignment]
    _adapters[base_url] = adapter


def _get_adapter(session: Session, url: str, find: Any = requests.Session.get_adapter) -> requests.adapters.BaseAdapter:
    parts = urlsplit(url)
    return _adapters.get(f"{parts.scheme}://{parts.netloc}") or find(session, url)


_has_ended: dict[str, Callable[[], bool]] = {}


def send_until(base_url: str, has_ended: Callable[[], bool]) -> None:
    """Nothing is sent to `base_url` any more once `has_ended` says so: whoever answers there now may be anybody."""
    _has_ended[base_url] = has_ended


class Transport:
    """Sends requests to one tenant, and keeps the last exchange in `last`.

    `base_url` comes from `clean_domain`. Without a `session` it has one of its own. `timeout` is (connect, read) in
    seconds. `page` makes calls look as if a web page of that origin made them.
    """

    def __init__(self, base_url: str, session: Session | None = None, timeout: tuple[float, float] = TIMEOUT) -> None:
        self.base_url = base_url
        self.session = session or new_session()
        self.timeout = timeout
        self.page = ""
        self.last: Exchange | None = None
        host = urlsplit(base_url).hostname or ""
        # Loopback never goes through a proxy. `trust_env = False` would do it too,
        # but would also drop the CA file that the environment names.
        self._proxies = {"no_proxy": host} if host in LOOPBACK else {}

    def send(
        self,
        method: str,
        path: str,
        *,
        form: Mapping[str, str | Secret | None] | None = None,
        json_body: Mapping[str, Any] | list[Any] | None = None,
        bearer: str | Secret | None = None,
        sandbox_token: Secret | None = None,
        expect: type = dict,
    ) -> Reply:
        """Send one request and return the reply if it is a readable yes.

        `path` begins with a slash. `form` or `json_body` is the body; fields that are `None` or empty text are left out.
        A `Secret` among the fields, and `bearer` and `sandbox_token`, are sent as their text and recorded as stars.
        `expect` is the type of the reply's body; 204 has none. Redirects are not followed.

        Raises a subclass of `NotReached` if no usable answer came, and a subclass of `Refused` if the tenant said no.
        """
        fields = form if form is not None else json_body
        if isinstance(fields, Mapping):
            fields = {name: value for name, value in fields.items() if not _is_left_out(value)}
        kind = (
            None if fields is None else "application/x-www-form-urlencoded" if form is not None else "application/json"
        )
        sent_values = fields.values() if isinstance(fields, Mapping) else ()
        hide = tuple(value for value in [bearer, sandbox_token, *sent_values] if isinstance(value, Secret))
        headers = {"accept": "application/json"}
        if bearer:
            headers["authorization"] = f"Bearer {describe_token(bearer)}"
        if sandbox_token:
            headers[SANDBOX_TOKEN] = str(sandbox_token)
        if kind:
            headers["content-type"] = kind
        if self.page:
            headers["origin"] = self.page
        sent: dict[str, Any] = {
            "method": method,
            "url": self.base_url + path,
            "path": path,
            "request_headers": headers,
            "request_body": None if fields is None else mask_value("", fields),
        }
        began = time.perf_counter()
        response, failure = self._transmit(method, path, kind, fields, bearer, sandbox_token)
        if response is None:
            exchange = self._keep(Exchange(**sent, elapsed_ms=_since(began)))
            # `from None`: the chain's own frames hold the request with its secrets,
            # and some traceback styles print what frames hold.
            raise _not_reached(failure, exchange, hide) from None

        status = response.status_code
        readable, body = _read(response)
        exchange = self._keep(
            Exchange(
                **sent,
                status=status,
                reason=response.reason or "",
                response_headers=mask_headers(telling(response.headers)),
                response_body=mask_texts(mask_value("", body), *hide) if readable else _preview(response, hide),
                elapsed_ms=_since(began),
            )
        )
        about: dict[str, Any] = {"status": status, "headers": telling(response.headers), "exchange": exchange}
        if 300 <= status < 400:
            target = _host(response.headers.get("location", ""))
            raise errors.UnexpectedRedirect(
                f"The server redirected the request to another address ({target}). The client didn't follow, because the request contains secrets.",
                **about,
            )
        if status == 204 or (expect is type(None) and 200 <= status < 300):
            return Reply(status, response.headers, None, exchange)
        is_wanted = readable and isinstance(body, expect if 200 <= status < 300 else dict)
        if not is_wanted:
            if status == 429:
                # The wait matters more than the body, and a bare 429 is common at proxies.
                raise errors.SlowDown(**about)
            shown = _preview(response, hide)
            raise errors.UnreadableAnswer(
                f"The response ({status}, {response.headers.get('content-type', 'no content type')}) isn't one that the MFA API sends"
                + (f': "{shown}".' if shown else ". It's empty."),
                **about,
            )
        if not 200 <= status < 300:
            raise error_codes.refusal(status, body, response.headers, exchange, hide)
        return Reply(status, response.headers, body, exchange)

    def _transmit(
        self,
        method: str,
        path: str,
        kind: str | None,
        fields: Mapping[str, Any] | list[Any] | None,
        bearer: str | Secret | None,
        sandbox_token: Secret | None,
    ) -> tuple[requests.Response | None, Exception | None]:
        """The answer, or what went wrong. Only within it secrets are plain: no traceback of whatever happens shows its frames."""

        def exchange() -> requests.Response | BaseException:
            headers = {"accept": "application/json", "user-agent": USER_AGENT}
            if bearer:
                headers["authorization"] = "Bearer " + plain(bearer)
            if sandbox_token:
                headers[SANDBOX_TOKEN] = plain(sandbox_token)
            if kind:
                headers["content-type"] = kind
            if self.page:
                headers["origin"] = self.page
            if _has_ended.get(self.base_url, bool)():
                return requests.exceptions.ConnectionError("The sandbox at this address has stopped.")
            try:
                response = self.session.request(
                    method,
                    self.base_url + path,
                    data=_as_json(fields) if kind == "application/json" else _as_form(fields),
                    headers=headers,
                    timeout=self.timeout,
                    allow_redirects=False,
                    proxies=self._proxies,
                    verify=self.session.verify,  # said again: else the environment's CA file would win over the session's
                    auth=_no_netrc,
                    stream=True,
                )
                _read_all(response)
                return response
            except BaseException as error:
                return error

        # A tenant within this process keeps its own time; and where it runs in a browser, there are no threads.
        got = exchange() if self.base_url in _adapters else within(WHOLE_CALL, exchange)
        if got is None:
            return None, requests.exceptions.ReadTimeout(f"The response wasn't complete after {WHOLE_CALL:g} seconds")
        if isinstance(got, requests.Response):
            return got, None
        got.__traceback__ = got.__context__ = got.__cause__ = None  # they hold the frames of the request
        if isinstance(got, (OSError, ValueError)):  # everything of requests is an OSError; a CA file may be missing
            return None, got
        raise got

    def _keep(self, exchange: Exchange) -> Exchange:
        self.last = exchange
        return exchange


class _TooLarge(ValueError):
    """The answer has more than `LARGEST_ANSWER` bytes."""


def _read_all(response: requests.Response) -> None:
    """Have the whole body in `response.content`. Raises `_TooLarge`, and what `requests` raises."""
    parts, size = [], 0
    try:
        for part in response.iter_content(65_536):
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise _TooLarge
    except BaseException:
        response.close()  # of what cannot be unpacked, nobody else does
        raise
    response._content = b"".join(parts)  # where `requests` keeps what it has read itself


def _is_left_out(value: Any) -> bool:
    return value is None or (isinstance(value, (str, Secret)) and not value)


def _as_json(fields: Any) -> bytes:
    return json.dumps(fields, default=Secret.reveal).encode()


def _as_form(fields: Any) -> Any:
    return fields if fields is None else {name: plain(value) for name, value in fields.items()}


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    # Without an `auth` of our own, requests would let ~/.netrc replace the Authorization header.
    return request


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or "another path on the same server"
    except ValueError:
        return "a malformed address"


def _read(response: requests.Response) -> tuple[bool, Any]:
    if not response.content:
        return False, None
    try:
        body = json.loads(response.content)
        if b"\\ud" in response.content.lower():  # JSON can spell half a surrogate pair, which cannot be shown
            body = json.loads(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))
        return True, wrap_secrets(body)
    except (ValueError, RecursionError):  # not JSON, or nested without end
        return False, None


def _preview(response: requests.Response, hide: tuple[Secret, ...]) -> str:
    begin = response.content[:4000]
    try:  # not `response.text`, which guesses at the charset of megabytes, and raises for some names of charsets
        text = begin.decode(response.encoding or "utf-8", "replace")
    except (LookupError, ValueError):  # no such charset, or one of Python's own
        text = begin.decode("utf-8", "replace")
    text = text.encode("utf-8", "replace").decode()  # UTF-7 lets halves of surrogate pairs through
    without_tags = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.S | re.I)
    return mask_text(" ".join(without_tags.split()), *hide)[:120]


def _not_reached(failure: Exception | None, exchange: Exchange, hide: tuple[Secret, ...]) -> errors.NotReached:
    cause = mask_text(str(failure), *hide)[:300]
    about: dict[str, Any] = {"exchange": exchange, "cause": cause}
    if isinstance(failure, _TooLarge):
        return errors.UnreadableAnswer(
            f"The response is larger than {LARGEST_ANSWER // 1_000_000} MB, which the MFA API never sends.", **about
        )
    host = urlsplit(exchange.url).netloc
    if not isinstance(failure, requests.exceptions.RequestException):
        # A missing CA file comes as a bare OSError; anything else here is a request that cannot be sent.
        if isinstance(failure, OSError):
            return errors.CertificateRefused(
                "The CA file in your environment can't be read.",
                "Set REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) to a file that exists, and then restart the kernel.",
                **about,
            )
        return errors.NotReached(**about)
    if isinstance(failure, requests.exceptions.InvalidSchema) and "SOCKS" in cause:
        return errors.ProxyRefused(
            "Your environment sets a SOCKS proxy, but this Python can't use one.",
            "Run “python -m pip install pysocks”, and then restart the kernel. Or set HTTPS_PROXY to an HTTP proxy.",
            **about,
        )
    if isinstance(failure, requests.exceptions.InvalidURL):  # the tenant's own was checked before
        return errors.ProxyRefused("The proxy address in your environment isn't valid.", **about)
    kind = next(ours for theirs, ours in _MEANINGS if isinstance(failure, theirs))
    if "NameResolutionError" in cause or "getaddrinfo" in cause:
        return errors.TenantUnreachable(f"The name '{host}' can't be found on this network.", **about)
    if "Read timed out" in cause:
        return errors.TenantTimedOut(**about)
    if kind is errors.CertificateRefused and any(sign in cause for sign in _NO_TLS):
        return errors.TenantUnreachable(
            f"{host} doesn't use HTTPS.",
            "Check the domain. For a sandbox without TLS, write http:// before the address.",
            **about,
        )
    if kind is errors.CertificateRefused and ("not yet valid" in cause or "has expired" in cause):
        return kind(
            f"According to this machine's clock, the certificate of {host} isn't valid now.",
            "Correct this machine's date and time. If they're already correct, tell the person who runs the server.",
            **about,
        )
    if kind is errors.TenantUnreachable and any(sign in cause for sign in _NO_HTTP):
        return errors.UnreadableAnswer(**about)
    if kind is errors.TenantUnreachable:
        return kind(f"Nothing responds at {host}.", **about)
    return kind(**about)
