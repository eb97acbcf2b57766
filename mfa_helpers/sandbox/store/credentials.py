"""What proves who somebody is: tokens, authenticators, codes. Tokens and codes by their hash only."""

from __future__ import annotations

import sqlite3

from .connection import Connection

_ON_PHONES = ("sms", "voice", "push", "totp")
_OF_A_DAY = (
    "oob_codes",
    "mails",
    "opaque_tokens",
    "refresh_tokens",
    "failed_logins",
    "browser_logins",
    "authorization_codes",
    "sessions",
)


class Credentials(Connection):
    """Tokens and codes are kept by their fingerprints (`crypto.opaque_strings`). Times are in seconds since 1970."""

    # tokens

    def add_mfa_token(
        self, hash: str, *, client_id: str, user_id: str, audience: str | None, scope: str, expires_at: float
    ) -> None:
        """What a login that got `mfa_required` goes on with."""
        self.insert(
            "mfa_tokens",
            hash=hash,
            client_id=client_id,
            user_id=user_id,
            audience=audience,
            scope=scope,
            expires_at=expires_at,
        )

    def mfa_token(self, hash: str) -> sqlite3.Row | None:
        """The login that a token continues; `spent` once it has been completed."""
        return self.one("SELECT * FROM mfa_tokens WHERE hash = ?", hash)

    def spend_mfa_token(self, hash: str) -> None:
        """The login of that token is complete: it opens nothing any more."""
        self.run("UPDATE mfa_tokens SET spent = 1 WHERE hash = ?", hash)

    def add_opaque_token(self, hash: str, *, user_id: str, scope: str, expires_at: float) -> None:
        """An access token without an audience."""
        self.insert("opaque_tokens", hash=hash, user_id=user_id, scope=scope, expires_at=expires_at)

    def opaque_token(self, hash: str) -> sqlite3.Row | None:
        """Its user, scope and expiry."""
        return self.one("SELECT * FROM opaque_tokens WHERE hash = ?", hash)

    def add_refresh_token(self, hash: str, *, client_id: str, user_id: str, audience: str | None, scope: str) -> None:
        """A refresh token. It does not expire (assumed: as on a new application)."""
        self.insert("refresh_tokens", hash=hash, client_id=client_id, user_id=user_id, audience=audience, scope=scope)

    def refresh_token(self, hash: str) -> sqlite3.Row | None:
        """Whose it is and what it is for."""
        return self.one("SELECT * FROM refresh_tokens WHERE hash = ?", hash)

    def remove_refresh_token(self, hash: str) -> None:
        """Revoke it."""
        self.run("DELETE FROM refresh_tokens WHERE hash = ?", hash)

    # authenticators

    def authenticators(self, user_id: str) -> list[sqlite3.Row]:
        """In the order of their making."""
        return self.all("SELECT * FROM authenticators WHERE user_id = ? ORDER BY rowid", user_id)

    def authenticator(self, id: str) -> sqlite3.Row | None:
        """One authenticator by its id."""
        return self.one("SELECT * FROM authenticators WHERE id = ?", id)

    def add_authenticator(
        self,
        id: str,
        *,
        user_id: str,
        kind: str,
        now: float,
        address: str = "",
        secret: str = "",
        name: str = "",
        enrolled_by: str = "",
    ) -> None:
        """Unconfirmed. If there is one of that id already, it stays as it is."""
        if self.authenticator(id) is None:
            self.insert(
                "authenticators",
                id=id,
                user_id=user_id,
                kind=kind,
                address=address,
                secret=secret,
                name=name,
                enrolled_by=enrolled_by,
                created_at=now,
            )

    def activate(self, id: str, now: float) -> None:
        """It has proven itself, now."""
        self.run("UPDATE authenticators SET active = 1, used_at = ? WHERE id = ?", now, id)

    def confirm(self, id: str) -> None:
        """It counts from now on, and has not been used yet."""
        self.run("UPDATE authenticators SET active = 1 WHERE id = ?", id)

    def change_secret(self, id: str, secret: str) -> None:
        """Replace what an authenticator is checked by."""
        self.run("UPDATE authenticators SET secret = ? WHERE id = ?", secret, id)

    def remove_authenticator(self, id: str) -> None:
        """Remove this one. See `remove_device` for what else is on its device."""
        with self.change():
            for table in ("oob_codes", "used_otps"):
                self.run(f"DELETE FROM {table} WHERE authenticator_id = ?", id)
            self.run("DELETE FROM authenticators WHERE id = ?", id)

    def remove_device(self, id: str) -> None:
        """One, and what else is on the same device (documentation, manage page: push and its code, SMS and voice).

        With the last factor goes the recovery code, which came with one (assumed).
        """
        row = self.authenticator(id)
        with self.change():
            self.remove_authenticator(id)
            kind, _, device = id.partition("|")
            if kind in _ON_PHONES:
                for other in _ON_PHONES:
                    self.remove_authenticator(f"{other}|{device}")
            active = [row for row in self.authenticators(row["user_id"] if row else "") if row["active"]]
            if all(row["kind"] == "recovery-code" for row in active):
                for row in active:
                    self.remove_authenticator(row["id"])

    def use_otp(self, authenticator_id: str, step: int) -> bool:
        """Whether the code of that time step is used for the first time. From now on it is not."""
        return self.run("INSERT OR IGNORE INTO used_otps VALUES (?, ?)", authenticator_id, step) > 0

    def forget_user(self, user_id: str) -> None:
        """The user's first day: nothing enrolled, sent or counted, no block. Name and password stay."""
        with self.change():
            for row in self.authenticators(user_id):
                self.remove_authenticator(row["id"])
            for table in _OF_A_DAY:
                self.run(f"DELETE FROM {table} WHERE user_id = ?", user_id)
            self.run("DELETE FROM buckets WHERE owner = ?", user_id)

    # out-of-band codes

    def add_oob_code(
        self,
        hash: str,
        *,
        token_hash: str,
        user_id: str,
        authenticator_id: str,
        code_hash: str | None,
        expires_at: float,
    ) -> None:
        """`code_hash` is `None` for a push, which is answered and not typed."""
        self.insert(
            "oob_codes",
            hash=hash,
            token_hash=token_hash,
            user_id=user_id,
            authenticator_id=authenticator_id,
            code_hash=code_hash,
            expires_at=expires_at,
        )

    def remove_oob_code(self, hash: str) -> None:
        """As if it had never been sent."""
        self.run("DELETE FROM oob_codes WHERE hash = ?", hash)

    def oob_code(self, hash: str) -> sqlite3.Row | None:
        """The code or push behind an `oob_code`."""
        return self.one("SELECT * FROM oob_codes WHERE hash = ?", hash)

    def use_oob_code(self, hash: str) -> None:
        """It works once."""
        self.run("UPDATE oob_codes SET used = 1 WHERE hash = ?", hash)

    def poll_oob_code(self, hash: str, now: float) -> None:
        """Somebody has asked whether the push was answered."""
        self.run("UPDATE oob_codes SET polled_at = ? WHERE hash = ?", now, hash)

    def waiting_pushes(self, now: float, user_id: str | None = None) -> list[sqlite3.Row]:
        """Unanswered, newest first; of one user, or of all."""
        return self.all(
            "SELECT oob_codes.*, users.email, authenticators.active FROM oob_codes JOIN users USING (user_id) "
            "JOIN authenticators ON authenticators.id = authenticator_id "
            "WHERE code_hash IS NULL AND answer = '' AND expires_at > ? AND oob_codes.user_id = coalesce(?, oob_codes.user_id) "
            "ORDER BY expires_at DESC",
            now,
            user_id,
        )

    def answer_push(self, hash: str, answer: str) -> None:
        """`approve` or `reject`."""
        self.run("UPDATE oob_codes SET answer = ? WHERE hash = ?", answer, hash)
