"""The package's public names: the one list of them."""

from . import forms as forms
from . import languages as languages
from .client import errors as errors
from .client.errors import MfaError as MfaError
from .client.errors import MfaRequired as MfaRequired
from .client.id_token import verify_id_token as verify_id_token
from .client.mfa import MfaClient as MfaClient
from .client.secret import Secret as Secret
from .lab import Lab as Lab
