"""Bundles of BPMN, DMN and forms from the inside: checked and stored together, put into force together."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.commands.linting import lint_now
from engine.commands.services import SERVICES
from engine.core import Engine
from engine.decisions import decision_ids
from engine.errors import DefinitionRejected, InputRejected, Problem
from engine.lint import lint_bundle
from engine.lint.elements import called_processes
from engine.model.clock import local_day
from engine.model.step import DefinitionId, PersonId
from engine.store.definitions import DefinitionRow, NewDefinition, NewFile, NewForm
from engine.store.record import NewNotice
from engine.store.transaction import Transaction
from engine.workflow import check_xml, compile_definition, process_keys, running_text
from forms import check_form

_KINDS = {".bpmn": "bpmn", ".dmn": "dmn", ".json": "form"}
MAX_FILES = 200
ANALYST = "analyst"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A bundle as it was stored, with what it holds and what the lint has to say about it."""

    id: UUID
    state: str
    definitions: tuple[DefinitionRow, ...]
    warnings: tuple[Problem, ...] = ()


def put_forward(
    engine: Engine,
    tx: Transaction,
    files: Mapping[str, bytes],
    *,
    note: str = "",
    builtin: bool = False,
    beside: Mapping[str, bytes] | None = None,
) -> Deployment:
    """Check a bundle and store it, byte for byte, as proposed.

    beside: drawings in force that the bundle's own call; they are stored with it and make no versions of their own.
    Raises DefinitionRejected with every problem found; then nothing is stored.
    """
    beside = {name: data for name, data in (beside or {}).items() if name not in files}
    kinds = {name: _kind_of(name) for name in _named(files)}
    drawings = {name: data for name, data in files.items() if kinds[name] == "bpmn"}
    together = {**files, **beside}
    problems = [*_form_problems(files, kinds), *(lint_now(tx, together, deploying=True) if drawings else ())]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DefinitionRejected(errors)
    deployment_id = engine.ids.v7(tx.now)
    kinds |= dict.fromkeys(beside, "bpmn")
    stored = [_stored(name, kinds[name], data) for name, data in together.items()]
    tx.add_deployment(
        deployment_id,
        files=stored,
        definitions=list(_definitions(engine, tx, [file for file in stored if file.kind == "bpmn"], problems, beside)),
        forms=[NewForm(id=engine.ids.v7(tx.now), key=stem(name), file=name) for name in files if kinds[name] == "form"],
        note=note,
        builtin=builtin,
    )
    tx.access("deployment.propose", body={"deployment": str(deployment_id), "files": sorted(together)})
    return Deployment(
        id=deployment_id,
        state=tx.deployment(deployment_id).state,
        definitions=tx.definitions_of(deployment_id),
        warnings=tuple(problem for problem in problems if problem.severity != "error"),
    )


def called_in_force(tx: Transaction, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The drawings in force that `files` call, and those that they call: a process is compiled with them."""
    found: dict[str, bytes] = {}
    waiting = list(files.items())
    known: set[str] = set()
    while waiting:
        name, data = waiting.pop()
        own, called = called_processes(check_xml(running_text(data, file=name), file=name).root)
        known.update(own)
        for key in called:
            row = tx.current_definition(key) if key not in known else None
            if row is None or row.file in files or row.file in found:
                continue
            found[row.file] = tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]
            waiting.append((row.file, found[row.file]))
    return found


def make_current(tx: Transaction, deployment_id: UUID) -> None:
    """Put the bundle into force. What was kept for its processes is delivered by a job, after the commit."""
    names = {name for row in tx.definitions_of(deployment_id) for name in (row.key, *row.start_messages, *row.receives)}
    tx.hold_up_keeping(names)
    tx.confirm_deployment(deployment_id)
    for name in sorted(names):
        tx.defer("deliver_buffered", {"name": name}, queueing_lock=f"deliver_buffered:{name}")


def tell_analysts(
    engine: Engine, tx: Transaction, kind: str, facts: Mapping[str, object], *, but: Sequence[str] = ()
) -> None:
    """Put a line into the notices of every analyst, the actor and `but` left out."""
    today = local_day(tx.now)
    people = {
        grant.person
        for grant in engine.reference(tx).organization.grants
        if grant.role == ANALYST
        and grant.valid_from <= today
        and (grant.valid_until is None or today <= grant.valid_until)
    }
    tell(engine, tx, sorted(people - {tx.actor, *but}), kind, facts)


def tell(engine: Engine, tx: Transaction, people: Sequence[str], kind: str, facts: Mapping[str, object]) -> None:
    """Put a line into the notices of these people."""
    tx.add_notices(
        NewNotice(id=engine.ids.v7(tx.now), person_id=PersonId(person), kind=kind, facts=facts) for person in people
    )


def check_bundle(files: Mapping[str, bytes], *, beside: Mapping[str, bytes]) -> Sequence[Problem]:
    """What publishing `files` would find, without a database: `beside` is what counts as published already.

    Raises InputRejected for a file of another kind.
    """
    kinds = {name: _kind_of(name) for name in _named(files)}
    drawings = {name: data for name, data in files.items() if kinds[name] == "bpmn"}
    found = _form_problems(files, kinds)
    if drawings:
        known = [name for name in beside if name not in files]
        found += lint_bundle(
            files,
            known_forms={stem(name) for name in known if name.endswith(".json")},
            known_processes={stem(name) for name in known if name.endswith(".bpmn")},
            known_decisions=decision_ids(),
            known_services=SERVICES.keys(),
            deploying=True,
        )
    return found


def _stored(name: str, kind: str, content: bytes) -> NewFile:
    """The file byte for byte; of a drawing made for another engine also what runs."""
    running = running_text(content, file=name) if kind == "bpmn" else content
    return NewFile(name=name, kind=kind, content=content, translated=running if running != content else None)


def _named(files: Mapping[str, bytes]) -> Sequence[str]:
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


def _kind_of(name: str) -> str:
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
    return name.rsplit(".", 1)[0]


def _form_problems(files: Mapping[str, bytes], kinds: Mapping[str, str]) -> list[Problem]:
    found: list[Problem] = []
    for name, data in files.items():
        if kinds[name] != "form":
            continue
        found += [Problem(rule=p.rule, file=name, element_id=p.element_id, zh=p.zh, en=p.en) for p in check_form(data)]
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


def _definitions(
    engine: Engine,
    tx: Transaction,
    drawings: Sequence[NewFile],
    problems: Sequence[Problem],
    beside: Collection[str],
) -> Sequence[NewDefinition]:
    found = []
    running = {file.name: file.running for file in drawings}
    for name, data in running.items():
        for key in process_keys(data, file=name) if name not in beside else ():
            compiled = compile_definition(running, key)
            found.append(
                NewDefinition(
                    id=DefinitionId(engine.ids.v7(tx.now)),
                    key=key,
                    name=compiled.info.name,
                    name_en=compiled.info.name_en,
                    file=name,
                    compaction=compiled.compaction,
                    start_messages=compiled.info.start_messages,
                    start_signals=compiled.info.start_signals,
                    receives=compiled.info.receives,
                    checks=[problem.as_dict() for problem in problems if problem.file == name],
                )
            )
    return found
