"""One call over everything that is published together: intake, what the engine runs, what the drawing declares."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from engine.errors import DefinitionRejected, Problem
from engine.lint.closed_loop import closed_loop_problems
from engine.lint.decisions import check_decisions
from engine.lint.drawn import Drawn
from engine.lint.effectless import effectless_problems
from engine.lint.elements import BPMN, Drawing, read_drawing
from engine.lint.fairness import fairness_problems
from engine.lint.findings import Known
from engine.lint.machine import machine_problems
from engine.lint.soundness.problems import soundness_problems
from engine.lint.structure import structure_problems
from engine.lint.tasks import task_problems
from engine.lint.timers import timer_problems
from engine.workflow import ParsedFile, check_xml, translate
from engine.workflow.elements import check_process
from engine.workflow.global_tasks import with_global_tasks
from engine.workflow.guard import check_in_child
from engine.workflow.xsd import validate_bpmn

_OF_A_PROCESS = (
    structure_problems,
    soundness_problems,
    effectless_problems,
    closed_loop_problems,
    fairness_problems,
)


def lint_bundle(
    files: Mapping[str, bytes],
    *,
    known_forms: Collection[str],
    known_processes: Collection[str],
    known_decisions: Collection[str],
    known_services: Collection[str] | None = None,
    deploying: bool = False,
) -> tuple[Problem, ...]:
    """Everything that is wrong with a bundle of BPMN, DMN and form files, by file name. Errors forbid publishing.

    files: name to content, as uploaded. What the bundle itself brings (processes, decisions, forms by file stem)
    counts as known besides what the caller names: form keys, process keys, decision ids and, unless None, the names
    of the services behind urn:changxiao:service:.
    deploying: when nothing else forbids it, also read each process for real, in a child that is killed when it hangs.
    """
    uploaded, problems = _intake({name: data for name, data in files.items() if _suffix(name) == ".bpmn"})
    for file in uploaded:
        problems += validate_bpmn(file)
    decided = check_decisions(files)
    problems += decided.problems
    parsed = with_global_tasks([_in_our_words(file, problems) for file in uploaded])
    drawings = [read_drawing(file.root, file=file.file) for file in parsed]
    known = Known(
        forms={*known_forms, *(stem for stem in _stems(files, ".json") if not stem.endswith(".dmn.tests"))},
        processes={*known_processes, *(key for drawing in drawings for key in drawing.processes)},
        decisions={*known_decisions, *decided.keys},
        services=known_services,
    )
    for file, drawing in zip(parsed, drawings, strict=True):
        problems += _file_problems(file)
        problems += _drawing_problems(drawing, known)
    if deploying and not any(problem.severity == "error" for problem in problems):
        sources = {file.file: file.data for file in parsed}
        problems += check_in_child(sources, *(key for drawing in drawings for key in drawing.executable))
    return tuple(dict.fromkeys(problems))


def _intake(files: Mapping[str, bytes]) -> tuple[list[ParsedFile], list[Problem]]:
    """The files that can be read, and what is wrong with the others."""
    parsed: list[ParsedFile] = []
    problems: list[Problem] = []
    for name, data in files.items():
        try:
            parsed.append(check_xml(data, file=name))
        except DefinitionRejected as error:
            problems += error.problems
    return parsed, problems


def _in_our_words(file: ParsedFile, problems: list[Problem]) -> ParsedFile:
    """The file as it would run; what became of the marks of other engines goes to `problems`."""
    translation = translate(file)
    problems += translation.report
    return check_xml(translation.data, file=file.file) if translation.report else file


def _file_problems(file: ParsedFile) -> Iterator[Problem]:
    """What this engine does not run as drawn."""
    for process in file.root.iterchildren(f"{BPMN}process"):
        if process.get("isExecutable") != "false":
            yield from check_process(process, file)
            drawn = Drawn(process, file.root, file=file.file)
            for rules in _OF_A_PROCESS:
                yield from rules(drawn)


def _drawing_problems(drawing: Drawing, known: Known) -> Iterator[Problem]:
    nodes = {element.id for element in drawing.elements}
    for element in drawing.elements:
        yield from task_problems(element, known, nodes)
        yield from machine_problems(element, known)
    for timer in drawing.timers:
        yield from timer_problems(timer)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _stems(files: Mapping[str, bytes], suffix: str) -> Iterator[str]:
    return (PurePosixPath(name).stem for name in files if _suffix(name) == suffix)
