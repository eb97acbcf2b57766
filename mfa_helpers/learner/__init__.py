"""One learner, one tenant: the calls that are made and what they leave behind."""
