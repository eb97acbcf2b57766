"""A FastAPI app in which users sign in with a password and a code by email: `uvicorn fastapi_app:app`.

AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.
"""

import json
import logging
import os
import secrets
from typing import Annotated, Any

import httpx
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse

APPLICATION = {"client_id": os.environ["AUTH0_CLIENT_ID"], "client_secret": os.environ["AUTH0_CLIENT_SECRET"]}
Field = Annotated[str, Form()]

app = FastAPI()
tenant = httpx.AsyncClient(base_url="https://" + os.environ["AUTH0_DOMAIN"], timeout=10)
logins: dict[str, dict[str, str]] = {}  # what waits for a code; an app of several processes keeps it in its sessions


class Refused(Exception):
    """The tenant's answer is an error, or the login has ended."""

    def __init__(self, why: str, answer: dict[str, Any] | None = None) -> None:
        super().__init__(why)
        self.answer = answer or {}


async def ask(method: str, path: str, **more: Any) -> Any:
    response = await tenant.request(method, path, **more)
    answer = response.json()
    if response.is_error and "error_description" in answer:
        raise Refused(answer["error_description"], answer)
    response.raise_for_status()
    return answer


@app.exception_handler(Refused)
async def tell_why(request: Request, refused: Refused) -> JSONResponse:
    return JSONResponse({"error": str(refused)}, 401)


@app.exception_handler(httpx.HTTPError)
@app.exception_handler(json.JSONDecodeError)
async def tell_nothing(request: Request, error: Exception) -> JSONResponse:
    logging.error("%s: %s", type(error).__name__, error)
    return JSONResponse({"error": "You can't sign in just now. Try again later."}, 502)


@app.post("/login")
async def login(username: Field, password: Field) -> dict[str, str]:
    user = {"username": username, "password": password}
    fields = {"grant_type": "password", "scope": "openid email", **user, **APPLICATION}
    try:
        await ask("POST", "/oauth/token", data=fields)
        raise Refused("The tenant asked for no code.")
    except Refused as refused:
        if refused.answer.get("error") != "mfa_required":
            raise
        mfa_token = refused.answer["mfa_token"]

    bearer = {"authorization": f"Bearer {mfa_token}"}
    enrolled = await ask("GET", "/mfa/authenticators", headers=bearer)
    emails = [one["id"] for one in enrolled if one["active"] and one.get("oob_channel") == "email"]
    if emails:
        wanted = {"mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": emails[0]}
        sent = await ask("POST", "/mfa/challenge", json={**wanted, **APPLICATION})
    else:
        associate = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
        sent = await ask("POST", "/mfa/associate", json=associate, headers=bearer)

    login = secrets.token_urlsafe()
    logins[login] = {"mfa_token": mfa_token, "oob_code": sent["oob_code"]}
    return {"login": login}


@app.post("/code")
async def code(login: Field, code: Field) -> dict[str, str]:
    if login not in logins:
        raise Refused("This login has ended. Sign in again.")
    proof = {"grant_type": "http://auth0.com/oauth/grant-type/mfa-oob", "binding_code": code, **logins[login]}
    try:
        tokens = await ask("POST", "/oauth/token", data={**proof, **APPLICATION})
    except Refused as refused:
        if refused.answer.get("error") != "invalid_grant":
            raise
        raise Refused("That code is wrong. Try again with the newest one.") from None
    del logins[login]
    user = await ask("GET", "/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    return {"email": user["email"]}
