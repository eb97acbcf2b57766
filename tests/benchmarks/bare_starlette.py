"""The physical limit of the sandbox's rates: bare Starlette on the same uvicorn, reading a form and returning as many bytes.

    python -m tests.benchmarks.bare_starlette PORT BYTES [--status N]

It knows nothing of the course. It listens on 127.0.0.1, answers `POST /oauth/token`
with JSON of BYTES bytes, and the page that `tests/benchmarks/sandbox.py` waits for.
"""

from __future__ import annotations

import argparse
import json

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def application(size: int, status: int = 200) -> Starlette:
    """An application whose answer to a form has `size` bytes and that status."""
    body = {"error": "x" * (size - len(json.dumps({"error": ""}, separators=(",", ":"))))}

    async def answer(request: Request) -> JSONResponse:
        await request.body()
        return JSONResponse(body, status, {"cache-control": "no-store", "pragma": "no-cache"})

    async def page(request: Request) -> JSONResponse:
        return JSONResponse({})

    return Starlette(
        routes=[
            Route("/oauth/token", answer, methods=["POST"]),
            Route("/.well-known/openid-configuration", page),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bare_starlette")
    parser.add_argument("port", type=int)
    parser.add_argument("bytes", type=int)
    parser.add_argument("--status", type=int, default=200)
    asked = parser.parse_args()
    uvicorn.run(
        application(asked.bytes, asked.status),
        port=asked.port,
        http="h11",
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
