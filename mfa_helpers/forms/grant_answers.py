"""Which grants the tenant answers with `mfa_required`: predicted, then sent."""

from __future__ import annotations

from typing import ClassVar

from ..lessons.grant_answers import REQUESTS, GrantAnswers
from .predicted_requests import PredictedRequestsForm


class GrantAnswersForm(PredictedRequestsForm):
    """A row for each request to `/oauth/token`."""

    heading = "Predict, then send"
    questions: ClassVar = {id: request.question for id, request in REQUESTS.items()}

    def invitation(self) -> str:
        return "Choose an answer to each question. That sends the request to a practice tenant, whose MFA policy is Always."

    def title(self, name: str) -> str:
        return REQUESTS[name].grant

    def response(self, name: str) -> str:
        return self.lab.companion(GrantAnswers).send(name)

    def said(self, name: str) -> str:
        return f"for the grant {self.title(name)}, the tenant returned {self.seen[name]}."
