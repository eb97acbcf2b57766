"""The exercises: what to do, hints, a solution that runs, and a grader that looks at what happened.

One module for each topic, with all exercises of its notebook in its `EXERCISES`.
"""

from __future__ import annotations

from . import app, associate, authenticators, capstone, challenge, choosing, confirm, sdk, second_token, sign_in
from .exercise import Exercise

_TOPICS = (sign_in, associate, confirm, authenticators, challenge, choosing, second_token, app, sdk, capstone)

#: All exercises by their ids, in the order of the course.
EXERCISES: dict[str, Exercise] = {exercise.id: exercise for topic in _TOPICS for exercise in topic.EXERCISES}
