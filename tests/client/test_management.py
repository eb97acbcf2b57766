"""The course's own hand on the tenant's setup, over the wire to a running sandbox."""

from __future__ import annotations

import pytest

from mfa_helpers import Lab
from mfa_helpers.client.errors import Refused
from mfa_helpers.client.management import Management
from mfa_helpers.tenants.tenant import Tenant


@pytest.fixture
def management(learner: Lab) -> Management:
    assert learner.tenant.management is not None
    return learner.tenant.management


def factors(management: Management) -> dict[str, bool]:
    return {factor["name"]: factor["enabled"] for factor in management.get("/guardian/factors")}


def test_a_factor_is_switched_on_and_off_and_a_no_is_sent_as_a_no(management: Management) -> None:
    assert management.change("PUT", "/guardian/factors/otp", {"enabled": True}) == {"enabled": True}
    assert factors(management)["otp"] is True
    assert management.change("PUT", "/guardian/factors/otp", {"enabled": False}) == {"enabled": False}
    assert factors(management)["otp"] is False


def test_a_policy_is_sent_as_a_list(management: Management) -> None:
    assert management.change("PUT", "/guardian/policies", []) == []
    assert management.get("/guardian/policies") == []


def test_an_answer_without_a_body_is_none(learner: Lab, management: Management) -> None:
    user = management.get("/users-by-email", email=learner.tenant.username or "")[0]
    assert management.change("DELETE", f"/users/{user['user_id']}/authentication-methods") is None


def test_the_events_since_a_moment_come_oldest_first_and_no_others(learner: Lab, management: Management) -> None:
    learner.login()
    mark = management.newest_event()
    learner.associate()
    found = [event["type"] for event in management.events_since(mark)]
    assert found and "mfar" not in found and "gd_send_email" in found
    whole = [event["type"] for event in management.events_since()]
    assert whole.index("mfar") < whole.index("gd_send_email")


def test_more_events_than_a_page_has_are_all_found(learner: Lab, management: Management) -> None:
    mark = management.newest_event()
    for _ in range(103):
        learner.login()
    assert [event["type"] for event in management.events_since(mark)].count("mfar") == 103


def test_a_token_that_the_tenants_clock_has_ended_is_replaced(learner: Lab, management: Management) -> None:
    before = factors(management)
    learner.tenant.require_controls().advance(2 * 86_400)
    assert factors(management) == before


def test_what_is_not_there_is_refused_with_the_tenants_words(management: Management) -> None:
    with pytest.raises(Refused) as refused:
        management.change("PUT", "/guardian/factors/otp", {"enabled": "yes"})
    assert refused.value.status == 400 and "enabled" in (refused.value.error_description or "")


def test_a_tenant_of_ones_own_has_no_management_and_shows_no_secret(learner: Lab) -> None:
    assert Tenant("live", "https://example.com", "id").management is None
    assert "management" not in repr(learner.tenant)
