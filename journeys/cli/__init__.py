"""The command line: journeys by hand and in pipelines; one module a group of commands."""

from journeys.cli.main import main

__all__ = ["main"]
