"""What was published: deployments, process definitions and forms, each version immutable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Table, any_, bindparam, case, func, literal, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from engine.errors import NotFound
from engine.model.step import DefinitionId
from engine.store import tables as t
from engine.store.decisions import NewDecision
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionRow:
    """A version of a process definition. state: proposed, current, superseded, refused."""

    id: DefinitionId
    key: str
    version: int
    state: str
    name: str
    name_en: str
    deployment_id: UUID
    file: str
    builtin: bool
    compaction: bool
    start_messages: Sequence[str]
    checks: Sequence[Mapping[str, object]]
    created_at: datetime
    start_signals: Sequence[str] = ()
    receives: Sequence[str] = ()  #: names of all messages that it can receive
    decisions: Mapping[str, str] = field(default_factory=dict)  #: {key: id of the version that its cases ask}
    start_timers: Sequence[Mapping[str, str]] = ()  #: start events that come true by themselves, as TimerStart


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """A version of a form; `content` is its JSON, byte for byte."""

    id: UUID
    key: str
    version: int
    state: str
    deployment_id: UUID
    file: str
    content: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRow:
    """A bundle that was put forward. state: proposed, current, refused."""

    id: UUID
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str
    builtin: bool
    digest: bytes
    reason: str  #: why it was refused


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file of a bundle. kind: bpmn, dmn, form, tests."""

    name: str
    kind: str
    content: bytes
    translated: bytes | None = None  #: what runs of a drawing made for another engine; None: the content

    @property
    def running(self) -> bytes:
        return self.translated if self.translated is not None else self.content


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDefinition:
    """A process definition that a file of the bundle holds; its version is given when it is stored."""

    id: DefinitionId
    key: str
    name: str
    file: str
    name_en: str = ""
    compaction: bool = True
    start_messages: Sequence[str] = ()  #: names of messages that start an instance
    start_signals: Sequence[str] = ()  #: names of signals that do
    receives: Sequence[str] = ()  #: names of all messages that it can receive
    checks: Sequence[Mapping[str, object]] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)  #: {key: id of the version that its cases ask}
    start_timers: Sequence[Mapping[str, str]] = ()  #: start events that come true by themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class NewForm:
    """A form that a file of the bundle holds."""

    id: UUID
    key: str
    file: str


_VERSIONED = (t.definition_version, t.form_version, t.decision_version)
_CURRENT = of(DefinitionRow, t.definition_version).where(
    t.definition_version.c.key == bindparam("key"), t.definition_version.c.state == "current"
)


