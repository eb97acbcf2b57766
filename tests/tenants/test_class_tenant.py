"""The learner's side of a class: reading the join line, trusting the right certificate, coming back as oneself."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import requests

from mfa_helpers.client import errors
from mfa_helpers.client.secret import Secret
from mfa_helpers.lab import Lab
from mfa_helpers.sandbox.crypto import certificate
from mfa_helpers.sandbox.hosting import server
from mfa_helpers.storage.entries import ClassSecret
from mfa_helpers.storage.handover import Handover
from mfa_helpers.tenants import class_tenant, environment

from ..support.deadline import DEADLINE
from ..support.ports import two_free_ports
from ..support.systems import file_modes

TOKEN = "the-instructors-own-token"
GOOD = "mfa-class/192.168.1.10:8443/8444/" + "abcd" * 6 + "/" + "efg2" * 13


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.ServedSandbox]:
    """A class's tenant on this machine."""
    running = server.start_class(tmp_path_factory.mktemp("class") / "c.sqlite3", name="127.0.0.1", token=TOKEN)
    yield running
    running.stop()


@pytest.fixture
def lab(learner: Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A learner who has not joined yet; the environment is put back."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/the/company's.pem")
    monkeypatch.delenv("MFA_CLASS", raising=False)
    monkeypatch.setenv("NO_PROXY", "")
    yield learner
    environment.trust(None)


def another(name: str, lab: Lab) -> Lab:
    """A lab of somebody else, on a machine of their own."""
    return Lab(handover=Handover(lab.handover.path.parent / name / "handover.json"))


def changed(line: str, part: int, text: str) -> str:
    parts = line.split("/")
    parts[part] = text
    return "/".join(parts)


# the join line


@pytest.mark.parametrize(
    "typed",
    [GOOD, f"  {GOOD}\n", GOOD.upper(), f'MFA_CLASS="{GOOD}"', GOOD[:50] + "\n   " + GOOD[50:], f"“{GOOD}”",
     GOOD.replace("abcd", "a8cd")],
)  # fmt: skip
def test_a_join_line_is_read_as_people_paste_and_type_it(typed: str) -> None:
    line = class_tenant.parse(typed)
    assert (line.base_url, line.ca_port, line.fingerprint) == ("https://192.168.1.10:8443", 8444, "efg2" * 13)
    assert line.token.reveal() == "abcd" * 6 and line.token.reveal() not in repr(line)


NO_LINE = "This isn't a join line. A join line begins with mfa-class/ and has five parts."
NOT_WHOLE = "This join line is incomplete, because its end is cut off or a letter is missing."


@pytest.mark.parametrize(
    ("typed", "what"),
    [("", "The join line is missing."), (" \n", "The join line is missing."), ("https://class.example", NO_LINE),
     (GOOD.rpartition("/")[0], NO_LINE), (GOOD + "/x", NO_LINE), (GOOD[:-1], NOT_WHOLE), (GOOD + "a", NOT_WHOLE),
     (changed(GOOD, 3, "abcd"), NOT_WHOLE), (changed(GOOD, 2, "port"), NO_LINE)],
)  # fmt: skip
def test_what_is_no_join_line_gets_a_sentence_that_shows_nothing_of_it(typed: str, what: str) -> None:
    with pytest.raises(errors.InvalidInput) as refused:
        class_tenant.parse(typed)
    assert refused.value.what == what and "abcd" not in str(refused.value)


# joining


def test_a_learner_does_00_to_05_on_the_class_tenant(lab: Lab, tenant: server.ServedSandbox) -> None:
    assert lab.choose("class", tenant.join_line)["issuer"] == tenant.base_url + "/"
    assert lab.tenant.kind == "class" and lab.tenant.is_sandbox and lab.tenant.management is None
    lab.catch_up("enrolled", "login", "authenticator", "challenge")
    lab.complete(lab.newest_code())
    for name in ("tenant", "enrolled", "authenticator", "tokens"):
        lab.hands_free = True
        print(lab.checkpoint(name))


