"""Changing the organisation on a real database: posts, roles, absences, and the work that moves with them."""
