"""Drawings made for other engines: what their marks say, written in ours, and a report of every mark.

`translate` works on a file that passed the intake. The uploaded bytes are never touched: what runs is a second text.
"""

from engine.workflow.foreign.report import IMPOSSIBLE, MAPPED, RULES, SOURCE, WITHOUT_EFFECT
from engine.workflow.foreign.translation import Translation, running_text, translate

__all__ = [
    "IMPOSSIBLE",
    "MAPPED",
    "RULES",
    "SOURCE",
    "WITHOUT_EFFECT",
    "Translation",
    "running_text",
    "translate",
]
