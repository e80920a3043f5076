"""Page objects: what the pages of each store software look like."""
