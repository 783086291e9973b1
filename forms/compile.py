"""From a form document to a Form, or to the list of what is wrong with it."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import cast

from forms.description import title_of
from forms.document import Findings, Json, read_document
from forms.expressions import Read
from forms.form import Form, Guard
from forms.problems import DocumentProblem, FormDocumentRejected
from forms.properties import Component
from forms.reading import Reader
from forms.rule_reading import check_names, check_scopes, read_rules

SCHEMA_VERSION = 19
_FORM_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_GUARDS = ("refuse", "warn")


def compile_form(document: Mapping[str, object] | bytes, *, read: Read) -> Form:
    """Compile a form-js document (schemaVersion 19).

    read: reads the FEEL of conditions, limits and rules. Raises FormDocumentRejected with every problem.
    """
    form, problems = _compiled(document, read)
    if form is None:
        raise FormDocumentRejected(problems)
    return form


def check_form(document: Mapping[str, object] | bytes, *, read: Read) -> tuple[DocumentProblem, ...]:
    """What is wrong with a form document; () when it can be used."""
    return tuple(_compiled(document, read)[1])


def _compiled(document: Json | bytes, read: Read) -> tuple[Form | None, list[DocumentProblem]]:
    findings = Findings()
    json = read_document(document, findings)
    if json is None:
        return None, findings.problems
    root = Component(json, "", findings)
    _check_root(root)
    reader = Reader(read, findings)
    entries = reader.entries(json)
    rules = read_rules(root.properties.get("cx.rules"), entries, reader, findings)
    check_names(entries, findings)
    check_scopes(entries, findings)
    if findings.problems:
        return None, findings.problems
    form = Form(
        document=copy.deepcopy(dict(json)),
        form_id=root.text("id"),
        title=title_of(root),
        guard=cast("Guard", root.prop("cx.guard") or "warn"),
        entries=entries,
        rules=rules,
    )
    return form, []


def _check_root(root: Component) -> None:
    if not _FORM_ID.fullmatch(root.text("id")):
        root.add(
            "FORM-02",
            "表单缺少标识（id），应与文件名一致，以字母开头，只含字母、数字和下划线。",
            "The form needs an id, the same as its file name: letters, digits and _, beginning with a letter.",
        )
    if root.json.get("schemaVersion") != SCHEMA_VERSION or root.type != "default":
        root.add(
            "FORM-02",
            f"应为 form-js 表单，type 为 default，schemaVersion 为 {SCHEMA_VERSION}。",
            f"Not a form of form-js with type default and schemaVersion {SCHEMA_VERSION}.",
        )
    if root.prop("cx.guard") not in {"", *_GUARDS}:
        root.add("FORM-13", "cx.guard 应为 refuse 或 warn。", "cx.guard is refuse or warn.")
