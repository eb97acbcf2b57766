"""The second collection, about refresh tokens: a refresh asks for the second factor while the policy does (K-02)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from mfa_helpers.client import errors
from mfa_helpers.client.mfa import MfaClient
from mfa_helpers.client.secret import Secret

from ..support.management import Manage
from ..support.sandbox_api import MFA_OTP, MFA_RECOVERY, MFA_REQUIRED, Api, public, refusal

SCOPE = "openid read:reports offline_access"


def refresh(api: Api, token: str, **changed: Any):
    return api.login(grant_type="refresh_token", refresh_token=token, username=None, password=None, **changed)


@pytest.fixture
def refresh_token(api: Api) -> Callable[..., str]:
    """`refresh_token()`: the one of a whole login, password and code."""

    def of_a_login(**changed: Any) -> str:
        token = api.mfa_token(audience=api.sandbox.audience, scope=SCOPE, **changed)
        answer = api.verify(*api.begin(token), **changed)
        return str(answer.json()["refresh_token"])

    return of_a_login


def test_k_02_while_the_policy_is_always_a_refresh_asks_for_the_factor_and_its_token_goes_on(
    api: Api, refresh_token: Callable[..., str]
) -> None:
    given = refresh_token()
    answer = refresh(api, given)
    assert refusal(answer) == MFA_REQUIRED
    token = answer.json()["mfa_token"]
    (row,) = api.rows(token)
    oob_code = api.challenge(token, authenticator_id=row["id"]).json()["oob_code"]
    body = api.verify(token, oob_code, api.code()).json()
    assert body["scope"] == SCOPE and body["id_token"] and body["access_token"].count(".") == 2
    for one in (given, body["refresh_token"]):  # both stay good, and ask again
        assert refusal(refresh(api, one)) == MFA_REQUIRED


@pytest.mark.parametrize("policy", [[], ["confidence-score"]], ids=str)
def test_k_02_under_any_other_policy_tokens_come_at_once(
    api: Api, refresh_token: Callable[..., str], policy: list[str]
) -> None:
    given, manage = refresh_token(), Manage(api)
    manage.done("PUT", "guardian/policies", policy)
    body = refresh(api, given).json()
    assert (body["refresh_token"], body["scope"]) == (given, SCOPE)
    manage.done("PUT", "guardian/policies", ["all-applications"])
    assert refusal(refresh(api, given)) == MFA_REQUIRED


def test_k_02_a_setting_of_the_tenant_lets_refreshes_pass_and_nothing_else(
    api: Api, refresh_token: Callable[..., str]
) -> None:
    api.set_up(mfa_at_refresh=False)
    given = refresh_token()
    assert refusal(api.login()) == MFA_REQUIRED
    assert refresh(api, given).status_code == 200


def test_k_02_what_a_refresh_asked_for_is_asked_of_a_public_application_too(
    api: Api, refresh_token: Callable[..., str]
) -> None:
    client = public(api.sandbox)
    answer = refresh(api, refresh_token(**client), **client)
    assert refusal(answer) == MFA_REQUIRED
    token = answer.json()["mfa_token"]
    oob_code = api.challenge(token, **client).json()["oob_code"]
    assert api.verify(token, oob_code, api.code(), **client).status_code == 200


def test_k_02_fewer_scopes_are_kept_while_the_factor_is_proven(api: Api, refresh_token: Callable[..., str]) -> None:
    token = refresh(api, refresh_token(), scope="read:reports").json()["mfa_token"]
    oob_code = api.challenge(token).json()["oob_code"]
    body = api.verify(token, oob_code, api.code()).json()
    assert body["scope"] == "read:reports" and "refresh_token" not in body and "id_token" not in body


def test_k_02_an_app_and_a_recovery_code_complete_it_too(api: Api) -> None:
    api.set_up(factors=["otp", "recovery-code"])
    token = api.mfa_token(audience=api.sandbox.audience, scope=SCOPE)
    begun = api.associate(token, authenticator_types=["otp"], oob_channels=None).json()
    app = pyotp.TOTP(begun["secret"])
    given = api.verify(token, "", None, grant_type=MFA_OTP, otp=app.now()).json()["refresh_token"]
    api.advance(60)
    for proof in (
        {"grant_type": MFA_RECOVERY, "recovery_code": begun["recovery_codes"][0]},
        {"grant_type": MFA_OTP, "otp": app.at(api.now())},
    ):
        token = refresh(api, given).json()["mfa_token"]
        assert api.verify(token, "", None, **proof).json()["scope"] == SCOPE, proof


def test_k_02_whoever_has_nothing_enrolled_any_more_enrolls_with_that_token(
    api: Api, refresh_token: Callable[..., str]
) -> None:
    given, manage = refresh_token(), Manage(api)
    manage.done("DELETE", f"users/{manage.user_id()}/authentication-methods", status=204)
    token = refresh(api, given).json()["mfa_token"]
    assert api.rows(token) == []
    assert api.verify(*api.begin(token)).json()["scope"] == SCOPE


def test_k_02_a_dead_refresh_token_is_refused_before_anything_is_asked(
    api: Api, refresh_token: Callable[..., str]
) -> None:
    given = refresh_token()
    revoked = api.call("POST", "/oauth/revoke", json={**api._client(), "token": given})
    assert revoked.status_code == 200
    assert refusal(refresh(api, given))[:2] == (403, "invalid_grant")


def test_k_02_the_client_raises_mfa_required_and_goes_on_with_it(
    api: Api, client: MfaClient, refresh_token: Callable[..., str]
) -> None:
    given = refresh_token()
    with pytest.raises(errors.MfaRequired) as caught:
        client.refresh(Secret(given))
    assert str(caught.value).startswith("The refresh token is valid, but the tenant requires a second factor")
    token = caught.value.mfa_token
    (row,) = client.list_authenticators(token)
    challenge = client.challenge_authenticator(mfa_token=token, authenticator_id=row.id)
    tokens = client.verify(mfa_token=token, oob_code=challenge.oob_code, binding_code=api.code())
    assert tokens.scope == SCOPE and tokens.refresh_token is not None
    Manage(api).done("PUT", "guardian/policies", [])
    fewer = client.refresh(tokens.refresh_token, scope="read:reports")
    assert fewer.scope == "read:reports" and fewer.id_token is None
    with pytest.raises(errors.RefreshTokenRefused, match=r"doesn't accept this refresh token.*sign in again"):
        client.refresh("nobody-issued-this")
    with pytest.raises(errors.InvalidInput, match="The refresh_token is missing"):
        client.refresh("")
