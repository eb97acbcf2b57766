"""What version 1 of the learner's files looked like: it knew notebooks by their numbers, and things without types."""

from __future__ import annotations

from typing import Any

#: The notebooks of version 1 by their numbers, which stay as they were then whatever the course's are today.
_TOPICS = (
    *("tenant", "sign-in", "associate", "confirm", "authenticators", "challenge", "choosing"),
    *("second-token", "other-factors", "clinic", "errata", "capstone", "glossary"),
)
_TOPIC_OF = {f"{number:02}": topic for number, topic in enumerate(_TOPICS)}

#: They hold an MFA token, or a code that goes with one. The sandbox's tokens are of another kind since version 2.
_OF_A_LOGIN = ("login", "enrolment", "challenge")

#: Names of entries that also early files of version 2 have, and what they are called now.
FORMER_NAMES = {"enrolment": "enrollment"}


def handover(tenants: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The tenants of a handover file of version 1, as version 2 has them. A login in progress has expired."""
    return {
        tenant: dict(_entry(name, entry) for name, entry in things.items() if isinstance(entry, dict))
        for tenant, things in tenants.items()
    }


def _entry(name: str, entry: dict[str, Any]) -> tuple[str, Any]:
    if name in _OF_A_LOGIN:
        return FORMER_NAMES.get(name, name), {"expired": True}
    has_expired = entry.get("expired") is True
    if name == "authenticator" and not has_expired:
        return name, {"id": entry.get("id"), "label": entry.get("name")}
    if name in ("flow", "set_up") and not has_expired:
        return name, {"outcomes" if name == "flow" else "before": entry}
    sort, _, rest = name.partition(" ")
    if sort != "note":
        return name, entry
    number, _, what = rest.partition(" ")
    if what == "factors" and isinstance(entry.get("value"), dict):
        entry = {**entry, "value": {**entry["value"], "waiting": []}}  # each with its MFA token
    return f"note {_TOPIC_OF.get(number, number)} {what}", entry


def progress(notebooks: dict[str, Any]) -> dict[str, Any]:
    """The notebooks of a progress file of version 1, as the topics of version 2."""
    return {_TOPIC_OF.get(number, number): entry for number, entry in notebooks.items()}
