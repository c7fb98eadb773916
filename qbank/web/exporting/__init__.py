"""Questions out of the bank, as a file."""
