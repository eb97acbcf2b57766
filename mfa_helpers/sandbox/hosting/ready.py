"""Where a running tenant is and what one needs to use it: told when it is up, and noted beside its file.

Light on purpose: a notebook loads this, and no server.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

from .. import defaults, own_file

if TYPE_CHECKING:
    import sqlite3


@dataclass
class Ready:
    """A running tenant: where it is, and the credentials of its throwaway user and applications."""

    base_url: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    public_client_id: str
    management_client_id: str
    management_client_secret: str = field(repr=False)
    audience: str
    mfa_audience: str
    management_audience: str
    username: str
    password: str = field(repr=False)
    smtp: str
    inbox_url: str
    sandbox_token: str = field(repr=False)


@dataclass
class Note:
    """Beside the tenant's file, for its owner alone: which server is up there. `instance` is that server's own name."""

    instance: str
    pid: int
    ready: Ready

    def write(self, state: Path) -> None:
        """Put it down in one step, so that nobody reads half of it. Raises `OSError`."""
        new = _place(state).with_suffix(f".{self.instance}")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(self), file)
            os.replace(new, _place(state))
        except OSError:
            with suppress(OSError):
                os.unlink(new)
            raise

    def remove(self, state: Path) -> None:
        """Take it away, unless another server has put its own there."""
        if read_note(state) == self:
            with suppress(OSError):  # whoever reads it finds nobody there
                os.unlink(_place(state))


def read_note(state: Path) -> Note | None:
    """The note beside `state`; `None` if there is none that can be read, or another user could have written it."""
    try:
        if own_file.why_not(_place(state)):
            return None
        found = json.loads(_place(state).read_text("utf-8"))
        return Note(found["instance"], found["pid"], Ready(**found["ready"]))
    except (OSError, ValueError, KeyError, TypeError):  # it is a hint: without it, a new server is started
        return None


def described(
    clients: Sequence[sqlite3.Row], password: str, base_url: str, issuer: str, smtp: str, token: str
) -> Ready:
    """What can be told of a tenant at that address. `token` is empty if `/sandbox/…` is open to everybody.

    `clients` are its applications: the three that it begins with, and those made since. The secret of one that an older
    version has removed is empty.
    """
    secrets = {row["client_id"]: row["client_secret"] for row in clients}
    return Ready(
        base_url=base_url,
        issuer=issuer,
        client_id=defaults.CLIENT_ID,
        client_secret=secrets.get(defaults.CLIENT_ID, ""),
        public_client_id=defaults.PUBLIC_CLIENT_ID,
        management_client_id=defaults.MANAGEMENT_CLIENT_ID,
        management_client_secret=secrets.get(defaults.MANAGEMENT_CLIENT_ID, ""),
        audience=defaults.API_AUDIENCE,
        mfa_audience=issuer + "mfa/",
        management_audience=issuer + "api/v2/",
        username=defaults.USERNAME,
        password=password,
        smtp=smtp,
        inbox_url=base_url + "/sandbox/inbox",
        sandbox_token=token,
    )


def read_line(line: str) -> Ready:
    """What `python -m mfa_helpers.sandbox --json` says when it is up. Raises `ValueError` if it is not that."""
    try:
        told = json.loads(line)
        return Ready(**{name.name: told[name.name] for name in fields(Ready)})
    except (KeyError, TypeError) as error:
        raise ValueError("no ready line") from error


def state_file(state: str | os.PathLike[str] | None) -> Path:
    """The file of that tenant, by one name whoever names it. A link in its place stays one: the store refuses that."""
    path = Path(state) if state is not None else default_state()
    return path.parent.resolve() / path.name


def default_state() -> Path:
    """Where the tenant lives if nobody says otherwise: `MFA_SANDBOX_STATE`, or the user's own data folder."""
    named = os.environ.get("MFA_SANDBOX_STATE")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_data_path("mfa-helpers") / "sandbox.sqlite3"


def _place(state: Path) -> Path:
    return state.with_name(state.name + "-ready")
