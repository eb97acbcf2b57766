"""What the runs of notebooks share."""

from ..support.run_notebooks import surroundings

__all__ = ["surroundings"]
