"""The Django side of the shop: settings, card checkout, caches, and the faults that can be planted."""
