"""What a user's profile says."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import Any


def profile(user: sqlite3.Row) -> dict[str, Any]:
    """Names and picture, as `/userinfo` and the Management API tell them alike; what nobody has set follows from the address."""
    email, more = user["email"], json.loads(user["more"])
    digest = hashlib.md5(email.lower().encode(), usedforsecurity=False).hexdigest()
    own = {name: more[name] for name in ("given_name", "family_name") if name in more}
    return {
        **own,
        "nickname": more.get("nickname", email.split("@")[0]),
        "name": user["name"],
        # the outline of the recorded one (TestUserInfo); nothing here fetches it
        "picture": more.get("picture", f"https://s.gravatar.com/avatar/{digest}?s=480&r=pg"),
    }
