"""Security findings about applications and how they prove themselves, and about what the time of an answer tells."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote

import jwt
import pytest
import requests

from mfa_helpers.sandbox.crypto import passwords

from ..support.key_pairs import new_pair
from ..support.management import Manage
from ..support.sandbox_api import MFA_REQUIRED, Api, refusal

NOT_ALLOWED = (403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client.")
UNAUTHORIZED = (401, "access_denied", "Unauthorized")
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def machine(api: Api, client_id: str, **proof: str) -> requests.Response:
    fields = {"grant_type": "client_credentials", "audience": api.sandbox.management_audience, "client_id": client_id}
    return api.call("POST", "/oauth/token", data={**fields, **proof})


@pytest.mark.parametrize("proof", [{}, {"client_secret": "anything"}], ids=["no secret", "a wrong one"])
def test_s_17_an_application_without_a_secret_gets_no_token_of_its_own(api: Api, proof: dict[str, str]) -> None:
    manage, id = Manage(api), api.sandbox.management_client_id
    manage.done("PATCH", f"clients/{id}", {"token_endpoint_auth_method": "none"})
    assert refusal(machine(api, id, **proof)) == NOT_ALLOWED
    assert refusal(machine(api, id, client_secret=api.sandbox.management_client_secret)) == NOT_ALLOWED
    manage.done("PATCH", f"clients/{id}", {"token_endpoint_auth_method": "client_secret_basic"})
    assert machine(api, id, client_secret=api.sandbox.management_client_secret).status_code == 200


def test_s_17_nor_does_a_public_one_that_was_given_the_grant(api: Api) -> None:
    id = api.sandbox.public_client_id
    Manage(api).done("PATCH", f"clients/{id}", {"grant_types": ["client_credentials"]})
    assert refusal(machine(api, id)) == NOT_ALLOWED


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    return new_pair()


def keyed(api: Api, pair: tuple[str, str], **credential: str) -> None:
    """The application proves itself by that key from now on."""
    manage, path = Manage(api), f"clients/{quote(api.sandbox.client_id)}"
    body = {"credential_type": "public_key", "pem": pair[1], **credential}
    id = manage.done("POST", path + "/credentials", body, 201)["id"]
    methods = {"private_key_jwt": {"credentials": [{"id": id}]}}
    manage.done("PATCH", path, {"client_authentication_methods": methods})


def prove(api: Api, pair: tuple[str, str], algorithm: str = "RS256", **changed: Any) -> tuple[int, str, str]:
    id, now = api.sandbox.client_id, int(time.time())
    claims = {"iss": id, "sub": id, "aud": api.sandbox.issuer, "iat": now, "exp": now + 60, "jti": "1", **changed}
    claims = {name: value for name, value in claims.items() if value is not None}
    # The header by hand: PyJWT itself refuses to write a jti that is no text.
    token = jwt.api_jws.encode(json.dumps(claims).encode(), pair[0], algorithm)
    return refusal(api.login(client_secret=None, client_assertion=token, client_assertion_type=ASSERTION))


@pytest.mark.parametrize("credential", [None, "RS256", "RS384", "PS256"])
def test_s_18_an_assertion_is_signed_by_the_algorithm_of_its_credential(
    api: Api, pair: tuple[str, str], credential: str | None
) -> None:
    keyed(api, pair, **({"alg": credential} if credential else {}))
    for algorithm in ("RS256", "RS384", "RS512", "PS256", "PS384"):
        right = algorithm == (credential or "RS256")
        assert prove(api, pair, algorithm) == (MFA_REQUIRED if right else UNAUTHORIZED), algorithm


@pytest.mark.parametrize("jti", [None, "", 7, True, ["x"], {}])
def test_s_18_an_assertion_has_an_id(api: Api, pair: tuple[str, str], jti: object) -> None:
    keyed(api, pair)
    assert prove(api, pair, jti=jti) == UNAUTHORIZED
    assert prove(api, pair, jti="a-name-of-its-own") == MFA_REQUIRED


@pytest.mark.parametrize("nbf", [time.time() + 3600, 1e300, "0", True, None, [], {}], ids=type)
def test_s_18_an_assertion_is_not_good_before_its_time(api: Api, pair: tuple[str, str], nbf: object) -> None:
    keyed(api, pair)
    assert prove(api, pair, nbf=nbf) == (MFA_REQUIRED if nbf is None else UNAUTHORIZED)
    assert prove(api, pair, nbf=int(time.time())) == MFA_REQUIRED


@pytest.mark.parametrize("username", ["nobody@example.com", "NOBODY@example.com", "no address"])
def test_s_20_an_unknown_user_costs_as_many_hashes_as_a_known_one(
    api: Api, monkeypatch: pytest.MonkeyPatch, username: str
) -> None:
    real, made = passwords._digest, []

    def digest(*args: Any) -> str:
        made.append(args[2])
        return real(*args)

    monkeypatch.setattr(passwords, "_digest", digest)
    known = refusal(api.login(password="wrong"))
    of_known = list(made)
    made.clear()
    assert refusal(api.login(username=username, password="wrong")) == known
    assert made == of_known != []
