"""The authenticator app, with its QR code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..client.models import Enrollment
from ..client.secret import Secret
from ..show.html import Html
from ..show.text import duration
from .other_factors import CodeFactorForm
from .page import qr


class AppForm(CodeFactorForm):
    """An authenticator app: a QR code to scan, then its codes."""

    heading = "Enroll an authenticator app"
    kind = "otp"
    predicts = "otp-challenge"
    enroll_label = "Enroll an app"

    def helpers(self) -> Sequence[tuple[str, str, Any]]:
        return [("Show my phone's code", "The sandbox's phone has the app, too", self.look_at_phone)]

    def enrolled(self, enrollment: Any) -> str:
        return "scan the code with an authenticator app, or show your phone's code. Then send its six digits."

    def secrets_of(self, enrollment: Enrollment) -> Html:
        uri, secret = enrollment.barcode_uri, enrollment.secret
        picture = qr.image(uri.reveal(), "QR code with the secret of this authenticator") if uri else Html()
        groups = self.lab.shown(secret.reveal()) if secret else ""
        spaced = " ".join(groups[i : i + 4] for i in range(0, len(groups), 4))
        typed = Html("<details><summary>No camera? Type this secret</summary><code>{}</code></details>").format(spaced)
        return picture + (typed if secret else Html()) + super().secrets_of(enrollment)

    def challenged(self, challenge: Any) -> str:
        return "nothing is sent, because the app already has the code. Send the six digits that it shows now."

    def look_at_phone(self, ago: int = 0) -> None:
        """Put the code of the sandbox's phone into the field."""

        def said(shown: tuple[Secret, int]) -> str:
            left = duration(shown[1])
            return f"the code that your phone shows is in the field. It's valid for another {left}. Now click “Send the code”."

        before = self.result
        if self.attempt(lambda: self.factors.app_code(ago), said):
            self.code.value = self.result[0].reveal()
        if self.error is None:
            self.single_attempt.result = before

    def hands_free(self) -> None:
        # A code works once. So the first glance at the phone was half a minute ago.
        self.enroll()
        for ago in (1, 0):
            if ago == 0:
                self.challenge()
            if self.error is None:
                self.look_at_phone(ago)
                self.submit()
            if self.error is not None:
                return
