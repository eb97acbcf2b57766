"""A Flask app that logs in with a password and a code by email: `flask --app flask_app run`.

AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.
"""

import os
import secrets

import requests
from flask import Flask, request

TENANT = "https://" + os.environ["AUTH0_DOMAIN"]
APPLICATION = {"client_id": os.environ["AUTH0_CLIENT_ID"], "client_secret": os.environ["AUTH0_CLIENT_SECRET"]}
SECONDS = 10

app = Flask(__name__)
logins = {}  # what a login that waits for its code goes on with; a real app keeps it in the user's session


def tokens(**fields):
    return requests.post(TENANT + "/oauth/token", data={**APPLICATION, **fields}, timeout=SECONDS)


@app.post("/login")
def login():
    given = request.get_json()
    answer = tokens(
        grant_type="password", username=given["username"], password=given["password"], scope="openid email"
    ).json()
    if answer.get("error") != "mfa_required":
        return {"error": answer.get("error_description", "no second factor was asked for")}, 401
    mfa_token = answer["mfa_token"]
    bearer = {"authorization": f"Bearer {mfa_token}"}
    enrolled = requests.get(TENANT + "/mfa/authenticators", headers=bearer, timeout=SECONDS).json()
    emails = [one["id"] for one in enrolled if one["active"] and one.get("oob_channel") == "email"]
    if emails:
        body = {**APPLICATION, "mfa_token": mfa_token, "challenge_type": "oob", "authenticator_id": emails[0]}
        sent = requests.post(TENANT + "/mfa/challenge", json=body, timeout=SECONDS).json()
    else:
        body = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
        sent = requests.post(TENANT + "/mfa/associate", json=body, headers=bearer, timeout=SECONDS).json()
    number = secrets.token_urlsafe()
    logins[number] = {"mfa_token": mfa_token, "oob_code": sent["oob_code"]}
    return {"login": number}


@app.post("/code")
def code():
    given = request.get_json()
    if given["login"] not in logins:
        return {"error": "no such login"}, 401
    answer = tokens(
        grant_type="http://auth0.com/oauth/grant-type/mfa-oob", binding_code=given["code"], **logins[given["login"]]
    ).json()
    if "access_token" not in answer:
        return {"error": answer["error_description"]}, 401
    del logins[given["login"]]
    bearer = {"authorization": f"Bearer {answer['access_token']}"}
    return {"email": requests.get(TENANT + "/userinfo", headers=bearer, timeout=SECONDS).json()["email"]}
