"""One authentication method of a user: shown, renamed, replaced; and a phone, which is two authenticators."""

import pytest

PHONE = {"type": "phone", "phone_number": "+15550100167"}
UNKNOWN = (404, "inexistent_authentication_method", "The authentication method does not exist.")


@pytest.fixture
def path(manage):
    return f"users/{manage.user_id()}/authentication-methods"


def test_one_method_is_shown_as_in_the_list_and_renamed(manage, path):
    made = manage.done("POST", path, {"type": "email", "email": "other@example.com"}, 201)
    place = f"{path}/{made['id']}"
    assert [manage.done("GET", place)] == manage.done("GET", path) == [made]
    assert manage.done("PATCH", place, {"name": "Second"}) == {**made, "name": "Second"} == manage.done("GET", place)
    for call in (("GET", f"{path}/email|dev_none", None), ("PATCH", f"{path}/email|dev_none", {"name": "x"})):
        assert manage.refused(manage(*call)) == UNKNOWN


def test_a_phone_is_found_by_its_own_id_and_by_what_is_inside(manage, path):
    made = manage.done("POST", path, PHONE, 201)
    assert made["id"].startswith("phone|dev_") and made["preferred_authentication_method"] == "sms"
    for id in (made["id"], *(inside["id"] for inside in made["authentication_methods"])):
        assert manage.done("GET", f"{path}/{id}") == made
    manage.done("DELETE", f"{path}/{made['id']}", status=204)
    assert manage.done("GET", path) == []


@pytest.mark.parametrize("enrolled_by", ["an administrator", "the user"])
def test_another_way_is_preferred_and_challenged_from_then_on(api, manage, path, enrolled_by):
    manage.done("PUT", "guardian/factors/sms", {"enabled": True})
    if enrolled_by == "the user":
        token = api.mfa_token()
        answer = api.associate(token, oob_channels=["sms"], phone_number=PHONE["phone_number"])
        code = api.code(PHONE["phone_number"])
        assert api.verify(token, answer.json()["oob_code"], code).status_code == 200
        (made,) = manage.done("GET", path)
    else:
        made = manage.done("POST", path, PHONE, 201)
    changed = manage.done("PATCH", f"{path}/{made['id']}", {"preferred_authentication_method": "voice"})
    assert (changed["id"], changed["preferred_authentication_method"]) == (made["id"], "voice")
    inside = {one["type"]: one["id"] for one in changed["authentication_methods"]}
    assert inside == {one["type"]: one["id"] for one in made["authentication_methods"]}
    api.challenge(api.mfa_token(), authenticator_id=None)
    assert api.mails(PHONE["phone_number"])[0]["channel"] == "voice"


@pytest.mark.parametrize("preferred", ["fax", "voice"])
def test_what_no_method_can_be_reached_by_is_not_preferred(manage, path, preferred):
    kind = {"type": "email", "email": "other@example.com"} if preferred == "voice" else PHONE
    made = manage.done("POST", path, kind, 201)
    answer = manage("PATCH", f"{path}/{made['id']}", {"preferred_authentication_method": preferred})
    assert manage.refused(answer)[:2] == (400, "invalid_body")
    assert manage.done("GET", path) == [made]


def test_all_are_replaced_at_once_or_none(api, manage, path):
    api.enroll()
    before = manage.done("GET", path)
    wanted = [{"type": "email", "email": "other@example.com", "name": "Second"}, PHONE]
    refused = manage("PUT", path, [wanted[0], {"type": "email", "email": "x"}])
    assert manage.refused(refused)[:2] == (400, "invalid_body")
    assert manage.done("GET", path) == before
    body = manage.done("PUT", path, wanted)
    assert [(one["type"], one.get("name")) for one in body] == [("email", "Second"), ("phone", None)]
    assert manage.done("GET", path) == body
    assert manage.done("PUT", path, []) == [] == manage.done("GET", path)
