"""In the place of JupyterLite's installer, which starts with half a second of imports: in this edition nothing is installed."""
