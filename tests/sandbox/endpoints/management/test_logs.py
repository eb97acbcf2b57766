"""The tenant's log: what it tells, and how it is searched."""

from datetime import datetime, timedelta

import pytest

from mfa_helpers.sandbox.store import Store, journal
from mfa_helpers.sandbox.tenant.clock import as_text

from ....support.sandbox_api import MFA_RECOVERY, wrong

KEYS = [
    "date",
    "type",
    "description",
    "connection",
    "client_id",
    "client_name",
    "ip",
    "user_agent",
    "hostname",
    "user_id",
    "user_name",
    "strategy",
    "strategy_type",
    "tenant_name",
    "environment_name",
    "log_id",
    "_id",
    "isMobile",
]


def logs(manage, **params):
    return manage.done("GET", "logs", params=params)


# what is told


def test_the_whole_course_in_order(api, manage):
    api.enroll()
    token = api.mfa_token()
    oob_code = api.challenge(token).json()["oob_code"]
    api.verify(token, oob_code, api.code())
    id = api.rows(api.mfa_token())[0]["id"]
    api.delete(api.access_token(), id)
    assert manage.types() == [
        *("mfar", "gd_send_email", "gd_start_enroll", "gd_enrollment_complete", "gd_auth_succeed", "seoobft"),
        *("mfar", "gd_send_email", "gd_start_auth", "gd_auth_succeed", "seoobft"),
        *("mfar", "sepft", "gd_unenroll"),
    ]


def test_a_wrong_code_is_told_twice_as_the_factors_and_as_the_exchanges(api, manage):
    token, oob_code, code = api.begin()
    api.verify(token, oob_code, wrong(code))
    assert manage.types()[3:] == ["gd_auth_failed", "feoobft"]
    newest, before = logs(manage, q="type:(gd_auth_failed OR feoobft)")
    assert {newest["description"], before["description"]} == {"Invalid binding_code."}
    assert newest["user_name"] == api.sandbox.username and newest["client_id"] == api.sandbox.client_id


def test_too_many_wrong_codes_have_a_word_of_their_own(api, manage):
    token, oob_code, code = api.begin()
    for _ in range(11):
        api.verify(token, oob_code, wrong(code))
    assert manage.types()[-2:] == ["gd_otp_rate_limit_exceed", "feoobft"]


def test_wrong_password_unknown_user_and_block(api, manage):
    api.login(password="wrong")
    api.login(username="nobody@example.com")
    assert manage.types() == ["fp", "fu"]
    for _ in range(10):
        api.login(password="wrong")
    assert manage.types()[-1] == "limit_wc"
    manage.done("PATCH", f"users/{manage.user_id()}", {"blocked": True})
    manage.done("DELETE", f"user-blocks/{manage.user_id()}", status=204)
    api.login()
    assert manage.types()[-1] == "f"


def test_other_failures_of_the_exchanges(api, manage):
    api.login(audience="https://nobody.example/")
    api.login(client_secret="wrong")
    api.verify("x", "y", "000000")
    api.verify(api.mfa_token(), "", None, grant_type=MFA_RECOVERY, recovery_code="x")
    assert manage.types() == ["fepft", "fepft", "feoobft", "mfar", "fercft"]


def test_a_failed_enrollment_is_told(api, manage):
    manage.done("PUT", "guardian/factors/email", {"enabled": False})
    api.associate(api.mfa_token())
    assert manage.types() == ["mfar", "gd_start_enroll_failed"]
    (event,) = logs(manage, q="type:gd_start_enroll_failed")
    assert event["description"] == "The email factor is not enabled for this tenant."


def test_a_mail_that_was_refused_is_told(api, manage):
    api.call("POST", "/sandbox/faults", json={"kind": "mail"})
    api.associate(api.mfa_token())
    assert manage.types() == ["mfar", "fn", "gd_start_enroll_failed"]


