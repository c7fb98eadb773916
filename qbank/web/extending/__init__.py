"""In the room: replace a question that cannot be asked, draw questions for what an observation left open."""
