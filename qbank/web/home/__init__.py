"""Home: what a signed-in person can do from here, by role."""
