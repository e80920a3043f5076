"""Diagnosis: findings and evidence in, cause out; pure."""

from journeys.diagnosis.diagnose import diagnose, proof

__all__ = ["diagnose", "proof"]
