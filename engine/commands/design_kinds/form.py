"""Forms as drafts: JSON as the form editor writes it, published together with the processes that name it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.commands.bundles import called_in_force
from engine.commands.design_kinds.kind import KEY, MAX_NAME_LENGTH, Begun, DesignKind, Draft
from engine.decisions.form_feel import FormFeel
from engine.errors import DefinitionRejected, InputRejected, Problem
from engine.lint.elements import read_drawing
from engine.store.transaction import Transaction
from engine.workflow import check_xml
from forms import check_form

SCHEMA_VERSION = 19  #: of form-js documents
_CANNOT_BE_KEPT = "FORM-01"  #: no JSON, too large, too deep


def _check(draft: Draft) -> None:
    found = [problem for problem in _problems(draft) if problem.rule == _CANNOT_BE_KEPT]
    if found:
        raise DefinitionRejected(found)


def _problems(draft: Draft) -> tuple[Problem, ...]:
    return tuple(
        Problem(rule=one.rule, file=draft.file, element_id=one.element_id, zh=one.zh, en=one.en)
        for one in check_form(draft.content, read=FormFeel(draft.file))
    )


def _document(content: bytes) -> Mapping[str, object]:
    """{} for what is no JSON object."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _names(draft: Draft) -> tuple[str, str]:
    return _names_in(_document(draft.content))


def _names_in(document: Mapping[str, object]) -> tuple[str, str]:
    properties = document.get("properties")
    given = properties if isinstance(properties, dict) else {}
    return tuple(str(given.get(name) or "")[:MAX_NAME_LENGTH] for name in ("cx.title", "cx.title.en"))  # type: ignore[return-value]


def _lint(_: Transaction, draft: Draft) -> tuple[Problem, ...]:
    return (*_problems(draft), *_key_problems(draft))


def _key_problems(draft: Draft) -> tuple[Problem, ...]:
    """The form must keep the id by which processes name it."""
    document = _document(draft.content)
    if not document or document.get("id") == draft.key:
        return ()
    return (
        Problem(
            rule="DES-03",
            file=draft.file,
            zh=f"表单标识应为 {draft.key}。请改回；要做另一张表单，请新建草稿。",
            en=f"The id of the form must be {draft.key}. Give it back; for another form begin a new draft.",
        ),
    )


def _blank(key: str, name: str) -> bytes:
    document = {
        "id": key,
        "type": "default",
        "schemaVersion": SCHEMA_VERSION,
        "properties": {"cx.title": name, "cx.title.en": name},
        "components": [],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _import(file: str, content: bytes, key: str) -> Begun:
    draft = Draft(key=key, file=file, content=content)
    _check(draft)
    document = _document(content)
    own = str(document.get("id") or "")
    if not KEY.fullmatch(own) or (key and own != key):
        raise InputRejected(
            "文件中没有可用的表单标识（id）：以字母开头，只含字母、数字和下划线，最长64个字符。",
            "The file holds no usable form id: it begins with a letter and has letters, digits and _ only, at most 64.",
            field="file",
            value=file[:200],
        )
    name, name_en = _names_in(document)
    return Begun(key=own, name=name, name_en=name_en, content=content)


def _bundle(tx: Transaction, draft: Draft) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    """The form with every process in force that names it: a case keeps its form as it keeps its process."""
    problems = _key_problems(draft)
    if problems:
        raise DefinitionRejected(problems)
    drawings = {file: data for file, data in drawings_naming(tx, "form", draft.key).items() if file != draft.file}
    return {draft.file: draft.content, **drawings}, called_in_force(tx, drawings) if drawings else {}


def drawings_naming(tx: Transaction, attribute: str, key: str) -> dict[str, bytes]:
    """{file name: drawing} of the processes in force with an element whose `cx:` attribute names `key`."""
    found = {}
    for row in tx.current_definitions():
        content = tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]
        drawing = read_drawing(check_xml(content, file=row.file).root, file=row.file)
        if any(element.cx.get(attribute) == key for element in drawing.elements):
            found[row.file] = content
    return found


FORM = DesignKind(
    ending=".json",
    endings=(".json", ".form"),
    media_type="application/json",
    words_zh="表单",
    words_en="form",
    check=_check,
    names=_names,
    lint=_lint,
    blank=_blank,
    read_import=_import,
    bundle=_bundle,
)
