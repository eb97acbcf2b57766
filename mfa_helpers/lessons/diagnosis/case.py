"""What is known of one refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...client.errors import MfaError
from ...client.models import Exchange


@dataclass(frozen=True, kw_only=True)
class Case:
    """The last failure of a kernel. `error` is `None` if the last call went well; `exchange` is the last one either way."""

    error: MfaError | None
    exchange: Exchange | None
    #: The request's and the answer's fields, masked.
    sent: Mapping[str, Any]
    said: Mapping[str, Any]

    @property
    def words(self) -> str:
        """The tenant's own words, in small letters; empty without an error."""
        return ((self.error.error_description if self.error else None) or "").lower()

    def is_a(self, *kinds: type[MfaError]) -> bool:
        """Whether the failure is of one of these `kinds`."""
        return isinstance(self.error, kinds)


#: Nothing has failed.
NOTHING = Case(error=None, exchange=None, sent={}, said={})
