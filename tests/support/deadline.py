"""How long a test waits for what must come: many times what it usually takes, for machines that are busy."""

DEADLINE = 120  # seconds; usually it takes one, and on a busy machine much longer
