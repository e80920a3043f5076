"""Statements: what banks, payment services and exports of stores write into files, read without ever guessing.

One module for each kind (``camt``, ``mt940``, ``ofx``, ``csv``, ``parquet``) has ``connect(options, name, folder)``,
which an entry point of the group ``journeys.books`` names by its kind. ``told`` tells a file's kind by its content.
"""

from journeys.audit.statements.telling import told

__all__ = ["told"]
