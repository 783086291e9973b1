"""What supervisors ask, on one prepared prefecture whose numbers are counted by hand."""
