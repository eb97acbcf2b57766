"""A push, and the phone on which it waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.errors import AuthorizationPending, SlowDown
from ..client.models import Enrollment
from ..lessons.next_factor import NextFactor
from ..show.html import Html
from . import controls
from .other_factors import FactorForm
from .page import qr


class PushForm(FactorForm):
    """A push: the person answers on the phone, and the application asks again and again, at the right pace."""

    heading = "Enroll a phone for push notifications"
    kind = "push"
    enroll_label = "Enroll the phone"
    predicts = "push-challenge"

    def after(self) -> Sequence[widgets.Widget]:
        self.prove_button = ask = controls.button(
            "Poll once", "Send one request to /oauth/token", self.submit, main=True
        )
        soon = controls.button(
            "Poll too soon", "Poll without waiting. Right after another poll, this gets slow_down", self.ask_too_soon
        )
        if not self.lab.tenant.has_phone:
            return [controls.row(ask, soon)]
        phone = widgets.HTML("<strong>Your phone</strong>")
        answers = [
            controls.button("Approve", "What the user taps", lambda: self.tap("approve")),
            controls.button("Reject", "What the user taps", lambda: self.tap("reject")),
        ]
        return [controls.row(ask, soon), phone, controls.row(*answers)]

    def enrolled(self, enrollment: Any) -> str:
        if not self.lab.tenant.has_phone:
            return "scan the code with the Guardian app, and then poll the tenant."
        return "your phone asks whether you want to enroll it. Approve it, and then poll the tenant."

    def secrets_of(self, enrollment: Enrollment) -> Html:
        uri = enrollment.barcode_uri
        scan = uri is not None and not self.lab.tenant.has_phone  # the sandbox's phone needs no scan
        picture = qr.image(uri.reveal(), "QR code for the Guardian app") if scan and uri else Html()
        return picture + super().secrets_of(enrollment)

    def challenged(self, challenge: Any) -> str:
        return "a push is on your phone. There's no code to type. Approve or reject it, and then poll the tenant."

    def submit(self) -> None:
        """Ask the tenant once."""
        self._ask(too_soon=False)

    def ask_too_soon(self) -> None:
        """Ask once more without waiting."""
        self._ask(too_soon=True)

    def tap(self, answer: str) -> None:
        """Answer on the sandbox's phone."""
        said = "you approved it" if answer == "approve" else "you rejected it"
        self.attempt(lambda: self.factors.answer_push(answer), lambda _: f"{said} on the phone. Now poll the tenant.")

    def hands_free(self) -> None:
        for act in (self.enroll, self.challenge):
            act()
            if self.error is None:
                self.submit()
                self.tap("approve")
            if self.error is None:
                self.ask_too_soon()  # in order: the answer is there, and a person would have taken longer
            if self.error is not None:
                return

    def _ask(self, too_soon: bool) -> None:
        pending: list[AuthorizationPending] = []

        def act() -> Any:
            try:
                return self.factors.poll(too_soon=too_soon)
            except AuthorizationPending as error:  # no failure: the usual answer until the person has answered
                pending.append(error)
                return None

        purpose = self.factors.waits("push")

        def said(tokens: Any) -> str:
            if pending:
                return (
                    f"the user hasn't responded yet: {pending[0].status} {pending[0].error}. "
                    f"Poll again in {self.factors.pace.interval} seconds, and not before."
                )
            return self.verified(purpose, tokens)

        if (self.attempt(act, said) and not pending) or isinstance(self.result, NextFactor):
            self.put_away()
            controls.show(True, self.challenge_button)
        elif isinstance(self.error, SlowDown):
            self.say(f"{self.status}\nThe interval is {self.factors.pace.interval} seconds now.", self._below)
