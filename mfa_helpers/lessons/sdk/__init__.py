"""The login of 01 to 05 with Auth0's SDKs, and what each of them sends. Where an SDK isn't installed, a recording is shown."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib import metadata
from pathlib import Path

from ...client.errors import MfaError
from ...client.models import Exchange
from ...client.secret import plain
from ...languages.sdks import SDKS
from ...learner.session import LearnerSession
from ...show.projector import without_codes
from ...show.text import Words, error_text
from ...storage import browser
from ..exercises import program
from ..exercises.hiding import hidden
from . import node, recordings
from .runs import SdkRun
from .tenant import CALLBACK, App, SdkTenant, shared_sdk_tenant

PYTHON = "auth0-server-python"
_LONGEST = program.LONGEST  # seconds that a step may run
_GRACE = 5.0  # seconds more for one that only waits: its end is in the loop's hands
Step = Callable[[App], Coroutine[None, None, None]]


class SdkLesson:
    """One learner with the SDKs. The calls go to a tenant of their own, because SDKs want TLS."""

    def __init__(self, session: LearnerSession) -> None:
        self.session = session
        self._app: App | None = None
        #: The newest run of each step, and of each program.
        self.runs: dict[str, SdkRun] = {}

    def step(self, name: str) -> Callable[[Step], Step]:
        """Decorator: run a step of the login with auth0-server-python, and show what it sent beside the call by hand.

        The first step is `sign in`. Hands-free, what the step raises is raised.
        """

        def decorate(code: Step) -> Step:
            from IPython.display import display

            display(
                self._shown(name, lambda: self._run(name, code) if _python_version() else self._recorded(PYTHON, name))
            )
            return code

        return decorate

    def program(self, sdk: str) -> SdkRun | Words:
        """Run the whole program with that SDK for JavaScript, and show what it sent."""
        return self._shown(sdk, lambda: self._program(sdk))

    def _shown(self, name: str, act: Callable[[], SdkRun]) -> SdkRun | Words:
        """What `act` gives; a sentence if the tenant for the SDKs can't be had."""
        try:
            self.runs[name] = act()
        except MfaError as error:
            if self.session.hands_free:
                raise
            return Words(error_text(error))
        return self.runs[name]

    def _program(self, sdk: str) -> SdkRun:
        version = "" if browser.IS_HERE else node.installed(SDKS[sdk].package, Path.cwd())
        if not version:
            return self._recorded(sdk, "program")
        tenant = shared_sdk_tenant()
        self._app = None  # its tenant is reset
        tenant.reset(mfa=sdk == "auth0-auth-js")
        try:
            printed = node.run(sdk, Path.cwd(), _typist(tenant), **_environment(tenant, sdk))
        except node.ProgramFailed as error:
            if self.session.hands_free:
                raise
            printed = [f"The program stopped. {_masked(str(error), App(tenant))}"]
        return SdkRun(
            sdk=f"{sdk} {version}",
            how=", sent just now",
            sent=tenant.sent(),
            said=printed,
            program=node.source(sdk),
        )

    def _recorded(self, sdk: str, step: str) -> SdkRun:
        version = recordings.version(sdk)
        is_program = step == "program"
        return SdkRun(
            sdk=f"{sdk} {version}",
            how=", recorded earlier because it isn't installed here",
            sent=recordings.of(sdk, step),
            before=[] if is_program else _before(step),
            said=recordings.printed(sdk) if is_program else (),
            program=node.source(sdk) if is_program else "",
        )

    def _run(self, name: str, code: Step) -> SdkRun:
        tenant = shared_sdk_tenant()
        if name == "sign in" or self._app is None:
            tenant.reset(mfa=False)
            self._app = App(tenant)
        app = self._app
        raised: list[Exception] = []
        loop = _loop()
        with trusting(tenant.ca_file):
            outcome = program.run(partial(_finish, loop, code, app, raised), (), _LONGEST + _GRACE)
        if outcome.trouble and asyncio.all_tasks(loop):  # it still blocks, or a task of it called exit()
            _loop.cache_clear()
            if not loop.is_running():
                loop.close()
        if self.session.hands_free and (raised or outcome.trouble):
            raise raised[0] if raised else RuntimeError(_masked(outcome.trouble, app))
        told = [outcome.printed.rstrip(), outcome.trouble, *(_explained(error) for error in raised)]
        said = [_masked(text, app) for text in told if text]
        everything = tenant.sent()
        before, app.sent = app.sent, everything
        return SdkRun(
            sdk=f"{PYTHON} {_python_version()}",
            how=", sent just now",
            sent=everything[len(before) :],
            before=before,
            said=said,
        )


