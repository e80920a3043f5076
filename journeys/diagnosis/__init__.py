"""Diagnosis: findings and evidence in, cause out; pure."""

from journeys.diagnosis.diagnose import diagnose
from journeys.diagnosis.stale import Proof, prove

__all__ = ["Proof", "diagnose", "prove"]
