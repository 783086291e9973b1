"""The files of a bundle before it is stored: their names and kinds, what is wrong with them, what runs of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from engine.commands.decision_files import keys_in, needed_beside
from engine.commands.services import SERVICES
from engine.decisions.dmn.cases import SUFFIX
from engine.decisions.form_feel import FormFeel
from engine.errors import InputRejected, Problem
from engine.lint import lint_bundle
from engine.store.definitions import NewFile
from engine.workflow import running_text
from forms import check_form

#: The first ending that fits.
_KINDS = {".bpmn": "bpmn", ".dmn": "dmn", SUFFIX: "tests", ".json": "form"}
MAX_FILES = 200


def check_bundle(files: Mapping[str, bytes], *, beside: Mapping[str, bytes]) -> Sequence[Problem]:
    """What publishing `files` would find, without a database: `beside` is what counts as published already.

    Raises InputRejected for a file of another kind.
    """
    kinds = {name: kind_of(name) for name in named_files(files)}
    known = {name: data for name, data in beside.items() if name not in files}
    decisions = {name: data for name, data in known.items() if kind_of(name) in {"dmn", "tests"}}
    return [
        *form_problems(files, kinds),
        *lint_bundle(
            {**files, **needed_beside(files, decisions)},
            known_forms={stem(name) for name in known if kind_of(name) == "form"},
            known_processes={stem(name) for name in known if kind_of(name) == "bpmn"},
            known_decisions={key for name, data in known.items() for key in keys_in(name, data)},
            known_services=SERVICES.keys(),
            deploying=True,
        ),
    ]


def check_names(files: Mapping[str, bytes]) -> None:
    """Raises InputRejected for none, too many, a name that is none, and files of another kind."""
    for name in named_files(files):
        kind_of(name)


def named_files(files: Mapping[str, bytes]) -> Sequence[str]:
    """Their names. Raises InputRejected for none, too many, and a name that is none."""
    if not files:
        raise InputRejected("请至少上传一个文件。", "Send at least one file.", field="files", value="")
    if len(files) > MAX_FILES:
        raise InputRejected(
            f"一次最多上传{MAX_FILES}个文件。", f"At most {MAX_FILES} files at once.", field="files", value=len(files)
        )
    for name in files:
        if "/" in name or "\\" in name or name.startswith(".") or not name.isprintable():
            raise InputRejected(f"文件名“{name}”无效。", f"{name!r} is not a file name.", field="files", value=name)
    return tuple(files)


def kind_of(name: str) -> str:
    """bpmn, dmn, tests or form. Raises InputRejected."""
    for ending, kind in _KINDS.items():
        if name.lower().endswith(ending):
            return kind
    raise InputRejected(
        f"不支持文件“{name}”，请上传 .bpmn、.dmn 或 .json 文件。",
        f"{name!r} is neither .bpmn, .dmn nor .json.",
        field="files",
        value=name,
    )


def stem(name: str) -> str:
    """The name of a file without its ending: the key of what is in it."""
    return name.removesuffix(SUFFIX) if name.endswith(SUFFIX) else name.rsplit(".", 1)[0]


def form_problems(files: Mapping[str, bytes], kinds: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the forms among them."""
    found: list[Problem] = []
    for name, data in files.items():
        if kinds[name] != "form":
            continue
        wrong = check_form(data, read=FormFeel(stem(name)))
        found += [Problem(rule=p.rule, file=name, element_id=p.element_id, zh=p.zh, en=p.en) for p in wrong]
        found += _name_problem(name, data)
    return found


def _name_problem(name: str, data: bytes) -> list[Problem]:
    try:
        form_id = json.loads(data).get("id")
    except (ValueError, AttributeError, RecursionError):
        return []  # check_form has said so already
    if form_id == stem(name):
        return []
    return [
        Problem(
            rule="FORM-00",
            file=name,
            element_id=str(form_id or ""),
            zh=f"表单标识“{form_id}”与文件名不一致，应为“{stem(name)}”。",
            en=f"The form id {form_id!r} must be the file name {stem(name)!r}.",
        )
    ]


def as_stored(name: str, kind: str, content: bytes) -> NewFile:
    """The file byte for byte; of a drawing made for another engine also what runs."""
    running = running_text(content, file=name) if kind == "bpmn" else content
    return NewFile(name=name, kind=kind, content=content, translated=running if running != content else None)
