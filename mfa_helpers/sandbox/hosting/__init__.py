"""Ways to run the sandbox."""
