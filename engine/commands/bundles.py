"""Bundles of BPMN, DMN and forms from the inside: checked and stored together, put into force together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from engine.commands import starts
from engine.commands.bundle_files import as_stored, form_problems, kind_of, named_files, stem
from engine.commands.decision_files import asked_versions, beside_decisions, new_decisions
from engine.commands.linting import lint_now
from engine.core import Engine
from engine.errors import DefinitionRejected, Problem
from engine.lint.elements import called_processes
from engine.model.clock import local_day
from engine.model.step import DefinitionId, PersonId
from engine.store.decisions import DecisionRow, NewDecision
from engine.store.definitions import DefinitionRow, NewDefinition, NewFile, NewForm
from engine.store.record import NewNotice
from engine.store.transaction import Transaction
from engine.workflow import CompiledDefinition, check_xml, compile_process, process_keys, read_files, running_text

ANALYST = "analyst"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A bundle as it was stored, with what it holds and what the lint has to say about it."""

    id: UUID
    state: str
    definitions: tuple[DefinitionRow, ...]
    decisions: tuple[DecisionRow, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def versions(self) -> tuple[DefinitionRow | DecisionRow, ...]:
        """Everything in it that has a version and a name."""
        return (*self.definitions, *self.decisions)


def put_forward(
    engine: Engine,
    tx: Transaction,
    files: Mapping[str, bytes],
    *,
    note: str = "",
    builtin: bool = False,
    beside: Mapping[str, bytes] | None = None,
) -> Deployment:
    """Check a bundle, run its test cases, and store it, byte for byte, as proposed.

    beside: drawings in force that the bundle's own call; they are stored with it and make no versions of their own,
    as do models in force that its decisions import, and the test cases of models that come without any.
    Raises DefinitionRejected with every problem found; then nothing is stored.
    """
    kinds = {name: kind_of(name) for name in named_files(files)}
    beside = {name: data for name, data in (beside or {}).items() if name not in files} | beside_decisions(tx, files)
    together = {**files, **beside}
    problems = [*form_problems(files, kinds), *lint_now(tx, together, deploying=True)]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DefinitionRejected(errors)
    deployment_id = engine.ids.v7(tx.now)
    kinds |= {name: kind_of(name) for name in beside}
    stored = [as_stored(name, kinds[name], data) for name, data in together.items()]
    decisions = new_decisions(engine, tx, files, problems)
    drawings = [file for file in stored if file.kind == "bpmn"]
    tx.add_deployment(
        deployment_id,
        files=stored,
        definitions=list(_definitions(engine, tx, drawings, problems, beside, decisions)),
        forms=[NewForm(id=engine.ids.v7(tx.now), key=stem(name), file=name) for name in files if kinds[name] == "form"],
        decisions=decisions,
        note=note,
        builtin=builtin,
    )
    tx.access("deployment.propose", body={"deployment": str(deployment_id), "files": sorted(together)})
    return stored_bundle(tx, deployment_id, warnings=[one for one in problems if one.severity != "error"])


def stored_bundle(tx: Transaction, deployment_id: UUID, *, warnings: Sequence[Problem] = ()) -> Deployment:
    """A bundle as it stands now."""
    return Deployment(
        id=deployment_id,
        state=tx.deployment(deployment_id).state,
        definitions=tx.definitions_of(deployment_id),
        decisions=tx.decisions_of(deployment_id),
        warnings=tuple(warnings),
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


def make_current(engine: Engine, tx: Transaction, deployment_id: UUID) -> None:
    """Put the bundle into force, and arm what it begins by the calendar.

    What was kept for its processes is delivered by a job, after the commit.
    """
    names = {name for row in tx.definitions_of(deployment_id) for name in (row.key, *row.start_messages, *row.receives)}
    tx.hold_up_keeping(names)
    tx.confirm_deployment(deployment_id)
    with tx.as_system():
        starts.arm(engine, tx, tx.definitions_of(deployment_id))
        tx.ask_for_night()
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
    told = tuple(PersonId(person) for person in people)
    tx.add_notices([NewNotice(id=engine.ids.v7(tx.now), people=told, kind=kind, facts=facts)])


def _definitions(
    engine: Engine,
    tx: Transaction,
    drawings: Sequence[NewFile],
    problems: Sequence[Problem],
    beside: Collection[str],
    decisions: Sequence[NewDecision],
) -> Sequence[NewDefinition]:
    found = []
    running = {file.name: file.running for file in drawings}
    read = read_files(running)
    for name, data in running.items():
        for key in process_keys(data, file=name) if name not in beside else ():
            compiled = compile_process(read, key)
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
                    decisions=asked_versions(tx, decisions, _asked(compiled)),
                    start_timers=[asdict(start) for start in compiled.info.start_timers],
                )
            )
    return found


def _asked(compiled: CompiledDefinition) -> set[str]:
    """Keys of the decisions that a process and those that it calls ask."""
    return {node.decision for node in compiled.info.nodes.values() if node.decision}
