"""A host at the end of a slow line: each response waits, and all share so many bits a second. It compresses, as hosts do.

The browser's own brake does not reach the workers, which fetch Python and the packages.
"""

from __future__ import annotations

import functools
import gzip
import threading
import time
from pathlib import Path

from ..outside.lite.edition import Files

WAIT = 0.1  # seconds before each response
RATE = 4_000_000 / 8  # bytes a second
PIECE = 8_000  # bytes


class SlowFiles(Files):
    """For `edition.served`."""

    line = threading.Lock()

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        if file.is_dir():
            file /= "index.html"
        time.sleep(WAIT)
        if not file.is_file():
            self.send_error(404)
            return
        content = _compressed(file)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", self.date_time_string(int(file.stat().st_mtime)))
        self.end_headers()
        for at in range(0, len(content), PIECE):
            piece = content[at : at + PIECE]
            with self.line:
                time.sleep(len(piece) / RATE)
            self.wfile.write(piece)


@functools.cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 6)
