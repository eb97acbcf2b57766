"""07: each way to get it wrong has its sentence."""

from __future__ import annotations

import pytest

ID = "add-and-remove"
SIGN_IN = 'token = sign_in(audience=lab.client.discovery()["issuer"] + "mfa/", scope=None).json()["access_token"]\n'
ADD = 'associate(token, email="ada.third@example.com")\n'
REMOVE = (
    "id = requests.utils.quote(rows(token)[-1]['id'], safe='')\n"
    "requests.delete(lab.tenant.base_url + '/mfa/authenticators/' + id, headers={'Authorization': 'Bearer ' + token}, timeout=30)\n"
)


def test_to_add_and_to_remove_solves_it(attempt) -> None:
    verdict = attempt(ID)(SIGN_IN + ADD + REMOVE)
    assert verdict.solved and "one token has added an authenticator and removed it" in verdict.sentence


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sign_in()", "that audience is not the MFA API's"),
        ('sign_in("wrong")', "The user name or the password was wrong."),
        (SIGN_IN, "Send the access_token as the bearer of POST /mfa/associate."),
        (SIGN_IN + ADD, "Now list the authenticators and remove the unconfirmed one"),
        (SIGN_IN + 'associate(token, oob_channels=["fax"])', "The tenant does not know that type or channel."),
    ],
)
def test_a_mistake_gets_its_own_sentence(code: str, said: str, attempt) -> None:
    verdict = attempt(ID)(code)
    assert not verdict.solved and said in verdict.sentence
