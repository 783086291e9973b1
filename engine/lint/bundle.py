"""One call over everything that is published together: intake, drawing rules and code, in the order of the files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from engine.errors import DefinitionRejected, Problem
from engine.lint.code import code_problems
from engine.lint.elements import Drawing, read_drawing
from engine.lint.findings import Known
from engine.lint.machine import machine_problems
from engine.lint.tasks import task_problems
from engine.workflow import check_xml, validate_bpmn


def lint_bundle(
    files: Mapping[str, bytes],
    *,
    known_forms: Collection[str],
    known_processes: Collection[str],
    known_decisions: Collection[str],
    known_services: Collection[str] | None = None,
) -> tuple[Problem, ...]:
    """Everything that is wrong with a bundle of BPMN, DMN and form files, by file name.

    files: name to content, as uploaded. What the bundle itself brings (processes, forms, decisions: file stem) counts
    as known besides what the caller names. Errors forbid publishing; warnings and infos are shown.
    """
    problems: list[Problem] = []
    drawings: list[Drawing] = []
    for name, data in files.items():
        if _suffix(name) != ".bpmn":
            continue
        try:
            parsed = check_xml(data, file=name)
        except DefinitionRejected as error:
            problems += error.problems
            continue
        problems += validate_bpmn(parsed)
        drawings.append(read_drawing(parsed.root, file=name))
    known = Known(
        forms={*known_forms, *_stems(files, ".json")},
        processes={*known_processes, *(key for drawing in drawings for key in drawing.processes)},
        decisions={*known_decisions, *_stems(files, ".dmn")},
        services=known_services,
    )
    for drawing in drawings:
        problems += _drawing_problems(drawing, known)
    return tuple(problems)


def _drawing_problems(drawing: Drawing, known: Known) -> Iterator[Problem]:
    nodes = {element.id for element in drawing.elements}
    for element in drawing.elements:
        yield from task_problems(element, known, nodes)
        yield from machine_problems(element, known)
    for code in drawing.code:
        yield from code_problems(code)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _stems(files: Mapping[str, bytes], suffix: str) -> Iterator[str]:
    return (PurePosixPath(name).stem for name in files if _suffix(name) == suffix)
