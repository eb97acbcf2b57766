"""Exchanges and the flow as text and HTML."""
