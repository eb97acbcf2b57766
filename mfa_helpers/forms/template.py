"""The tenant's own template of the mail, and beside it the real mail that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..client.lifetimes import CODE_LIFETIME
from ..client.sandbox_controls import Mail
from ..learner.tenant_setup import TenantSetup
from ..show.html import Html
from . import controls
from .base import Form

SUBJECT = "{{ code }} is your code for {{ application.name }}"
BODY = """\
<h2>{{ friendly_name | escape }}</h2>
<p>Hello {{ user.name | escape }},</p>
<p>Enter this code to sign in:</p>
<p style="font-size: 2em"><strong>{{ code }}</strong></p>
<p>It's valid for MINUTES minutes.</p>
{% if application.name %}
<p>You're signing in to {{ application.name | escape }}.</p>
{% endif %}
""".replace("MINUTES", str(CODE_LIFETIME // 60))


class TemplateForm(Form):
    """Keeps a template and challenges the user's email, so that a real mail comes. `result` is the `Mail`."""

    heading = "Optional: Customize the email"
    is_step = False

    def parts(self) -> Sequence[widgets.Widget]:
        narrow: dict[str, Any] = {
            "continuous_update": False,
            "style": {"description_width": "4rem"},
            "layout": {"width": "98%"},
        }
        self.subject = self.remembered(widgets.Text(value=SUBJECT, description="Subject", **narrow))
        self.body = self.remembered(widgets.Textarea(value=BODY, description="Body", rows=18, **narrow))
        self.mail = widgets.HTML()
        self.away_button = controls.button("Hide the email", "It contains a code", self.put_away)
        controls.show(False, self.away_button)
        editing = widgets.VBox([self.subject, self.body], layout={"flex": "1 1 24rem"})
        reading = widgets.VBox([self.mail, controls.row(self.away_button)], layout={"flex": "1 1 18rem"})
        send = controls.button(
            "Save it and send me an email", "Change the template, and then send a challenge", self.submit, main=True
        )
        return [widgets.HBox([editing, reading], layout={"flex_flow": "row wrap"}), controls.row(send)]

    def invitation(self) -> str:
        if not self.lab.tenant.can_change_settings:
            return (
                "This form needs the sandbox. On your own tenant, the template is in the Dashboard, "
                "under Branding > Email Templates."
            )
        return "Change whatever you like. The tenant replaces each name in double braces with its value."

    def submit(self) -> None:
        """Keep the template, challenge, and show the mail that arrives."""
        self.put_away()
        subject, body = self.subject.value, self.body.value

        def act() -> Mail:
            self.lab.companion(TenantSetup).keep_template(subject, body)
            self.lab.catch_up("authenticator", "login")
            self.lab.challenge()
            return self.lab.mails()[0]

        if self.attempt(act, self._told):
            self.mail.value = self.lab.shown(framed(self.result))
            controls.show(True, self.away_button)

    def put_away(self) -> None:
        """Clear the mail: it holds a code, and whatever a widget holds can be saved with the notebook."""
        self.mail.value = ""
        controls.show(False, self.away_button)

    def hands_free(self) -> None:
        if self.lab.tenant.can_change_settings:
            self.submit()
            self.put_away()

    def _told(self, mail: Mail) -> str:
        if mail.code is None:
            return (
                "the tenant has saved the template, but this email has no code in it, and without a code nobody can complete a login. "
                "Write {{ code }} into the body, and click “Save it and send me an email” again."
            )
        return "the tenant has saved the template, and this is the email that it sent. Read it, and then hide it."


def framed(mail: Mail) -> Html:
    """A mail in a frame of its own: no script in it runs, it has no origin, and a link leads nowhere (`sandbox=""`)."""
    return Html(
        '<div style="overflow-wrap: anywhere"><strong>From</strong> {}<br><strong>To</strong> {}<br>'
        "<strong>Subject</strong> {}</div>"
        '<iframe sandbox="" referrerpolicy="no-referrer" title="The email as its recipient sees it" srcdoc="{}" '
        'style="box-sizing: border-box; width: 100%; height: 20rem; margin-top: 4px; border: 1px solid var(--jp-border-color2, currentcolor); '
        'background: white; color-scheme: light"></iframe>'
    ).format(mail.sender, mail.to, mail.subject, mail.html)
