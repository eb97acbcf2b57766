"""Signing in with a browser: `/authorize`, the login pages, logout, and the code that an application exchanges."""
