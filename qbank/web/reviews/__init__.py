"""The annual review: its clock, what calls one early, an overdue bank that goes on, and the review itself."""
