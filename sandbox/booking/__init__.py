"""The sandbox's booking store: guided tours sold by a real pretix."""
