"""What supervisors ask (domain.md §7.1): one module for each question, its answer as typed rows."""
