"""qbank: a question bank and randomised delivery for the end-point assessment of apprentices."""
