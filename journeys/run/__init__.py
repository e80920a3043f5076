"""Performing journeys: steps, writes, readings, settling, isolating, compensating."""
