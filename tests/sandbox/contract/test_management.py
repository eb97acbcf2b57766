"""The Management API."""

from urllib.parse import quote

from .rows import row


@row("management-factors", needs=("management",))
def test_management_factors(target):
    answer = target.manage("GET", "guardian/factors")
    assert all(list(factor) == ["name", "enabled", "trial_expired"] for factor in answer.json())
    assert len(answer.json()) == 8
    return answer


@row("management-factor", needs=("management",))
def test_management_factor(target):
    with target.changed(factors={"otp": False}):
        return target.manage("PUT", "guardian/factors/otp", {"enabled": False})


@row("management-policies", needs=("management",))
def test_management_policies(target):
    with target.changed(mfa_policy=[]):
        answer = target.manage("PUT", "guardian/policies", [])
    assert answer.json() == []
    return answer


@row("management-origins", needs=("management",))
def test_management_origins(target):
    path = f"clients/{target.sandbox.client_id}"
    before = target.manage("GET", path).json()
    kept = {name: before.get(name, []) for name in ("web_origins", "allowed_origins")}
    wanted = {"web_origins": ["http://localhost:3000"], "allowed_origins": ["https://app.example"]}
    try:
        answer = target.manage("PATCH", path, wanted)
        shown = target.manage("GET", path).json()
        assert wanted == {name: shown[name] for name in wanted} == {name: answer.json()[name] for name in wanted}
        return answer
    finally:
        assert target.manage("PATCH", path, kept).ok


@row("management-no-token")
def test_management_no_token(target):
    return target.call("GET", "/api/v2/guardian/factors")


@row("management-scope", needs=("management",))
def test_management_scope(target):
    token = target.machine(scope="read:logs").json()["access_token"]
    answer = target.bearer("GET", "/api/v2/guardian/factors", token)
    assert answer.json()["errorCode"] == "insufficient_scope"
    return answer


@row("management-logs", needs=("management",))
def test_management_logs(target):
    target.login()
    answer = target.manage("GET", "logs")
    dates = [event["date"] for event in answer.json()]
    assert dates == sorted(dates, reverse=True)
    return answer


@row("management-logs-query", needs=("management",))
def test_management_logs_query(target):
    target.login()
    q = "type:(mfar OR sepft) AND NOT user_name:nobody* AND date:[2026-01-01 TO *]"
    answer = target.manage("GET", f"logs?per_page=5&q={quote(q)}")
    assert {event["type"] for event in answer.json()} <= {"mfar", "sepft"}
    return answer


@row("management-logs-bad-query", needs=("management",))
def test_management_logs_bad_query(target):
    return target.manage("GET", "logs?q=" + quote('description:"x'))


@row("management-log", needs=("management",))
def test_management_log(target):
    target.login(password="wrong")
    (event,) = target.manage("GET", "logs?per_page=1&q=type:fp").json()
    answer = target.manage("GET", f"logs/{event['log_id']}")
    required = {
        "client_name",
        "details",
        "ip",
        "log_id",
        "strategy",
        "strategy_type",
        "tenant_name",
        "environment_name",
    }
    assert required <= set(answer.json())
    return answer
