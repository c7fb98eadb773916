"""Bookings: every assessment session, booked, moved, given to another assessor, cancelled."""
