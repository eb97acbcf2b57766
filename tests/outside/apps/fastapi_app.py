"""A FastAPI app that logs in with a password and a code by email: `uvicorn fastapi_app:app`.

AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.
"""

import os
import secrets

import httpx
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

APPLICATION = {"client_id": os.environ["AUTH0_CLIENT_ID"], "client_secret": os.environ["AUTH0_CLIENT_SECRET"]}

app = FastAPI()
tenant = httpx.AsyncClient(base_url="https://" + os.environ["AUTH0_DOMAIN"], timeout=10)
logins: dict[str, dict[str, str]] = {}  # of logins that wait for their codes; a real app keeps it in the user's session


class Login(BaseModel):
    username: str
    password: str


class Code(BaseModel):
    login: str
    code: str


@app.post("/login")
async def login(given: Login) -> dict[str, str]:
    fields = {"grant_type": "password", "scope": "openid email", **given.model_dump()}
    answer = (await tenant.post("/oauth/token", data={**APPLICATION, **fields})).json()
    if answer.get("error") != "mfa_required":
        raise HTTPException(401, answer.get("error_description", "no second factor was asked for"))
    mfa_token = answer["mfa_token"]
    bearer = {"authorization": f"Bearer {mfa_token}"}
    enrolled = (await tenant.get("/mfa/authenticators", headers=bearer)).json()
    emails = [one["id"] for one in enrolled if one["active"] and one.get("oob_channel") == "email"]
    if emails:
        body = {**APPLICATION, "mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": emails[0]}
        sent = (await tenant.post("/mfa/challenge", json=body)).json()
    else:
        body = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
        sent = (await tenant.post("/mfa/associate", json=body, headers=bearer)).json()
    number = secrets.token_urlsafe()
    logins[number] = {"mfa_token": mfa_token, "oob_code": sent["oob_code"]}
    return {"login": number}


@app.post("/code")
async def code(given: Code) -> dict[str, str]:
    if given.login not in logins:
        raise HTTPException(401, "no such login")
    fields = {"grant_type": "http://auth0.com/oauth/grant-type/mfa-oob", "binding_code": given.code}
    answer = (await tenant.post("/oauth/token", data={**APPLICATION, **fields, **logins[given.login]})).json()
    if "access_token" not in answer:
        raise HTTPException(401, answer["error_description"])
    del logins[given.login]
    bearer = {"authorization": f"Bearer {answer['access_token']}"}
    return {"email": (await tenant.get("/userinfo", headers=bearer)).json()["email"]}
