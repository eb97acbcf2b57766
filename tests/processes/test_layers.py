"""What is loaded late stays unloaded until then. Who may import whom is `lint-imports`' to say."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ..support.places import ROOT

SERVER = ("starlette", "uvicorn", "aiosmtpd", "liquid", "mfa_helpers.sandbox")
NETWORK = ("requests", "socket", "ssl", "http.client")
WIDGETS = ("ipywidgets", "anywidget", "IPython")


def loaded(statement: str, *names: str) -> set[str]:
    """Which of the modules `names` a fresh process has loaded after `statement`."""
    code = f"{statement}\nimport sys\nprint(*(name for name in {names!r} if name in sys.modules))"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert run.stderr == ""
    return set(run.stdout.split())


def test_the_package_alone_loads_next_to_nothing() -> None:
    heavy = ("jwt", "cryptography", "mfa_helpers.client", "mfa_helpers.languages")
    assert loaded("import mfa_helpers", *SERVER, *NETWORK, *WIDGETS, *heavy) == set()


def test_the_client_loads_requests_and_no_widget_and_no_server() -> None:
    assert loaded("import mfa_helpers.client.mfa", "requests", "jwt", *WIDGETS, *SERVER) == {"requests"}


def test_the_words_load_no_network() -> None:
    show = "from mfa_helpers.show import exchange, projector, sequence, text"
    client = "from mfa_helpers.client import errors, masking, models, secret, validation"
    assert loaded(f"{show}\n{client}", *NETWORK, *WIDGETS) == set()


def test_the_lab_loads_no_widget_and_no_server_before_it_is_opened() -> None:
    heavy = ("mfa_helpers.client.mfa", "jwt", *WIDGETS, *SERVER)
    assert loaded("from mfa_helpers import Lab", *heavy) == {"mfa_helpers.client.mfa"}


def test_forms_load_anywidget_only_for_a_person_who_looks_at_code() -> None:
    heavy = ("ipywidgets", "anywidget", "mfa_helpers.languages")
    assert loaded("import mfa_helpers.forms", *heavy) == {"ipywidgets"}
    assert loaded("from mfa_helpers.forms import CodeTabs", *heavy) == {"ipywidgets", "mfa_helpers.languages"}


def test_a_language_is_loaded_when_it_is_asked_for() -> None:
    late = ("mfa_helpers.client.transport", "mfa_helpers.languages.ruby", *NETWORK, *WIDGETS)
    assert loaded("from mfa_helpers import languages", *late) == set()


def test_the_sandbox_loads_no_client_and_no_widget_and_its_server_when_it_is_started() -> None:
    heavy = ("starlette", "uvicorn", "requests", "mfa_helpers.client", *WIDGETS)
    assert loaded("import mfa_helpers.sandbox", *heavy) == set()
    assert loaded("import mfa_helpers.sandbox.hosting.server", *heavy) == {"starlette", "uvicorn"}


@pytest.mark.parametrize("name", ["errors", "forms", "languages"])
def test_a_module_is_there_though_nothing_else_was_loaded(name: str) -> None:
    code = f"from mfa_helpers import {name}\nprint({name}.__name__)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.strip().endswith(name)
