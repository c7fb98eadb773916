"""Offline copies: a question set in one sealed file, and the notes that come back from it."""
