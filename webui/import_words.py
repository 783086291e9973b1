"""The import report: what became of the marks of other engines, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.errors import Problem
from engine.workflow.foreign import IMPOSSIBLE, MAPPED, RULES, SOURCE, WITHOUT_EFFECT
from webui.language import language

Outcome = Literal["mapped", "without_effect", "impossible", "source"]
_OUTCOMES: dict[str, Outcome] = {
    MAPPED: "mapped",
    WITHOUT_EFFECT: "without_effect",
    IMPOSSIBLE: "impossible",
    SOURCE: "source",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """One mark of another engine. An outcome of `source` tells which tool wrote the file."""

    file: str
    element_id: str
    element_name: str
    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file that was drawn for another engine. Without lines: it says nothing in another's words."""

    mapped: int
    without_effect: int
    impossible: int
    lines: tuple[ImportLine, ...]


def import_report(problems: Iterable[Problem]) -> ImportReport:
    """The lines of the report among everything that the lint says, for the reader of this request."""
    lines = tuple(_line(problem) for problem in problems if problem.rule in RULES)
    count = [line.outcome for line in lines].count
    return ImportReport(
        mapped=count("mapped"),
        without_effect=count("without_effect"),
        impossible=count("impossible"),
        lines=lines,
    )


def without_import_lines(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What the lint says besides the report."""
    return tuple(problem for problem in problems if problem.rule not in RULES)


def _line(problem: Problem) -> ImportLine:
    chinese = language() == "zh"
    return ImportLine(
        file=problem.file,
        element_id=problem.element_id,
        element_name=problem.element_name if chinese else problem.element_name_en or problem.element_name,
        outcome=_OUTCOMES[problem.rule],
        message=problem.zh if chinese else problem.en,
    )
