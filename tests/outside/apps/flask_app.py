"""A Flask app in which users sign in with a password and a code by email: `flask --app flask_app run`.

AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.
"""

import os
import secrets

import requests
from flask import Flask, request

TENANT = "https://" + os.environ["AUTH0_DOMAIN"]
APPLICATION = {"client_id": os.environ["AUTH0_CLIENT_ID"], "client_secret": os.environ["AUTH0_CLIENT_SECRET"]}

app = Flask(__name__)
logins = {}  # what waits for a code; an app of several processes keeps it in its sessions


class Refused(Exception):
    """The tenant's answer is an error."""

    def __init__(self, answer):
        super().__init__(answer["error_description"])
        self.answer = answer


def ask(method, path, **more):
    response = requests.request(method, TENANT + path, timeout=10, **more)
    answer = response.json()
    if not response.ok and "error_description" in answer:
        raise Refused(answer)
    response.raise_for_status()
    return answer


@app.errorhandler(Refused)
def tell_why(refused):
    return {"error": str(refused)}, 401


@app.errorhandler(requests.RequestException)
def tell_nothing(error):
    app.logger.error("%s", error)
    return {"error": "You can't sign in just now. Try again later."}, 502


@app.post("/login")
def login():
    user = {"username": request.form["username"], "password": request.form["password"]}
    try:
        ask("POST", "/oauth/token", data={"grant_type": "password", "scope": "openid email", **user, **APPLICATION})
        return {"error": "The tenant asked for no code."}, 401
    except Refused as refused:
        if refused.answer.get("error") != "mfa_required":
            raise
        mfa_token = refused.answer["mfa_token"]

    bearer = {"authorization": f"Bearer {mfa_token}"}
    enrolled = ask("GET", "/mfa/authenticators", headers=bearer)
    emails = [one["id"] for one in enrolled if one["active"] and one.get("oob_channel") == "email"]
    if emails:
        wanted = {"mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": emails[0]}
        sent = ask("POST", "/mfa/challenge", json={**wanted, **APPLICATION})
    else:
        wanted = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
        sent = ask("POST", "/mfa/associate", json=wanted, headers=bearer)

    login = secrets.token_urlsafe()
    logins[login] = {"mfa_token": mfa_token, "oob_code": sent["oob_code"]}
    return {"login": login}


@app.post("/code")
def code():
    login, code = request.form["login"], request.form["code"]
    if login not in logins:
        return {"error": "This login has ended. Sign in again."}, 401
    proof = {"grant_type": "http://auth0.com/oauth/grant-type/mfa-oob", "binding_code": code, **logins[login]}
    try:
        tokens = ask("POST", "/oauth/token", data={**proof, **APPLICATION})
    except Refused as refused:
        if refused.answer.get("error") != "invalid_grant":
            raise
        return {"error": "That code is wrong. Try again with the newest one."}, 401
    del logins[login]
    user = ask("GET", "/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    return {"email": user["email"]}
