"""Taking in files that came from elsewhere."""
