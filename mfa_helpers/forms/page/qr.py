"""A QR code as an image inside a text. Black on white in any theme: a scanner wants it so."""

from __future__ import annotations

from ...show.html import Html


def image(text: str, says: str) -> Html:
    """A QR code of `text`; `says` is read aloud to who does not see it."""
    import segno

    code = segno.make(text, error="m", micro=False)
    # The quiet zone around it, four modules wide, is part of the picture.
    return Html('<img alt="{}" src="{}">').format(says, code.png_data_uri(scale=4, border=4))
