"""Labels that several forms share. Any other label stands in its form, once."""

from __future__ import annotations

EMAIL = "Email"
PASSWORD = "Password"
CODE = "Code"
PICK_ONE = "Pick one"
SIGN_IN = "Sign in"
TENANT = "Tenant"
JOIN_LINE = "Join line"
SEND_ME_A_CODE = "Send me a code"
EXPORT = "Export"
DELETE_IT = "Yes, delete it"
KEEP_IT = "No, keep it"
PRACTICE_AGAIN = "Remove it and practice again"
