"""Probes: journeys on a schedule, what became of them, and who is told when something is wrong."""
