"""Is the control flow of a drawing sound? Found by playing its tokens through every choice, within a bound."""

from engine.lint.soundness.problems import soundness_problems

__all__ = ["soundness_problems"]
