"""Canaries: run notebooks with secrets that can be recognized, then search every byte that was left.

Secrets may stand in three places only: the 0600 handover, and the 0600 files of the sandbox and of the throwaway ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from mfa_helpers.sandbox.store import Store
from mfa_helpers.sandbox.tenant import mailbox

from .run_report import count

PASSWORD = "canary-password-7f3a"
CLIENT_SECRET = "sandbox_canary-client-secret-91bd"
TYPED = "canary-typed-5e2c"
# The last two are the secret of an authenticator app, as text and as a QR code.
TOKEN = re.compile(
    rb"Fe26\.2\*\w+\*[0-9a-f]{16}|eyJ[\w-]{20,}\.[\w-]{20,}|otpauth://totp/|data:image/png;base64,[\w+/]{40}"
)


def handed_over(folder: Path) -> Path:
    """What one notebook hands to the next: tokens, and no password."""
    return folder / "runtime" / "mfa-course.json"


def allowed(folder: Path) -> list[Path]:
    """The files that may hold secrets."""
    runtime = folder / "runtime"
    throwaway = [path for name in ("mfa-errata", "mfa-sdk") for path in (runtime / name).glob("*")]
    return [handed_over(folder), *(folder / "state").glob("*"), *throwaway]


def leaks(folder: Path, codes: list[str], *texts: str, spared: Sequence[Path] = ()) -> list[str]:
    """Where a canary, a code or a token stands though it must not."""
    found = []
    passed = {*allowed(folder), *spared}
    places = [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file() and path not in passed]
    places += [(f"text {number}", text.encode()) for number, text in enumerate(texts)]
    count("secrets: canaries and codes searched for, beside all tokens", 3 + len(codes))
    count("secrets: files and texts searched", len(places))
    count("secrets: bytes searched", sum(len(raw) for _, raw in places))
    for name, raw in places:
        for canary in (PASSWORD, CLIENT_SECRET, TYPED):
            if canary.encode() in raw:
                found.append(f"{canary} in {name}")
        for code in codes:
            # not inside a widget's hexadecimal id, and not the fraction of a second in papermill's times
            if re.search(rb"(?<![0-9a-f])(?<!\d\.)%s(?![0-9a-f])" % code.encode(), raw):
                found.append(f"a code in {name}")
        if TOKEN.search(raw):
            found.append(f"a token in {name}")
    return found


def codes_of(folder: Path) -> list[str]:
    return codes_in(folder / "state" / "sandbox.sqlite3")


def codes_in(state: Path) -> list[str]:
    """Of every message that the tenant has sent."""
    store = Store(state)
    try:
        return [mail["code"] for mail in mailbox.read(store.mails(None))]
    finally:
        store.close()
