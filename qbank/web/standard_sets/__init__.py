"""Standard sets: assembled, adjusted, decided on by a second person, put in use."""
