"""Changing the calendar on a real database: what is dated again, and who is told."""
