"""A question with answers to choose from: what is wrong with each wrong one is said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Question:
    """`answers` are (answer, what is wrong with it); the right one has nothing wrong. `because` says why it's right."""

    id: str
    text: str
    answers: tuple[tuple[str, str], ...]
    because: str = ""

    @property
    def right(self) -> str:
        """The answer that is right."""
        return next(answer for answer, wrong in self.answers if not wrong)

    def trouble(self, answer: str) -> str:
        """What is wrong with `answer`; empty if it is right. Raises `KeyError` for an answer that is not offered."""
        return dict(self.answers)[answer]

    def verdict(self, answer: str) -> tuple[str, str]:
        """A mark, and a sentence for whoever has chosen `answer`. Raises `KeyError` as `trouble` does."""
        trouble = self.trouble(answer)
        return ("✘", trouble) if trouble else ("✔", f"That's right. {self.because}".rstrip())
