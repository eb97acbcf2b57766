"""The machine check: `python -m mfa_helpers.doctor`."""
