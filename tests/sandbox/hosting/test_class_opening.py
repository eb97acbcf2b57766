"""One tenant for a class: joining it, and that nobody sees or disturbs another."""

from __future__ import annotations

import json
import re
import ssl
import stat
import urllib.request
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from mfa_helpers.sandbox.endpoints.extras import class_members
from mfa_helpers.sandbox.gateway import class_access, guard
from mfa_helpers.sandbox.hosting import class_opening, server
from mfa_helpers.sandbox.store import Store

from ...support.deadline import DEADLINE
from ...support.log_rules import faults_of
from ...support.management import Manage
from ...support.sandbox_api import Api, refusal, wrong
from ...support.systems import file_modes
from ...support.transport import needs_a_socket

pytestmark = needs_a_socket

TOKEN = "the-instructors-own-token"
LINE = re.compile(r"mfa-class/([\d.a-z-]+):(\d+)/(\d+)/([a-z2-7]{24})/([a-z2-7]{52})")
x509 = pytest.importorskip("cryptography.x509")  # a page's Python is without
SECRET = "a secret that a notebook has made at random, number {}"


class Learner(Api):
    """Somebody who has joined: the tenant's calls, and the addresses under `/sandbox/` with their own key."""

    def __init__(self, tenant: server.ServedSandbox, secret: str) -> None:
        super().__init__(tenant)
        self.secret = secret
        self.joined = self.bearer("POST", "/sandbox/join", join_token(tenant), json={"secret": secret})
        if self.joined.status_code == 200:
            told = self.joined.json()
            self.sandbox = SimpleNamespace(
                **{
                    **vars(tenant),
                    "join_line": tenant.join_line,
                    **{name: told[name] for name in ("username", "password", "client_id", "client_secret")},
                }
            )

    def call(self, method, path, **kwargs):
        if path.startswith("/sandbox/") and path != "/sandbox/join":
            kwargs["headers"] = {"authorization": f"Bearer {self.secret}"}
        return super().call(method, path, **kwargs)


def join_token(tenant: server.ServedSandbox) -> str:
    return LINE.fullmatch(tenant.join_line)[4]


def said(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("error_description", "")


@pytest.fixture(scope="module")
def _class(tmp_path_factory):
    tenant = server.start_class(tmp_path_factory.mktemp("class") / "class.sqlite3", name="127.0.0.1", token=TOKEN)
    yield tenant
    tenant.stop()


@pytest.fixture
def instructor(_class):
    """The owner of a class on its first day."""
    api = Api(_class)
    api.http.headers["x-sandbox-token"] = TOKEN
    api.set_up(factors=["email", "sms", "push-notification"])
    yield api
    api.http.close()


@pytest.fixture
def learner(instructor, request):
    """`learner(n)`: the n-th of this test, joined."""
    made: dict[int, Learner] = {}

    def join(number: int) -> Learner:
        if number not in made:
            made[number] = Learner(instructor.sandbox, SECRET.format(request.node.name + str(number)))
        return made[number]

    yield join
    for one in made.values():
        one.http.close()


# joining


def test_a_first_join_makes_a_user_and_a_second_with_the_same_secret_gives_that_user_again(learner, instructor):
    first, other = learner(1), learner(2)
    again = Learner(instructor.sandbox, first.secret)
    assert (first.joined.status_code, again.joined.status_code) == (200, 200)
    assert list(first.joined.json()) == ["username", "password", "client_id", "client_secret", "audience", "only_here"]
    assert first.joined.json() == again.joined.json()
    assert first.joined.headers["cache-control"] == "no-store"
    assert re.fullmatch(r"learner\d\d-[a-z2-7]{5}@class\.example", first.sandbox.username)
    assert other.sandbox.username != first.sandbox.username and other.sandbox.password != first.sandbox.password
    again.http.close()


def test_who_has_joined_goes_all_the_way_to_tokens(learner):
    assert learner(1).enroll().status_code == 200


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], "aaaaaaaaaaaaaaaaaaaaaaaa", "ä"])
def test_without_the_join_token_nobody_joins(instructor, token):
    api = Api(instructor.sandbox)
    for headers in ({"x-sandbox-token": token.encode()}, {}):
        bearer = {"authorization": f"Bearer {token}".encode()}
        answer = api.call("POST", "/sandbox/join", json={"secret": SECRET}, headers={**headers, **bearer})
        assert said(answer) == (403, class_access.WRONG_TOKEN)
    assert said(api.call("POST", "/sandbox/join", json={"secret": SECRET})) == (403, class_access.NOT_JOINED)
    api.http.close()


