"""The secrets of a try are hidden in its texts, also as a program may have spelled them."""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence

from ...client.masking import mask_text
from ...client.secret import STARS, Secret, plain

_BASE64 = re.compile("[A-Za-z0-9+/_-]{8,}")
_SHORTEST = 4  # letters; what is shorter is no secret, and could be a part of any word


def hidden(text: str, secrets: Iterable[str | Secret | None]) -> str:
    """`text` with stars in the place of each secret: as it is, in JSON, escaped, within Base64 (as in `Authorization: Basic`),
    and of six digits also with spaces or a hyphen between them."""
    if not text:
        return ""
    texts = sorted(
        {plain(one) for one in secrets if one}, key=len, reverse=True
    )  # a part of another one comes after it
    holding = {encoded for encoded in set(_BASE64.findall(text)) if _holds(encoded, texts)}
    text = _BASE64.sub(lambda found: STARS if found.group() in holding else found.group(), text)
    return mask_text(text, *(spelling for one in texts for spelling in _spellings(one)))


def _holds(encoded: str, secrets: Sequence[str]) -> bool:
    try:
        decoded = b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_" if set("-_") & set(encoded) else None)
    except binascii.Error:
        return False
    readings = [decoded.decode(charset, "ignore") for charset in ("utf-8", "latin-1")]
    return any(len(one) >= _SHORTEST and one in reading for one in secrets for reading in readings)


def _spellings(secret: str) -> Iterator[str]:
    for text in (secret, *(json.dumps(secret, ensure_ascii=only)[1:-1] for only in (True, False))):
        yield from (text, repr(text)[1:-1], repr(text.encode("utf-8", "replace"))[2:-1])
    if re.fullmatch("[0-9]{6}", secret):
        yield from (f"{secret[:3]} {secret[3:]}", f"{secret[:3]}-{secret[3:]}", " ".join(secret))
