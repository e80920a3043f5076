"""The probes' own database (SQLite or PostgreSQL): how it is opened, and how one version of it becomes the next.

Each subject keeps its tables in a module of its own, all in ``METADATA``. A change to them is a migration: a function
that is appended to ``MIGRATIONS`` and never changed again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

Migration = Callable[[sa.Connection], None]
