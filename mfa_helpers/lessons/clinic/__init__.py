"""Notebook 09's faults."""
