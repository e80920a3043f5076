"""A history that an older version filled in PostgreSQL, opened by this one."""

from test_history_versions import *  # noqa: F403
