"""Standards: what a plan asks for, in its own numbers, KSBs and criteria."""
