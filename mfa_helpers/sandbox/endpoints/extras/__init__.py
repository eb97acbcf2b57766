"""The addresses that only a sandbox has."""
