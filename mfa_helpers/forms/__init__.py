"""The forms of the course. Each is a thin shell of widgets around one step of the `Lab`.

Every form has `submit()` (what its main button does), `result` and `error`. The
only package that imports ipywidgets. A form's module loads when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .base import Form

if TYPE_CHECKING:
    from .access import AccessForm, PowersForm
    from .authenticators import AuthenticatorForm
    from .board import InstructorsBoard
    from .catch_up import CatchUpForm
    from .challenge import ChallengeForm
    from .clinic import ClinicForm
    from .code import CompleteForm, ConfirmForm
    from .code_tabs import CodeTabs
    from .diagnosis import DiagnosisForm
    from .enroll import AssociateForm
    from .exercise import ExerciseForm
    from .factor import AppForm, PhoneForm, PushForm
    from .login import SignInForm
    from .mend import MendForm
    from .progress import ProgressBoard
    from .recovery import RecoveryForm
    from .requirements import ChallengeByForm, RequirementsForm
    from .second_address import ConfirmSecondForm, RemoveForm, SecondAddressForm
    from .set_up import PutBackForm, SetUpForm
    from .template import TemplateForm
    from .tenant import TenantForm
    from .terms import TermsForm

__all__ = [
    "AccessForm",
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
    "ExerciseForm",
    "Form",
    "InstructorsBoard",
    "MendForm",
    "PhoneForm",
    "PowersForm",
    "ProgressBoard",
    "PushForm",
    "PutBackForm",
    "RecoveryForm",
    "RemoveForm",
    "RequirementsForm",
    "SecondAddressForm",
    "SetUpForm",
    "SignInForm",
    "TemplateForm",
    "TenantForm",
    "TermsForm",
]

_HOME = {
    "AccessForm": "access",
    "AppForm": "factor",
    "AssociateForm": "enroll",
    "AuthenticatorForm": "authenticators",
    "CatchUpForm": "catch_up",
    "ChallengeByForm": "requirements",
    "ChallengeForm": "challenge",
    "ClinicForm": "clinic",
    "CodeTabs": "code_tabs",
    "CompleteForm": "code",
    "ConfirmForm": "code",
    "ConfirmSecondForm": "second_address",
    "DiagnosisForm": "diagnosis",
    "ExerciseForm": "exercise",
    "InstructorsBoard": "board",
    "MendForm": "mend",
    "PhoneForm": "factor",
    "PowersForm": "access",
    "ProgressBoard": "progress",
    "PushForm": "factor",
    "PutBackForm": "set_up",
    "RecoveryForm": "recovery",
    "RemoveForm": "second_address",
    "RequirementsForm": "requirements",
    "SecondAddressForm": "second_address",
    "SetUpForm": "set_up",
    "SignInForm": "login",
    "TemplateForm": "template",
    "TenantForm": "tenant",
    "TermsForm": "terms",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
