"""The learner's own copy of the notebooks, and JupyterLab on it."""
