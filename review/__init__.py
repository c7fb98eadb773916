"""How a bank's year is judged.

What lives here: the evidence put to an annual review panel, the clock of the review, and what follows from a panel's
decisions.

What code here may not do: the same as in `delivery`, which it may import. Nothing here reads a database, a clock or a
file: records come in as values, time as `at`.
"""
