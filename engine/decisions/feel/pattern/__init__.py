"""Regular expressions as XPath has them, in time that grows with text times pattern and never beyond.

Python's `re` backtracks: `(a+)+$` keeps it busy for years over a short text, and patterns come from people. Here all
ways through the pattern are followed at once (Thompson, Pike), so that no pattern runs away.
"""

from engine.decisions.feel.pattern.matching import Pattern, compile_pattern
from engine.decisions.feel.pattern.reading import PatternError

__all__ = ["Pattern", "PatternError", "compile_pattern"]
