"""Approving: what awaits a second person, and their decision."""
