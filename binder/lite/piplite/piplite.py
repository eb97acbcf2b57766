"""JupyterLite's kernel sets its options here."""
