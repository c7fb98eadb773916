"""The audit trail, to be read by those who answer for the bank and by those who inspect it."""
