"""Questions from a file: sent, looked at row by row, chosen, brought in as drafts."""
