"""A class's join line in two files: as text to hand over, and as a page to show to a room."""

from __future__ import annotations

from pathlib import Path

from ...client.errors import InvalidInput
from ...client.secret import Secret
from ...show.html import Html
from ...storage import atomic_file
from . import qr

_PAGE = Html("""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Join the class</title>
<style>
body {{ font: 1.5rem/1.5 system-ui, sans-serif; margin: 2rem; color: #000; background: #fff }}
code {{ font-size: 1.75rem; overflow-wrap: anywhere }}
img {{ display: block; width: min(28rem, 90vw); image-rendering: pixelated }}
</style>
<h1>Join the class</h1>
<p>In notebook 00, choose <strong>The class's tenant</strong>, and paste this line:</p>
<p><code>{}</code></p>
{}
</html>
""")


def save_join_line(line: Secret, folder: Path) -> None:
    """Write `join_line.txt` and `join_line.html` into `folder`. Only their owner can read them. Raises `InvalidInput`."""
    text = line.reveal()
    page = _PAGE.format(text, qr.image(text, "The join line as a QR code"))
    try:
        atomic_file.replace(folder / "join_line.txt", text + "\n")
        atomic_file.replace(folder / "join_line.html", page)
    except OSError as error:
        raise InvalidInput(f"The join line can't be saved in {folder} ({error.strerror}).", atomic_file.NEXT) from None
