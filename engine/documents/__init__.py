"""Official papers: what stands on them (`paper`), how they become Word files (`word`), one builder for each kind."""
