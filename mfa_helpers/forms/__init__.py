"""The forms of the course. Each is a thin shell of widgets around one step of the `Lab`.

Every form has `submit()` (what its main button does), `result` and `error`. The
only package that imports ipywidgets. A form's module loads when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .base import Form

if TYPE_CHECKING:
    from .associate import AssociateForm
    from .authenticator_app import AppForm
    from .authenticators import AuthenticatorForm
    from .catch_up import CatchUpForm
    from .challenge import ChallengeForm
    from .clinic import ClinicForm
    from .code_tabs import CodeTabs
    from .diagnosis import DiagnosisForm
    from .errata import ErrataForm
    from .exercise import ExerciseForm
    from .instructors_board import InstructorsBoard
    from .phone_number import PhoneForm
    from .progress_board import ProgressBoard
    from .push import PushForm
    from .quiz import QuizForm
    from .recovery import RecoveryForm
    from .requirements import ChallengeByForm, RequirementsForm
    from .second_address import ConfirmSecondForm, RemoveForm, SecondAddressForm
    from .second_token import SecondTokenForm
    from .sign_in import SignInForm
    from .six_digits import CompleteForm, ConfirmForm
    from .template import TemplateForm
    from .tenant import TenantForm
    from .tenant_setup import PutBackForm, TenantSetupForm
    from .token_powers import TokenPowersForm

__all__ = [
    "AppForm",
    "AssociateForm",
    "AuthenticatorForm",
    "CatchUpForm",
    "ChallengeByForm",
    "ChallengeForm",
    "ClinicForm",
    "CodeTabs",
    "CompleteForm",
    "ConfirmForm",
    "ConfirmSecondForm",
    "DiagnosisForm",
    "ErrataForm",
    "ExerciseForm",
    "Form",
    "InstructorsBoard",
    "PhoneForm",
    "ProgressBoard",
    "PushForm",
    "PutBackForm",
    "QuizForm",
    "RecoveryForm",
    "RemoveForm",
    "RequirementsForm",
    "SecondAddressForm",
    "SecondTokenForm",
    "SignInForm",
    "TemplateForm",
    "TenantForm",
    "TenantSetupForm",
    "TokenPowersForm",
]

_HOME = {
    "SecondTokenForm": "second_token",
    "AppForm": "authenticator_app",
    "AssociateForm": "associate",
    "AuthenticatorForm": "authenticators",
    "CatchUpForm": "catch_up",
    "ChallengeByForm": "requirements",
    "ChallengeForm": "challenge",
    "ClinicForm": "clinic",
    "CodeTabs": "code_tabs",
    "CompleteForm": "six_digits",
    "ConfirmForm": "six_digits",
    "ConfirmSecondForm": "second_address",
    "DiagnosisForm": "diagnosis",
    "ExerciseForm": "exercise",
    "InstructorsBoard": "instructors_board",
    "ErrataForm": "errata",
    "PhoneForm": "phone_number",
    "TokenPowersForm": "token_powers",
    "ProgressBoard": "progress_board",
    "PushForm": "push",
    "PutBackForm": "tenant_setup",
    "RecoveryForm": "recovery",
    "RemoveForm": "second_address",
    "RequirementsForm": "requirements",
    "SecondAddressForm": "second_address",
    "TenantSetupForm": "tenant_setup",
    "SignInForm": "sign_in",
    "TemplateForm": "template",
    "TenantForm": "tenant",
    "QuizForm": "quiz",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
