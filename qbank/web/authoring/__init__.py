"""Writing: drafts, from the first word to their submission."""
