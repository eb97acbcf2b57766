"""The letter to participants, with the lines that they paste."""

from __future__ import annotations

from collections.abc import Sequence

_INSTALL = "pip install --no-index --find-links http://ADDRESS:8000/ --trusted-host ADDRESS --require-hashes -r requirements.txt"


def letter(systems: Sequence[str], pythons: Sequence[str]) -> str:
    """What an instructor sends some days before, with `requirements.txt` as its attachment."""
    versions = f"{', '.join(pythons[:-1])}, or {pythons[-1]}" if len(pythons) > 1 else pythons[0]
    lines = ""
    if {"macos", "linux"} & {*systems}:
        lines += f"\nOn macOS and Linux:\n\n    python3 -m venv .venv && .venv/bin/{_INSTALL} && .venv/bin/mfa-course\n"
    if "windows" in systems:
        lines += f"\nOn Windows, in PowerShell:\n\n    python -m venv .venv; .venv\\Scripts\\{_INSTALL}; .venv\\Scripts\\mfa-course\n"
    return f"""Subject: Before our workshop on multi-factor authentication

Hello,

In our workshop, you build a two-factor login by hand: a password, and then six digits by email. You work on your own
laptop, in your browser. You don't need an account, and the room doesn't need an internet connection.

Please do this before the workshop. It takes 5 minutes:

1. Install Python {versions}. To see which one you have, run `python3 --version` (on Windows, `python --version`).
2. Make a new folder called `mfa-workshop`, and save the attached file `requirements.txt` in it.
3. Bring your laptop's charger, and make sure that your browser is less than a year old.

If your laptop doesn't allow you to install Python, tell me, because you can use the course as a web page.

In the room, open a terminal in the folder `mfa-workshop`, and paste one line. In place of ADDRESS, which is there twice, write
the address that I show you.
{lines}
This line installs the course from my machine. It checks each file against the attached list, so nobody can slip you a
different file. Then it opens the course in your browser, and you're ready.

See you there
"""
