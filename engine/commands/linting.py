"""The lint with what is published now: used by publishing and by the desk of the analysts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.commands.services import SERVICES
from engine.errors import DefinitionRejected, Problem
from engine.lint import lint_bundle
from engine.lint.elements import read_drawing
from engine.store.transaction import Transaction
from engine.workflow import check_xml


def lint_now(tx: Transaction, files: Mapping[str, bytes], *, deploying: bool = False) -> tuple[Problem, ...]:
    """Everything that is wrong with the files beside the forms and processes in force.

    deploying: read each process for real as well, in a child that can be killed; takes half a second more.
    """
    return lint_bundle(
        files,
        known_forms=tx.current_form_keys(),
        known_processes=tx.current_process_keys(),
        known_decisions=tx.current_decision_keys(),
        known_services=SERVICES.keys(),
        deploying=deploying,
    )


def lint_drawing(tx: Transaction, file: str, content: bytes, *, key: str) -> tuple[Problem, ...]:
    """The same of one drawing on somebody's canvas, which is to become the process `key`. No child: a few ms."""
    found: Sequence[Problem] = lint_now(tx, {file: content})
    return (*found, *key_problems(file, content, key))


def key_problems(file: str, content: bytes, key: str) -> tuple[Problem, ...]:
    """The process that the drawing is for must be in it."""
    try:
        drawing = read_drawing(check_xml(content, file=file).root, file=file)
    except DefinitionRejected:
        return ()  # the lint has said so
    if key in drawing.executable:
        return ()
    return (
        Problem(
            rule="DES-01",
            file=file,
            element_id=key if key in drawing.processes else "",
            zh=f"图中没有可执行的流程 {key}。请把流程的编号改回 {key} 并设为可执行；要做另一个流程，请新建草稿。",
            en=f"The drawing has no executable process {key}. Give the process its id {key} back and make it"
            " executable; for another process begin a new draft.",
        ),
    )
