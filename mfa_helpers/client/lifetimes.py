"""How long what a tenant gives out is good, in seconds.

Only of tokens does the tenant say it (`expires_in`), and it has the last word. Every text and form that
names one of these lifetimes takes it from here. The sandbox has figures of its own; a test compares them.
"""

from __future__ import annotations

MFA_TOKEN_LIFETIME = 600  # community article 123043, Auth0 staff: 10 minutes, not configurable
CODE_LIFETIME = 300  # documentation, ROPG-with-MFA page: 5 minutes, not configurable
MFA_ACCESS_TOKEN_LIFETIME = 600  # documentation, manage page: 10 minutes, of an access token for the MFA audience


def minutes(seconds: float) -> str:
    """A time in words: 300 is `5 minutes`. It is rounded up."""
    count = -(-int(seconds) // 60)
    return f"{count} minute{'s' if count != 1 else ''}"
