"""Which tenant a lesson talks to."""
