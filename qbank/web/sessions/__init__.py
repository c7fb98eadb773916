"""My sessions: the assessment sessions of an assessor, and pulling a session's question set."""
