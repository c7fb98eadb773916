"""Question sets that were pulled and not sat: voided by two people."""
