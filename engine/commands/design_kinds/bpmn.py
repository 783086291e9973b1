"""Drawings of processes as drafts."""

from __future__ import annotations

from collections.abc import Mapping

from engine.commands.bundles import called_in_force
from engine.commands.design_kinds.kind import KEY, MAX_NAME_LENGTH, Begun, DesignKind, Draft
from engine.commands.linting import key_problems, lint_drawing
from engine.errors import DefinitionRejected, InputRejected, Problem
from engine.lint.blank import blank_drawing
from engine.lint.elements import Element, read_drawing
from engine.store.transaction import Transaction
from engine.workflow import check_xml


def _check(draft: Draft) -> None:
    check_xml(draft.content, file=draft.file)


def _names(draft: Draft) -> tuple[str, str]:
    drawing = read_drawing(check_xml(draft.content, file=draft.file).root, file=draft.file)
    return _names_of(next((e for e in drawing.elements if e.type == "process" and e.id == draft.key), None))


def _names_of(process: Element | None) -> tuple[str, str]:
    if process is None:
        return "", ""
    return process.name[:MAX_NAME_LENGTH], process.cx.get("name-en", "")[:MAX_NAME_LENGTH]


def _lint(tx: Transaction, draft: Draft) -> tuple[Problem, ...]:
    return lint_drawing(tx, draft.file, draft.content, key=draft.key)


def _import(file: str, content: bytes, key: str) -> Begun:
    """key "": the first process that may be executed, else the first."""
    drawing = read_drawing(check_xml(content, file=file).root, file=file)
    keys = [key] if key else [*drawing.executable, *drawing.processes]
    found = next((e for k in keys for e in drawing.elements if e.type == "process" and e.id == k), None)
    if found is None or not KEY.fullmatch(found.id):
        raise InputRejected(
            "文件中没有可用的流程（process），或流程标识含有字母、数字和下划线以外的字符。请从建模工具重新导出。",
            "The file holds no process, or its id has other characters than letters, digits and _. Export it again.",
            field="file",
            value=file[:200],
        )
    name, name_en = _names_of(found)
    return Begun(key=found.id, name=name, name_en=name_en, content=content)


def _bundle(tx: Transaction, draft: Draft) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    problems = key_problems(draft.file, draft.content, draft.key)
    if problems:
        raise DefinitionRejected(problems)
    files = {draft.file: draft.content}
    return files, called_in_force(tx, files)


BPMN = DesignKind(
    ending=".bpmn",
    endings=(".bpmn", ".xml"),
    media_type="application/xml",
    words_zh="流程",
    words_en="process",
    check=_check,
    names=_names,
    lint=_lint,
    blank=blank_drawing,
    read_import=_import,
    bundle=_bundle,
)