def test_refresh_and_revocation_are_told(api, manage):
    manage.done("PUT", "guardian/policies", [])
    body = api.login(audience=api.sandbox.audience, scope="offline_access").json()
    for token in (body["refresh_token"], "x"):
        api.login(grant_type="refresh_token", refresh_token=token, username=None, password=None)
    fields = {
        "client_id": api.sandbox.client_id,
        "client_secret": api.sandbox.client_secret,
        "token": body["refresh_token"],
    }
    api.call("POST", "/oauth/revoke", json=fields)
    assert manage.types() == ["sepft", "sertft", "fertft", "srrt"]


def test_changes_through_the_management_api_are_told_and_refused_ones_too(manage):
    manage.done("PUT", "guardian/policies", [])
    manage("PUT", "guardian/policies", ["x"])
    manage.done("GET", "guardian/policies")
    refused, done, token = logs(manage)
    assert (refused["type"], done["type"], token["type"]) == ("fapi", "sapi", "seccft")
    assert done["description"] == "PUT /api/v2/guardian/policies"
    assert refused["description"].startswith("PUT /api/v2/guardian/policies: Payload validation error")
    assert done["client_name"] == "Course setup"


def test_reading_is_not_told_whatever_the_method(api, manage):
    token = manage.token()
    for method in ("GET", "HEAD"):
        assert manage(method, "guardian/policies", token=token).status_code == 200
        assert manage(method, "logs/x", token=token).status_code == 400
    assert {event["type"] for event in logs(manage)} == {"seccft"}


def test_an_event_has_the_shape_of_a_real_one(api, manage):
    api.call("POST", "/oauth/token", json=api.login_fields(), headers={"user-agent": "zoo/1"})
    event = logs(manage, q="type:mfar")[0]
    assert list(event) == KEYS
    assert (event["user_name"], event["user_agent"], event["ip"]) == (api.sandbox.username, "zoo/1", "127.0.0.1")
    assert (event["client_name"], event["connection"]) == ("Course application", "Username-Password-Authentication")
    assert event["user_id"] == manage.user_id() and event["log_id"] == event["_id"]
    assert len(event["log_id"]) == 33 and datetime.fromisoformat(event["date"])


def test_an_event_is_dated_by_the_tenants_clock(api, manage):
    api.advance(-86_400 * 365)
    api.login()
    then = datetime.fromisoformat(logs(manage, q="type:mfar")[0]["date"])
    assert 364 < (datetime.now(then.tzinfo) - then).days < 366


def test_no_secret_is_in_any_event(api, manage):
    for name in ("otp", "recovery-code", "push-notification"):
        manage.done("PUT", f"guardian/factors/{name}", {"enabled": True})
    manage.done(
        "POST",
        "users",
        {"connection": "Username-Password-Authentication", "email": "bob@example.com", "password": "bobs-password"},
        201,
    )
    token, oob_code, code = api.begin()
    begun = api.associate(token, authenticator_types=["otp"], oob_channels=None).json()
    api.verify(token, oob_code, wrong(code))
    api.verify(token, oob_code + "x", code)
    api.verify(token + "x", oob_code, code)
    tokens = api.verify(token, oob_code, code).json()
    api.login(password="wrong-password")
    api.login(client_secret="wrong-secret")
    api.authenticators("wrong-token")
    told = str(logs(manage, per_page=100))
    secrets = [
        *(token, oob_code, code, wrong(code), begun["secret"], tokens["access_token"], manage.token(), "bobs-password"),
        *("wrong-password", "wrong-secret", "wrong-token", api.sandbox.password, api.sandbox.client_secret),
        api.sandbox.management_client_secret,
    ]
    assert [secret for secret in secrets if secret in told] == []


# how it is searched


@pytest.fixture
def many(api, manage):
    """Seven events, and the token that reads them."""
    for _ in range(3):
        api.login()
        api.login(password="wrong")
    manage.done("GET", "logs")
    return [event["type"] for event in logs(manage, sort="date:1")]


def test_newest_comes_first_unless_asked_otherwise(manage, many):
    assert many == ["mfar", "fp", "mfar", "fp", "mfar", "fp", "seccft"]
    assert [event["type"] for event in logs(manage)] == many[::-1]
    assert [event["type"] for event in logs(manage, sort="date:-1")] == many[::-1]


