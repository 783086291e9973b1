"""Publishing definitions: a bundle is proposed by one analyst and becomes current when another confirms it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.linting import lint_now
from engine.commands.services import SERVICES
from engine.core import Engine
from engine.decisions import decision_ids
from engine.errors import Conflict, DefinitionRejected, InputRejected, Problem, Refused
from engine.lint import lint_bundle
from engine.model.step import DefinitionId, PersonId
from engine.store.definitions import DefinitionRow, NewDefinition, NewFile, NewForm
from engine.store.transaction import Transaction
from engine.workflow import compile_definition, process_keys
from forms import check_form

logger = structlog.get_logger(__name__)

_KINDS = {".bpmn": "bpmn", ".dmn": "dmn", ".json": "form"}
MAX_FILES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A bundle as it was stored, with what it holds and what the lint has to say about it."""

    id: UUID
    state: str
    definitions: tuple[DefinitionRow, ...]
    warnings: tuple[Problem, ...] = ()


@again_when_beaten
def propose(
    engine: Engine,
    person: str,
    files: Mapping[str, bytes],
    *,
    note: str = "",
    builtin: bool = False,
    auto_confirm: bool = False,
) -> Deployment:
    """Check a bundle and store it, byte for byte, as proposed; with `auto_confirm` it is current at once.

    auto_confirm: demonstration, rehearsal and built-in bundles only; the caller has checked the mode.
    Raises DefinitionRejected with every problem found; then nothing is stored.
    """
    kinds = {name: _kind_of(name) for name in _named(files)}
    drawings = {name: data for name, data in files.items() if kinds[name] == "bpmn"}
    with engine.transaction(person) as tx:
        problems = [*_form_problems(files, kinds), *(lint_now(tx, files, deploying=True) if drawings else ())]
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise DefinitionRejected(errors)
        deployment_id = engine.ids.v7(tx.now)
        tx.add_deployment(
            deployment_id,
            files=[NewFile(name=name, kind=kinds[name], content=data) for name, data in files.items()],
            definitions=list(_definitions(engine, tx, drawings, problems)),
            forms=[
                NewForm(id=engine.ids.v7(tx.now), key=_stem(name), file=name) for name in files if kinds[name] == "form"
            ],
            note=note,
            builtin=builtin,
        )
        tx.access("deployment.propose", body={"deployment": str(deployment_id), "files": sorted(files)})
        if auto_confirm:
            _make_current(tx, deployment_id)
            tx.access("deployment.confirm", body={"deployment": str(deployment_id), "auto": True})
        stored = tx.deployment(deployment_id)
        found = tx.definitions_of(deployment_id)
    logger.info("bundle proposed", action="deployment.propose", deployment_id=str(deployment_id), person_id=person)
    return Deployment(
        id=deployment_id,
        state=stored.state,
        definitions=found,
        warnings=tuple(problem for problem in problems if problem.severity != "error"),
    )


@again_when_beaten
def confirm(engine: Engine, person: PersonId, deployment_id: UUID) -> Deployment:
    """Make a proposed bundle current. Raises Refused for its own author, Conflict where it was decided before."""
    with engine.transaction(person) as tx:
        bundle = tx.deployment(deployment_id, lock=True)
        if bundle.state != "proposed":
            raise Conflict(f"The deployment {deployment_id} is {bundle.state}.", state=bundle.state)
        if bundle.proposed_by == person:
            raise Refused("Nobody confirms an own proposal.", code="own_proposal")
        _make_current(tx, deployment_id)
        tx.access("deployment.confirm", body={"deployment": str(deployment_id)})
        found = tx.definitions_of(deployment_id)
    logger.info("bundle confirmed", action="deployment.confirm", deployment_id=str(deployment_id), person_id=person)
    return Deployment(id=deployment_id, state="current", definitions=found)


def deploy_builtin(engine: Engine, files: Mapping[str, bytes]) -> Deployment | None:
    """Deploy what is shipped, where a key is absent or its current version is an older built-in.

    Never over an analyst's version (architecture.md §1 no. 13). None: everything shipped stands already.
    """
    with engine.transaction("system") as tx:
        known = tx.deployed_files(builtin=True)
        by_analysts = tx.keys_of_analysts()
    wanted = {name: data for name, data in files.items() if _stem(name) not in by_analysts}
    if all(known.get(name) == data for name, data in wanted.items()):
        return None
    return propose(engine, "system", wanted, note="built-in", builtin=True, auto_confirm=True)


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
            known_forms={_stem(name) for name in known if name.endswith(".json")},
            known_processes={_stem(name) for name in known if name.endswith(".bpmn")},
            known_decisions=decision_ids(),
            known_services=SERVICES.keys(),
            deploying=True,
        )
    return found


def _make_current(tx: Transaction, deployment_id: UUID) -> None:
    """Put the bundle into force. What was kept for its processes is delivered by a job, after the commit."""
    names = {name for row in tx.definitions_of(deployment_id) for name in (row.key, *row.start_messages)}
    tx.hold_up_keeping(names)
    tx.confirm_deployment(deployment_id)
    for name in sorted(names):
        tx.defer("deliver_buffered", {"name": name}, queueing_lock=f"deliver_buffered:{name}")


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


def _stem(name: str) -> str:
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
    if form_id == _stem(name):
        return []
    return [
        Problem(
            rule="FORM-00",
            file=name,
            element_id=str(form_id or ""),
            zh=f"表单标识“{form_id}”与文件名不一致，应为“{_stem(name)}”。",
            en=f"The form id {form_id!r} must be the file name {_stem(name)!r}.",
        )
    ]


def _definitions(
    engine: Engine, tx: Transaction, drawings: Mapping[str, bytes], problems: Sequence[Problem]
) -> Sequence[NewDefinition]:
    found = []
    for name, data in drawings.items():
        for key in process_keys(data, file=name):
            compiled = compile_definition(drawings, key)
            found.append(
                NewDefinition(
                    id=DefinitionId(engine.ids.v7(tx.now)),
                    key=key,
                    name=compiled.info.name,
                    name_en=compiled.info.name_en,
                    file=name,
                    compaction=compiled.compaction,
                    start_messages=compiled.info.start_messages,
                    checks=[problem.as_dict() for problem in problems if problem.file == name],
                )
            )
    return found
