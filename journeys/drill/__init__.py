"""Drills: known faults planted in the sandbox, and how well they are found, beside two simpler testers.

A catalogue of faults is a module with CATALOGUE, and PAIRS if it has some; it is made of what is here.
"""

from journeys.drill.fault import Box, Expected, Fault, pair, reset

__all__ = ["Box", "Expected", "Fault", "pair", "reset"]