@pytest.mark.parametrize("body", [{}, {"secret": "short"}, {"secret": 1}, {"secret": "ä" * 40}, {"secret": None}, []])
def test_a_secret_that_could_be_guessed_makes_no_user(instructor, body):
    api = Api(instructor.sandbox)
    answer = api.bearer("POST", "/sandbox/join", join_token(instructor.sandbox), json=body)
    assert said(answer) == (400, 'Send JSON like {"secret": "…"}, with 32 or more random characters.')
    api.http.close()


def test_a_class_whose_tenant_has_one_more_application_is_joined_all_the_same(learner, instructor):
    with closing(Store(instructor.sandbox.state)) as store:
        store.add_client("made", client_secret="s", name="Made", auth_method="none", grant_types="[]", keys="[]")
    assert learner(1).enroll().status_code == 200
    told = instructor.call("POST", "/sandbox/join", json={}).json()
    assert told["management_client_secret"] == instructor.sandbox.management_client_secret


def test_a_full_class_says_so_and_those_inside_go_on(learner, monkeypatch):
    inside = learner(1)
    monkeypatch.setattr(class_members, "MOST", 1)
    assert said(learner(2).joined) == (403, class_members.FULL)
    again = Learner(learner(2).sandbox, inside.secret)
    assert again.joined.json() == inside.joined.json()
    again.http.close()


def test_the_instructor_gets_the_set_up_application_and_a_learner_never(learner, instructor):
    for asked in (
        instructor.call("POST", "/sandbox/join", json={}),
        Api(instructor.sandbox).bearer("POST", "/sandbox/join", TOKEN, json={}),
    ):
        assert asked.json()["management_client_secret"] == instructor.sandbox.management_client_secret
    one = learner(1)
    # not even by claiming to be the instructor beside a right join token
    cheat = one.bearer(
        "POST", "/sandbox/join", join_token(instructor.sandbox), json={}, headers={"x-sandbox-token": "x"}
    )
    assert said(cheat)[0] == 400
    assert "management" not in one.joined.text


def test_with_one_more_application_people_still_join(learner, instructor):
    Manage(instructor).done("POST", "clients", {"name": "Fourth"}, 201)
    assert learner(1).joined.json()["client_id"] == instructor.sandbox.client_id


def test_a_sandbox_without_a_class_has_no_such_address(api):
    answer = api.call("POST", "/sandbox/join", json={"secret": SECRET})
    assert answer.status_code == 404


# isolation


def test_nobody_sees_anothers_mail_even_at_the_same_address(learner, instructor):
    one, two = learner(1), learner(2)
    for each in (one, two):
        answer = each.associate(each.mfa_token(), email="same@example.com")
        assert answer.status_code == 200
    (first,), (second,) = one.mails("same@example.com"), two.mails("same@example.com")
    assert first["id"] != second["id"]
    assert one.mails() == [first] and two.mails() == [second]
    assert {mail["id"] for mail in instructor.mails("same@example.com")} == {first["id"], second["id"]}
    assert one.mails(two.sandbox.username) == []
    assert "x-sandbox-user" not in json.dumps(first).lower()


def test_nobody_sees_anothers_texts(learner):
    one, two = learner(1), learner(2)
    answer = one.associate(one.mfa_token(), oob_channels=["sms"], phone_number="+15550100167")
    assert answer.status_code == 200
    assert [mail["channel"] for mail in one.mails("+15550100167")] == ["sms"]
    assert two.mails("+15550100167") == [] == two.mails()


def test_nobody_sees_or_answers_anothers_push(learner):
    one, two = learner(1), learner(2)
    assert one.associate(one.mfa_token(), oob_channels=["auth0"]).status_code == 200
    (push,) = one.call("GET", "/sandbox/push").json()
    assert two.call("GET", "/sandbox/push").json() == []
    path = "/sandbox/push/" + push["id"]
    assert two.call("POST", path, json={"answer": "approve"}).status_code == 404
    assert one.call("POST", path, json={"answer": "approve"}).status_code == 200


