"""One folder for each store software: its backend API, its surfaces and their paths."""
