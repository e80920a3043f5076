"""All that the history promises, kept by PostgreSQL too."""

from test_history import *  # noqa: F403
