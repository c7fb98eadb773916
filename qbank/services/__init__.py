"""Use cases: one function per verb, from request to kept fact.

Each takes `store` (a SQLAlchemy session inside a write unit) first, flushes, never commits, and writes its own audit
entry; `at` is the aware time of the act and `by` the person who acts. The shell around it commits once.
"""
