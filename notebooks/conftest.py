"""For tests: `pytest --nbval notebooks` compares the stored outputs, which come from hands-free runs."""

import os

os.environ.setdefault("MFA_HANDS_FREE", "1")