def _finish(loop: asyncio.AbstractEventLoop, code: Step, app: App, raised: list[Exception]) -> None:
    """Run the step to its end. It's in another thread, because a kernel's own loop is running."""

    async def step() -> None:
        async with asyncio.timeout(_LONGEST):
            await code(app)

    try:
        loop.run_until_complete(step())
    except Exception as error:
        raised.append(error)
    finally:
        if loop is not _loop():  # nobody waits for this step any more
            loop.close()


def _masked(text: str, app: App) -> str:
    """`text` of a step without the tenant's secrets, and without anything like a token or a code."""
    return without_codes(hidden(text, [app.password, app.client_secret, app.secret]))


def _explained(error: Exception) -> str:
    try:
        text = str(error)
    except BaseException:  # it can't be made
        return f"The SDK raised {type(error).__name__}."
    if isinstance(error, AttributeError) and "App" in text:
        return "This step needs the result of an earlier one. Run the cells above it first, starting with “Sign in”."
    if isinstance(error, TimeoutError):
        return f"The step ran for more than {_LONGEST:g} seconds, so it was stopped."
    return f"The SDK raised {type(error).__name__}: {text}"


def _python_version() -> str:
    """The version of the SDK for Python; empty if it isn't installed."""
    try:
        return "" if browser.IS_HERE else metadata.version(PYTHON)
    except metadata.PackageNotFoundError:
        return ""


def _before(step: str) -> list[Exchange]:
    """What was recorded of the steps before that one."""
    found: list[Exchange] = []
    for name in STEPS[: STEPS.index(step)]:
        found += recordings.of(PYTHON, name)
    return found


#: The steps with the SDK for Python, in their order.
STEPS = ("sign in", "refresh", "associate", "confirm", "list", "complete")


@contextmanager
def trusting(ca_file: str) -> Iterator[None]:
    """Meanwhile, the SDK trusts that authority, and no other. This is how httpx, which it uses, is told."""
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = ca_file
    try:
        with warnings.catch_warnings():
            # An SDK's deprecations are not the learner's; Authlib, which it uses, switches a filter off.
            warnings.showwarning = lambda *_, **__: None
            yield
    finally:
        os.environ.pop("SSL_CERT_FILE", None)
        os.environ |= {} if before is None else {"SSL_CERT_FILE": before}


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for all steps, because an SDK keeps its connections."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(
        lambda *_: None
    )  # of a task that nobody waits for, it would log an error with its tokens
    return loop


def _typist(tenant: SdkTenant) -> Callable[[str], str]:
    """Answers what a program asks: Ada visits the login page, reads her email, or an administrator turns on MFA."""

    def answer(question: str) -> str:
        if question.startswith("visit? "):
            return tenant.visit(question.removeprefix("visit? "))
        if question == "mfa?":
            tenant.turn_on_mfa()
            return ""
        return tenant.newest_code()

    return answer


def _environment(tenant: SdkTenant, sdk: str) -> dict[str, str]:
    app = App(tenant)
    shared = {
        "DOMAIN": app.domain,
        "AUDIENCE": app.audience,
        "LOGIN": tenant.tenant.username or "",
        "NODE_EXTRA_CA_CERTS": tenant.ca_file,
    }
    if sdk == "auth0-spa-js":
        return {**shared, "CLIENT_ID": tenant.public_client_id, "CALLBACK": CALLBACK}
    return {
        **shared,
        "CLIENT_ID": app.client_id,
        "CLIENT_SECRET": app.client_secret,
        "PASSWORD": plain(app.password),
    }