def test_a_learners_phone_page_shows_and_answers_ones_own_pushes_and_opens_nothing_else(learner, instructor):
    one, two = learner(1), learner(2)
    for each in (one, two):
        assert each.associate(each.mfa_token(), oob_channels=["auth0"]).status_code == 200
    (mine,), (theirs,) = one.call("GET", "/sandbox/push").json(), two.call("GET", "/sandbox/push").json()
    url = one.call("POST", "/sandbox/link", json={"page": "/sandbox/phone"}).json()["url"]
    with requests.Session() as browser:
        browser.trust_env, browser.verify = False, instructor.sandbox.ca_file
        base = instructor.sandbox.base_url + "/sandbox"
        assert "The sandbox's phone" in browser.get(url, timeout=DEADLINE).text
        assert browser.get(base + "/push", timeout=DEADLINE).json() == [mine]
        for push, status in ((theirs, 404), (mine, 200)):
            answer = browser.post(f"{base}/push/{push['id']}", json={"answer": "approve"}, timeout=DEADLINE)
            assert answer.status_code == status
        assert browser.get(base + "/inbox", timeout=DEADLINE).json() == one.mails()
        for method, path in (
            ("POST", "/reset"),
            ("GET", "/log"),
            ("POST", "/link"),
            ("GET", "/faults"),
            ("POST", "/group"),
        ):
            assert browser.request(method, base + path, timeout=DEADLINE).status_code == 403
        assert browser.get(url, timeout=DEADLINE).status_code == 200, "the cookie lasts, and the link is used up"
    with requests.Session() as another:
        another.trust_env, another.verify = False, instructor.sandbox.ca_file
        assert another.get(url, timeout=DEADLINE).status_code == 403
    assert two.call("GET", "/sandbox/push").json() == [theirs]


def test_a_learner_reads_the_log_of_ones_own_user_and_no_other(learner):
    one, two = learner(1), learner(2)
    one.mfa_token()
    one.login(password="wrong")
    two.mfa_token()
    events = one.call("GET", "/sandbox/log").json()
    assert [event["type"] for event in events] == ["fp", "mfar", "ss"]
    assert [faults_of(event) for event in events] == [[], [], []]
    (newest, _) = two.call("GET", "/sandbox/log").json()
    assert (newest["type"], newest["user_name"]) == ("mfar", two.sandbox.username)


def test_starting_again_touches_ones_own_user_alone(learner, instructor):
    one, two = learner(1), learner(2)
    for each in (one, two):
        each.enroll()
    for _ in range(10):
        one.login(password="wrong")
    before = instructor.call("GET", "/sandbox/faults").json()
    assert one.call("POST", "/sandbox/reset", json={"settings": {"factors": []}}).json() == {
        "reset": True, "only_here": True,
    }  # fmt: skip
    assert one.mails() == [] and one.rows(one.mfa_token()) == []
    assert len(two.mails()) == 1 and [row["active"] for row in two.rows(two.mfa_token())] == [True]
    assert one.associate(one.mfa_token()).status_code == 200, "the setup is not a learner's to change"
    assert instructor.call("GET", "/sandbox/faults").json() == before


