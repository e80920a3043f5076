"""Commands that the sandbox adds to `python -m pretix`."""
