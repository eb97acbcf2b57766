"""The seats of a class: who has joined, and whether they have signed in since."""

from __future__ import annotations

import json
import sqlite3

from .connection import Connection

#: What there may be of a user who has never signed in.
_OF_A_USER = ("learners", "logs", "authenticators", "oob_codes", "mails", "failed_logins", "users")


class Seats(Connection):
    """A seat is *empty* until its learner has signed in with the password that joining told."""

    def learner(self, secret_hash: str) -> sqlite3.Row | None:
        """`user_id`, `email` and the readable `password` of who joined with that secret."""
        return self.one(
            "SELECT learners.*, users.email FROM learners JOIN users USING (user_id) WHERE secret_hash = ?", secret_hash
        )

    def add_learner(
        self, secret_hash: str, user_id: str, *, password: str, number: int, came_from: tuple[str, int]
    ) -> None:
        """`password` stays readable: a learner who joins again is told it again. `came_from` is address and port."""
        address, port = came_from
        self.insert(
            "learners",
            secret_hash=secret_hash,
            user_id=user_id,
            password=password,
            number=number,
            address=address,
            port=port,
        )

    def next_learner(self) -> int:
        """The number of whoever joins next; none is given twice while its seat is there."""
        return int(self.all("SELECT coalesce(max(number), 0) + 1 FROM learners")[0][0])

    def sign_in_learner(self, user_id: str) -> None:
        """That user has signed in. Somebody who has no seat may be given, too."""
        if self.one("SELECT 1 FROM learners WHERE user_id = ? AND NOT signed_in", user_id):
            self.run("UPDATE learners SET signed_in = 1 WHERE user_id = ?", user_id)

    def count_seats(self) -> int:
        """How many are not empty."""
        return self._number("signed_in")

    def count_empty_seats(self, address: str | None = None) -> int:
        """All of them, or those of one address."""
        return (
            self._number("NOT signed_in") if address is None else self._number("NOT signed_in AND address = ?", address)
        )

    def remove_empty_seats(self, most: int = -1) -> int:
        """How many are gone now, with their users and events: all, or the first `most`.

        First are those of the connection that has made most of them, then the oldest.
        """
        of_one = "SELECT address, port, count(*) AS n FROM learners WHERE NOT signed_in GROUP BY address, port"
        with self.change():
            rows = self.all(
                f"SELECT user_id FROM learners JOIN ({of_one}) USING (address, port) WHERE NOT signed_in "
                "ORDER BY n DESC, number LIMIT ?",
                most,
            )
            gone = json.dumps([row["user_id"] for row in rows])
            for table in _OF_A_USER:
                self.run(f"DELETE FROM {table} WHERE user_id IN (SELECT value FROM json_each(?))", gone)
            self.run("DELETE FROM buckets WHERE owner IN (SELECT value FROM json_each(?))", gone)
        return len(rows)

    def remove_seats(self) -> None:
        """Nobody has joined. Their users go with the next reset."""
        self.run("DELETE FROM learners")

    def _number(self, condition: str, *values: str) -> int:
        # Conditions come from our own code, never from a request.
        return int(self.all(f"SELECT count(*) FROM learners WHERE {condition}", *values)[0][0])
