"""Finishing: criteria judged, checked, submitted; what was given; a correction."""