class Definitions(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def definition(self, definition_id: DefinitionId) -> DefinitionRow:
        """A process definition, never changed once stored. Raises NotFound."""
        table = t.definition_version
        found = self._find(DefinitionRow, of(DefinitionRow, table).where(table.c.id == definition_id))
        if found is None:
            raise NotFound(f"There is no process definition {definition_id}.", id=str(definition_id))
        return found

    def current_definition(self, key: str) -> DefinitionRow | None:
        """The version of process `key` that new instances start on; None: not deployed."""
        found = self.rows(_CURRENT, {"key": key}, apart=True)
        return DefinitionRow(**found[0]._asdict()) if found else None

    def definitions_of(self, deployment_id: UUID) -> tuple[DefinitionRow, ...]:
        """The process definitions of a bundle."""
        table = t.definition_version
        query = of(DefinitionRow, table).where(table.c.deployment_id == deployment_id).order_by(table.c.key)
        return self._list(DefinitionRow, query)

    def started_by_message(self, name: str) -> DefinitionId | None:
        """The definition in force whose start event takes this message; None: nothing does."""
        table = t.definition_version.c
        query = (
            select(table.id)
            .where(table.state == "current", literal(name) == any_(table.start_messages))
            .order_by(table.key)
        )
        found: DefinitionId | None = self.connection.execute(query.limit(1)).scalar()
        return found

    def started_by_signal(self, name: str) -> tuple[DefinitionId, ...]:
        """The definitions in force of which a start event takes this signal."""
        table = t.definition_version.c
        query = (
            select(table.id)
            .where(table.state == "current", literal(name) == any_(table.start_signals))
            .order_by(table.key)
        )
        return tuple(self.connection.execute(query).scalars())

    def is_received(self, message: str) -> bool:
        """Whether a definition in force can receive this message, at its start or later."""
        table = t.definition_version.c
        query = select(table.id).where(table.state == "current", literal(message) == any_(table.receives))
        return self.connection.execute(query.limit(1)).first() is not None

    def current_process_keys(self) -> frozenset[str]:
        """Keys of the processes that can be started."""
        table = t.definition_version.c
        return frozenset(self.connection.execute(select(table.key).where(table.state == "current")).scalars())

    def current_form_keys(self) -> frozenset[str]:
        """Keys of the forms in force."""
        table = t.form_version.c
        return frozenset(self.connection.execute(select(table.key).where(table.state == "current")).scalars())

    def current_forms(self) -> tuple[FormRow, ...]:
        """The forms in force, by key."""
        table = t.form_version
        return self._list(FormRow, of(FormRow, table).where(table.c.state == "current").order_by(table.c.key))

    def current_definitions(self) -> tuple[DefinitionRow, ...]:
        """The processes in force, by key."""
        table = t.definition_version
        return self._list(
            DefinitionRow, of(DefinitionRow, table).where(table.c.state == "current").order_by(table.c.key)
        )

    def keys_of_analysts(self) -> frozenset[str]:
        """Keys of what is in force by an analyst's hand, and the stems of its files: nothing shipped replaces them."""
        found: set[str] = set()
        for table in _VERSIONED:
            query = select(table.c.key, table.c.file).join(t.deployment, t.deployment.c.id == table.c.deployment_id)
            rows = self.connection.execute(query.where(table.c.state == "current", ~t.deployment.c.builtin))
            found.update(name for key, file in rows for name in (key, file.rsplit(".", 1)[0]))
        return frozenset(found)

    def deployed_files(self, *, builtin: bool) -> Mapping[str, bytes]:
        """{file name: content} of the youngest current bundle that holds the file, shipped ones or analysts'."""
        file, bundle = t.deployment_file, t.deployment
        query = (
            select(file.c.name, file.c.content)
            .join(bundle, bundle.c.id == file.c.deployment_id)
            .where(bundle.c.builtin == builtin, bundle.c.state == "current")
            .ext(distinct_on(file.c.name))
            .order_by(file.c.name, bundle.c.decided_at.desc(), bundle.c.id.desc())
        )
        return {name: bytes(content) for name, content in self.connection.execute(query)}

    def bundle_files(self, deployment_id: UUID, *, kind: str | None = None) -> Mapping[str, bytes]:
        """{file name: content} of a bundle, of one kind or all, byte for byte."""
        file = t.deployment_file
        query = select(file.c.name, file.c.content).where(file.c.deployment_id == deployment_id).order_by(file.c.name)
        if kind is not None:
            query = query.where(file.c.kind == kind)
        return {name: bytes(content) for name, content in self.connection.execute(query)}

    def running_files(self, deployment_id: UUID) -> Mapping[str, bytes]:
        """{file name: what runs} of the drawings of a bundle: a translation where they were made for another engine.

        Translated once, when the bundle came: a version never changes, even when translations get better.
        """
        file = t.deployment_file.c
        running = func.coalesce(file.translated, file.content)
        query = select(file.name, running).where(file.deployment_id == deployment_id, file.kind == "bpmn")
        return {name: bytes(content) for name, content in self.connection.execute(query.order_by(file.name))}

    def form_version(self, form_version_id: UUID) -> FormRow:
        """A form, never changed once stored. Raises NotFound."""
        found = self._find(FormRow, of(FormRow, t.form_version).where(t.form_version.c.id == form_version_id))
        if found is None:
            raise NotFound(f"There is no form {form_version_id}.", id=str(form_version_id))
        return found

    def current_form(self, key: str) -> FormRow | None:
        """The form version in force; None: never published."""
        table = t.form_version
        return self._find(FormRow, of(FormRow, table).where(table.c.key == key, table.c.state == "current"))

    def forms_in(self, deployment_id: UUID) -> tuple[FormRow, ...]:
        """The forms of a bundle, by key."""
        table = t.form_version
        return self._list(
            FormRow, of(FormRow, table).where(table.c.deployment_id == deployment_id).order_by(table.c.key)
        )

    def form_versions(self, key: str = "") -> tuple[FormRow, ...]:
        """Every version of a form, the youngest first; key "": of all forms."""
        table = t.form_version
        query = of(FormRow, table).order_by(table.c.key, table.c.version.desc())
        return self._list(FormRow, query.where(table.c.key == key) if key else query)

    def forms_of(self, definition: DefinitionRow, keys: Iterable[str]) -> tuple[FormRow, ...]:
        """For each key the form that belongs to the definition: of its own bundle, else the newest one before it.

        Else the first one after it: a rehearsal may set its clock back behind the day on which forms were published.
        """
        table = t.form_version
        is_own = table.c.deployment_id == definition.deployment_id
        was_in_force = table.c.state.in_(("current", "superseded"))
        is_before = table.c.created_at <= definition.created_at
        nearest = case((is_before, -table.c.version), else_=table.c.version)
        query = (
            of(FormRow, table)
            .where(table.c.key.in_(sorted(set(keys))), is_own | was_in_force)
            .ext(distinct_on(table.c.key))
            .order_by(table.c.key, is_own.desc(), is_before.desc(), nearest)
        )
        return self._list(FormRow, query)

    def add_deployment(
        self,
        deployment_id: UUID,
        *,
        files: Sequence[NewFile],
        definitions: Sequence[NewDefinition],
        forms: Sequence[NewForm],
        decisions: Sequence[NewDecision] = (),
        note: str = "",
        builtin: bool = False,
    ) -> None:
        """Store a bundle as proposed by the actor; everything in it gets the next version of its key."""
        digest = sha256(b"".join(sha256(f.name.encode() + b"\0" + f.content).digest() for f in _sorted(files))).digest()
        head = {"id": deployment_id, "state": "proposed", "proposed_by": self.actor, "proposed_at": self.now}
        self._insert(t.deployment, head | {"note": note, "builtin": builtin, "digest": digest})
        shared: dict[str, object] = {"deployment_id": deployment_id}
        self._insert(
            t.deployment_file, *(shared | asdict(f) | {"sha256": sha256(f.content).digest()} for f in _sorted(files))
        )
        shared |= {"state": "proposed", "created_at": self.now}
        for definition in definitions:
            version = self._next_version(t.definition_version, definition.key)
            row = asdict(definition) | {"version": version, "builtin": builtin}
            row |= {"checks": list(definition.checks), "start_timers": list(definition.start_timers)}
            row |= {name: list(getattr(definition, name)) for name in ("start_messages", "start_signals", "receives")}
            self._insert(t.definition_version, shared | row)
        content = {f.name: f.content for f in files}
        for form in forms:
            version = self._next_version(t.form_version, form.key)
            self._insert(t.form_version, shared | asdict(form) | {"version": version, "content": content[form.file]})
        for decision in decisions:
            version = self._next_version(t.decision_version, decision.key)
            row = asdict(decision) | {"version": version, "builtin": builtin, "checks": list(decision.checks)}
            self._insert(t.decision_version, shared | row)

    def deployment(self, deployment_id: UUID, *, lock: bool = False) -> DeploymentRow:
        """A bundle. lock: nobody else can decide about it until we commit. Raises NotFound."""
        query = of(DeploymentRow, t.deployment).where(t.deployment.c.id == deployment_id)
        found = self._find(DeploymentRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no deployment {deployment_id}.", id=str(deployment_id))
        return found

    def confirm_deployment(self, deployment_id: UUID) -> None:
        """Make a proposed bundle current: its versions replace those in force; running instances stay on theirs."""
        for table in _VERSIONED:
            keys = select(table.c.key).where(table.c.deployment_id == deployment_id)
            self._run(update(table).where(table.c.key.in_(keys), table.c.state == "current").values(state="superseded"))
            self._run(update(table).where(table.c.deployment_id == deployment_id).values(state="current"))
        self._decide(deployment_id, "current")

    def refuse_deployment(self, deployment_id: UUID, reason: str) -> None:
        """Close a proposed bundle without effect; it stays readable."""
        for table in _VERSIONED:
            self._run(update(table).where(table.c.deployment_id == deployment_id).values(state="refused"))
        self._decide(deployment_id, "refused", reason)

    def _decide(self, deployment_id: UUID, state: str, reason: str = "") -> None:
        self._run(
            update(t.deployment)
            .where(t.deployment.c.id == deployment_id)
            .values(state=state, decided_by=self.actor, decided_at=self.now, reason=reason)
        )

    def _next_version(self, table: Table, key: str) -> int:
        # Two proposals of one key at once: the later waits here and gets the next number.
        self.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"{table.name}:{key}"))))
        newest = self.connection.execute(select(func.max(table.c.version)).where(table.c.key == key)).scalar()
        return int(newest or 0) + 1


def _sorted(files: Sequence[NewFile]) -> list[NewFile]:
    return sorted(files, key=lambda file: file.name)
