"""Questions: what the bank holds, and one question with its history."""