CLOSED = [
    ("POST", "/sandbox/clock"), ("GET", "/sandbox/faults"), ("POST", "/sandbox/faults"), ("DELETE", "/sandbox/faults"),
    ("GET", "/sandbox/phone"), ("GET", "/sandbox/other"), ("DELETE", "/sandbox/inbox"), ("POST", "/sandbox/inbox"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_what_would_change_the_tenant_for_all_is_closed_to_learners(learner, instructor, method, path):
    assert said(learner(1).call(method, path, json={"advance_seconds": 9, "kind": "mail"})) == (
        403, class_access.NOT_YOURS,
    )  # fmt: skip


def test_the_management_api_is_closed_to_learners(learner, instructor):
    one = learner(1)
    assert one.bearer("GET", "/api/v2/logs", one.secret).status_code == 401
    credentials = {"grant_type": "client_credentials", **one._client()}
    answer = one.call("POST", "/oauth/token", data={**credentials, "audience": instructor.sandbox.management_audience})
    assert refusal(answer)[0] == 403


@pytest.mark.parametrize("secret", ["", "x", "Fe26.2*", "ä", "a" * 5000])
@pytest.mark.parametrize("path", ["/sandbox/inbox", "/sandbox/push"])
def test_who_has_not_joined_reads_nothing(instructor, secret, path):
    api = Api(instructor.sandbox)
    answer = api.call("GET", path, headers={"authorization": f"Bearer {secret}".encode()})
    assert said(answer) == (403, class_access.NOT_JOINED)
    assert said(api.call("GET", path)) == (403, class_access.NOT_JOINED)
    api.http.close()


def test_a_page_from_elsewhere_is_refused_even_with_a_key(learner):
    one = learner(1)
    headers = {"authorization": f"Bearer {one.secret}", "origin": "https://evil.example"}
    answer = Api.call(one, "GET", "/sandbox/inbox", headers=headers)
    assert said(answer) == (401, guard.FOREIGN_PAGE)


def test_a_learner_may_ask_for_the_time(learner):
    assert learner(1).call("GET", "/sandbox/clock").json()["only_here"] is True


# limits


def test_one_learners_limits_leave_the_room_alone(learner):
    """All of them come from one address."""
    one, two = learner(1), learner(2)
    for _ in range(10):
        one.login(password="wrong")
    assert refusal(one.login())[:2] == (429, "too_many_attempts")
    token, oob_code, code = two.begin()
    for _ in range(10):
        two.verify(token, oob_code, wrong(code))
    assert refusal(two.verify(token, oob_code, code))[0] == 429
    assert learner(3).enroll().status_code == 200


# the class and its join line


def test_the_instructors_reset_keeps_the_users_so_everybody_can_go_on(learner, instructor):
    one = learner(1)
    one.enroll()
    instructor.set_up()
    assert one.mails() == [] and one.rows(one.mfa_token()) == []
    again = Learner(instructor.sandbox, one.secret)
    assert again.joined.json() == one.joined.json()
    again.http.close()


def test_the_join_line_leads_to_the_certificate_of_the_authority_and_names_its_fingerprint(_class):
    host, port, ca_port, _, fingerprint = LINE.fullmatch(_class.join_line).groups()
    assert _class.base_url == f"https://{host}:{port}"
    with urllib.request.urlopen(f"http://{host}:{ca_port}/ca", timeout=DEADLINE) as answer:
        ca = json.load(answer)["ca"]
    assert ca == Path(_class.ca_file).read_text() and class_opening.fingerprint(ca) == fingerprint
    context = ssl.create_default_context(cadata=ca)
    with urllib.request.urlopen(
        _class.base_url + "/.well-known/jwks.json", timeout=DEADLINE, context=context
    ) as answer:
        assert answer.status == 200
    assert "PRIVATE" not in ca


@file_modes
def test_the_users_and_all_but_the_address_of_the_line_outlive_a_restart_and_another_name(state):
    def serve(name: str) -> tuple[str, str]:
        tenant = server.start_class(state, name=name, token=TOKEN)
        try:
            assert LINE.fullmatch(tenant.join_line)[1] == name
            return LINE.fullmatch(tenant.join_line).groups()[3:], Learner(tenant, SECRET).joined.json()
        finally:
            tenant.stop()

    first = serve("127.0.0.1")
    assert serve("127.0.0.1") == first and serve("localhost") == first and serve("127.0.0.1") == first
    assert stat.S_IMODE(state.stat().st_mode) == 0o600


def opened(state: Path, name: str) -> class_opening.Opening:
    with closing(Store(state)) as store:
        return class_opening.opening(store, name)


def test_another_name_gets_another_certificate_of_the_same_authority(state):
    first, other = opened(state, "class.example"), opened(state, "192.168.7.7")
    assert other.ca == first.ca and other.pem != first.pem
    assert opened(state, "192.168.7.7").pem == other.pem
    for one, name in ((first, x509.DNSName("class.example")), (other, x509.IPAddress(ip_address("192.168.7.7")))):
        certificate = x509.load_pem_x509_certificate(one.pem.encode())
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(first.ca.encode()))
        assert name in certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert first.pem not in repr(first) and first.token.value not in repr(first)


def test_a_certificate_is_made_again_before_it_ends_and_the_authority_stays(state):
    first = opened(state, "class.example")
    with closing(Store(state)) as store:
        kept = json.loads(store.get("class_identity"))
        store.put("class_identity", json.dumps({**kept, "made_at": kept["made_at"] - 29 * 86_400}))
    again = opened(state, "class.example")
    assert again.pem != first.pem and again.ca == first.ca


def test_a_new_group_begins_on_the_first_day_with_a_line_of_its_own(state):
    tenant = server.start_class(state, name="127.0.0.1", token=TOKEN)
    one, owner = Learner(tenant, SECRET), Api(tenant)
    owner.http.headers["x-sandbox-token"] = TOKEN
    try:
        one.enroll()
        for method in ("GET", "POST"):
            assert said(one.bearer(method, "/sandbox/group", one.secret)) == (403, class_access.NOT_YOURS)
        before = LINE.fullmatch(tenant.join_line).groups()
        token = owner.call("POST", "/sandbox/group").json()["token"]
        after = LINE.fullmatch(tenant.join_line).groups()
        assert owner.call("GET", "/sandbox/group").json()["token"] == token
        assert after[3] == token != before[3] and after[:3] + after[4:] == before[:3] + before[4:]
        for _ in range(30):  # a whole room behind one address may try
            answer = one.bearer("POST", "/sandbox/join", before[3], json={"secret": one.secret})
            assert said(answer) == (403, class_access.FORMER_TOKEN)
        assert one.login().status_code == 403, "the earlier group's users are gone"
        assert said(one.call("GET", "/sandbox/inbox")) == (403, class_access.NOT_JOINED)
        again = Learner(tenant, SECRET)
        assert again.sandbox.username.startswith("learner01-") and again.sandbox.username != one.sandbox.username
        assert again.mails() == [] and again.rows(again.mfa_token()) == []
        again.http.close()
    finally:
        tenant.stop()
    tenant = server.start_class(state, name="127.0.0.1", token=TOKEN)
    stranger = Api(tenant)
    assert LINE.fullmatch(tenant.join_line)[4] == token, "a restart keeps the new one"
    answer = stranger.bearer("POST", "/sandbox/join", before[3], json={"secret": one.secret})
    assert said(answer) == (403, class_access.FORMER_TOKEN)
    for api in (one, owner, stranger):
        api.http.close()
    tenant.stop()


def test_a_class_wants_the_instructors_token_even_on_this_machine(state):
    tenant = server.start_class(state, name="127.0.0.1")
    api = Api(tenant)
    try:
        assert said(api.call("GET", "/sandbox/faults")) == (403, class_access.NOT_JOINED)
        token = {"x-sandbox-token": tenant.sandbox_token}
        assert api.call("GET", "/sandbox/faults", headers=token).status_code == 200
    finally:
        api.http.close()
        tenant.stop()


# what the instructor is told of a learner


def test_a_learner_tells_who_they_are_and_how_far_and_only_what_is_sent_changes(learner, instructor):
    one = learner(1)
    topics = {"tenant": {"begun": "2026-11-30T09:00:00+00:00"}}
    assert one.call("POST", "/sandbox/learner", json={"name": "Ada"}).status_code == 200
    assert one.call("POST", "/sandbox/learner", json={"topics": topics}).status_code == 200
    with closing(Store(instructor.sandbox.state)) as store:
        user = store.user_by_email(one.sandbox.username)
        assert user["name"] == "Ada"
        assert json.loads(user["more"])["app_metadata"]["course"]["topics"] == topics


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, class_members.SEND_ABOUT),
        ([], class_members.SEND_ABOUT),
        ({"name": ""}, class_members.BAD_NAME),
        ({"name": "a" * 61}, class_members.BAD_NAME),
        ({"name": "a\nb"}, class_members.BAD_NAME),
        ({"name": 1}, class_members.BAD_NAME),
        ({"topics": []}, class_members.BAD_TOPICS),
        ({"topics": {"a": "b" * 50_000}}, class_members.BAD_TOPICS),
    ],
)
def test_what_is_no_name_and_no_progress_is_rejected(learner, body, words):
    assert said(learner(1).call("POST", "/sandbox/learner", json=body)) == (400, words)