def test_the_next_notebook_and_a_new_kernel_are_the_same_learner_and_another_person_is_not(
    lab: Lab, tenant: server.ServedSandbox
) -> None:
    lab.choose("class", tenant.join_line)
    assert Lab().tenant.username == lab.tenant.username
    other = another("other", lab)
    other.choose("class", tenant.join_line)
    assert other.tenant.username != lab.tenant.username
    lab.reset()
    lab.choose("class")
    assert Lab().tenant.username == lab.tenant.username


def test_two_learners_at_one_address_read_their_own_mail_only(lab: Lab, tenant: server.ServedSandbox) -> None:
    other = another("other", lab)
    for one in (lab, other):
        one.choose("class", tenant.join_line)
        one.login()
        one.associate("same@example.com")
    assert [mail.id for mail in lab.mails()] != [mail.id for mail in other.mails()]
    assert len(lab.mails()) == len(other.mails()) == 1
    other.reset()
    assert len(lab.mails()) == 1


def test_the_environment_joins_without_a_form_and_a_choice_wins_over_it(
    lab: Lab, tenant: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFA_CLASS", tenant.join_line)
    joined = Lab()
    assert joined.tenant.kind == "class" and Lab("class").tenant.username == joined.tenant.username
    lab.choose("sandbox")
    assert Lab().tenant.kind == "sandbox"


def test_a_notebook_that_changes_its_tenant_uses_a_sandbox_and_says_so(
    lab: Lab, tenant: server.ServedSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.choose("class", tenant.join_line)
    assert Lab(own=True).tenant.kind == "sandbox"
    assert capsys.readouterr().out.startswith("This notebook uses your own sandbox, not the class's tenant,")


@file_modes
def test_secrets_are_in_a_file_that_only_the_learner_can_read(lab: Lab, tenant: server.ServedSandbox) -> None:
    lab.choose("class", tenant.join_line)
    assert stat.S_IMODE(lab.handover.path.stat().st_mode) == 0o600
    line = class_tenant.parse(tenant.join_line)
    kept = lab.handover.get("class", ClassSecret, line.fingerprint).secret.reveal()  # type: ignore[union-attr]
    for shown in (repr(lab.tenant), str(lab.tenant), repr(lab.history), repr(vars(lab.tenant.controls))):
        assert kept not in shown and line.token.reveal() not in shown
    assert isinstance(lab.tenant.password, Secret)


# trust


def test_plain_requests_in_a_cell_trust_the_class_and_another_choice_puts_back_what_was(
    lab: Lab, tenant: server.ServedSandbox
) -> None:
    lab.choose("class", tenant.join_line)
    page = f"{lab.tenant.base_url}/.well-known/openid-configuration"
    assert requests.get(page, timeout=DEADLINE).status_code == 200
    assert "127.0.0.1" in os.environ["NO_PROXY"].split(",")
    with pytest.raises(requests.exceptions.SSLError), requests.Session() as session:
        session.trust_env = False
        session.get(page, timeout=DEADLINE)
    lab.choose("sandbox")
    assert os.environ["REQUESTS_CA_BUNDLE"] == "/the/company's.pem"


def test_another_certificate_is_not_believed_and_nothing_secret_is_sent(
    lab: Lab, tenant: server.ServedSandbox, tmp_path: Path
) -> None:
    """The port of another class, as a stale line or somebody in between would have it."""
    other = server.start_class(tmp_path / "other.sqlite3", name="127.0.0.1", token=TOKEN)
    ours, theirs = tenant.join_line.split("/"), other.join_line.split("/")
    try:
        with pytest.raises(errors.CertificateRefused) as refused:
            lab.choose("class", "/".join([*theirs[:3], *ours[3:]]))
        assert "isn't the one that the join line names. Nothing was sent there." in refused.value.what
        assert lab.tenant.kind == "sandbox" and Lab().tenant.kind == "sandbox"
        # the certificate is right, but another server answers at the tenant's port
        with pytest.raises(errors.CertificateRefused) as refused:
            lab.choose("class", "/".join([ours[0], theirs[1], *ours[2:]]))
        assert refused.value.what.endswith("doesn't belong to the class's tenant.")
    finally:
        other.stop()
    assert lab.choose("class", tenant.join_line)  # and the next try works


def test_a_kept_certificate_that_was_changed_is_fetched_again(lab: Lab, tenant: server.ServedSandbox) -> None:
    lab.choose("class", tenant.join_line)
    kept = Path(lab.tenant.ca_file or "")
    good = kept.read_text()
    for text in ("", "no certificate", certificate.new()[0], good + certificate.new()[0]):
        kept.write_text(text)
        lab.choose("class")
        assert kept.read_text().split() == good.split()


def test_a_wrong_token_and_a_closed_class_get_sentences(lab: Lab, tenant: server.ServedSandbox) -> None:
    with pytest.raises(errors.Refused) as refused:
        lab.choose("class", changed(tenant.join_line, 3, "a" * 24))
    assert refused.value.what == "This isn't the join token of this class."
    assert refused.value.next_step == "Ask your instructor for today's join line, and paste the whole line."


Serve = Callable[..., server.ServedSandbox]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """`serve()`: a class's tenant of this test, at another port each time; `name` is its address. One at a time."""
    running: list[server.ServedSandbox] = []

    def start(name: str = "127.0.0.1") -> server.ServedSandbox:
        for before in running:
            before.stop()
        running.append(server.start_class(tmp_path / "serve.sqlite3", name=name, token=TOKEN, port=two_free_ports()))
        return running[-1]

    yield start
    for each in running:
        each.stop()


def test_while_the_class_is_away_calls_say_so_and_a_new_kernel_waits_and_is_nobody_else(
    lab: Lab, serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = serve()
    lab.choose("class", running.join_line)
    lab.login()
    running.stop()
    for act in (lab.login, lab.mails):
        with pytest.raises(errors.TenantUnreachable) as gone:
            act()
        assert gone.value.what.startswith("The class's tenant doesn't respond at 127.0.0.1:")
        assert gone.value.next_step.startswith("Wait a minute and try again,")
        assert "choose the sandbox on this machine in notebook 00." in gone.value.next_step
    waiting = Lab()
    assert (waiting.tenant.kind, waiting.tenant.username) == ("class", lab.tenant.username)
    assert waiting.has("login") and isinstance(waiting.waiting_for, errors.TenantUnreachable)
    for act in (waiting.login, waiting.mails, waiting.check, waiting.come_back):
        with pytest.raises(errors.TenantUnreachable, match="The class's tenant doesn't respond at 127.0.0.1:"):
            act()
    assert capsys.readouterr().out == ""
    with pytest.raises(errors.TenantUnreachable, match="The class's tenant doesn't respond"):
        another("new", lab).choose("class", running.join_line)
    assert waiting.choose("sandbox") and waiting.waiting_for is None, "the learner may decide so"
    assert Lab().tenant.kind == "sandbox"


def test_a_notebook_that_waited_goes_on_once_the_class_is_back(lab: Lab, serve: Serve) -> None:
    """At the port where it was, as the command has it."""
    running = serve()
    lab.choose("class", running.join_line)
    port = int(running.base_url.rpartition(":")[2])
    running.stop()
    waiting, also_waiting = Lab(), Lab()
    back = server.start_class(running.state, name="127.0.0.1", token=TOKEN, port=port)
    try:
        assert isinstance(waiting.login(), errors.MfaRequired) and waiting.waiting_for is None
        also_waiting.come_back()
        assert waiting.tenant.username == also_waiting.tenant.username == lab.tenant.username
        assert requests.get(f"{waiting.tenant.base_url}/.well-known/jwks.json", timeout=DEADLINE).ok
    finally:
        back.stop()


@pytest.mark.parametrize("line", ["mfa-class/not/whole", GOOD.replace("192.168.1.10", "127.0.0.1")])
def test_a_class_that_the_environment_names_and_that_cannot_be_joined_is_waited_for(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv("MFA_CLASS", line)
    waiting = Lab()
    assert waiting.tenant.kind == "class" and not waiting.tenant.username
    with pytest.raises(errors.MfaError) as refused:
        waiting.login()
    assert refused.value.what.startswith(("This isn't a join line.", "The class's tenant doesn't respond at"))


def test_when_the_class_has_another_address_its_new_line_leads_back_to_oneself_in_open_notebooks_too(
    lab: Lab, serve: Serve
) -> None:
    lab.choose("class", serve().join_line)
    lab.catch_up("enrolled", "login")
    open_one, name = Lab(), lab.tenant.username
    running = serve("localhost")
    assert "/localhost:" in running.join_line
    with pytest.raises(errors.TenantUnreachable):
        open_one.list_authenticators()
    lab.choose("class", running.join_line)
    for one in (lab, open_one, Lab()):
        (listed,) = [row for row in one.list_authenticators() if row.active]
        assert one.tenant.username == name and one.tenant.base_url == running.base_url
        assert one.has("login") and listed.id


@pytest.mark.parametrize("stale", ["environment", "kept"])
def test_of_two_lines_of_one_class_the_one_that_is_right_counts(
    lab: Lab, serve: Serve, monkeypatch: pytest.MonkeyPatch, stale: str
) -> None:
    old = serve().join_line
    lab.choose("class", old)
    name = lab.tenant.username
    new = serve("localhost").join_line
    if stale == "environment":
        lab.choose("class", new)
    monkeypatch.setenv("MFA_CLASS", old if stale == "environment" else new)
    assert Lab().tenant.username == name


def test_the_line_of_another_class_never_stands_in(
    lab: Lab, serve: Serve, tenant: server.ServedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.choose("class", tenant.join_line)
    running = serve()
    monkeypatch.setenv("MFA_CLASS", running.join_line)
    running.stop()
    assert Lab().waiting_for is not None


def test_a_clock_that_is_off_is_named(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return dt.datetime.now(tz) + dt.timedelta(days=1)

    monkeypatch.setattr(certificate, "datetime", Tomorrow)
    running = server.start_class(tmp_path / "tomorrow.sqlite3", name="127.0.0.1", token=TOKEN)
    try:
        with pytest.raises(errors.CertificateRefused) as refused:
            lab.choose("class", running.join_line)
        assert "isn't valid now." in refused.value.what
        assert refused.value.next_step.startswith("Correct this machine's date and time.")
    finally:
        running.stop()


def test_two_notebooks_that_join_at_once_are_one_learner(tenant: server.ServedSandbox, lab: Lab) -> None:
    together, path = Barrier(4), lab.handover.path

    def name(_: int) -> str:
        together.wait()
        return str(class_tenant.join(Handover(path), tenant.join_line).told["username"])

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(name, range(4)))) == 1


# the instructor


def test_the_next_group_has_another_line_and_an_old_one_says_why_it_lets_nobody_in(lab: Lab, tmp_path: Path) -> None:
    running = server.start_class(tmp_path / "groups.sqlite3", name="127.0.0.1", token=TOKEN)
    try:
        instructor = class_tenant.management(running.join_line, TOKEN, tmp_path)
        assert instructor.join_line() == Secret(running.join_line)
        lab.choose("class", running.join_line)
        first, line = lab.tenant.username, running.join_line
        instructor.begin_group()
        assert instructor.join_line() == Secret(running.join_line) != Secret(line)
        with pytest.raises(errors.Refused) as refused:
            lab.choose("class", line)
        assert str(refused.value) == (
            "This join line was for an earlier group. The class has begun again with another one. "
            "Ask your instructor for today's join line, and paste the whole line."
        )
        lab.choose("class", running.join_line)
        assert lab.tenant.username != first and lab.mails() == []
    finally:
        running.stop()


def test_what_the_instructor_gets_is_hidden_from_the_start(tenant: server.ServedSandbox, tmp_path: Path) -> None:
    made = class_tenant.management(tenant.join_line, TOKEN, tmp_path)
    assert isinstance(made._identity["client_secret"], Secret)


def test_the_instructors_token_opens_the_management_api_and_the_learners_does_not(
    tenant: server.ServedSandbox, tmp_path: Path
) -> None:
    assert class_tenant.management(tenant.join_line, f" {TOKEN} ", tmp_path).get("/logs", per_page=1)
    token = class_tenant.parse(tenant.join_line).token
    for given, what in [
        ("", "The instructor's token is missing."),
        ("wrong", "This isn't the instructor's token for this class."),
        (token.reveal(), "This is the join token, which is for learners."),
    ]:
        with pytest.raises(errors.MfaError) as refused:
            class_tenant.management(tenant.join_line, given, tmp_path)
        assert refused.value.what == what
