"""The tenant that a session uses: opened, waited for, and found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..client import errors
from ..client.errors import MfaError
from ..client.mfa import MfaClient
from ..client.secret import Secret
from ..storage.handover import Handover
from ..tenants.class_tenant import is_elsewhere
from ..tenants.class_troubles import explained, without_seat
from ..tenants.environment import past_the_proxy
from ..tenants.opening import class_in_waiting, open_tenant
from ..tenants.tenant import CLASS, SANDBOX, Tenant

Result = TypeVar("Result")


class TenantInUse:
    """`tenant`, and the `client` that calls it. `handover` keeps what has been chosen."""

    def __init__(self, handover: Handover) -> None:
        self.handover = handover

    def _open(self, kind: str, join_line: str | Secret | None = None) -> None:
        self._use(open_tenant(kind, self.handover, join_line))

    def _wait_for_class(self, error: MfaError) -> None:
        """Stay with the class, which can't be joined now; `error` says why."""
        self._use(class_in_waiting(self.handover), error)

    def _use(self, tenant: Tenant, waiting_for: MfaError | None = None) -> None:
        self.tenant: Tenant = tenant
        #: Why the class's tenant can't be joined now, if this notebook waits for it.
        self.waiting_for = waiting_for
        #: Whether the tenant has said who it is and shown its keys.
        self.is_checked: bool = False
        self.client = MfaClient(self.tenant.base_url, self.tenant.client_id, self.tenant.client_secret)
        self.client.session.verify = self.tenant.ca_file or True
        self.tenant.use(self.client.session)
        if self.tenant.is_sandbox:
            past_the_proxy("127.0.0.1", "localhost")

    def come_back(self) -> None:
        """Join the class that this notebook waits for, if it does. Raises why that isn't possible yet."""
        if self.waiting_for is None:
            return
        try:
            self._open(CLASS)
        except MfaError as error:
            self.waiting_for = error
            raise

    def guarded(self, act: Callable[[], Result]) -> Result:
        """What `act` gives.

        A class whose address has changed is asked there, and one where the learner's user is gone is joined again at the next try.
        A sandbox that was stopped is started again, so that the next try works.
        """
        self.come_back()
        try:
            return act()
        except (errors.NotReached, errors.TenantFailed) as error:
            if self.tenant.kind == CLASS:
                if isinstance(error, errors.NotReached) and is_elsewhere(self.handover, self.tenant.base_url):
                    before = self.tenant.base_url
                    self._open(CLASS)
                    if self.tenant.base_url != before:
                        return act()
                raise explained(error, self.tenant.base_url.removeprefix("https://")) from None
            if self.tenant.kind == SANDBOX and isinstance(error, errors.TenantUnreachable):
                self._open(SANDBOX)
            raise
        except errors.WrongCredentials as error:
            if self.tenant.kind == CLASS and not self._has_seat():
                self._wait_for_class(without_seat(error))
            raise

    def _has_seat(self) -> bool:
        """Whether the class still knows this learner, as far as it says."""
        try:
            self.tenant.now()
        except MfaError as error:
            return error.status != 403
        return True
