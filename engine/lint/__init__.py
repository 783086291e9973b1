"""What is checked before a definition is published; messages in Chinese and English with element and remedy."""

from engine.lint.bundle import lint_bundle

__all__ = ["lint_bundle"]
