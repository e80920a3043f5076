"""Payments through the processor of the full profile: taking them, settling them when it says so, giving them back."""
