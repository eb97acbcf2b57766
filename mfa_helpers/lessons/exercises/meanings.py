"""What a refusal means for somebody who has written the request."""

from __future__ import annotations

from collections.abc import Iterable

from ...client.lifetimes import CODE_LIFETIME, MFA_TOKEN_LIFETIME, minutes
from .evidence import Event, Seen
from .verdict import Verdict, mistake, not_yet

#: What the log's words mean for somebody who has written the request. Read from the newest event back.
_MEANINGS: tuple[tuple[str, str], ...] = (
    ("Grant type", "The application may not use the grant type that you sent. Compare grant_type with the call above."),
    ("Service not enabled", "The tenant has no API with the audience that you sent. Send lab.tenant.audience."),
    ("Unknown realm", "The tenant has no connection of the name that you sent as realm."),
    ("Unauthorized", "Client id and secret did not fit. Send lab.tenant.client_id and lab.tenant.client_secret."),
    (
        "Wrong email or password",
        "The user name or the password was wrong. The right ones are lab.tenant.username and lab.tenant.password.",
    ),
    (
        "Invalid binding_code",
        "The code was wrong: the tenant said “Invalid binding_code”. Each mail has its own code and each answer its own oob_code; the two must belong together, and a code works once.",
    ),
    ("Malformed oob_code", "What you sent as oob_code is none. Take it from the answer that sent the mail, whole."),
    (
        "doesn't match the mfa_token",
        "The oob_code came from an older login than the mfa_token. Use the two of the same login.",
    ),
    ("oob_code is expired", f"The code was older than {minutes(CODE_LIFETIME)}. Ask for a new one."),
    (
        "Too many failed codes",
        "Too many wrong codes: even the right one is refused now. Wait 6 minutes, or press “Start afresh” in notebook 00.",
    ),
    ("mfa_token is expired", f"The mfa_token was older than {minutes(MFA_TOKEN_LIFETIME)}. Sign in again."),
    (
        "Malformed mfa_token",
        "The mfa_token was not accepted. It is spent once its login is complete, an access token is none, and a shown token is stars: send lab.mfa_token.reveal() of a new login.",
    ),
    ("polling faster", "You asked too fast: wait a few seconds between two requests."),
    ("MFA Authorization rejected", "The person pressed “Reject” on the phone."),
    (
        "already enrolled",
        "This user has a confirmed authenticator already, and an MFA token cannot enrol another one. Take it off first: lab.unenroll(), then lab.login().",
    ),
    (
        "factor is not enabled",
        'The tenant has not the factor that you asked for. Here it is e-mail: authenticator_types is ["oob"] and oob_channels is ["email"].',
    ),
    (
        "Unsupported",
        'The tenant does not know that type or channel. Here it is e-mail: authenticator_types is ["oob"] and oob_channels is ["email"].',
    ),
    ("Invalid email", "What you sent as email is no address."),
)
_MISSING, _NOT_TEXT = "Missing required parameter: ", " must be a string"


def explained(events: Iterable[Event]) -> Verdict | None:
    """What the newest refusal among `events` means; `None` if nothing was refused."""
    for event in reversed(list(events)):
        words = event.description
        if words.startswith(_MISSING):
            name = words.removeprefix(_MISSING)
            return mistake(
                f"Your request had no {name}. Compare its fields with the call above: names, and data= or json=."
            )
        if words.endswith(_NOT_TEXT):
            return mistake(
                f"You sent {words.removesuffix(_NOT_TEXT)} as something that is no text. Write it in quotes."
            )
        for part, meaning in _MEANINGS:
            if part in words:
                return mistake(meaning)
    return None


def nothing_arrived(seen: Seen, what: str) -> Verdict:
    """The verdict when no own request led to anything; `what` is the request that is wanted, as an object of a sentence."""
    if seen.events:
        return not_yet(
            f"What arrived at the tenant came from the course's own forms and calls. Send {what} with requests, in your cell."
        )
    return not_yet(
        f"Nothing of yours is in the tenant's log yet: no {what.split(' ', 1)[1]}. Run your cell, then check again. If you have run it: "
        "a wrong path or a refused token leaves no line there, so print the answer's status_code and text."
    )