def test_pages_together_are_the_whole(manage, many):
    pages = [logs(manage, per_page=3, page=page) for page in range(4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [event["type"] for page in pages for event in page] == many[::-1]


def test_totals_are_told_when_asked_for(manage, many):
    body = logs(manage, per_page=2, page=1, include_totals="true")
    assert (body["start"], body["limit"], body["length"], body["total"], len(body["logs"])) == (2, 2, 2, 7, 2)
    assert isinstance(logs(manage, include_totals="false"), list)
    assert logs(manage, include_totals="true", q="type:fp")["total"] == 3


@pytest.mark.parametrize("take", [1, 2, 7, 100])
def test_a_walk_by_checkpoints_sees_every_event_once(manage, many, take):
    oldest = logs(manage, sort="date:1", per_page=1)[0]
    seen, place = [oldest], oldest["log_id"]
    while found := logs(manage, **{"from": place, "take": take}):
        assert len(found) <= take
        seen, place = seen + found, found[-1]["log_id"]
    assert [event["type"] for event in seen] == many
    assert len({event["log_id"] for event in seen}) == 7
    assert logs(manage, **{"from": place}) == []


def test_each_event_is_found_by_its_id(manage, many):
    for event in logs(manage):
        assert manage.done("GET", f"logs/{event['log_id']}") == event
    missing = f"900{10**12:030d}"
    assert manage.refused(manage("GET", f"logs/{missing}")) == (404, "inexistent_log", "The log event does not exist.")


@pytest.mark.parametrize(
    ("q", "count"),
    [
        ("type:fp", 3),
        ("type:mfar", 3),
        ('type:"mfar"', 3),
        ("type:(fp OR mfar)", 6),
        ('type:("fp" "seccft")', 4),
        ("type:fp AND ip:127.0.0.1", 3),
        ("type:fp type:seccft", 4),
        ("ip:10.0.0.1", 0),
        ("type:nothing", 0),
        ("type:fp AND type:mfar", 0),
        ("", 7),
        (" ", 7),
        # operators and parentheses
        ("type:fp OR type:seccft", 4),
        ("NOT type:fp", 4),
        ("NOT NOT type:fp", 3),
        ("ip:127.0.0.1 NOT type:fp", 4),
        ("ip:127.0.0.1 AND NOT type:fp", 4),
        ("NOT (type:fp OR type:mfar)", 1),
        ("type:(fp OR NOT f*)", 7),
        ("type:seccft OR type:fp AND type:mfar", 1),
        ("(type:seccft OR type:fp) AND type:fp", 3),
        ("type:( fp OR ( mfar AND ip:127.0.0.1 ) )", 6),
        ("type:fp AND(ip:127.0.0.1)", 3),
        # values without a field
        ("fp", 3),
        ("mfar seccft", 4),
        ("ada@example.com", 6),
        ('"Wrong email or password."', 3),
        ("Wrong", 0),
        ("FP", 0),
        ("or", 0),
        # wildcards
        ("type:m*", 3),
        ("type:*", 7),
        ("*", 7),
        ("user_name:*", 6),
        ("user_name:ada*", 6),
        ("user_name:*example*", 6),
        ("user_name:*xample.com", 6),
        ("user_name:ada*example.com", 6),
        ("user_name:ADA*", 0),
        ("connection:*Password*", 6),
        ('description:"*"', 0),
        (r"description:\*", 0),
        (r"description:Wrong\ email*", 3),
        ("user_id:auth0|*", 6),
        ("client_name:Course*", 7),
        # the other fields
        ("user_name:ada@example.com", 6),
        ("connection:Username-Password-Authentication", 6),
        ("strategy:auth0 AND strategy_type:database", 6),
        ("hostname:*", 7),
        ("connection_id:* OR organization_id:*", 0),
        ("user_agent:python-requests*", 7),
        # ranges
        ("date:[* TO *]", 7),
        ("date:[2018 TO *]", 7),
        ("date:*", 7),
        ("date:[* TO 2018-12-19}", 0),
        ("type:[fp TO mfar]", 6),
        ("type:{fp TO mfar]", 3),
        ("type:[fp TO mfar}", 3),
        ("type:{fp TO mfar}", 0),
        ('type:["n" TO *]', 1),
    ],
)
def test_q_filters(manage, many, q, count):
    assert len(logs(manage, q=q)) == count


def test_q_finds_what_has_happened_since_a_moment(api, manage, many):
    api.advance(60)
    api.login(password="wrong")
    since = datetime.fromisoformat(logs(manage)[0]["date"])
    found = {
        ago: logs(manage, q=f"date:[{(since - timedelta(seconds=ago)).isoformat()} TO *]") for ago in (0, 30, 3600)
    }
    assert [len(found[ago]) for ago in (0, 30, 3600)] == [1, 1, 8]
    assert len(logs(manage, q=f"type:mfar AND date:[{since - timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000Z} TO *]")) == 3
    assert logs(manage, q=f"date:[{since.isoformat()} TO *]", include_totals="true")["total"] == 1


def test_an_event_is_found_by_each_field_that_it_shows(api, manage):
    """Also one of a user whom nobody knows, and a login that failed before anybody said who it is."""
    api.login(username="nobody@example.com")
    api.call("GET", "/authorize", params={"client_id": "nobody"})
    for type in ("fu", "f", "seccft"):
        (event,) = logs(manage, q=f"type:{type}", per_page=1)
        for name in ("connection", "strategy", "strategy_type"):
            q = f'type:{type} AND {name}:"{event[name]}"' if event.get(name) else f"type:{type} AND NOT {name}:*"
            assert len(logs(manage, q=q, per_page=1)) == 1, (type, name)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("date:[2026-01 TO 2026-02-01}", [1, 2, 3, 4]),
        ("date:2026-01", [1, 2, 3, 4]),
        ("date:2026", [1, 2, 3, 4, 5]),
        ('date:"2026-01-31"', [2, 3, 4]),
        ("date:2026-01-31T08:00:00", [3]),
        ("date:2026-01-31T09:00:00+01:00", [3]),
        ("date:2026-01-31T07:59:59.999Z", [2]),
        ("date:[2026-01-31 TO *]", [2, 3, 4, 5, 6]),
        ("date:{2026-01-31 TO *]", [5, 6]),
        ("date:[* TO 2026-01-31]", [1, 2, 3, 4]),
        ("date:[* TO 2026-01-31}", [1]),
        ("date:[2026-01-31T08:00:00 TO 2026-01-31T08:00:01}", [3]),
        ("date:{2026-01-31T07:59:59.999 TO 2026-12-31]", [3, 4, 5]),
        ("date:[2026-12 TO 2026-12] OR date:{2026 TO *]", [5, 6]),
        ("NOT date:2026", [6]),
    ],
)
def test_a_date_stands_for_all_of_its_year_month_day_or_second(api, manage, q, found):
    moments = [
        *("2026-01-30T23:59:59.999", "2026-01-31T07:59:59.999", "2026-01-31T08:00:00.000"),
        *("2026-01-31T23:59:59.999", "2026-12-31T23:59:59.999", "2027-01-01T00:00:00.000"),
    ]
    store = Store(api.sandbox.state)
    for number, moment in enumerate(moments, 1):
        store.add_log("w", date=datetime.fromisoformat(moment + "+00:00").timestamp(), description=str(number))
    store.close()
    assert [int(event["description"]) for event in logs(manage, q=f"type:w AND ({q})", sort="date:1")] == found


