"""The web: requests, forms and pages. Views read through queries and write through services; they decide nothing.

What lives here: the gate, the transaction, the table of errors, headers, rendering, and one folder per journey.
Journeys do not import one another.
"""
