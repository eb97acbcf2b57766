"""The forms of the course. Each is a thin shell of widgets around one step of the `Lab`.

Every form has `submit()` (what its main button does), `result` and `error`. The
only package that imports ipywidgets.
"""

from .authenticators import AuthenticatorForm
from .base import Form
from .catch_up import CatchUpForm
from .challenge import ChallengeForm
from .code import CompleteForm, ConfirmForm
from .enroll import AssociateForm
from .login import SignInForm
from .tenant import TenantForm

__all__ = [
    "AssociateForm",
    "AuthenticatorForm",
    "CatchUpForm",
    "ChallengeForm",
    "CompleteForm",
    "ConfirmForm",
    "Form",
    "SignInForm",
    "TenantForm",
]