def test_q_finds_what_was_sent_whatever_signs_it_has(api, manage):
    for agent in ("a[b]?c*d", "quote", "paren)"):
        api.call("POST", "/oauth/token", data=api.login_fields(), headers={"user-agent": agent})
    for q in (r"user_agent:a\[b\]\?c\*d", 'user_agent:"a[b]?c*d"', r"user_agent:*\]\?c*", r"user_agent:paren\)"):
        assert len(logs(manage, q=q)) == 1, q
    assert logs(manage, q='user_agent:"a[b]*"') == []


def test_a_search_that_takes_too_long_is_ended_and_says_so(api, manage, monkeypatch):
    manage.done("GET", "logs")
    monkeypatch.setattr(journal, "_SEARCH_SECONDS", -1.0)
    store = Store(api.sandbox.state)
    with store.change():
        for number in range(900):
            store.add_log("w", date=1, description=str(number))
    store.close()
    status, code, text = manage.refused(manage("GET", "logs", params={"q": "description:*999*"}))
    assert (status, code) == (400, "invalid_query_string") and "takes too long" in text
    monkeypatch.undo()
    assert logs(manage, q="type:w AND description:8*", include_totals="true")["total"] == 111


@pytest.mark.parametrize("moment", [1_800_000_000.1239998, 1_800_000_000.124, 1_800_000_000.9999998])
def test_the_date_that_is_told_is_not_after_the_event(moment):
    """Else a search from that date on would not find it."""
    assert moment - 0.002 < datetime.fromisoformat(as_text(moment)).timestamp() <= moment


