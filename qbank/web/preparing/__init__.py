"""Preparing: what an assessor records before the question set of their session opens."""
