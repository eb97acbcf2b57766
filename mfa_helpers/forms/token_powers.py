"""What each token can do: predicted, then tried with both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ..lessons.predictions import PREDICTIONS
from ..lessons.second_token import CALLS, TOKENS, SecondToken
from .predicted_requests import PredictedRequestsForm


class TokenPowersForm(PredictedRequestsForm):
    """A row for each call, which is sent with each token."""

    heading = "What can each token do?"
    needs = ("login",)
    questions: ClassVar = {call: PREDICTIONS[f"token to {call}"] for call in CALLS}

    def invitation(self) -> str:
        return "Choose an answer to each question. That sends the request twice: once with each token."

    def lost(self) -> Sequence[str]:
        """Here, and not at the top of the notebook: no other form needs a login."""
        return () if self.is_done else self.lab.missing(*self.needs)

    def hands_free(self) -> None:
        self.lab.catch_up(*self.needs)
        self.submit()

    def title(self, name: str) -> str:
        return CALLS[name]

    def response(self, name: str) -> str:
        tried = self.lab.companion(SecondToken).try_out
        return "\n".join(f"{words}: {tried(name, token)}" for token, words in TOKENS.items())

    def said(self, name: str) -> str:
        return f"{self.title(name)} was sent with each token.\n{self.seen[name]}"
