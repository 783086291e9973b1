"""What supervisors ask (domain.md §7.1): declared beside its query, gathered in `catalogue`, asked by `asking`."""
