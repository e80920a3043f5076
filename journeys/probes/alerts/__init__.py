"""Alerts: when somebody is told that something is wrong, what they are told, and that it gets there."""
