"""The tenant behind an adapter of `requests`: its mail goes straight to the inbox, and what it changes is kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from email import policy
from email.utils import getaddresses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError, ReadTimeout

from .. import refusals
from ..app import create_app
from ..http.responses import refuse
from ..refusals import Refusal
from ..store import StateUnusable, Store
from ..tenant import mailbox, planned_faults
from ..tenant.presence import Presence
from ..tenant.tenant import Tenant
from .asgi_exchange import AsgiExchange
from .browser_copy import BrowserCopy, CannotKeep
from .cooperative_loop import CooperativeLoop

if TYPE_CHECKING:
    from email.message import EmailMessage

    from urllib3 import HTTPResponse

# A browser whose storage was full keeps nothing more for the page that has met it, even when there is room again.
_CANNOT_KEEP = replace(
    refusals.CANNOT_WRITE, text=f"{refusals.CANNOT_WRITE.text} Free some space, and then reload the page."
)
_CLEARED = replace(
    refusals.CANNOT_WRITE,
    text="The sandbox can't write its file, because this site's data was cleared in the browser. Reload the page to start over.",
)


class AsgiAdapter(HTTPAdapter):
    """Whatever is sent through it is answered by the tenant in the file `path`, which is `kept` in a file of text.

    `lock` is held while that file is replaced, and `is_lent` says whether its place is still there. Raises
    `StateUnusable` if that is no tenant, `CannotKeep` if nothing can be written there.
    """

    def __init__(
        self,
        path: Path,
        kept: Path | None,
        lock: Callable[[], AbstractContextManager[object]] = nullcontext,
        is_lent: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__()
        self._is_lent = is_lent
        self._kept = BrowserCopy(kept, path, lock) if kept else None
        self.store = Store(path)
        self._loop = CooperativeLoop()
        self._turn = threading.Lock()  # where there are threads
        self._is_open = True
        if self._kept:  # two tabs may begin at once: both use one tenant
            try:
                self._kept.around(self.store, self.store.signing_key)
            except (CannotKeep, StateUnusable):
                self.stop()
                raise

    def serve(self, issuer: str, records: bool = False) -> None:
        """Answer from now on, as the tenant of that name."""
        self._tenant = Tenant(self.store, issuer, self._deliver, Presence())
        self._app = create_app(self._tenant, records=records)

    def stop(self) -> None:
        """Answer no more; what is still at work is given up."""
        with self._turn:
            if self._is_open:
                self._is_open = False
                self._loop.run(self._end())
                self._loop.close()
                self.store.close()

    async def _end(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def send(self, request: PreparedRequest, stream: bool = False, timeout: Any = None, *_: Any, **__: Any) -> Response:
        """As HTTP would: raises `ConnectionError` if the tenant has been stopped, `ReadTimeout` if it is slow."""
        with self._turn:
            if not self._is_open:
                raise ConnectionError("The tenant was stopped", request=request)
            answer = self._kept_answer(request, timeout)
        build: Any = self.build_response
        response: Response = build(request, answer)
        if not stream:
            response.content  # noqa: B018  (read here, as HTTP would: it may break off)
        return response

    def _kept_answer(self, request: PreparedRequest, timeout: Any) -> HTTPResponse:
        def work() -> HTTPResponse:
            return self._loop.run(self._answered(request, timeout))

        try:
            return self._kept.around(self.store, work) if self._kept else work()
        except CannotKeep:
            said = _CANNOT_KEEP if self._is_lent() else _CLEARED
        except StateUnusable as error:
            said = replace(refusals.CANNOT_WRITE, text=str(error))
        return self._loop.run(AsgiExchange(request).answered(refuse(Refusal(said), request.path_url)))

    async def _answered(self, request: PreparedRequest, timeout: Any) -> HTTPResponse:
        exchange = AsgiExchange(request)
        task = asyncio.ensure_future(exchange.run(self._app))
        _, reads = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        done, _ = await asyncio.wait({task}, timeout=reads)  # who waits no longer does not end the work
        if not done:
            raise ReadTimeout("Read timed out.", request=request)
        return exchange.answer()

    async def _deliver(self, message: EmailMessage, relay: tuple[str, int] | None) -> None:
        if relay is not None:
            raise OSError("The tenant's own mail server can't be reached, because SMTP isn't available in a web page.")
        if planned_faults.refuses_mail(self._tenant):
            raise OSError("The sandbox was told to refuse this message.")
        to = [address for _, address in getaddresses(message.get_all("to", []))]
        raw = message.as_bytes(policy=policy.SMTP)
        if not mailbox.can_be_read(raw):
            raise OSError("This message is too large, or takes too long to decode.")
        mailbox.receive(self.store, to, raw, self._tenant.clock.now())
