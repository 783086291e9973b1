"""What supervisors do with cases of others."""
