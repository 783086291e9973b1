"""The kinds of papers: one builder for each, from the material of a case to a Paper."""
