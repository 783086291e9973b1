"""What an analyst should know of a table before it is published: gaps, overlaps, rules that never answer."""

from engine.decisions.dmn.checks.findings import Finding, check_model

__all__ = ["Finding", "check_model"]