def test_q_finds_a_user_and_an_application(api, manage, many):
    assert len(logs(manage, q=f'user_id:"{manage.user_id()}" AND type:fp')) == 3
    assert len(logs(manage, q=f"user_id:{manage.user_id()}")) == 6
    assert len(logs(manage, q=f"client_id:{api.sandbox.client_id}")) == 6


@pytest.mark.parametrize(
    "params",
    [
        {"page": "-1"},
        {"page": "x"},
        {"page": "1.0"},
        {"per_page": "0"},
        {"per_page": "101"},
        {"per_page": ""},
        {"page": "²"},
        {"page": "99999999"},
        {"sort": "date"},
        {"sort": "type:1"},
        {"q": "date:1"},
        {"q": "date:2026-1"},
        {"q": "date:0000"},
        {"q": "date:2026-13"},
        {"q": "date:2026*"},
        {"q": "date:[yesterday TO *]"},
        {"q": "date:[2026-01-31 to *]"},
        {"q": "date:[2026-01-31 TO"},
        {"q": "date:[2026-01-31]"},
        {"q": "nobody:x"},
        {"q": "description.raw:x"},
        {"q": "type:"},
        {"q": "type: )"},
        {"q": "type:("},
        {"q": "type:()"},
        {"q": "type:(OR)"},
        {"q": "type:fp OR"},
        {"q": "AND type:fp"},
        {"q": "type:fp AND AND type:fu"},
        {"q": "NOT"},
        {"q": "type:fp)"},
        {"q": "(type:fp"},
        {"q": 'type:"fp'},
        {"q": "type:fp]"},
        {"q": "type:f?"},
        {"q": "type:fp~"},
        {"q": "type:fp^2"},
        {"q": "+type:fp"},
        {"q": "-fp"},
        {"q": "user_name:*om"},
        {"q": "user_name:ad*example"},
        {"q": "fp " * 51},
        {"q": "(" * 21 + "fp" + ")" * 21},
        {"q": "x" * 1_001},
        {"from": "x"},
        {"from": "", "take": "5"},
        {"from": "900" + "9" * 30},
        {"from": f"900{1:030d}", "take": "0"},
        {"from": f"900{1:030d}", "take": "101"},
        {"from": f"900{1:030d}", "take": "x"},
    ],
    ids=str,
)
def test_a_question_that_makes_no_sense_is_refused(manage, params):
    assert manage.refused(manage("GET", "logs", params=params))[:2] == (400, "invalid_query_string")


@pytest.mark.parametrize("id", ["x", "1", "900", "900" + "9" * 30, "900" + "²" * 30, "%00"])
def test_an_id_of_another_shape_is_refused(manage, id):
    assert manage.refused(manage("GET", f"logs/{id}")) == (
        400,
        "invalid_query_string",
        "That isn't a log_id of this tenant.",
    )


def test_reset_empties_the_log(api, manage, many):
    api.set_up()
    assert [event["type"] for event in logs(manage)] == []
