"""What the tenant saw of a learner.

The learner's own requests do not pass through the course's client, and nothing
of `requests` is bent to overhear them. The sandbox's log says what arrived: by
its user agent an event is the learner's own or the course's. A live tenant's
log is not read here; there only the recorded exchanges count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...client.grants import MFA_OOB, PASSWORD, PASSWORD_REALM
from ...client.models import Exchange
from ...client.sandbox_controls import Mail
from ...client.transport import USER_AGENT


@dataclass(frozen=True)
class Event:
    """One line of the tenant's log, as far as it matters here. `mine` means: not sent by the course's client."""

    type: str
    description: str = ""
    client_id: str = ""
    mine: bool = True


@dataclass(frozen=True)
class Seen:
    """What has happened since the exercise began, oldest first."""

    events: Sequence[Event]
    mails: Sequence[Mail] = ()
    client_id: str = ""
    #: On a live tenant mails are not seen, and events are made of the recorded exchanges.
    is_live: bool = False

    @property
    def mine(self) -> list[Event]:
        """What the learner's own requests have led to."""
        return [event for event in self.events if event.mine]

    @property
    def own_mails(self) -> list[Mail]:
        """The messages that the learner's own requests have set off."""
        return [mail for mail in self.mails if mail.user_agent not in ("", USER_AGENT)]

    def has(self, *types: str) -> bool:
        """Whether the learner's own requests have led to events of all `types`."""
        return {event.type for event in self.mine} >= set(types)

    def count(self, type: str) -> int:
        """How many events of `type` the learner's own requests have led to."""
        return sum(event.type == type for event in self.mine)

    def since_last(self, type: str) -> Seen:
        """The same, from the last event of `type` on."""
        starts = [index for index, event in enumerate(self.events) if event.type == type]
        return Seen(
            events=self.events[starts[-1] :] if starts else [],
            mails=self.mails,
            client_id=self.client_id,
            is_live=self.is_live,
        )


def as_event(step: str, exchange: Exchange) -> Event:
    """What a tenant's log would call a recorded exchange."""
    sent = exchange.request_body if isinstance(exchange.request_body, dict) else {}
    said = exchange.response_body if isinstance(exchange.response_body, dict) else {}
    words, is_yes = str(said.get("error_description", "")), exchange.status == 200
    types = {
        ("/oauth/token", PASSWORD): ("sepft", "fepft"),
        ("/oauth/token", PASSWORD_REALM): ("sepft", "fepft"),
        ("/oauth/token", MFA_OOB): ("seoobft", "feoobft"),
        ("/mfa/associate", None): ("gd_start_enroll", "gd_start_enroll_failed"),
        ("/mfa/challenge", None): ("gd_start_auth", ""),
    }
    yes, no = types.get((exchange.path, sent.get("grant_type")), ("", ""))
    if said.get("error") == "mfa_required":
        yes, is_yes = "mfar", True
    elif "Wrong email or password" in words:
        no = "fp"
    return Event(
        type=yes if is_yes else no, description="" if is_yes else words, client_id=str(sent.get("client_id", ""))
    )
