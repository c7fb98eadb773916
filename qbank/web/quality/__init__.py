"""Quality: assessment decisions moderated by people who took no part, and confirmed."""
