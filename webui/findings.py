"""What the lint says, in the reader's language: what is wrong, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import Problem
from engine.lint.kinds import KINDS, kind_of
from webui.language import language

_ENDS = {"zh": re.compile(r"[。；：，](?=请|如|应)|[。；](?=.)"), "en": re.compile(r"[.;:] (?=\S)")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFinding:
    """One problem of a drawing. severity: error, warning, info; errors forbid publishing. kind: what it is about."""

    element_id: str
    element_name: str
    rule: str
    kind: str
    kind_name: str
    severity: str
    message: str
    remedy: str
    file: str
    column: int  #: of the cell, where the element is a rule of a decision table; else 0
    path: tuple[str, ...]  #: ids of nodes and flows on the way that leads to it, in order; empty where none is told


def design_finding(problem: Problem) -> DesignFinding:
    """For the reader of this request."""
    chinese = language() == "zh"
    name = problem.element_name if chinese else problem.element_name_en or problem.element_name
    kind = kind_of(problem.rule)
    message, remedy = parted(problem.zh if chinese else problem.en, after=len(name) + 2 if name else 0)
    return DesignFinding(
        element_id=problem.element_id,
        element_name=name,
        rule=problem.rule,
        kind=kind,
        kind_name=KINDS[kind].zh if chinese else KINDS[kind].en,
        severity=problem.severity,
        message=message,
        remedy=remedy,
        file=problem.file,
        column=problem.column,
        path=problem.path,
    )


def parted(text: str, *, after: int = 0) -> tuple[str, str]:
    """What is wrong, and what to do: findings say both in one breath. after: where an element's name has ended."""
    chinese = language() == "zh"
    found = _ENDS["zh" if chinese else "en"].search(text, after)
    if found is None:
        return text, ""
    message, remedy = text[: found.start()].rstrip(), text[found.end() :].strip()
    full_stop = "。" if chinese else "."
    message += full_stop
    if not remedy.endswith(("。", ".")):
        remedy += full_stop
    return message, remedy if chinese else remedy[:1].upper() + remedy[1:]
