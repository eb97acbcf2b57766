"""The code tabs: what they hold, what they remember, and what stays where no widget can live."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from mfa_helpers.forms.code_tabs import CodeTabs, Programs
from mfa_helpers.lab import Lab
from mfa_helpers.languages import LANGUAGES, code, command, programs
from mfa_helpers.languages.sdks import SDKS
from mfa_helpers.lessons.second_token import SecondToken
from mfa_helpers.storage.handover import Handover

NAMES = [*LANGUAGES.values(), *SDKS]
WIDGET = "application/vnd.jupyter.widget-view+json"


def test_each_language_and_sdk_has_the_program_of_the_last_call(lab: Lab) -> None:
    lab.login()
    tabs = Programs(lab, "login")
    assert list(tabs.programs) == NAMES
    assert tabs.widget.programs | tabs.widget.as_programs == programs(lab.exchanges["login"])


def test_the_tab_of_curl_is_one_command_and_its_program_is_behind_it(lab: Lab) -> None:
    lab.login()
    widget = Programs(lab, "login").widget
    assert widget.programs["cURL"] == command(lab.exchanges["login"])
    assert widget.as_programs == {"cURL": code(lab.exchanges["login"], "curl")}


def test_the_command_trusts_the_tenants_own_authority(lab: Lab) -> None:
    lab.login()
    lab.tenant = replace(lab.tenant, ca_file="/the class/ca.pem")
    assert "--cacert '/the class/ca.pem'" in Programs(lab, "login").programs["cURL"]


def test_its_text_form_is_fixed_and_its_html_holds_all_programs(lab: Lab) -> None:
    lab.login()
    bundle = Programs(lab, "login")._repr_mimebundle_()
    assert set(bundle) == {WIDGET, "text/plain", "text/html"}
    assert bundle["text/plain"] == f"The same call in {', '.join(NAMES)}."
    found = re.findall(r"<details><summary>([^<]*)</summary><pre[^>]*>([^<]*)</pre>", bundle["text/html"])
    tabs = Programs(lab, "login")
    behind = {"As a program": tabs.as_programs["cURL"]}
    assert {unescape(name): unescape(program) for name, program in found} == tabs.programs | behind
    assert re.search(r"cURL</summary><pre[^>]*>[^<]*</pre><details><summary>As a program<", bundle["text/html"])


def test_no_secret_is_in_the_widget_or_the_bundle(lab: Lab) -> None:
    lab.catch_up("challenge")
    lab.complete(lab.newest_code())
    second = lab.companion(SecondToken)
    second.sign_in()
    second.enroll("ada.second@example.com")
    second.remove(second.list_authenticators()[-1].id)
    assert lab.tenant.password and lab.tenant.client_secret and lab.tokens
    for step in ("login", "associate", "confirm", "list", "challenge", "complete", "second-delete"):
        tabs = Programs(lab, step)
        said = f"{tabs.widget.get_state()} {tabs._repr_mimebundle_()}"
        assert "CLIENT_SECRET" in said or step in ("associate", "list", "second-delete")
        for hidden in (lab.tenant.password, lab.tenant.client_secret, lab.tokens.access_token):
            assert hidden.reveal() not in said
        assert not re.search(r"Fe26\.2\*\w|eyJ\w{8}", said)


def test_the_chosen_language_is_remembered_by_the_next_notebook_and_outlives_a_fresh_start(lab: Lab) -> None:
    lab.login()
    first = Programs(lab, "login")
    assert first.widget.chosen == NAMES[0]
    first.widget.chosen = "Go"
    later = Lab(handover=Handover(lab.handover.path))
    later.reset()
    later.login()
    assert Programs(later, "login").widget.chosen == "Go"


def test_another_call_changes_the_programs_and_makes_no_other_widget(lab: Lab) -> None:
    lab.login()
    tabs = Programs(lab, "login")
    widget, before, behind = tabs.widget, tabs.programs, tabs.as_programs
    widget.chosen = "Go"
    lab.handover.project(True)  # the address in them is masked
    assert tabs.look().widget is widget and widget.chosen == "Go"
    assert tabs.programs != before and widget.programs == tabs.programs
    assert tabs.as_programs != behind and widget.as_programs == tabs.as_programs


def test_a_cell_that_runs_again_makes_no_other_widget(lab: Lab) -> None:
    lab.catch_up("enrollment")
    shown = [CodeTabs(lab, "login").now()._repr_mimebundle_()[WIDGET] for _ in range(2)]
    assert shown[0] == shown[1]
    assert CodeTabs(lab, "associate").now()._repr_mimebundle_()[WIDGET] != shown[0]


def test_tabs_whose_call_is_gone_are_closed(lab: Lab) -> None:
    lab.login()
    tabs = Programs(lab, "login")
    widget = tabs.widget
    lab.reset()
    assert tabs.look().programs == {} and widget.comm is None
    lab.login()
    assert tabs.look().widget is not widget


def test_a_language_that_is_gone_is_not_missed(lab: Lab) -> None:
    lab.login()
    lab.handover.choose_language("COBOL")
    assert Programs(lab, "login").widget.chosen == NAMES[0]


def test_before_the_call_a_sentence_says_what_to_do(lab: Lab) -> None:
    bundle = Programs(lab, "login")._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Use the form above to send this request")
    assert set(bundle) == {"text/plain", "text/html"}


def test_hands_free_there_is_no_widget_and_the_rest_is_the_same(lab: Lab) -> None:
    lab.login()
    by_hand = Programs(lab, "login")._repr_mimebundle_()
    lab.hands_free = True
    assert Programs(lab, "login")._repr_mimebundle_() == {k: v for k, v in by_hand.items() if k != WIDGET}
