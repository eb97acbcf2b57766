"""Passwords, keys, signatures, certificates."""
