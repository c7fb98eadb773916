"""Draw plans: what bookings follow, what a new plan would ask, and the press that puts it in use."""
