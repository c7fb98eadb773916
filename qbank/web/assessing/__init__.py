"""Assessing: the question set of a session on screen, and the pack for paper."""
