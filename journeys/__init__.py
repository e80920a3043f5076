"""Journeys: what customers do in a store, and all that performs and judges it."""
