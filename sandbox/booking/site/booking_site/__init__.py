"""What the sandbox adds to pretix: settings, the seed, and faults that can be planted."""
